"""The city pack and the fast facts: what a phone fetches once, to answer by itself from then on."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

import orjson
from flask import Blueprint, Response
from flask_babel import force_locale

from geo.crs import Crs
from geo.finder import CHINA, check_known
from geo.finder.cities import find_city
from geo.finder.live import city_facts
from geo.finder.pack import Packing, pack_city, pack_city_texts
from geo.model.hours import Reason
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot
from web import params
from web.conditional import conditional
from web.language import say
from web.state import State, state
from web.zipped import zipped_answer

__all__ = ["blueprint"]

blueprint = Blueprint("packs", __name__, url_prefix="/api/v1")

_PACK = frozenset({"part", "lang"})
_LIVE = frozenset({"lang"})
_PARTS = ("stations", "texts")
_JSON = "application/json"
# A country's cities are asked for by turns; what is kept of them stays some ten megabytes.
_KEPT = 256


class _Kept(NamedTuple):
    """A body, a pack's part compressed, and the tag that changes with its content."""

    tag: str
    body: bytes


_kept: WeakKeyDictionary[Index, OrderedDict[tuple[object, ...], _Kept]] = WeakKeyDictionary()
_lock = Lock()


@blueprint.get("/packs/<city>")
def pack(city: str) -> Response:
    """Answer with a part of a city's pack: by default its stations, or their texts.

    The pack is of a day and of a state of the registry; it is compressed once for both, and asked for again
    it is not sent again.

    Raises
    ------
    InputError
        No such part.
    NotFoundError
        No such city.
    """
    values, here = params.given(_PACK), state()
    part = params.one(values, "part") or _PARTS[0]
    check_known("part", [part], _PARTS)
    packed = _packed(here, city, part)
    return _tagged(packed.tag, lambda: zipped_answer(packed.body, _JSON))


@blueprint.get("/live/<city>")
def live(city: str) -> Response:
    """Answer with the fast facts of a city, and with the revision by which its pack is old or is not.

    Phones ask for this every few seconds: it is made once for each state of the facts.

    Raises
    ------
    NotFoundError
        No such city.
    """
    params.given(_LIVE)
    here = state()
    index, stale = here.live.index, here.stale
    kept = _held(index, ("live", city, stale), lambda: _live(index.snapshot, city, stale))
    return _tagged(kept.tag, lambda: Response(kept.body, content_type=_JSON))


def _tagged(tag: str, answer: Callable[[], Response]) -> Response:
    response = conditional(tag, answer)
    # Said with a 304, too: what is kept may be the one or the other.
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _packed(here: State, city: str, part: str) -> _Kept:
    # What holds for a time is no part of it: phones lay that over by themselves.
    index, day = here.live.index.bare, datetime.now(CHINA).date()
    settings = here.settings
    packing = Packing(day, settings.name, Crs(settings.public_crs), settings.public_decimals)
    return _held(index, (city, part, packing), lambda: _make(index, city, part, packing))


def _held(index: Index, key: tuple[object, ...], make: Callable[[], _Kept]) -> _Kept:
    with _lock:
        kept = _kept.setdefault(index, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    # Made twice at worst, when two threads ask first: nobody waits for another city's.
    made = make()
    with _lock:
        kept[key] = made
        while len(kept) > _KEPT:
            kept.popitem(last=False)
    return made


def _live(snapshot: Snapshot, city: str, stale: bool) -> _Kept:
    find_city(snapshot, city, state().settings.name)
    told = {"revision": snapshot.revision, "at": snapshot.at, "stale": stale}
    body = orjson.dumps(told | {"facts": city_facts(snapshot, city)})
    return _Kept(_tag(body), body)


def _make(index: Index, city: str, part: str, packing: Packing) -> _Kept:
    if part == "texts":
        body = pack_city_texts(index, city, packing)
    else:
        body = pack_city(index, city, packing, _english)
    # Without the moment, so that every process makes the same bytes.
    return _Kept(_tag(body), gzip.compress(body, 9, mtime=0))


def _english(reason: Reason) -> str:
    with force_locale("en"):
        return say(reason)


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:20]
