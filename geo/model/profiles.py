"""Who may travel which street, which way and how fast: walking and e-bikes, by the tags of OpenStreetMap.

The rules are data, in ``data/profiles.json``: a table of highway classes (may it be travelled, km/h),
words for access and one-way, and for each profile what closes a way or a node to it. What they mean:

**A street** is a way whose ``highway`` is in the table. What is planned, being built or gone
(``construction``, ``proposed``, ``razed``, ``abandoned`` ...), race tracks, ``bus_guideway``, ``escape``
lanes, rest areas and words nobody agreed on are not streets; tags do not make them any.

**Whether it may be travelled** is decided in this order:

1. Access tags, the most specific that says a known word. Walking: ``foot``, then ``access``. An e-bike
   under GB 17761 is a non-motor vehicle in China, and goes where bicycles go: ``electric_bicycle``,
   ``bicycle``, ``vehicle``, ``access``; ``moped``, ``mofa`` and ``motor_vehicle`` speak of other
   vehicles. ``private`` forbids, as riders are nobody's guests; ``destination``, ``customers`` and
   ``delivery`` allow, as that is what they come for.
2. A forbidding word closes the way. An allowing word among the profile's **own** keys (``foot``; the
   bicycle keys) opens it whatever follows: a footway with ``bicycle=yes``, a motorway with ``foot=yes``.
   An allowing ``access`` or ``vehicle`` opens nothing: on a footway or a motorway it speaks of those
   whose way it is.
3. Else the closing tags: ``motorroad``, ``impassable``, ``locked``, and for e-bikes ``indoor`` ways,
   ``smoothness=impassable`` and fords: water drowns hub motors, while on foot a ford is mostly dry or
   has stepping stones.
4. Else the class of the street. Walking is closed on ``motorway``, its links and bus-only roads alone;
   trunk roads are walked in Chinese towns. E-bikes are closed there, and on what is made for feet or hooves.

``use_sidepath`` allows: the pavement or lane it speaks of may be drawn apart or not, or drawn without a
link to the street; to close the street would cut doors off, to keep it costs a few metres at most.
``dismount`` allows at the pace of a walk, the bike pushed. ``...:conditional`` tags are not read: they
hold at some hours only.

**Which way.** Walking goes both ways everywhere, against one-way streets and up escalators (stairs stand
beside), so a way there is as long as the way back. E-bikes obey ``oneway``, and where it is silent,
roundabouts and motorways; ``reversible`` roads are closed, as they may run the other way by now.
``oneway:bicycle`` wins over all that. Contraflow is a ``cycleway...=opposite...``, a lane whose
``cycleway:...:oneway`` says so, or ``bicycle:backward=yes``. Access tags may differ by direction
(``vehicle:backward=no``).

**Squares** (``area=yes``) are travelled along their outline.

**Nodes** close by ``barrier``, ``ford`` and ``impassable`` only; there the order above holds, with the
barriers that close in place of the class. Access tags of other nodes (a crossing closed to bicycles) speak
of who crosses, not of the street. Gates, bollards, blocks, cycle barriers, chains and kerbs are passed,
unless tags or a lock forbid. Walls, fences and hedges close. Stiles, kissing gates and turnstiles let
nobody through with an e-bike, nor do guard rails, concrete blocks in a row and logs, which people step
over or around.

**Speeds** are what is reached between doors, traffic lights included; e-bikes are capped at the 25 km/h of
GB 17761-2018.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES

__all__ = ["HIGHWAYS", "NODE_KEYS", "PROFILES", "WAY_KEYS", "Class", "Profile", "closed", "travel"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "profiles.json"
_RULES = json.loads(_FILE.read_text(encoding="utf-8"))

_BOTH = FORWARD | BACKWARD
_BITS = {"forward": FORWARD, "backward": BACKWARD, "both": _BOTH, "neither": 0}
_SIDES = (("forward", FORWARD), ("backward", BACKWARD))
_ALLOW = frozenset(_RULES["access"]["allow"])
_FORBID = frozenset(_RULES["access"]["forbid"])
_PUSH = frozenset(_RULES["access"]["push"])
_ONEWAY = {word: _BITS[meaning] for word, meaning in _RULES["oneway"].items()}
_IMPLIED = {key: frozenset(values) for key, values in _RULES["oneway_implied"].items()}
_LANES = tuple(_RULES["lanes"]["keys"])
_CONTRAFLOW = frozenset(_RULES["lanes"]["contraflow"])
_NO_LANE = frozenset([None, *_RULES["lanes"]["none"]])


class Class(NamedTuple):
    """How a profile travels one class of highway: is it open where tags say nothing, and how fast."""

    open: bool
    speed_m_s: float


class Profile(NamedTuple):
    """The rules for one way of going about.

    Attributes
    ----------
    snap_speed_m_s : float
        Metres per second between a point and the street, on foot.
    own_keys, general_keys : tuple of str
        Access tags that speak of this profile, and of a group it belongs to; the most specific first.
    obeys_oneway : bool
    classes : mapping
        A `Class` for each of `HIGHWAYS`.
    closing_tags : mapping
        Values, by key, that close a way or a node.
    closing_barriers : collection
        Values of ``barrier`` that close a node.
    """

    snap_speed_m_s: float
    own_keys: tuple[str, ...]
    general_keys: tuple[str, ...]
    obeys_oneway: bool
    classes: Mapping[str, Class]
    closing_tags: Mapping[str, Collection[str]]
    closing_barriers: Collection[str]


def travel(profile: str, tags: Mapping[str, str]) -> tuple[int, float]:
    """Return how a profile travels a way.

    Parameters
    ----------
    profile : str
        A key of `PROFILES`.
    tags : mapping
        The tags of the way; only those in `WAY_KEYS` matter.

    Returns
    -------
    direction : int
        `geo.model.streets.FORWARD` and ``BACKWARD`` bits; 0: it may not, or the way is no street.
    speed_m_s : float
        Metres per second; 0 where it may not.

    Examples
    --------
    >>> travel("walk", {"highway": "residential", "oneway": "yes"})
    (3, 1.15)
    >>> travel("ebike", {"highway": "secondary", "oneway": "yes"})[0], travel("ebike", {"highway": "steps"})
    (1, (0, 0.0))
    >>> travel("walk", {})
    (0, 0.0)
    """
    rules = PROFILES[profile]
    street = rules.classes.get(tags.get("highway", ""))
    if street is None:
        return 0, 0.0
    direction = _allowed(rules, tags, street.open)
    if rules.obeys_oneway:
        direction &= _flow(rules, tags)
    if not direction:
        return 0, 0.0
    if any(tags.get(key) in _PUSH for key in rules.own_keys):
        return direction, min(street.speed_m_s, rules.snap_speed_m_s)
    return direction, street.speed_m_s


def closed(profile: str, node_tags: Mapping[str, str]) -> bool:
    """Return whether a profile cannot pass a node.

    Parameters
    ----------
    profile : str
        A key of `PROFILES`.
    node_tags : mapping
        The tags of the node; without one of `NODE_KEYS` it is open.

    Examples
    --------
    >>> closed("ebike", {"barrier": "stile"}), closed("walk", {"barrier": "stile"})
    (True, False)
    >>> closed("walk", {"barrier": "gate", "access": "private"}), closed("walk", {})
    (True, False)
    """
    if not any(key in node_tags for key in NODE_KEYS):
        return False
    rules = PROFILES[profile]
    return not _may(rules, node_tags, "", node_tags.get("barrier") not in rules.closing_barriers)


def _allowed(rules: Profile, tags: Mapping[str, str], otherwise: bool) -> int:
    if not rules.obeys_oneway:
        return _BOTH if _may(rules, tags, "", otherwise) else 0
    return sum(bit for side, bit in _SIDES if _may(rules, tags, f":{side}", otherwise))


def _may(rules: Profile, tags: Mapping[str, str], side: str, otherwise: bool) -> bool:
    for key in (*rules.own_keys, *rules.general_keys):
        word = tags.get(key + side, tags.get(key))
        if word in _FORBID:
            return False
        if word in _ALLOW:
            if key in rules.own_keys:
                return True
            break
    return otherwise and not any(tags.get(key) in values for key, values in rules.closing_tags.items())


def _flow(rules: Profile, tags: Mapping[str, str]) -> int:
    general = _oneway(tags)
    for key in rules.own_keys:
        own = _ONEWAY.get(tags.get(f"oneway:{key}", ""))
        if own is not None:
            # Mappers write "yes" for "as the others", on ways drawn against the traffic too.
            return general if own == FORWARD and general == BACKWARD else own
    return general | _contraflow(rules, tags)


def _oneway(tags: Mapping[str, str]) -> int:
    word = tags.get("oneway")
    if word is not None:
        return _ONEWAY.get(word, _BOTH)
    return FORWARD if any(tags.get(key) in values for key, values in _IMPLIED.items()) else _BOTH


def _contraflow(rules: Profile, tags: Mapping[str, str]) -> int:
    bits = 0
    for key in _LANES:
        lane = tags.get(key)
        if lane in _CONTRAFLOW:
            bits |= _BOTH
        elif lane not in _NO_LANE:
            bits |= _ONEWAY.get(tags.get(f"{key}:oneway", ""), 0)
    for side, bit in _SIDES:
        if any(tags.get(f"{key}:{side}") in _ALLOW for key in rules.own_keys):
            bits |= bit
    return bits


def _profile(name: str, rules: Mapping[str, Any]) -> Profile:
    return Profile(
        snap_speed_m_s=rules["snap_speed_m_s"],
        own_keys=tuple(rules["own_keys"]),
        general_keys=tuple(rules["general_keys"]),
        obeys_oneway=rules["obeys_oneway"],
        classes=MappingProxyType(
            {
                row["highway"]: Class(row[name], min(row[f"{name}_km_h"], rules["top_km_h"]) / 3.6)
                for row in _RULES["highways"]
            }
        ),
        closing_tags=MappingProxyType(
            {key: frozenset(words) for key, words in rules["closing_tags"].items()}
        ),
        closing_barriers=frozenset(rules["closing_barriers"]),
    )


def _keys(rules: Profile) -> Iterator[str]:
    yield from ("highway", "oneway", *_IMPLIED, *rules.closing_tags)
    for key in (*rules.own_keys, *rules.general_keys):
        yield from (key, f"{key}:forward", f"{key}:backward", f"oneway:{key}")
    for key in _LANES:
        yield from (key, f"{key}:oneway")


HIGHWAYS: tuple[str, ...] = tuple(row["highway"] for row in _RULES["highways"])
"""The values of ``highway`` that are streets. Compiled graphs keep their places: new ones go to the end."""

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {name: _profile(name, _RULES["profiles"][name]) for name in STREET_PROFILES}
)
"""The rules of every profile that travels along streets."""

WAY_KEYS: frozenset[str] = frozenset(key for rules in PROFILES.values() for key in _keys(rules))
"""The tags of a way that `travel` looks at."""

NODE_KEYS: tuple[str, ...] = ("barrier", "ford", "impassable")
"""A node without any of these tags is open to everyone."""
