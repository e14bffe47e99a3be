"""How the stations of a day divide: by status, by how they are built and run, by what they offer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import quote

from geo.model.facilities import FACILITIES
from geo.model.holidays import Calendar
from geo.model.hours import Reason, day_states
from geo.model.ledger import Line, Sheet
from geo.model.station import Kind, Status
from geo.planner.hours import ordinary_week

__all__ = ["KIND_COLUMNS", "SERVING_RULE", "by_kind", "part_sheets"]

_Rows = Iterable[Mapping[str, Any]]
_Cells = tuple[tuple[str, ...], ...]


KIND_COLUMNS = (Reason("全部"), Reason("爱心驿站"), Reason("爱心派水点"), Reason("母婴关爱室"))
SERVING_RULE = Reason("只数开放和试运行的站点")

_OVERVIEW = "总览"
_STATUSES = {
    Status.PLANNED: Reason("规划中"),
    Status.BUILDING: Reason("在建"),
    Status.TRIAL: Reason("试运行"),
    Status.OPEN: Reason("开放"),
    Status.SUSPENDED: Reason("暂停开放"),
    Status.CLOSED: Reason("已撤销"),
}
_HOURS = {
    "all_day": Reason("全天开放"),
    "part": Reason("每天或每周有固定时间"),
    "unknown": Reason("开放时间不明"),
}
_KIND_NAMES = dict(zip(Kind, KIND_COLUMNS[1:], strict=True))
_ANSWERS = (Reason("有"), Reason("没有"), Reason("不明"))


def by_kind(rows: _Rows) -> _Cells:
    """Return the codes of stations for `KIND_COLUMNS`."""
    kinds: dict[str, list[str]] = {kind.value: [] for kind in Kind}
    for row in rows:
        kinds[row["kind"]].append(row["code"])
    columns = chain.from_iterable(kinds.values()), *kinds.values()
    return tuple(tuple(sorted(codes)) for codes in columns)


def part_sheets(rows: _Rows, serving: _Rows, calendar: Calendar, day: date) -> Iterator[Sheet]:
    """Yield the sheets of what stations are.

    Parameters
    ----------
    rows, serving
        All stations of the day, and those of them one can go to.
    """
    yield _statuses(rows, serving)
    yield _words("build", Reason("建设方式"), serving, lambda row: [row["build_type"]])
    yield _words("host", Reason("依托类型"), serving, lambda row: [row["host_type"]])
    yield _words("star", Reason("星级"), serving, lambda row: [row["star"] and f"{row['star']} 星"])
    yield _words("honour", Reason("荣誉"), serving, lambda row: row["honours"] or [None])
    yield _hours(serving, calendar, day)
    yield from _facilities(serving)
    yield _maps(serving)


def _sheet(key: str, group: str, title: Reason, definition: Reason, lines: Iterable[Line]) -> Sheet:
    return Sheet(key, group, title, definition, KIND_COLUMNS, list(lines))


def _statuses(rows: _Rows, serving: _Rows) -> Sheet:
    lines = [Line("status.serving", Reason("可以去的站点"), by_kind(serving))]
    for status, name in _STATUSES.items():
        chosen = (row for row in rows if row["status"] == status)
        lines.append(Line(f"status.{status}", name, by_kind(chosen)))
    rule = Reason("登记册里的全部站点,按状态分;可以去的是开放和试运行两种")
    return _sheet("status", _OVERVIEW, Reason("站点总数"), rule, lines)


def _words(key: str, title: Reason, serving: _Rows, words: Callable[[Mapping[str, Any]], list]) -> Sheet:
    """Return a sheet by a field's own words, commonest first; what is not filled in comes last."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in serving:
        for word in dict.fromkeys(words(row)):
            found[word or ""].append(row)
    order = sorted(found, key=lambda word: (not word, -len(found[word]), word))
    of = _sizes(by_kind(serving))
    lines = [
        Line(
            f"{key}.{quote(word, safe='')}" if word else key,
            word or Reason("没有填"),
            by_kind(found[word]),
            of,
        )
        for word in order
    ]
    return _sheet(key, _OVERVIEW, title, SERVING_RULE, lines)


def _hours(serving: _Rows, calendar: Calendar, day: date) -> Sheet:
    calendar, days = ordinary_week(calendar, day)

    @cache
    def found(osm: str | None, makeup: bool) -> str:
        states = {
            state
            for one in days
            for _, state, _ in day_states(osm, makeup=makeup, day=one, calendar=calendar)
        }
        return "all_day" if states == {"open"} else "unknown" if "unknown" in states else "part"

    chosen: dict[str, list[Mapping[str, Any]]] = {key: [] for key in _HOURS}
    for row in serving:
        chosen[found(row["hours_osm"], bool(row["hours_makeup"]))].append(row)
    of = _sizes(by_kind(serving))
    lines = [Line(f"hours.{key}", name, by_kind(chosen[key]), of) for key, name in _HOURS.items()]
    rule = Reason("只数开放和试运行的站点;全天开放指在普通的一周里从不关门,按登记的开放时间")
    return _sheet("hours", _OVERVIEW, Reason("开放时间"), rule, lines)


def _facilities(serving: _Rows) -> Iterator[Sheet]:
    """Yield a sheet for each kind there is: who has what, has not, or has not said."""
    rule = Reason("只数开放和试运行的站点;没有填的算不明,不算没有")
    for kind, name in _KIND_NAMES.items():
        chosen = [row for row in serving if row["kind"] == kind]
        if chosen:
            lines = [_facility(kind, code, chosen) for code in FACILITIES]
            title = Reason("%(kind)s的设施", {"kind": name})
            yield Sheet(f"facility.{kind}", "设施", title, rule, _ANSWERS, lines)


def _facility(kind: Kind, code: str, rows: list[Mapping[str, Any]]) -> Line:
    answers: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    for row in rows:
        answers[(row["facilities"] or {}).get(code, "unknown")].append(row["code"])
    cells = tuple(tuple(sorted(codes)) for codes in answers.values())
    return Line(f"facility.{kind}.{code}", FACILITIES[code].zh, cells, (len(rows),) * len(cells))


def _maps(serving: _Rows) -> Sheet:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in serving:
        for platform, number in (row["map_ids"] or {}).items():
            if number:
                found[platform].append(row)
    listed = {row["code"]: row for rows in found.values() for row in rows}
    of = _sizes(by_kind(serving))
    lines = [Line("map.any", Reason("至少一个平台"), by_kind(listed.values()), of)]
    lines += [
        Line(f"map.at.{quote(name, safe='')}", name, by_kind(found[name]), of) for name in sorted(found)
    ]
    rule = Reason("上图率:登记了地图平台编号的站点,占开放和试运行的站点")
    return _sheet("map", "上图", Reason("上图"), rule, lines)


def _sizes(cells: _Cells) -> tuple[int, ...]:
    return tuple(len(cell) for cell in cells)
