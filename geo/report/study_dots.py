"""A study's demand as few enough dots to draw: point by point, or many points in one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.study import Places

__all__ = ["DEGREE_M", "LOOKS", "Dots", "demand_dots", "look_of", "parted_dots", "radii_m"]

LOOKS = ("none", "some", "most")
"""How much of a dot's demand is covered: less than a third, less than two thirds, or more."""

DEGREE_M = 111_320.0
"""About a degree of latitude: drawings need no more."""

_MOST = 3000
_Floats = NDArray[np.float64]


class Dots(NamedTuple):
    """Demand, each dot that of one point or of one square.

    Attributes
    ----------
    lon, lat : (n,) float64
        WGS-84 degrees; of several points their centre of weight.
    weight, covered : (n,) float64
    """

    lon: _Floats
    lat: _Floats
    weight: _Floats
    covered: _Floats


def demand_dots(places: Places, *, most: int = _MOST) -> Dots:
    """Return the demand that has weight, as at most so many dots whose weights add up to the same.

    Where there are more points they are gathered by squares, as small as that number allows.
    """
    return parted_dots(places, np.zeros(len(places.lon), np.int32), most=most)[0]


def parted_dots(
    places: Places, part: NDArray[np.int32], *, most: int = _MOST
) -> tuple[Dots, NDArray[np.int32]]:
    """Return demand as dots, as `demand_dots` does, no dot of more than one part; and each dot's part.

    Parameters
    ----------
    part : (d,) int32
        What is not to be mixed; squares that hold several parts are as many dots.
    """
    counts = places.weight > 0
    lon, lat, weight, part = (column[counts] for column in (places.lon, places.lat, places.weight, part))
    covered = np.where(places.covered[counts], weight, 0.0)
    if len(lon) <= most:
        return Dots(lon, lat, weight, covered), part
    # Of at most `side` by `side` squares no more than `most` can be filled.
    side = int(np.sqrt(most))
    number = np.stack([part, _squares(lon, lat, side)])
    kinds, group = np.unique(number, axis=1, return_inverse=True)
    group = group.ravel()
    whole = np.bincount(group, weight)
    dots = Dots(
        np.bincount(group, weight * lon) / whole,
        np.bincount(group, weight * lat) / whole,
        whole,
        np.bincount(group, covered),
    )
    return dots, kinds[0].astype(np.int32)


def look_of(dots: Dots) -> NDArray[np.intp]:
    """Return for each dot its place in `LOOKS`."""
    return np.digitize(dots.covered / dots.weight, (1 / 3, 2 / 3))


def radii_m(dots: Dots) -> _Floats:
    """Return radii, in metres, of circles whose areas are as the weights, and which just touch if even.

    Examples
    --------
    >>> radii_m(Dots(*np.empty((4, 0)))).shape
    (0,)
    """
    if not len(dots.lon):
        return np.empty(0)
    wide = max(np.ptp(dots.lon) * np.cos(np.radians(dots.lat.mean())), 0.01)
    apart_m = np.sqrt(wide * max(np.ptp(dots.lat), 0.01) / len(dots.lon)) * DEGREE_M
    heavy = float(np.quantile(dots.weight, 0.95))
    return 0.55 * apart_m * np.minimum(np.sqrt(dots.weight / heavy), 1.5)


def _squares(lon: _Floats, lat: _Floats, side: int) -> NDArray[np.int64]:
    """Return which square each point lies in, of a grid over all of them with so many squares a side."""
    east = (lon - lon.min()) * np.cos(np.radians(lat.mean()))
    north = lat - lat.min()
    step = max(float(east.max()), float(north.max())) / side or 1.0
    column, row = (np.minimum((axis // step).astype(np.int64), side - 1) for axis in (east, north))
    return row * side + column
