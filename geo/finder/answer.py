"""An answer as GeoJSON."""

from orjson import dumps

from geo.crs import Crs
from geo.finder.nearest import Answer
from geo.registry.feature import Say, collection, features, positions
from geo.registry.snapshot import Snapshot

__all__ = ["answer_geojson"]


def answer_geojson(
    answer: Answer,
    *,
    crs: Crs = Crs.WGS84,
    decimals: int = 6,
    stale: bool = False,
    say: Say = str,
) -> bytes:
    """Return an answer as a GeoJSON FeatureCollection, coordinates in degrees of ``crs``, lon lat."""
    snapshot = answer.snapshot
    rows = [item.row for item in answer.found]
    places = positions(snapshot, rows, crs=crs, decimals=decimals)
    first = [
        b'"distance_m":%.2f,"duration_s":%s,"open":%s,'
        % (
            item.distance_m,
            b"null" if item.duration_s is None else b"%.0f" % item.duration_s,
            item.minute.text(item.schedule, say),
        )
        for item in answer.found
    ]
    if snapshot.told:
        first = [part + _live(snapshot, row) for part, row in zip(first, rows, strict=True)]
    members = {"by": answer.by, "coordinate_system": crs, "as_of": snapshot.at, "stale": stale}
    if answer.snap_m is not None:
        members |= {"snap_m": round(answer.snap_m, 2), "attribution": answer.attribution}
    return collection(
        features(snapshot, rows, places, first),
        members | {"notices": [say(notice) for notice in answer.notices]},
    )


def _live(snapshot: Snapshot, row: int) -> bytes:
    told = snapshot.told.get(row)
    return b'"live":' + dumps(told) + b"," if told else b""
