"""A study's tables: the same columns and rows for pages, workbooks and paper."""

from itertools import pairwise
from typing import Any, Literal, NamedTuple

from geo.model.hours import Reason
from geo.model.study import AreaShare, Gap, Study
from geo.report.study_bounds import gap_words
from geo.report.study_words import (
    EFFECTS,
    LEVELS,
    NOTHING,
    REASON_WORDS,
    REMEDY_WORDS,
    RULES,
    WEEKDAYS,
    Say,
    amount,
    area_name,
    cost_words,
    gap_nearest,
    gap_reasons,
    listed,
    points,
    share_words,
    source_words,
)

__all__ = [
    "Column",
    "Form",
    "Table",
    "area_table",
    "cell_text",
    "distance_table",
    "finding_table",
    "gap_table",
    "source_table",
    "upgrade_table",
    "week_table",
]

Form = Literal[
    "text", "code", "count", "weight", "share", "points", "metres", "minutes", "degrees", "number", "ratio",
    "gap",
]  # fmt: skip
"""What cells are: ``gap`` is the part that a bound leaves open, ``number`` and ``ratio`` are of no unit."""
_MINUTE_S = 60
# Hours may be unknown of thousands: the workbook of the tables has them all.
_NAMED = 20


class Column(NamedTuple):
    """A column: its heading, what its cells are, and whether it is left out where there is little room."""

    name: str
    form: Form = "text"
    wide_only: bool = False


class Table(NamedTuple):
    """Columns and rows; a cell is a text, a number as it was computed, or None."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]

    def brief(self) -> "Table":
        """Return the table without the columns that only a workbook has room for."""
        kept = [at for at, column in enumerate(self.columns) if not column.wide_only]
        return Table(
            tuple(self.columns[at] for at in kept), [tuple(row[at] for at in kept) for row in self.rows]
        )

    def texts(self) -> list[list[str]]:
        """Return the cells as people read them."""
        forms = [column.form for column in self.columns]
        return [[cell_text(*cell) for cell in zip(row, forms, strict=True)] for row in self.rows]


def cell_text(value: Any, form: Form) -> str:
    """Return a cell as people read it.

    Examples
    --------
    >>> cell_text(0.784, "share"), cell_text(1234.0, "weight"), cell_text(None, "metres")
    ('78.4%', '1,234', '—')
    """
    if value is None or value == "":
        return NOTHING
    if form in ("text", "code"):
        return str(value)
    if form == "share":
        return share_words(value)
    if form == "gap":
        return gap_words(value)
    if form == "points":
        return points(value)
    if form == "degrees":
        return f"{value:.6f}"
    if form == "ratio":
        return f"{value:.3f}"
    if form == "minutes":
        return f"{value:,.1f}"
    return amount(round(value) if form == "metres" else value)


def area_table(study: Study, say: Say = str) -> Table:
    """Return coverage by area; the last row is the whole, where there are areas at all."""
    columns = (
        Column(say(Reason("区划"))),
        Column(say(Reason("区划代码")), "code", wide_only=True),
        Column(say(Reason("级别")), wide_only=True),
        Column(say(Reason("站点")), "count"),
        Column(say(Reason("需求")), "weight"),
        Column(say(Reason("已覆盖")), "weight"),
        Column(say(Reason("未覆盖")), "weight"),
        Column(say(Reason("覆盖率")), "share"),
        Column(say(Reason("两站可达")), "weight"),
    )
    rows = [_area(area, say) for area in study["areas"]]
    totals = study["totals"]
    if rows:
        whole = totals["weight"], totals["covered"], totals["weight"] - totals["covered"], totals["share"]
        rows.append((say(Reason("合计")), None, None, totals["stations"], *whole, totals["backup"]))
    return Table(columns, rows)


def _area(area: AreaShare, say: Say) -> tuple[Any, ...]:
    level = say(LEVELS[area["level"]]) if area["level"] in LEVELS else area["level"]
    left = area["weight"] - area["covered"]
    named = area_name(area["name"], area["level"], say)
    figures = area["weight"], area["covered"], left, area["share"], area["backup"]
    return (named, area["code"], level, area["stations"], *figures)


def gap_table(study: Study, say: Say = str) -> Table:
    """Return the gaps, heaviest first."""
    unit, per = _unit(study)
    columns = (
        Column(say(Reason("序号")), "count"),
        Column(say(Reason("缺口"))),
        Column(say(Reason("区划代码")), "code", wide_only=True),
        Column(say(Reason("未覆盖需求")), "weight"),
        Column(say(Reason("占全部需求")), "share"),
        Column(say(Reason("主要原因")), wide_only=True),
        Column(say(Reason("原因"))),
        Column(say(Reason("建议"))),
        Column(say(Reason("最近的开放站点"))),
        Column(say(Reason("最近开放站点的编号")), "code", wide_only=True),
        Column(_in_unit(Reason("到最近的距离(米)"), Reason("到最近的时间(分钟)"), unit, say), unit, True),
        Column(_in_unit(Reason("超出(米)"), Reason("超出(分钟)"), unit, say), unit, True),
        Column(say(Reason("直线距离(米)")), "metres", wide_only=True),
        Column(say(Reason("那时不开放的站点")), "code", wide_only=True),
        Column(say(Reason("开放时间不明的站点")), "code", wide_only=True),
        Column(say(Reason("需求点数")), "count", wide_only=True),
        Column(say(Reason("经度")), "degrees", wide_only=True),
        Column(say(Reason("纬度")), "degrees", wide_only=True),
    )
    return Table(columns, [_gap(study, gap, per, say) for gap in study["gaps"]])


def _gap(study: Study, gap: Gap, per: int, say: Say) -> tuple[Any, ...]:
    whole = study["totals"]["weight"]
    return (
        gap["rank"], gap["name"], gap["area"], gap["weight"], gap["weight"] / whole if whole else None,
        say(REASON_WORDS[gap["reason"]]), gap_reasons(study, gap, say), say(REMEDY_WORDS[gap["remedy"]]),
        gap_nearest(study, gap, say), gap["nearest"], _per(gap["cost"], per), _per(gap["beyond"], per),
        gap["line_m"], "、".join(gap["closed"]), "、".join(gap.get("unknown", [])), gap["points"],
        gap["lon"], gap["lat"],
    )  # fmt: skip


def distance_table(study: Study, say: Say = str) -> Table:
    """Return how much demand is how far from the nearest open station."""
    found, measure = study["distances"], study["asked"]["measure"]
    whole = sum(found["weight"])
    edges = [cost_words(edge, measure, say) for edge in found["edges"]]
    names = [say(Reason("%(to)s以内", {"to": to})) for to in edges[:1]]
    names += [f"{low} – {high}" for low, high in pairwise(edges)]
    names += [say(Reason("%(low)s以外", {"low": edges[-1]}))] if edges else []
    names += [say(Reason("走不到任何开放的站点"))]
    within = [edge <= study["asked"]["limit"] for edge in found["edges"]] + [False, False]
    yes, no = say(Reason("范围内")), say(Reason("范围外"))
    columns = (
        Column(say(Reason("到最近的开放站点"))),
        Column(say(Reason("需求")), "weight"),
        Column(say(Reason("占全部需求")), "share"),
        Column(say(Reason("是否在范围内"))),
    )
    rows = zip(names, found["weight"], within, strict=False)
    return Table(
        columns,
        [
            (name, weight, weight / whole if whole else None, yes if near else no)
            for name, weight, near in rows
        ],
    )


def week_table(study: Study, say: Say = str) -> Table:
    """Return the share covered by day and hour; no rows where the study has no week."""
    columns = (Column(say(Reason("星期"))), *(Column(f"{hour}", "share") for hour in range(24)))
    week = study["week"] or []
    return Table(columns, [(say(day), *shares) for day, shares in zip(WEEKDAYS, week, strict=False)])


def upgrade_table(study: Study, say: Say = str) -> Table:
    """Return the stations that would add most if they never closed."""
    columns = (
        Column(say(Reason("站点"))),
        Column(say(Reason("编号")), "code"),
        Column(say(Reason("每周多覆盖(需求×小时)")), "weight"),
        Column(say(Reason("占一周全部")), "share"),
    )
    rows = [(one["name"], one["code"], one["gain"], one["gain_share"]) for one in study["upgrades"]]
    return Table(columns, rows)


def finding_table(study: Study, say: Say = str) -> Table:
    """Return what is doubtful in the registry, and what it does to the figure."""
    columns = (
        Column(say(Reason("问题"))),
        Column(say(Reason("站点"))),
        Column(say(Reason("说明"))),
        Column(say(Reason("试算"))),
        Column(say(Reason("覆盖率的变化(百分点)")), "points"),
    )
    rows = []
    for one in study["findings"]:
        named = _stations(one["names"], one["codes"], say)
        detail = say(Reason(one["detail"]["message"], one["detail"]["params"]))
        rows.append((say(RULES[one["rule"]]), named, detail, say(EFFECTS[one["rule"]]), one["effect"]))
    return Table(columns, rows)


def _stations(names: list[str], codes: list[str], say: Say) -> str:
    pairs = zip(names[:_NAMED], codes[:_NAMED], strict=False)
    shown = listed([f"{name}({code})" for name, code in pairs], say)
    if len(codes) <= _NAMED:
        return shown
    return say(Reason("%(shown)s 等 %(count)s 个", {"shown": shown, "count": len(codes)}))


def source_table(study: Study, say: Say = str) -> Table:
    """Return the data a study stands on."""
    columns = (
        Column(say(Reason("资料"))),
        Column(say(Reason("时间"))),
        Column(say(Reason("版权"))),
    )
    return Table(columns, [(*source_words(one, say), one["attribution"] or "") for one in study["sources"]])


def _unit(study: Study) -> tuple[Form, int]:
    """Return the form of costs, and how many of a study's units make one of it."""
    return ("metres", 1) if study["asked"]["measure"] == "metres" else ("minutes", _MINUTE_S)


def _in_unit(metres: Reason, minutes: Reason, unit: Form, say: Say) -> str:
    return say(metres if unit == "metres" else minutes)


def _per(cost: float | None, per: int) -> float | None:
    return None if cost is None else cost / per
