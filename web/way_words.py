"""A way in words: how long, when one arrives, whether it is open then, and each step."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.finder import Route, RouteStep
from web.language import gettext, say
from web.words import StateWords, distance_words, length_words, state_words

__all__ = ["StepWords", "WayWords", "step_words", "way_words"]

# A leg to or from the street worth a word; shorter ones are the width of a pavement.
_ASIDE_M = 30


class StepWords(NamedTuple):
    """A step as the page shows it; ``turn`` names its arrow."""

    text: str
    turn: str


class WayWords(NamedTuple):
    """A way as the page shows it, with the station's open state on arrival."""

    by: str
    far: str
    arrival: str
    state: StateWords
    remarks: list[str]


def way_words(route: Route, doc: Mapping[str, Any]) -> WayWords:
    """Return the words for a way."""
    clock = f"{route.arrival.hour}:{route.arrival:%M}"
    remarks = []
    if (route.from_m or 0) > _ASIDE_M:
        remarks.append(
            gettext("您离最近的街道有 %(length)s,这一段按直线算。", length=length_words(route.from_m))
        )
    if (route.to_m or 0) > _ASIDE_M:
        remarks.append(
            gettext("站点离最近的街道有 %(length)s,这一段按直线算。", length=length_words(route.to_m))
        )
    return WayWords(
        by=route.by,
        far=distance_words(route.distance_m, route.by, route.duration_s),
        arrival=gettext("大约 %(time)s 到达时", time=clock)
        if route.by == "line"
        else gettext("%(time)s 到达时", time=clock),
        state=state_words(route.state, doc, at=route.arrival),
        remarks=remarks,
    )


def step_words(step: RouteStep) -> StepWords:
    """Return the words for a step."""
    return StepWords(say(step.words), step.turn)
