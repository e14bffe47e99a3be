"""Stations as GeoJSON text, spliced from the snapshot's ready-made properties."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from geo.crs import Crs, from_wgs84
from geo.model.hours import OpenState, Reason
from geo.registry.snapshot import Snapshot

__all__ = ["collection", "feature", "open_json", "positions"]

Say = Callable[[Reason], str]


def positions(
    snapshot: Snapshot, rows: Sequence[int], *, crs: Crs, decimals: int
) -> list[tuple[float, float]]:
    """Return (lon, lat) of rows in a coordinate system, in degrees, rounded."""
    lon, lat = snapshot.lon[rows], snapshot.lat[rows]
    if crs not in (Crs.WGS84, Crs.CGCS2000):
        lon, lat = from_wgs84(lon, lat, crs)
    return list(zip(np.round(lon, decimals).tolist(), np.round(lat, decimals).tolist(), strict=True))


def open_json(state: OpenState, say: Say = str) -> dict[str, Any]:
    """Return an open state as the API gives it: ``state``, ``until`` (ISO time or null), ``reason``."""
    return {
        "state": state.state,
        "until": state.until and state.until.isoformat(timespec="minutes"),
        "reason": say(state.reason) if state.reason else None,
    }


def feature(
    snapshot: Snapshot, row: int, position: tuple[float, float], extra: Mapping[str, Any] | None = None
) -> bytes:
    """Return one station as a GeoJSON Feature, ``extra`` members first among its properties."""
    doc = snapshot.doc(row)
    if extra:
        doc = orjson.dumps(extra)[:-1] + b"," + doc[1:]
    return b'{"type":"Feature","id":"%s","geometry":{"type":"Point","coordinates":%s},"properties":%s}' % (
        bytes(snapshot.codes[row]),
        orjson.dumps(position),
        doc,
    )


def collection(features: Sequence[bytes], members: Mapping[str, Any]) -> bytes:
    """Return a FeatureCollection with foreign members (RFC 7946, 6.1)."""
    head = orjson.dumps({"type": "FeatureCollection", **members})[:-1]
    return head + b',"features":[' + b",".join(features) + b"]}"
