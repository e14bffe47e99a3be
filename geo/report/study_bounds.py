"""Bounds in words, rounded outwards: no sentence claims more than is known."""

import math

from geo.report.study_words import NOTHING, share_words

__all__ = ["gap_words", "most_words", "rounded_down", "rounded_up"]

# Of a value: what its computation may have left in the last places.
_ROUNDING = 1e-6


def most_words(share: float | None) -> str:
    """Return a share that nothing can exceed: never less than it is, but for rounding in the last places.

    Examples
    --------
    >>> most_words(0.8131), most_words(0.813), most_words(None)
    ('81.4%', '81.3%', '—')
    """
    return share_words(None if share is None else rounded_up(share, 1e3))


def gap_words(gap: float | None) -> str:
    """Return a gap in per cent, rounded up.

    Examples
    --------
    >>> gap_words(0.0), gap_words(0.00123), gap_words(1e-9), gap_words(None)
    ('0', '0.13%', '<0.01%', '—')
    """
    if gap is None:
        return NOTHING
    if not gap:
        return "0"
    return "<0.01%" if gap < 1e-4 else f"{rounded_up(gap, 1e4):.2%}"


def rounded_up(value: float, per: float) -> float:
    """Return a value rounded up to what goes ``per`` times into 1.

    Examples
    --------
    >>> rounded_up(0.8131, 1e3)
    0.814
    """
    return math.ceil(value * per - _ROUNDING) / per


def rounded_down(value: float, per: float) -> float:
    """Return a value rounded down, likewise."""
    return math.floor(value * per + _ROUNDING) / per
