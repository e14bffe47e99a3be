"""Stations as GeoJSON text, spliced from the snapshot's ready-made properties."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from orjson import dumps

from geo.crs import Crs, from_wgs84
from geo.model.hours import OpenState, Reason
from geo.registry.snapshot import Snapshot

__all__ = ["Say", "collection", "feature", "features", "open_json", "positions"]

Say = Callable[[Reason], str]

_ID = b'{"type":"Feature","id":"'
_PLACE = b'","geometry":{"type":"Point","coordinates":'
_PROPERTIES = b'},"properties":{'
_END = b"}"


def positions(
    snapshot: Snapshot, rows: Sequence[int], *, crs: Crs, decimals: int
) -> list[tuple[float, float]]:
    """Return (lon, lat) of rows in a coordinate system, in degrees, rounded."""
    rows = np.asarray(rows, np.intp)
    lon, lat = snapshot.lon[rows], snapshot.lat[rows]
    if crs not in (Crs.WGS84, Crs.CGCS2000):
        lon, lat = from_wgs84(lon, lat, crs)
    return [(round(x, decimals), round(y, decimals)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def open_json(state: OpenState, say: Say = str) -> dict[str, Any]:
    """Return an open state as the API gives it: ``state``, ``until`` (ISO time or null), ``reason``."""
    return {
        "state": state.state,
        "until": state.until and state.until.isoformat(timespec="minutes"),
        "reason": say(state.reason) if state.reason else None,
    }


def feature(
    snapshot: Snapshot, row: int, place: tuple[float, float], extra: Mapping[str, Any] | None = None
) -> bytes:
    """Return one station as a GeoJSON Feature, ``extra`` members first among its properties."""
    members = dumps(extra)[1:-1] + b"," if extra else b""
    return features(snapshot, [row], [place], [members])[0]


def features(
    snapshot: Snapshot,
    rows: Sequence[int],
    places: Sequence[tuple[float, float]],
    members: Sequence[bytes],
) -> list[bytes]:
    """Return stations as GeoJSON Features.

    Parameters
    ----------
    members : sequence of bytes
        For each the JSON members that come first among its properties, each followed by a comma.
    """
    rows = np.asarray(rows, np.intp)
    docs, shared = snapshot.docs, snapshot.shared
    parts = zip(
        snapshot.codes[rows].tolist(),
        places,
        members,
        snapshot.doc_places[rows].tolist(),
        strict=True,
    )
    # Joining is twice as fast as formatting, and this is the hottest line of all.
    return [
        b"".join(
            (
                _ID,
                code,
                _PLACE,
                dumps(place),
                _PROPERTIES,
                own,
                docs[start + 1 : cut],
                shared[n],
                docs[cut:end],
                _END,
            )
        )
        for code, place, own, (start, cut, end, n) in parts
    ]


def collection(features: Sequence[bytes], members: Mapping[str, Any]) -> bytes:
    """Return a FeatureCollection with foreign members (RFC 7946, 6.1)."""
    head = dumps({"type": "FeatureCollection", **members})[:-1]
    return head + b',"features":[' + b",".join(features) + b"]}"
