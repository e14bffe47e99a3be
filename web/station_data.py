"""A station as schema.org describes a place, for machines that read the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.crs import Crs
from geo.model.holidays import DayKind
from geo.model.hours_rules import DAY_MINUTES
from geo.model.station import SERVING
from geo.registry.snapshot import Snapshot
from web.station_hours import Day
from web.words import facility_name

__all__ = ["place_data"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LEVELS = {"province": "addressRegion", "city": "addressLocality"}
# How schema.org writes a day that is closed, and one that never is.
_CLOSED, _ALL_DAY = ("00:00", "00:00"), ("00:00", "23:59")


def place_data(
    snapshot: Snapshot,
    doc: Mapping[str, Any],
    days: Sequence[Day],
    *,
    url: str,
    position: tuple[float, float],
    crs: str,
) -> dict[str, Any]:
    """Return the page's JSON-LD.

    Parameters
    ----------
    days : sequence of Day
        The coming days. Hours are only told for them, and where all of them are certain.
    url : str
        The page's absolute address.
    position : (lon, lat)
        Degrees in ``crs``; schema.org means WGS-84, so that a shifted one is left out.
    """
    serving = doc["status"] in SERVING
    data = {
        "@context": "https://schema.org",
        "@type": "CivicStructure",
        "@id": url,
        "url": url,
        "name": doc["name"],
        "alternateName": doc.get("aliases"),
        "identifier": doc["code"],
        "address": _address(snapshot, doc),
        "geo": _geo(position) if Crs(crs) in (Crs.WGS84, Crs.CGCS2000) else None,
        "telephone": doc.get("public_phone"),
        "isAccessibleForFree": True,
        # Of one that serves it depends on who comes.
        "publicAccess": None if serving else False,
        "amenityFeature": _amenities(doc.get("facilities", {})),
        **(_hours(days) if serving else {}),
    }
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def _address(snapshot: Snapshot, doc: Mapping[str, Any]) -> dict[str, str]:
    address = {"@type": "PostalAddress", "addressCountry": "CN"}
    areas = {area["code"]: area for area in snapshot.areas}
    code, seen = doc.get("area_code"), set()
    while code in areas and code not in seen:
        seen.add(code)
        if named := _LEVELS.get(areas[code]["level"]):
            address[named] = areas[code]["name"]
        code = areas[code]["parent_code"]
    street = " ".join(doc[name] for name in ("address", "floor", "entrance_note") if doc.get(name))
    return address | ({"streetAddress": street} if street else {})


def _geo(position: tuple[float, float]) -> dict[str, Any]:
    return {"@type": "GeoCoordinates", "longitude": position[0], "latitude": position[1]}


def _amenities(answers: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "@type": "LocationFeatureSpecification",
            "propertyID": code,
            "name": facility_name(code),
            "value": answer == "yes",
        }
        for code, answer in answers.items()
        if answer in ("yes", "no")
    ]


def _hours(days: Sequence[Day]) -> dict[str, Any]:
    """Return the week, true for the coming days alone, and the days among them that differ from it."""
    if not days or not all(map(_is_certain, days)):
        return {}
    week: dict[int, Day] = {}
    for day in sorted(days, key=lambda day: day.kind is not DayKind.ORDINARY):
        week.setdefault(day.day.weekday(), day)
    first, last = days[0].day.isoformat(), days[-1].day.isoformat()
    special = [day for day in days if day.spans != week[day.day.weekday()].spans]
    return {
        "openingHoursSpecification": [
            _entry(clocks, first, last) | {"dayOfWeek": names} for clocks, names in _by_clocks(week).items()
        ],
        "specialOpeningHoursSpecification": [
            _entry(clocks, day.day.isoformat(), day.day.isoformat())
            for day in special
            for clocks in _clocks(day)
        ],
    }


def _by_clocks(week: Mapping[int, Day]) -> dict[tuple[str, str], list[str]]:
    """Return each stretch of a week's hours, and the days that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for number, day in sorted(week.items()):
        for clocks in _clocks(day):
            found.setdefault(clocks, []).append(f"https://schema.org/{_DAYS[number]}")
    return found


def _is_certain(day: Day) -> bool:
    # schema.org has no word for "unknown": a reader would take what is left out for closed.
    return day.spans is not None and all(state == "open" for _, _, state in day.spans)


def _entry(clocks: tuple[str, str], first: str, last: str) -> dict[str, Any]:
    opens, closes = clocks
    return {
        "@type": "OpeningHoursSpecification",
        "opens": opens,
        "closes": closes,
        "validFrom": first,
        "validThrough": last,
    }


def _clocks(day: Day) -> list[tuple[str, str]]:
    """Return when a day's stretches begin and end; an end before the beginning is in the night after."""
    return [
        _ALL_DAY if end - start >= DAY_MINUTES else (_clock(start), _clock(end))
        for start, end, _ in day.spans or ()
    ] or [_CLOSED]


def _clock(minute: int) -> str:
    hour, minute = divmod(minute % DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"
