"""The union tree of the demo city: by division, by zone, by trade."""

from typing import NamedTuple

from geo.demo.skeleton import CITY_CODE, DISTRICTS, ZONE

__all__ = ["CITY_UNIT", "UNITS", "ZONE_UNIT", "Unit", "district_unit"]


class Unit(NamedTuple):
    """A union: the code of the one above it, and of its division where it has one."""

    code: str
    name: str
    parent: str
    area_code: str


CITY_UNIT = Unit("GH00", "云栖市总工会(演示)", "", CITY_CODE)
ZONE_UNIT = Unit("GH07", f"{ZONE.name}总工会(演示)", CITY_UNIT.code, "")

_BY_DISTRICT = {
    district.code: Unit(f"GH{number:02}", f"{district.name}总工会(演示)", CITY_UNIT.code, district.code)
    for number, district in enumerate(DISTRICTS, 1)
}
_TRADES = ("快递行业", "外卖配送行业", "环卫系统", "公共交通")


def district_unit(code: str) -> Unit:
    """Return the union of a district."""
    return _BY_DISTRICT[code]


UNITS = (
    CITY_UNIT,
    *_BY_DISTRICT.values(),
    ZONE_UNIT,
    *(
        Unit(f"{above.code}{number:02}", f"{office}总工会(演示)", above.code, "")
        for district in DISTRICTS
        for above in [district_unit(district.code)]
        for number, office in enumerate(district.offices, 1)
    ),
    *(
        Unit(f"GH8{number}", f"云栖市{trade}工会联合会(演示)", CITY_UNIT.code, "")
        for number, trade in enumerate(_TRADES, 1)
    ),
)
"""Every union, those above before those below."""
