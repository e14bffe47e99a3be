"""A study's layers for a GIS, all of them WGS-84: gaps and their outlines, demand, reach, stations."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson
import shapely

from geo.model.study import Gap
from geo.report.geopackage import Layer, write_layers
from geo.report.study_figures import question_lines
from geo.report.study_parts import StudyParts
from geo.report.study_titles import titles
from geo.report.study_words import assumption_lines, headline, source_words

__all__ = ["LAYERS", "study_geojson", "write_study_geopackage"]

LAYERS = ("gaps", "gap_outlines", "demand", "reach", "stations")
"""Their names, in both formats."""

_WGS84 = 4326
_DECIMALS = 6
_GAP_COLUMNS = {
    "rank": "INTEGER", "name": "TEXT", "area_code": "TEXT", "weight": "REAL", "points": "INTEGER",
    "reason": "TEXT", "remedy": "TEXT", "nearest": "TEXT", "nearest_name": "TEXT", "cost": "REAL",
    "beyond": "REAL", "line_m": "REAL", "closed": "TEXT",
}  # fmt: skip


class _Drawn(NamedTuple):
    """A layer's columns (name and type in SQL), the type of its geometry, and its rows."""

    columns: dict[str, str]
    shape: Literal["POINT", "POLYGON", "MULTILINESTRING"]
    rows: Iterable[tuple[shapely.Geometry, tuple[Any, ...]]]


def write_study_geopackage(parts: StudyParts, path: Path) -> None:
    """Write all layers of a study as one new file.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    told = "\n".join(_description(parts))
    made_at = parts.study["made_at"]
    layers = []
    for name in LAYERS:
        columns, shape, rows = _drawn(parts, name)
        points = ((shape.x, shape.y, values) for shape, values in rows) if shape == "POINT" else rows
        layers.append((Layer(columns, _WGS84, told, made_at, name, shape), points))
    write_layers(path, layers, about=orjson.dumps(_about(parts)).decode())


def study_geojson(parts: StudyParts, *names: str) -> bytes:
    """Return layers as one GeoJSON FeatureCollection (RFC 7946), each feature with the name of its own.

    Parameters
    ----------
    *names : str
        Of `LAYERS`; all of them unless said.
    """
    # What is about all features goes beside them: other programs pass over it.
    features = [feature for name in names or LAYERS for feature in _features(parts, name)]
    return orjson.dumps({"type": "FeatureCollection", **_about(parts), "features": features})


def _features(parts: StudyParts, name: str) -> Iterator[dict[str, Any]]:
    columns, _, rows = _drawn(parts, name)
    for shape, values in rows:
        rounded = shapely.set_precision(shape, 10**-_DECIMALS, mode="pointwise")
        yield {
            "type": "Feature",
            "geometry": orjson.Fragment(shapely.to_geojson(rounded)),
            "properties": {"layer": name, **dict(zip(columns, values, strict=True))},
        }


def _about(parts: StudyParts) -> dict[str, Any]:
    """Return what layers do not say themselves, so that they can be taken for what they are years later."""
    study = parts.study
    return {
        "study": study["id"],
        "made_at": study["made_at"],
        "link": parts.link,
        "headline": headline(study),
        "question": dict(question_lines(study)),
        "asked": study["asked"],
        "sources": study["sources"],
        "assumptions": assumption_lines(study["assumptions"]),
        "attribution": _told(parts),
    }


def _description(parts: StudyParts) -> Iterator[str]:
    """Yield the same in sentences, which a GIS shows beside a layer."""
    study, words = parts.study, titles(parts.study)
    yield headline(study)
    yield from (f"{what}:{value}" for what, value in question_lines(study))
    for source in study["sources"]:
        yield ",".join((*source_words(source), *filter(None, [source["attribution"]])))
    yield from (f"{words.assumptions}:{line}" for line in assumption_lines(study["assumptions"]))
    yield words.made


def _told(parts: StudyParts) -> str:
    owners = [source["attribution"] for source in parts.study["sources"] if source["attribution"]]
    return ";".join(dict.fromkeys(owners))


def _drawn(parts: StudyParts, name: str) -> _Drawn:
    gaps = parts.study["gaps"]
    if name == "gaps":
        points = ((shapely.Point(gap["lon"], gap["lat"]), _gap(gap)) for gap in gaps)
        return _Drawn(_GAP_COLUMNS, "POINT", points)
    if name == "gap_outlines":
        rings = ((shapely.Polygon(gap["outline"]), _gap(gap)) for gap in gaps if len(gap["outline"]) >= 3)
        return _Drawn(_GAP_COLUMNS, "POLYGON", rings)
    if name == "demand":
        columns = {
            "weight": "REAL",
            "covered": "INTEGER",
            "cost": "REAL",
            "station": "TEXT",
            "gap": "INTEGER",
        }
        return _Drawn(columns, "POINT", _demand(parts))
    if name == "reach":
        asked = parts.study["asked"]
        lines = (
            [] if parts.reach is None else [(parts.reach, (asked["limit"], asked["measure"], asked["by"]))]
        )
        return _Drawn({"limit": "REAL", "measure": "TEXT", "profile": "TEXT"}, "MULTILINESTRING", lines)
    names = ("code", "name", "kind", "status", "state")
    stations = (
        (shapely.Point(one.lon, one.lat), (one.code, one.name, one.kind, one.status, one.state))
        for one in parts.stations
    )
    return _Drawn(dict.fromkeys(names, "TEXT"), "POINT", stations)


def _gap(gap: Gap) -> tuple[Any, ...]:
    names = {"area_code": "area"}
    values = {**gap, "closed": "、".join(gap["closed"])}
    return tuple(values[names.get(column, column)] for column in _GAP_COLUMNS)


def _demand(parts: StudyParts) -> Iterator[tuple[shapely.Geometry, tuple[Any, ...]]]:
    places = parts.places
    codes = [*places.codes.tolist(), None]
    cost = [cost if np.isfinite(cost) else None for cost in places.cost.tolist()]
    columns = (
        places.weight.tolist(),
        places.covered.tolist(),
        cost,
        places.station.tolist(),
        places.gap.tolist(),
    )
    points = shapely.points(places.lon, places.lat)
    for point, weight, covered, far, station, gap in zip(points, *columns, strict=True):
        yield point, (weight, covered, far, codes[station], gap or None)
