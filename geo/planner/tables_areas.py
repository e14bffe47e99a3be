"""Which areas and union units have a station, and which have none."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from geo.model.hours import Reason
from geo.model.ledger import Line, Sheet
from geo.model.names import normalise_name
from geo.planner.tables_parts import KIND_COLUMNS, by_kind
from geo.registry.areas import AreaIndex

__all__ = ["Tree", "area_sheets"]

_Rows = list[Mapping[str, Any]]
_LEVELS = {
    "city": (Reason("市"), Reason("各市的站点")),
    "district": (Reason("区县"), Reason("各区县的站点")),
    "street": (Reason("街道"), Reason("各街道的站点")),
    "community": (Reason("社区"), Reason("各社区的站点")),
}
_UNIT = "工会"


class Tree(NamedTuple):
    """Areas or union units by code: names, what each is below, and its level (of units: none)."""

    names: dict[str, str]
    parents: dict[str, str | None]
    levels: dict[str, str]

    def line(self, code: str | None) -> list[str]:
        """Return a code and all above it; empty where it is not known."""
        line: list[str] = []
        while code in self.parents and code not in line:
            line.append(code)
            code = self.parents[code]
        return line


def area_sheets(serving: _Rows, index: AreaIndex, areas: Tree, units: Tree) -> Iterator[Sheet]:
    """Yield which areas and units have stations, then each of them with its stations.

    Parameters
    ----------
    serving : list
        The stations one can go to.
    """
    held = _held(serving, [_area_of(row, found, areas) for row, found in _located(serving, index)], areas)
    ours = _held(serving, list(_units_of(serving, units)), units)
    levels = [level for level in _LEVELS if level in areas.levels.values()]
    if levels:
        yield _coverage(held, areas, levels)
    if units.names:
        rule = Reason("工会和它下级工会主管的站点,只数开放和试运行的")
        lines = _covered("unit", Reason("工会"), list(units.names), ours)
        yield Sheet("cover.unit", _UNIT, Reason("工会覆盖"), rule, KIND_COLUMNS, lines, "units")
        lines = [Line(f"unit.{code}", name, by_kind(ours[code])) for code, name in units.names.items()]
        yield Sheet("unit", _UNIT, Reason("各工会的站点"), rule, KIND_COLUMNS, lines)
    rule = Reason("站点按登记的区划代码归属;坐标所在的更小区划在它里面时,也算在那里。只数开放和试运行的")
    for level in levels:
        codes = [code for code, its in areas.levels.items() if its == level]
        lines = [Line(f"area.{code}", _named(areas, code), by_kind(held[code])) for code in codes]
        what, title = _LEVELS[level]
        yield Sheet(f"area.{level}", what.message, title, rule, KIND_COLUMNS, lines)


def _located(serving: _Rows, index: AreaIndex) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    found = index.locate([row["lon"] for row in serving], [row["lat"] for row in serving])
    return zip(serving, found, strict=True)


def _area_of(row: Mapping[str, Any], located: str | None, areas: Tree) -> str | None:
    """Return the smallest area of a station: where it lies, unless it is said to be somewhere else."""
    own = row["area_code"]
    return located if own not in areas.names or own in areas.line(located) else own


def _units_of(serving: _Rows, units: Tree) -> Iterator[str | None]:
    """Yield the unit of each station: by its code, else by its name where no two units share it."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for code, name in units.names.items():
        by_name[normalise_name(name)].append(code)
    for row in serving:
        named = by_name.get(normalise_name(row["unit_name"] or ""), [])
        code = row["unit_code"]
        yield code if code in units.names else named[0] if len(named) == 1 else None


def _held(serving: _Rows, codes: list[str | None], tree: Tree) -> dict[str, _Rows]:
    """Return the stations of every area or unit, those of what is below it included."""
    held: dict[str, _Rows] = defaultdict(list)
    for row, code in zip(serving, codes, strict=True):
        for above in tree.line(code):
            held[above].append(row)
    return held


def _coverage(held: Mapping[str, _Rows], areas: Tree, levels: list[str]) -> Sheet:
    """Return for every level, and for the districts of every city, which have a station."""
    lines = []
    for level in levels:
        codes = [code for code, its in areas.levels.items() if its == level]
        lines += _covered(level, _LEVELS[level][0], codes, held)
        if level == "district":
            for city in (code for code, its in areas.levels.items() if its == "city"):
                within = [code for code in codes if city in areas.line(code)]
                lines += _covered(
                    f"{level}.{city}", Reason("%(text)s的区县", {"text": areas.names[city]}), within, held
                )
    rule = Reason("有至少一个开放或试运行的站点就算覆盖;没有的一行为 0 就是全覆盖")
    return Sheet("cover", "总览", Reason("区划覆盖"), rule, KIND_COLUMNS, lines, "areas")


def _covered(key: str, what: Reason, codes: list[str], held: Mapping[str, _Rows]) -> list[Line]:
    """Return two lines: those of some areas or units that have a station, and those that have none."""
    if not codes:
        return []
    found = {code: by_kind(held.get(code, [])) for code in codes}
    columns = range(len(KIND_COLUMNS))
    has, none = (
        tuple(tuple(code for code in codes if bool(found[code][column]) is wanted) for column in columns)
        for wanted in (True, False)
    )
    of = (len(codes),) * len(KIND_COLUMNS)
    return [
        Line(f"cover.{key}", Reason("%(areas)s:有站点的", {"areas": what}), has, of),
        Line(f"blank.{key}", Reason("%(areas)s:没有站点的", {"areas": what}), none, of),
    ]


def _named(areas: Tree, code: str) -> str:
    """Return the name of an area, after that of what it is in below a city."""
    above = areas.line(code)[1:2]
    if above and areas.levels[above[0]] in ("district", "street"):
        return f"{areas.names[above[0]]} {areas.names[code]}"
    return areas.names[code]
