"""What the lanes of the demo city are called: a word for each neighbourhood, and a lane's place in it."""

__all__ = ["CROSS_LANES", "LANES", "neighbourhood"]

_FIRST = "松竹梅兰荷菊桂枫柳桐桃杏"
# One more than the others: the pairs repeat after 12 * 13 neighbourhoods only.
_SECOND = "涛影香风雨雪月云霞泉溪鸣湾"

LANES = ("一巷", "二巷", "三巷", "四巷")
"""The lanes of a neighbourhood, from west to east."""
CROSS_LANES = ("里", "坊", "弄", "后街")
"""The lanes across them, from south to north."""


def neighbourhood(number: int) -> str:
    """Return the word of a neighbourhood; the first 156 differ.

    Examples
    --------
    >>> neighbourhood(0)
    '松涛'
    """
    return _FIRST[number % len(_FIRST)] + _SECOND[number % len(_SECOND)]
