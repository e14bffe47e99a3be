"""A study's key figures, each with the sentence that tells how to take it."""

from typing import NamedTuple

from geo.model.hours import Reason
from geo.model.study import Study, Totals
from geo.report.study_words import (
    Say,
    amount,
    cost_words,
    hour_words,
    points,
    share_words,
    spread_words,
    stations_words,
    then,
    weight_name,
    within_words,
)

__all__ = ["Figure", "figures", "question_lines"]


class Figure(NamedTuple):
    """A figure: what it is called, what it is, and what to know of it."""

    name: str
    value: str
    note: str = ""


def figures(study: Study, say: Say = str) -> list[Figure]:
    """Return the figures of a study, the most important first."""
    totals, found, measure = study["totals"], study["distances"], study["asked"]["measure"]
    whole = {"weight": amount(totals["weight"]), "covered": amount(totals["covered"])}
    median, p90 = (cost_words(found[part], measure, say) for part in ("median", "p90"))
    told = [
        Figure(
            say(Reason("覆盖率")),
            share_words(totals["share"]),
            then([say(Reason("%(weight)s 中有 %(covered)s", whole)), spread_words(study, say)], say),
        ),
        _part(
            study,
            totals["backup"],
            say(Reason("两个站点都到得了")),
            say(Reason("一个站点关门,还有另一个开放的可去")),
            say,
        ),
        _part(
            study,
            totals["unknown"],
            say(Reason("只靠时间不明的站点")),
            say(Reason("没有算进覆盖;登记开放时间就能弄清")),
            say,
        ),
        _part(
            study,
            totals["off_network"],
            say(Reason("不在路网上")),
            say(Reason("附近没有街道,算作未覆盖")),
            say,
        ),
        Figure(
            say(Reason("到最近的开放站点")),
            median,
            say(Reason("一半的需求在这以内;九成在 %(p90)s以内", {"p90": p90})),
        ),
    ]
    if study["by_line"] is not None:
        told.insert(1, _by_line(study, study["by_line"], say))
    return told


def _by_line(study: Study, by_line: Totals, say: Say) -> Figure:
    share, street = by_line["share"], study["totals"]["share"]
    difference = None if share is None or street is None else share - street
    note = say(Reason("与沿街道相差 %(points)s 个百分点", {"points": points(difference)}))
    return Figure(say(Reason("按直线算(对照)")), share_words(share), note)


def _part(study: Study, weight: float, name: str, note: str, say: Say) -> Figure:
    whole = study["totals"]["weight"]
    return Figure(name, share_words(weight / whole if whole else None), then([amount(weight), note], say))


def question_lines(study: Study, say: Say = str) -> list[tuple[str, str]]:
    """Return what was asked: what is asked about, and its value."""
    asked, totals = study["asked"], study["totals"]
    demand = {"name": asked["demand"], "weight": weight_name(asked, say), "points": f"{totals['points']:,}"}
    return [
        (say(Reason("范围")), within_words(asked, say)),
        (say(Reason("时间")), hour_words(asked, say)),
        (say(Reason("站点")), _stations(study, say)),
        (say(Reason("需求")), say(Reason("“%(name)s”:%(weight)s,%(points)s 个点", demand))),
    ]


def _stations(study: Study, say: Say) -> str:
    """Return which stations count and how many; of one area, those around that serve it too."""
    asked = study["asked"]
    values = {"which": stations_words(asked, say), "count": f"{study['totals']['stations']:,}"}
    if asked["area"] is None or "around" not in study:
        return say(Reason("%(which)s,共 %(count)s 处", values))
    values["around"] = f"{study['around']:,}"
    return say(Reason("%(which)s,区划内共 %(count)s 处;周边还有 %(around)s 处在范围内", values))
