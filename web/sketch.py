"""What the map draws around the list: other stations as dots, landmarks and districts as labels.

There is no basemap: these make a readable sketch of one.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import orjson

from geo.crs import Crs, from_wgs84
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.feature import positions
from geo.registry.nearest import Index, nearest
from geo.registry.selection import Filter
from geo.registry.snapshot import Snapshot
from web.start import Area

__all__ = ["labels_around", "sketch"]

_DOTS = 120
_LABELS = 40


def sketch(
    index: Index,
    point: Point | None,
    *,
    listed: Collection[int] = (),
    areas: Sequence[Area] = (),
    crs: str,
    decimals: int,
) -> dict[str, Any]:
    """Return what to draw, each with its lon and lat last, in degrees of ``crs``.

    Parameters
    ----------
    point : Point or None
        Where the list starts from, in WGS-84 degrees; None: nowhere, the registry as a whole is drawn.
    listed : collection of int
        Rows the list shows, which are no dots.
    areas : sequence of Area
        Those to label.

    Examples
    --------
    An empty registry has nothing to draw: no position, no dots, no labels, no areas.
    """
    snapshot = index.snapshot
    system = Crs(crs)
    centre = point or _middle(snapshot)
    # Where districts are labelled with their counts, stations are told already.
    dots = [] if areas or centre is None else _dots(index, centre, listed, system, decimals)
    return {
        "here": _placed([[]], [point], system, decimals)[0] if point else None,
        "dots": dots,
        "labels": [] if centre is None else labels_around(snapshot, centre, crs=crs, decimals=decimals),
        "areas": _placed(
            [[area.name, area.serving] for area in areas],
            [Point(*area.centre) for area in areas],
            system,
            decimals,
        ),
    }


def labels_around(snapshot: Snapshot, point: Point, *, crs: str, decimals: int) -> list[list[Any]]:
    """Return the names of the landmarks around a point, each with its lon and lat, in degrees of ``crs``.

    Parameters
    ----------
    point : Point
        In WGS-84 degrees.
    """
    marks = _landmarks(snapshot, point)
    return _placed([[mark.name] for mark in marks], marks, Crs(crs), decimals)


def _placed(heads: Sequence[list[Any]], places: Sequence[Any], crs: Crs, decimals: int) -> list[list[Any]]:
    lon, lat = from_wgs84([place.lon for place in places], [place.lat for place in places], crs)
    rounded = zip(np.round(lon, decimals).tolist(), np.round(lat, decimals).tolist(), strict=True)
    return [[*head, *place] for head, place in zip(heads, rounded, strict=True)]


def _dots(index: Index, point: Point, listed: Collection[int], crs: Crs, decimals: int) -> list[list[Any]]:
    snapshot = index.snapshot
    hits = nearest(index, point, _DOTS + len(listed), Filter(statuses=SERVING))
    rows = [hit.row for hit in hits if hit.row not in listed]
    docs = [orjson.loads(snapshot.doc(row)) for row in rows]
    return [
        [doc["code"], doc["name"], doc["kind"], *place]
        for doc, place in zip(docs, positions(snapshot, rows, crs=crs, decimals=decimals), strict=True)
    ]


def _middle(snapshot: Snapshot) -> Point | None:
    if not len(snapshot):
        return None
    return Point(float(np.median(snapshot.lon)), float(np.median(snapshot.lat)))


def _landmarks(snapshot: Snapshot, point: Point) -> list[Any]:
    def far(mark: Any) -> float:
        return (mark.lon - point.lon) ** 2 + (mark.lat - point.lat) ** 2

    return sorted(snapshot.landmarks, key=far)[:_LABELS]
