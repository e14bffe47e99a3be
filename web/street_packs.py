"""A city's streets for phones: an index, and the files it names, which never change under their digests."""

import gzip
import hashlib

import orjson
from flask import Blueprint, Response, request

from geo.crs import Crs
from geo.errors import InputError, NotFoundError
from geo.finder import check_known
from geo.finder.street_pack import Body, StreetPack, street_pack
from web import params
from web.state import state
from web.zipped import zipped_answer

__all__ = ["blueprint"]

blueprint = Blueprint("street_packs", __name__, url_prefix="/api/v1/packs")

_KNOWN = frozenset({"block", "part", "digest", "lang"})
_OF_BLOCK = ("part", "digest")
_PARTS = ("streets", "stands")
_MOST = 9999
_YEAR_S = 31_536_000


@blueprint.get("/<city>/streets")
def streets(city: str) -> Response:
    """Answer with the index of a city's streets; with ``block`` one block's streets, or the stations' stands.

    Under the ``digest`` that the index gives, an answer never changes and may be kept for good.

    Raises
    ------
    NotFoundError
        No such city, no streets of it, no such block; or it has another digest by now, so that the index has
        to be read again.
    """
    here, values = state(), params.given(_KNOWN)
    pack = street_pack(
        here.live.index,
        city,
        name=here.settings.name,
        crs=Crs(here.settings.public_crs),
        decimals=here.settings.public_decimals,
    )
    if "block" in values:
        body = _file(pack, values)
        return _answer(body.digest, body.zipped, "application/octet-stream", kept="digest" in values)
    for name in _OF_BLOCK:
        if name in values:
            raise InputError("参数 %(name)s 要和 block 一起给", parameter=name, name=name)
    index = orjson.dumps(pack.index)
    digest = hashlib.sha256(index).hexdigest()[:16]
    return _answer(digest, gzip.compress(index, mtime=0), "application/json", kept=False)


def _file(pack: StreetPack, values: params.Values) -> Body:
    number = params.whole(values, "block", default=0, low=0, high=_MOST)
    part = params.one(values, "part") or "streets"
    check_known("part", [part[: params.SHOWN]], _PARTS)
    bodies = pack.stands if part == "stands" else pack.streets
    if number >= len(bodies):
        raise NotFoundError(
            "没有第 %(number)s 块街道:这个城市一共 %(count)s 块,从 0 数起", number=number, count=len(bodies)
        )
    body = bodies[number]
    if params.one(values, "digest") not in (None, body.digest):
        raise NotFoundError("这块街道已经换成新的:请重新读取街道包的目录")
    return body


def _answer(digest: str, zipped: bytes, content_type: str, *, kept: bool) -> Response:
    answer = zipped_answer(zipped, content_type)
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if kept else "no-cache"
    # Weak: the same whether compressed or not.
    answer.set_etag(digest, weak=True)
    return answer.make_conditional(request)
