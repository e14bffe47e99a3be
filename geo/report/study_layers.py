"""A study's layers for a GIS, all of them WGS-84: gaps and their outlines, demand, reach, stations."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson
import shapely

from geo.model.plan import Chosen, Plan
from geo.model.study import Gap, Study
from geo.report.geopackage import Layer, write_layers
from geo.report.plan_units import known
from geo.report.plan_words import plan_headline, plan_lines
from geo.report.study_figures import question_lines
from geo.report.study_parts import StudyParts
from geo.report.study_titles import titles
from geo.report.study_words import assumption_lines, headline, source_words

__all__ = ["LAYERS", "PLAN_LAYER", "layers_of", "study_geojson", "write_study_geopackage"]

LAYERS = ("gaps", "gap_outlines", "demand", "reach", "stations")
"""Their names, in both formats."""

PLAN_LAYER = "plan_sites"
"""One more, of studies with a plan."""

_WGS84 = 4326
_DECIMALS = 6
_GAP_COLUMNS = {
    "rank": "INTEGER", "name": "TEXT", "area_code": "TEXT", "weight": "REAL", "points": "INTEGER",
    "reason": "TEXT", "remedy": "TEXT", "nearest": "TEXT", "nearest_name": "TEXT", "cost": "REAL",
    "beyond": "REAL", "line_m": "REAL", "closed": "TEXT",
}  # fmt: skip
_SITE_COLUMNS = {
    "number": "INTEGER", "code": "TEXT", "name": "TEXT", "what": "TEXT", "area_code": "TEXT",
    "price": "REAL", "gain": "REAL", "serves": "REAL", "need": "TEXT",
}  # fmt: skip


class _Drawn(NamedTuple):
    """A layer's columns (name and type in SQL), the type of its geometry, and its rows."""

    columns: dict[str, str]
    shape: Literal["POINT", "POLYGON", "MULTILINESTRING"]
    rows: Iterable[tuple[shapely.Geometry, tuple[Any, ...]]]


def layers_of(study: Study) -> tuple[str, ...]:
    """Return which layers a study has."""
    return (*LAYERS, PLAN_LAYER) if "plan" in study else LAYERS


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
    for name in layers_of(parts.study):
        columns, shape, rows = _drawn(parts, name)
        points = ((shape.x, shape.y, values) for shape, values in rows) if shape == "POINT" else rows
        layers.append((Layer(columns, _WGS84, told, made_at, name, shape), points))
    write_layers(path, layers, about=orjson.dumps(_about(parts)).decode())


def study_geojson(parts: StudyParts, *names: str) -> bytes:
    """Return layers as one GeoJSON FeatureCollection (RFC 7946), each feature with the name of its own.

    Parameters
    ----------
    *names : str
        Of `layers_of`; all of them unless said.
    """
    # What is about all features goes beside them: other programs pass over it.
    features = [feature for name in names or layers_of(parts.study) for feature in _features(parts, name)]
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
        **({"plan": _plan_told(study["plan"], study)} if "plan" in study else {}),
    }


def _plan_told(plan: Plan, study: Study) -> list[str]:
    asked = study["asked"]
    return [plan_headline(plan, asked), *plan_lines(plan, asked, assumptions=study["assumptions"])]


def _description(parts: StudyParts) -> Iterator[str]:
    """Yield the same in sentences, which a GIS shows beside a layer."""
    study, words = parts.study, titles(parts.study)
    yield headline(study)
    yield from (f"{what}:{value}" for what, value in question_lines(study))
    if "plan" in study:
        yield from _plan_told(study["plan"], study)
    for source in study["sources"]:
        yield ",".join((*source_words(source), *filter(None, [source["attribution"]])))
    yield from (f"{words.assumptions}:{line}" for line in assumption_lines(study["assumptions"]))
    yield words.made


def _told(parts: StudyParts) -> str:
    owners = [source["attribution"] for source in parts.study["sources"] if source["attribution"]]
    return ";".join(dict.fromkeys(owners))


def _drawn(parts: StudyParts, name: str) -> _Drawn:
    return _LAYERS[name](parts)


def _gaps(parts: StudyParts) -> _Drawn:
    gaps = parts.study["gaps"]
    return _Drawn(_GAP_COLUMNS, "POINT", ((shapely.Point(gap["lon"], gap["lat"]), _gap(gap)) for gap in gaps))


def _outlines(parts: StudyParts) -> _Drawn:
    gaps = (gap for gap in parts.study["gaps"] if len(gap["outline"]) >= 3)
    return _Drawn(_GAP_COLUMNS, "POLYGON", ((shapely.Polygon(gap["outline"]), _gap(gap)) for gap in gaps))


def _gap(gap: Gap) -> tuple[Any, ...]:
    names = {"area_code": "area"}
    values = {**gap, "closed": "、".join(gap["closed"])}
    return tuple(values[names.get(column, column)] for column in _GAP_COLUMNS)


def _demand(parts: StudyParts) -> _Drawn:
    columns = {"weight": "REAL", "covered": "INTEGER", "cost": "REAL", "station": "TEXT", "gap": "INTEGER"}
    if parts.gained is not None:
        columns["plan_site"] = "TEXT"
    return _Drawn(columns, "POINT", _demand_rows(parts))


def _demand_rows(parts: StudyParts) -> Iterator[tuple[shapely.Geometry, tuple[Any, ...]]]:
    places = parts.places
    codes = [*places.codes.tolist(), None]
    columns = [
        places.weight.tolist(),
        places.covered.tolist(),
        [cost if np.isfinite(cost) else None for cost in places.cost.tolist()],
        [codes[station] for station in places.station.tolist()],
        [gap or None for gap in places.gap.tolist()],
    ]
    if parts.gained is not None:
        sites = [*(one["code"] for one in parts.study["plan"]["chosen"]), None]
        columns.append([sites[site] for site in parts.gained.tolist()])
    yield from zip(shapely.points(places.lon, places.lat), zip(*columns, strict=True), strict=True)


def _reach(parts: StudyParts) -> _Drawn:
    asked = parts.study["asked"]
    lines = [] if parts.reach is None else [(parts.reach, (asked["limit"], asked["measure"], asked["by"]))]
    return _Drawn({"limit": "REAL", "measure": "TEXT", "profile": "TEXT"}, "MULTILINESTRING", lines)


def _stations(parts: StudyParts) -> _Drawn:
    names = ("code", "name", "kind", "status", "state")
    rows = (
        (shapely.Point(one.lon, one.lat), (one.code, one.name, one.kind, one.status, one.state))
        for one in parts.stations
    )
    return _Drawn(dict.fromkeys(names, "TEXT"), "POINT", rows)


def _sites(parts: StudyParts) -> _Drawn:
    chosen = enumerate(parts.study["plan"]["chosen"], 1)
    placed = ((number, one) for number, one in chosen if one["lon"] is not None)
    rows = ((shapely.Point(one["lon"], one["lat"]), _site(number, one)) for number, one in placed)
    return _Drawn(_SITE_COLUMNS, "POINT", rows)


def _site(number: int, one: Chosen) -> tuple[Any, ...]:
    figures = (known(one[name]) for name in ("price", "gain", "serves"))
    return (number, one["code"], one["name"], one["what"], one["area"], *figures, one["need"])


_LAYERS: dict[str, Callable[[StudyParts], _Drawn]] = {
    "gaps": _gaps,
    "gap_outlines": _outlines,
    "demand": _demand,
    "reach": _reach,
    "stations": _stations,
    PLAN_LAYER: _sites,
}
