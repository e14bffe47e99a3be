"""Is the process alive, and is it fresh? For supervisors and monitors."""

from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response

from web.state import age_s, state

__all__ = ["blueprint"]

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers; nothing else is looked at."""
    return Response("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say what the process answers from.

    Degraded is still ready: with the database out of reach everything that reads goes on.
    """
    here = state()
    snapshot = here.live.index.snapshot
    document = {
        "status": "degraded" if here.stale else "ready",
        "database": "unreachable" if here.stale else "reachable",
        "revision": snapshot.revision,
        "as_of": snapshot.at or None,
        "age_s": age_s(snapshot.at, now=datetime.now(UTC)),
        "stations": len(snapshot),
    }
    return Response(
        orjson.dumps(document), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
