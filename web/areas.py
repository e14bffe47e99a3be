"""The administrative areas for programs: the tree, with how many stations lie in each."""

from typing import Any

import numpy as np
import orjson
from flask import Blueprint, Response

from geo.errors import NotFoundError
from geo.model.station import SERVING
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import Snapshot
from web import params
from web.listing import area_tree
from web.state import state

__all__ = ["blueprint", "counted_areas"]

blueprint = Blueprint("areas", __name__, url_prefix="/api/v1/areas")

_KNOWN = frozenset({"lang"})


@blueprint.get("")
def areas() -> Response:
    """Answer with all areas: ``stations`` counts every registered one, ``serving`` those one can go to."""
    params.given(_KNOWN)
    snapshot = state().live.index.snapshot
    outside = int((snapshot.area < 0).sum())
    return _answer({"areas": counted_areas(snapshot), "stations_outside": outside}, snapshot)


@blueprint.get("/<code>")
def area(code: str) -> Response:
    """Answer with one area and those in it."""
    params.given(_KNOWN)
    snapshot = state().live.index.snapshot
    waiting = counted_areas(snapshot)
    for node in waiting:
        if node["code"] == code:
            return _answer(node, snapshot)
        waiting += node["children"]
    raise NotFoundError("没有代码为 %(code)s 的区划", code=code)


def counted_areas(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the tree of areas with ``stations`` and ``serving``."""
    serving = filter_mask(snapshot, Filter(statuses=SERVING))
    return area_tree(snapshot, {"stations": np.ones(len(snapshot), bool), "serving": serving})


def _answer(document: dict[str, Any], snapshot: Snapshot) -> Response:
    members = {"as_of": snapshot.at, "stale": state().stale}
    return Response(
        orjson.dumps(document | members),
        content_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )
