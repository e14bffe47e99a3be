"""The finder: a place by its name, or a position that was posted, and the stations nearest to it."""

from dataclasses import replace
from datetime import datetime
from math import inf
from typing import Any, NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.crs import Crs
from geo.finder import CHINA, MAX_K, PROFILES, Answer, Question, find_nearest, sets_around
from geo.model.facilities import FACILITIES
from geo.model.place import Point
from geo.model.wishes import Wish, words_of
from geo.registry.nearest import Index
from geo.registry.search import Place, wish_of
from geo.registry.snapshot import KINDS, Snapshot
from web import params, queries
from web.basemap import credit, map_crs
from web.cards import cards, split_open
from web.language import gettext, say
from web.page import no_store
from web.phone import page_needs
from web.places import MOST, candidates, meant
from web.sketch import sketch
from web.start import areas_to_pick, landmarks_to_pick
from web.state import State, state
from web.words import SHORT_KINDS, WAYS, WHO, day_words, facility_name

__all__ = ["Asked", "blueprint"]

blueprint = Blueprint("finder", __name__)

_KNOWN = frozenset(
    {"q", "place", "near", "kind", "facility", "open_at", "by", "lon", "lat", "accuracy_m", "lang"}
)
# What ``open_at`` can be here besides what the API takes.
_ALL_DAY = "all_day"
# What is open round the clock is open now.
_WISHED_WHEN = {"all_day": _ALL_DAY, "now": "now"}
_SHOWN = 20
_UNKNOWN_SHOWN = 8
_TEXT_LENGTH = 80
# A position less sure than this may be in another part of town.
_VAGUE_M = 500


class Asked(NamedTuple):
    """What the form asks, wherever one starts from."""

    text: str
    kinds: list[str]
    facilities: list[str]
    open_at: str | None
    at: datetime | None
    arrival: bool
    by: str | None = None

    def query(self, **changed: Any) -> dict[str, Any]:
        """Return the parameters of a link that asks the same but for what is changed."""
        own = {
            "q": self.text,
            "kind": self.kinds,
            "facility": self.facilities,
            "open_at": self.open_at,
            "by": self.by,
        }
        return {name: value for name, value in {**own, **changed}.items() if value}

    @property
    def all_day(self) -> bool:
        """Whether what is open round the clock is asked for."""
        return self.open_at == _ALL_DAY

    @property
    def when(self) -> str:
        """The moment asked for in words, empty when it is now."""
        if self.at is None or self.open_at in ("now", "arrival", _ALL_DAY):
            return ""
        return f"{day_words(self.at.date())} {self.at.hour}:{self.at:%M}"


class Origin(NamedTuple):
    """Where a list starts from: a place by name, or a posted position with what the form must post again.

    ``number`` tells which of several places of one name is meant, as the address does.
    """

    point: Point
    place: Place | None = None
    posted: tuple[tuple[str, str], ...] = ()
    accuracy_m: float = 0.0
    number: int = 0

    @property
    def vague_m(self) -> int:
        """How far off the position may be, in round metres; 0 when it is good enough."""
        return int(round(self.accuracy_m, -2)) if self.accuracy_m > _VAGUE_M else 0


@blueprint.route("/", methods=["GET", "POST"])
def page() -> Response:
    """Answer with the start, the stations nearest to a place, or the places a name may mean."""
    here, now = state(), datetime.now(CHINA)
    values = params.given(_KNOWN, strict=False)
    typed = _asked(values, now)
    # An address that says which place of the name is meant has a name in it.
    asked = typed if "place" in values else _wished(here.live.index.snapshot, typed, now)
    wished, placed = asked != typed, "lon" in values or "lat" in values
    if (asked.text and (wished or request.method == "POST")) or (wished and not placed):
        # What is typed travels as a place's name and as filters, in an address that can be shared; a position
        # never does.
        return redirect(url_for("finder.page", **asked.query(near=None if asked.text else 1)), 303)
    if asked.text:
        return make_response(_by_name(here, asked, values, now))
    if placed:
        return no_store(make_response(_results(here, asked, _posted(values), now)))
    if request.method == "POST":
        return make_response(_other(here, asked, "start", no_position=True), 400)
    if "near" in values:
        return make_response(_other(here, asked, "where", wishes=_wishes(asked)))
    return make_response(_other(here, asked, "start"))


def _asked(values: params.Values, now: datetime) -> Asked:
    all_day = _ALL_DAY in values.get("open_at", ())
    # Whoever ticks both boxes asks for what is open now and at all other times.
    at, arrival = (now, False) if all_day else queries.moment(values, now=now)
    return Asked(
        text=" ".join((params.one(values, "q") or "").split())[:_TEXT_LENGTH],
        kinds=params.choices(values, "kind", KINDS),
        facilities=params.choices(values, "facility", FACILITIES),
        open_at=_ALL_DAY if all_day else params.one(values, "open_at"),
        at=at,
        arrival=arrival,
        by=next(iter(params.choices(values, "by", PROFILES)), None),
    )


def _wished(snapshot: Snapshot, asked: Asked, now: datetime) -> Asked:
    """Return what is asked, the words of a wish as filters, and as the text only what is left: a place."""
    wish = wish_of(snapshot, asked.text)
    if wish == Wish(rest=" ".join(words_of(asked.text))):
        return asked
    chosen = asked._replace(
        text=wish.rest,
        kinds=list(dict.fromkeys([*asked.kinds, *wish.kinds])),
        facilities=list(dict.fromkeys([*asked.facilities, *wish.facilities])),
    )
    when = next((code for name, code in _WISHED_WHEN.items() if name in wish.when), None)
    return chosen._replace(open_at=when, at=now, arrival=False) if when else chosen


def _wishes(asked: Asked) -> list[str]:
    """Return what is chosen, in the words of the form."""
    when = {_ALL_DAY: gettext("24 小时"), "now": gettext("现在开门")}.get(asked.open_at or "")
    chosen = [when, *(SHORT_KINDS[code] for code in asked.kinds), *map(facility_name, asked.facilities)]
    return [str(word) for word in chosen if word]


def _posted(values: params.Values) -> Origin:
    names = ("lon", "lat", "accuracy_m")
    return Origin(
        point=queries.position(values, Crs.WGS84),
        posted=tuple((name, text) for name in names if (text := params.one(values, name))),
        accuracy_m=params.number(values, "accuracy_m") or 0.0,
    )


def _by_name(here: State, asked: Asked, values: params.Values, now: datetime) -> str:
    snapshot = here.live.index.snapshot
    number = params.whole(values, "place", default=0, low=0, high=MOST)
    place, places = meant(snapshot, asked.text, number)
    if place is not None:
        return _results(here, asked, Origin(Point(place.lon, place.lat), place, number=number), now)
    if places:
        return _other(here, asked, "choose", candidates=candidates(snapshot, places))
    return _other(here, asked, "nothing")


def _results(here: State, asked: Asked, origin: Origin, now: datetime) -> str:
    index = here.live.index
    question = Question(
        point=origin.point,
        k=_SHOWN,
        kinds=asked.kinds,
        facilities=asked.facilities,
        open_at=asked.at,
        arrival=asked.arrival,
        all_day=asked.all_day,
        by=asked.by or _usual(index, origin.point),
    )
    answer = find_nearest(index, question, now=now)
    if asked.at:
        answer = _with_unknown(index, question, answer)
    found = cards(answer, **_public(here), at=asked.at or now, wanted=asked.facilities)
    known, unknown = split_open(found) if asked.at else (found, [])
    listed = {item.row for item in answer.found}
    drawn = sketch(index, origin.point, listed=listed, **_public(here))
    return _render(
        asked,
        "results",
        origin=origin,
        known=known,
        unknown=unknown,
        by=answer.by,
        notices=[say(notice) for notice in answer.notices] if question.by != "line" else [],
        credit=credit(answer.attribution) if answer.attribution else None,
        sketch=drawn,
    )


def _usual(index: Index, point: Point) -> str:
    """Return how distances are measured when nobody says: on foot wherever streets are known."""
    return "walk" if sets_around(index.snapshot, point) else "line"


def _with_unknown(index: Index, question: Question, answer: Answer) -> Answer:
    """Return an answer's open stations and, after them, the unknown ones that lie among them.

    Where many are open the answer has no unknown one, though the door next to one may well be open too.
    """
    around = replace(question, open_at=None, arrival=False, all_day=False, k=MAX_K)
    near = find_nearest(index, around, now=question.open_at).found
    certain = [item for item in answer.found if item.state.state != "unknown"]
    reach_m = certain[-1].distance_m if len(certain) == question.k else inf
    unknown = {
        item.row: item
        for item in (*near, *answer.found)
        if item.state.state == "unknown" and item.distance_m <= reach_m
    }
    return answer._replace(found=[*certain, *list(unknown.values())[:_UNKNOWN_SHOWN]])


def _other(here: State, asked: Asked, view: str, **more: Any) -> str:
    """Return a page without a list: what one can start from instead."""
    index = here.live.index
    areas = areas_to_pick(index.snapshot)
    return _render(
        asked,
        view,
        areas=areas,
        landmarks=landmarks_to_pick(index.snapshot),
        count=len(index.snapshot),
        sketch=sketch(index, None, areas=areas, **_public(here)),
        **{"no_position": False, "origin": None, **more},
    )


def _render(asked: Asked, view: str, **more: Any) -> str:
    facilities = [(code, facility_name(code)) for code in FACILITIES]
    streets = bool(state().live.index.snapshot.streets)
    origin = more.get("origin")
    return render_template(
        "finder.html",
        view=view,
        asked=asked,
        kinds=SHORT_KINDS,
        facilities=facilities,
        ways=WAYS if streets else {},
        who=WHO,
        phone=page_needs(origin.point if origin else None),
        **more,
    )


def _public(here: State) -> dict[str, Any]:
    return {"crs": map_crs(here.settings), "decimals": here.settings.public_decimals}
