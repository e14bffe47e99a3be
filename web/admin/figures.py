"""Figures by union unit: people who came, reports and their answers, what was looked at."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request

from geo.db.engine import reading, writing_aside
from geo.model.hours import CHINA
from geo.model.reports import KINDS
from geo.upkeep.audit import note
from geo.upkeep.counts import Source, read_counts
from geo.upkeep.figures import WITHIN_DAYS, Figures, Period, Row, period_of, read_figures
from web.admin import session
from web.admin.documents import csv_file
from web.language import gettext, lazy_gettext, say
from web.state import state
from web.words import age_words

__all__ = ["SOURCES", "blueprint"]

SOURCES = {
    Source.KEEPER: lazy_gettext("负责人点数"),
    Source.DOOR: lazy_gettext("客流计数器"),
    Source.SCAN: lazy_gettext("扫码登记"),
}
"""What each way of counting is called."""

blueprint = Blueprint("admin_figures", __name__, url_prefix="/admin/figures")


@blueprint.get("")
def page() -> str:
    """Show the figures of a unit and of those right below it."""
    unit, period, figures = _read()
    return render_template(
        "admin/figures.html",
        unit=unit,
        since=period.since.isoformat(),
        until=period.until.isoformat(),
        rows=[_shown(row) for row in figures.rows],
        days=[(day, [counts.get(source, "") for source in SOURCES]) for day, counts in figures.days.items()],
        sources=SOURCES.values(),
        kinds=[say(words) for words in KINDS.values()],
        within=WITHIN_DAYS,
    )


@blueprint.get("/units.csv")
def units_table() -> Response:
    """Give the figures of the page as a file."""
    unit, period, figures = _read()
    _note("figures", unit, period)
    return csv_file(_lines(figures, period), f"figures-{period.since}-{period.until}.csv")


@blueprint.get("/visits.csv")
def visits_table() -> Response:
    """Give how many people came, by station, day and way of counting."""
    period = _period()
    with reading(state().engine) as db:
        counts = read_counts(db, session.person(), since=period.since, until=period.until)
    _note("visits", None, period)
    header = [gettext("站点编号"), gettext("名称"), gettext("日期"), gettext("来源"), gettext("人次")]
    rows = ([c.code, c.name, c.day, str(SOURCES[c.source]), c.count] for c in counts)
    return csv_file([header, *rows], f"visits-{period.since}-{period.until}.csv")


def _read() -> tuple[str | None, Period, Figures]:
    unit, period = request.args.get("unit") or None, _period()
    with reading(state().engine) as db:
        return unit, period, read_figures(db, session.person(), period, unit_code=unit, today=_today())


def _period() -> Period:
    return period_of(request.args.get("since", ""), request.args.get("until", ""), today=_today())


def _today() -> date:
    return datetime.now(CHINA).date()


def _note(what: str, unit: str | None, period: Period) -> None:
    detail = {"what": what, "since": period.days[0], "until": period.days[1]}
    with writing_aside(state().engine) as db:
        note(db, "export.figures", person_id=session.person().id, object=unit, detail=detail)


def _shown(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": _name(row),
        "depth": row.depth,
        "stations": row.stations,
        "verified": [_share(row.verified[days], row.stations) for days in WITHIN_DAYS],
        "visits": [(row.visits.get(source), row.counted.get(source)) for source in SOURCES],
        "reports": [row.reports.get(kind, 0) for kind in KINDS],
        "answered": row.answered,
        "made": sum(row.reports.values()),
        "median": "" if row.median_s is None else age_words(row.median_s),
    }


def _name(row: Row) -> str:
    return row.name if row.code is not None else gettext("全部")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else ""


def _lines(figures: Figures, period: Period) -> Iterator[list[Any]]:
    """Yield one line a figure, which any spreadsheet can turn as it likes."""
    unit = [gettext("工会编号"), gettext("工会")]
    yield [*unit, gettext("开始"), gettext("结束"), gettext("指标"), gettext("数")]
    for row in figures.rows:
        beginning = [row.code or "", _name(row), *period.days]
        yield from ([*beginning, name, value] for name, value in _measures(row))


def _measures(row: Row) -> Iterator[tuple[str, Any]]:
    yield gettext("在用的站点"), row.stations
    for days in WITHIN_DAYS:
        yield gettext("%(days)s 天内核实过的站点", days=days), row.verified[days]
    for source, name in SOURCES.items():
        yield gettext("人次,%(source)s", source=name), row.visits.get(source, "")
        yield gettext("有数的站点,%(source)s", source=name), row.counted.get(source, 0)
    for kind, words in KINDS.items():
        yield gettext("反馈,%(kind)s", kind=say(words)), row.reports.get(kind, 0)
    yield gettext("已答复的反馈"), row.answered
    yield gettext("答复时间的中位数(小时)"), "" if row.median_s is None else round(row.median_s / 3600, 1)
