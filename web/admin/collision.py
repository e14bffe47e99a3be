"""Two people at one station: what each of them changed, field by field, for the second to choose."""

from collections.abc import Mapping
from typing import NamedTuple

from web.admin.station_fields import KEYS, label_of, shown

__all__ = ["Clash", "clashes", "settled"]

_PREFIX = "keep."
_THEIRS = "theirs"


class Clash(NamedTuple):
    """One field that either changed: what it was, what each says, and whether they contradict each other."""

    key: str
    label: str
    before: str
    mine: str
    theirs: str
    text: str
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
    for key in dict.fromkeys([*KEYS, *theirs]):
        texts = [side.get(key, before.get(key, "")) for side in (before, mine, theirs)]
        was, own, other = texts
        if own == other == was:
            continue
        both = own != was and other != was and own != other
        words = [shown(key, text) for text in texts]
        found.append(Clash(key, label_of(key), *words, text=own, changed=own != was, both=both))
    return found


def settled(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a form without those where the other's are to stay."""
    return {key: text for key, text in texts.items() if form.get(_PREFIX + key) != _THEIRS}
