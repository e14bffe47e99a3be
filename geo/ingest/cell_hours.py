"""The columns about opening hours, read together: they complete and contradict each other."""

import re
from typing import Any, NamedTuple

from geo.ingest.cells import clean, read_public_text, read_yes_no
from geo.model.hours import Hours, validate_osm
from geo.model.hours_text import parse_hours

__all__ = ["HoursCells", "HoursReading", "read_hours"]


class HoursCells(NamedTuple):
    """What a row says about its hours, as written; empty where it says nothing."""

    hours_raw: str = ""
    hours_osm: str = ""
    season: str = ""
    is_24h: str = ""


class HoursReading(NamedTuple):
    """What the cells fill; doubts (the field, and a Chinese sentence); what had to be assumed."""

    fields: dict[str, Any]
    doubts: list[tuple[str, str]]
    assumption: str | None = None


def read_hours(cells: HoursCells, *, summer: str) -> HoursReading:
    """Return the fields that the cells fill.

    Parameters
    ----------
    cells : HoursCells
        OSM text in its own column outweighs the words; a season in its own column limits them.
    summer : str
        What 夏季 means, as ``05-01/09-30``.

    Examples
    --------
    >>> read_hours(HoursCells(is_24h="是"), summer="05-01/09-30").fields["hours_osm"]
    '24/7'
    >>> summery = HoursCells("每日8:00-20:00", season="6月1日-8月31日")
    >>> read_hours(summery, summer="05-01/09-30").fields["hours_osm"]
    'Jun 01-Aug 31 08:00-20:00'
    >>> read_hours(HoursCells(), summer="05-01/09-30")
    HoursReading(fields={}, doubts=[], assumption=None)
    """
    doubts: list[tuple[str, str]] = []
    raw = _told(read_public_text(cells.hours_raw), "hours_raw", doubts)
    season = _told(read_public_text(cells.season), "season", doubts)
    all_day = _told(read_yes_no(cells.is_24h), "is_24h", doubts)
    osm = _own_osm(clean(cells.hours_osm), doubts)
    fields: dict[str, Any] = {"season": season} if season else {}
    assumption = None
    if raw is None and osm is None and all_day == "yes":
        raw = "24小时"
    if raw is not None:
        parsed = _within_season(parse_hours(raw, summer=summer), season, summer)
        hours = _all_day(parsed, all_day)
        fields |= {"hours_raw": raw, "hours_osm": hours.osm, "hours_makeup": hours.makeup}
        fields["hours_note"] = hours.note
        if osm is None:
            doubts += _contradictions(hours, all_day)
            if parsed.osm is None and all_day == "yes" and not _SAYS_ALL_DAY.search(raw):
                doubts.append(("hours_raw", "看不懂这一格,已按 24 小时开放处理;请核对"))
            assumption = hours.note if hours.doubtful and hours.osm is not None else None
    if osm is not None:
        fields["hours_osm"] = osm
    return HoursReading(fields, doubts, assumption)


_SAYS_ALL_DAY = re.compile(r"24|全天")
_MARKER = "10:00-16:00"
# The dates a season means, and, for a season named alone, that nothing is known of the rest of the year.
_SEASON = re.compile(rf'(?:(?P<dates>[^;"]+) )?{_MARKER}(?:; [^;"]+ unknown "[^"]*")?')
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")


def _told(reading: tuple[Any, str | None], field: str, doubts: list[tuple[str, str]]) -> Any:
    value, doubt = reading
    if doubt:
        doubts.append((field, doubt))
    return value


def _own_osm(text: str, doubts: list[tuple[str, str]]) -> str | None:
    if not text:
        return None
    if wrong := validate_osm(text):
        doubts.append(("hours_osm", wrong))
        return None
    return text


def _all_day(hours: Hours, all_day: str | None) -> Hours:
    if hours.osm is None and all_day == "yes":
        return hours._replace(osm="24/7", note=None, doubtful=False)
    return hours


def _within_season(hours: Hours, season: str | None, summer: str) -> Hours:
    """Limit the hours to the season; without knowing which it is, nothing is known of any day."""
    if not season or hours.osm is None:
        return hours
    within = parse_hours(f"{season} {_MARKER}", summer=summer)
    found = _SEASON.fullmatch(within.osm or "")
    if not found or '"' in hours.osm or _MONTH.search(hours.osm):
        note = f"开放季节“{season}”和开放时间合不到一起,开放时间按未知处理"
        return hours._replace(osm=None, note=note, doubtful=True)
    if not found["dates"]:
        return hours
    notes = [note for note in (hours.note, within.note) if note]
    return hours._replace(
        osm="; ".join(_limited(rule, found["dates"]) for rule in hours.osm.split("; ")),
        note=";".join(notes) or None,
        doubtful=hours.doubtful or within.doubtful,
    )


def _limited(rule: str, dates: str) -> str:
    # What is closed all year is closed in the season too.
    if rule.endswith(" off"):
        return rule
    return f"{dates} 00:00-24:00" if rule == "24/7" else f"{dates} {rule}"


def _contradictions(hours: Hours, all_day: str | None) -> list[tuple[str, str]]:
    if hours.osm is None:
        return [("hours_raw", f"{hours.note};请写成“周一至周五 8:30-17:30”的样子")]
    if all_day == "yes" and "24/7" not in hours.osm and "00:00-24:00" not in hours.osm:
        return [("is_24h", "写了 24 小时开放,开放时间却不是全天;按开放时间处理,请核对")]
    if all_day == "no" and hours.osm == "24/7":
        return [("is_24h", "写了不是 24 小时开放,开放时间却是全天;按开放时间处理,请核对")]
    return []
