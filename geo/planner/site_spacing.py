"""Stations that may not be near each other: which may stand together, as few rules."""

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.registry.snapshot import ecef

__all__ = ["check_spacing", "cliques", "too_near", "within"]

_GEOD = Geod(ellps="WGS84")
_MOST_NEAR = 300_000


def check_spacing(lon: NDArray[np.float64], lat: NDArray[np.float64], spacing_m: float) -> None:
    """Let pass places of which not too many are near each other.

    Raises
    ------
    InputError
        They are too many for a solver.
    """
    tree = cKDTree(ecef(lon, lat))
    # No chord is longer than its geodesic.
    if int(tree.count_neighbors(tree, spacing_m)) - len(lon) > 2 * _MOST_NEAR:
        raise InputError(
            "间距 %(spacing)s 米以内的候选地点超过 %(most)s 对,算不完;请减小间距或减少候选地点",
            parameter="spacing",
            spacing=f"{spacing_m:g}",
            most=f"{_MOST_NEAR:,}",
        )


def too_near(lon: NDArray[np.float64], lat: NDArray[np.float64], spacing_m: float) -> NDArray[np.int64]:
    """Return the pairs (k, 2) of places nearer than so many metres to each other, the first the lower.

    Raises
    ------
    InputError
        They are too many for a solver.
    """
    if len(lon) < 2:
        return np.empty((0, 2), np.int64)
    check_spacing(lon, lat, spacing_m)
    pairs = cKDTree(ecef(lon, lat)).query_pairs(spacing_m, output_type="ndarray")
    pairs = np.sort(pairs, axis=1)
    pairs = pairs[np.lexsort(pairs.T[::-1])].astype(np.int64)
    one, other = pairs.T
    return pairs[_GEOD.inv(lon[one], lat[one], lon[other], lat[other])[2] < spacing_m]


def within(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    other_lon: NDArray[np.float64],
    other_lat: NDArray[np.float64],
    spacing_m: float,
) -> NDArray[np.bool_]:
    """Return which places are nearer than so many metres to any of the others."""
    if not len(other_lon) or not len(lon):
        return np.zeros(len(lon), bool)
    nearest = cKDTree(ecef(other_lon, other_lat)).query(ecef(lon, lat))[1]
    return _GEOD.inv(lon, lat, other_lon[nearest], other_lat[nearest])[2] < spacing_m


def cliques(pairs: NDArray[np.int64]) -> list[list[int]]:
    """Return groups of places that are all near each other, which hold every pair between them.

    One rule a group is shorter than one a pair, and a solver's bound is better for it.

    Examples
    --------
    >>> cliques(np.array([[0, 1], [0, 2], [1, 2], [2, 3]]))
    [[0, 1, 2], [2, 3]]
    >>> cliques(np.empty((0, 2), np.int64))
    []
    """
    near: dict[int, set[int]] = {}
    for one, other in pairs.tolist():
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    held: set[tuple[int, int]] = set()
    groups = []
    for one, other in pairs.tolist():
        if (one, other) in held:
            continue
        group, common = [one, other], near[one] & near[other]
        while common:
            added = min(common)
            group.append(added)
            common &= near[added]
        group.sort()
        held.update((a, b) for place, a in enumerate(group) for b in group[place + 1 :])
        groups.append(group)
    return groups
