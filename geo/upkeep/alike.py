"""Records that may be of one place: near each other, of one kind, and with names alike."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson
from scipy.spatial import cKDTree
from sqlalchemy.orm import Session

from geo.model.names import normalise_name
from geo.model.people import Person
from geo.model.place import Point
from geo.model.station import Status
from geo.registry.nearest import Index, nearest
from geo.registry.selection import Filter
from geo.registry.snapshot import STATUSES
from geo.upkeep.apart import pairs_apart
from geo.upkeep.stations import ids_of

__all__ = ["Near", "Pair", "find_alike", "find_pairs", "likeness"]

_WITHIN_M = 150.0
_LOOKED_AT = 20
_MOST_PAIRS = 200
# Next to each other, names need not be as much alike.
_BESIDE_M = 30.0
_ALIKE, _ALIKE_BESIDE = 0.6, 0.3
# What every other station is called, too.
_COMMON = re.compile(
    r"户外劳动者|环卫工人|综合|服务|爱心|暖心|工会|驿站|驿家|站点|接力站|休息点|派水点|饮水点|母婴关爱室|母婴室|"
    r"妈咪小屋|[站点室()]"
)
_SERVED = tuple(status for status in Status if status != Status.CLOSED)


class Near(NamedTuple):
    """A station that may be the same as one that is asked about."""

    code: str
    name: str
    address: str
    distance_m: float


class Pair(NamedTuple):
    """Two stations that may be one; the closer their names, the higher ``likeness``, 0 to 1."""

    first: Near
    second: Near
    likeness: float


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: by the pairs of characters that both have.

    Examples
    --------
    >>> likeness("文化路爱心驿站", "文化路工会驿站"), likeness("文化路驿站", "东风路驿站")
    (1.0, 0.0)
    >>> round(likeness("建设银行文化路支行", "建行文化路支行驿站"), 2), likeness("", "")
    (0.56, 0.0)
    """
    parts = [_pairs(_core(name)) for name in (one, other)]
    together = parts[0] | parts[1]
    return len(parts[0] & parts[1]) / len(together) if together else 0.0


def find_alike(index: Index, name: str, point: Point, kind: str) -> list[Near]:
    """Return stations that a new one of this name and place may be, the nearest first.

    All there are count, whosever: a place is to be registered once.
    """
    wanted = Filter((kind,), tuple(str(status) for status in _SERVED))
    found = []
    for hit in nearest(index, point, _LOOKED_AT, wanted):
        doc = orjson.loads(index.snapshot.doc(hit.row))
        if _is_alike(likeness(name, doc["name"]), hit.distance_m):
            found.append(_near(doc, hit.distance_m))
    return found


def find_pairs(session: Session, person: Person, index: Index) -> list[Pair]:
    """Return pairs of somebody's stations that may be one, the most alike first; none marked as different."""
    pairs = _all_pairs(index)
    codes = list(dict.fromkeys(one.code for pair in pairs for one in pair[:2]))
    ours = ids_of(session, person, codes)
    marked = pairs_apart(session)
    found = []
    for pair in pairs:
        ids = sorted(ours[one.code] for one in pair[:2] if one.code in ours)
        if len(ids) == 2 and tuple(ids) not in marked:
            found.append(pair)
    return found[:_MOST_PAIRS]


def _all_pairs(index: Index) -> list[Pair]:
    snapshot = index.snapshot
    rows = np.flatnonzero(snapshot.status != STATUSES.index(Status.CLOSED))
    if not len(rows):
        return []
    xyz = snapshot.xyz
    near = rows[cKDTree(xyz[rows]).query_pairs(_WITHIN_M, output_type="ndarray")]
    near = near[snapshot.kind[near[:, 0]] == snapshot.kind[near[:, 1]]]
    docs = {row: orjson.loads(snapshot.doc(row)) for row in set(near.ravel().tolist())}
    found = []
    for first, second in near.tolist():
        distance_m = float(np.linalg.norm(xyz[first] - xyz[second]))
        alike = likeness(docs[first]["name"], docs[second]["name"])
        if _is_alike(alike, distance_m) and not _on_other_floors(docs[first], docs[second]):
            found.append(Pair(_near(docs[first], 0.0), _near(docs[second], distance_m), alike))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first.code, pair.second.code))


def _is_alike(alike: float, distance_m: float) -> bool:
    return distance_m <= _WITHIN_M and alike >= (_ALIKE_BESIDE if distance_m <= _BESIDE_M else _ALIKE)


def _on_other_floors(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    floors = [normalise_name(doc.get("floor") or "") for doc in (one, other)]
    return all(floors) and floors[0] != floors[1]


def _near(doc: Mapping[str, Any], distance_m: float) -> Near:
    return Near(doc["code"], doc["name"], doc.get("address", ""), distance_m)


def _core(name: str) -> str:
    """Return what tells a name from others; all of it, where nothing does."""
    plain = normalise_name(name)
    return _COMMON.sub("", plain) or plain


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(max(len(text) - 1, 1))} - {""}
