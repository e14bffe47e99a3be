"""A study's map to move and zoom: one document, whole in itself, for a frame."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Gap
from geo.report.plan_sketch import GAINED
from geo.report.plan_tables import area_names, site_table
from geo.report.study_dots import DEGREE_M, LOOKS, demand_dots, look_of, parted_dots, radii_m
from geo.report.study_parts import StudyParts, StudyStation
from geo.report.study_sketch import DOT_COLOURS, GAP, NUMBERED, REACH
from geo.report.study_words import (
    KINDS,
    REMEDY_WORDS,
    STATES,
    Say,
    amount,
    area_of,
    gap_nearest,
    gap_reasons,
    share_words,
)

__all__ = ["study_map"]

_HERE = Path(__file__).parent
_UNITS = 1e5
# Reach is drawn as finely as this many corners allow, at best to this many metres.
_MOST_CORNERS = 60_000
_FINEST_M = 4.0


def study_map(parts: StudyParts, *, say: Say = str, lang: str = "zh-CN") -> str:
    """Return the map of a study as an HTML document that asks nothing of the network.

    Its scripts and styles stand in it, two of them in ``data:`` addresses; names reach the scripts as data,
    in which no tag can begin.

    Parameters
    ----------
    lang : str
        Of the words that ``say`` gives.
    """
    # Folium takes half a second and some memory, which the web's workers pay only if they draw.
    from geo.report.maps import drawn_map

    data = _data(parts, say)
    draw, style = ((_HERE / f"study_map.{kind}").read_text("utf-8").strip() for kind in ("js", "css"))
    title = say(Reason("%(area)s的覆盖地图", {"area": area_of(parts.study, say)}))
    return drawn_map(draw, data, style=style, title=title, lang=lang)


def _data(parts: StudyParts, say: Say) -> dict[str, Any]:
    study = parts.study
    dots = list(_dots(parts, say))
    owners = [source["attribution"] for source in study["sources"] if source["attribution"]]
    return {
        "reach": [_steps(line) for line in _reach_lines(parts.reach)],
        "dots": dots,
        "gaps": [_gap(parts, gap, say) for gap in reversed(study["gaps"])],
        "stations": [_station(one, say) for one in parts.stations],
        **_plan(parts, say),
        "attributions": list(dict.fromkeys(owners)),
        "bounds": _bounds(
            [(dot[1], dot[2]) for dot in dots] or [(one.lon, one.lat) for one in parts.stations]
        ),
        "colours": {**DOT_COLOURS, "reach": REACH, "gap": GAP, "gained": GAINED},
        "numbered": NUMBERED,
        "words": {
            "reach": say(Reason("开放站点够得到的街道")),
            "demand": say(Reason("需求")),
            "gaps": say(Reason("缺口")),
            "stations": say(Reason("站点")),
            "gained": say(Reason("改去这些站点的需求,有线连着")),
            "sites": say(Reason("选中的地点")),
        },
    }


def _bounds(places: Sequence[tuple[float, float]]) -> list[list[float]] | None:
    if not places:
        return None
    lons, lats = zip(*places, strict=True)
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _dots(parts: StudyParts, say: Say) -> Iterator[list[Any]]:
    dots = demand_dots(parts.places)
    columns = (look_of(dots), dots.lon, dots.lat, radii_m(dots), dots.weight, dots.covered)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    # What is not covered is drawn last, over the rest.
    for look, lon, lat, radius, weight, covered in sorted(rows, key=lambda row: -row[0]):
        values = {"weight": amount(weight), "share": share_words(covered / weight)}
        line = say(Reason("需求 %(weight)s,覆盖 %(share)s", values))
        yield [LOOKS[look], round(lon, 5), round(lat, 5), round(radius, 1), line]


def _gap(parts: StudyParts, gap: Gap, say: Say) -> dict[str, Any]:
    lines = [
        f"{gap['rank']}. {gap['name']}",
        say(Reason("未覆盖 %(weight)s", {"weight": amount(gap["weight"])})),
        gap_reasons(parts.study, gap, say),
        say(Reason("建议:%(remedy)s", {"remedy": say(REMEDY_WORDS[gap["remedy"]])})),
        gap_nearest(parts.study, gap, say),
    ]
    outline = _steps(np.array(gap["outline"], float).reshape(-1, 2))
    return {"rank": gap["rank"], "lon": gap["lon"], "lat": gap["lat"], "outline": outline, "lines": lines}


def _station(one: StudyStation, say: Say) -> dict[str, Any]:
    kind = say(KINDS[one.kind]) if one.kind in KINDS else one.kind
    lines = [f"{one.name}({one.code})", f"{kind},{say(STATES[one.state])}"]
    return {"lon": one.lon, "lat": one.lat, "state": one.state, "lines": lines}


def _plan(parts: StudyParts, say: Say) -> dict[str, list[Any]]:
    """Return the places of the plan, and the demand that goes to each; nothing where there is no plan."""
    plan = parts.study.get("plan")
    if plan is None:
        return {"gained": [], "sites": []}
    table = site_table(plan, parts.study["asked"], say, areas=area_names(parts.study)).brief()
    names = [column.name for column in table.columns]
    sites = [
        {
            "number": number,
            **{name: one[name] for name in ("lon", "lat", "what")},
            "lines": [f"{number}. {cells[1]}", *map(":".join, zip(names[2:], cells[2:], strict=True))],
        }
        for number, (one, cells) in enumerate(zip(plan["chosen"], table.texts(), strict=True), 1)
        if one["lon"] is not None
    ]
    return {"gained": list(_gained(parts, plan, say)), "sites": sites[::-1]}


def _gained(parts: StudyParts, plan: Plan, say: Say) -> Iterator[list[Any]]:
    """Yield dots with the place that each goes to."""
    dots, sites = parted_dots(parts.places, parts.parted())
    moved = sites >= 0
    columns = (sites, dots.lon, dots.lat, radii_m(dots), dots.weight)
    for site, lon, lat, radius, weight in zip(*(column[moved].tolist() for column in columns), strict=True):
        to_lon, to_lat = plan["chosen"][site]["lon"], plan["chosen"][site]["lat"]
        if to_lon is not None and to_lat is not None:
            values = {"weight": amount(weight), "number": site + 1}
            line = say(Reason("需求 %(weight)s,改去 %(number)s 号", values))
            places = (round(degrees, 5) for degrees in (lon, lat, to_lon, to_lat))
            yield [*places, round(radius, 1), line]


def _reach_lines(reach: shapely.MultiLineString | None) -> list[NDArray[np.float64]]:
    """Return the lines of a reach as corners, as finely as so many of them allow."""
    if reach is None or reach.is_empty:
        return []
    merged = shapely.get_parts(shapely.line_merge(reach))
    finest_m = _FINEST_M
    while True:
        drawn = shapely.simplify(merged, finest_m / DEGREE_M, preserve_topology=False)
        # Short ends go with the detail that they are.
        drawn = drawn[shapely.length(drawn) * DEGREE_M > finest_m]
        if shapely.get_num_coordinates(drawn).sum() <= _MOST_CORNERS:
            return [shapely.get_coordinates(line) for line in drawn]
        finest_m *= 2


def _steps(corners: NDArray[np.float64]) -> list[int]:
    """Return lon, lat in units of 1e-5 degrees: the first as it is, each other as the step to it."""
    whole = np.rint(corners * _UNITS).astype(np.int64)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
