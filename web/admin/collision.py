"""Two people at one station: what each of them changed, field by field, for the second to choose."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from web.admin.station_fields import KEYS, PLACE_LABELS, PLACES, label_of, shown
from web.language import gettext

__all__ = ["Clash", "clashes", "settled"]

_PREFIX = "keep."
_THEIRS = "theirs"


class Clash(NamedTuple):
    """One thing that either changed: what it was, what each says, and whether they contradict each other.

    ``sent`` holds the fields of it that a form holds, as this one has them.
    """

    key: str
    label: str
    before: str
    mine: str
    theirs: str
    sent: tuple[tuple[str, str], ...]
    changed: bool
    both: bool


def clashes(before: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[Clash]:
    """Return the fields that two people changed since both saw the same.

    Parameters
    ----------
    before, theirs : mapping
        Every field's text, as it was and as it is.
    mine : mapping
        The texts of a form; fields it lacks are unchanged.
    """
    found = []
    # The form's own order, then what its form does not hold: a check, a verification.
    for keys in _together([*KEYS, *theirs]):
        was, own, other = texts = [
            tuple(side.get(key, before.get(key, "")) for key in keys) for side in (before, mine, theirs)
        ]
        if own == other == was:
            continue
        both = own != was and other != was and own != other
        label = str(PLACE_LABELS.get(keys[0]) or label_of(keys[0]))
        sent = tuple((key, text) for key, text in zip(keys, own, strict=True) if key in KEYS)
        words = [_words(keys, side) for side in texts]
        found.append(Clash(keys[0], label, *words, sent=sent, changed=own != was, both=both))
    return found


def settled(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a form without those where the other's are to stay."""
    kept = {key for keys in _together(KEYS) if form.get(_PREFIX + keys[0]) == _THEIRS for key in keys}
    return {key: text for key, text in texts.items() if key not in kept}


def _together(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Group keys by what is one choice: one's longitude and the other's latitude are a place nobody meant."""
    within = {name for names in PLACES.values() for name in names[1:]}
    for key in dict.fromkeys(keys):
        if key not in within:
            yield PLACES.get(key, (key,))


def _words(keys: tuple[str, ...], side: tuple[str, ...]) -> str:
    if len(keys) == 1:
        return shown(keys[0], side[0])
    return ", ".join(text for text in side[:2] if text) or gettext("(空)")
