"""A generated city in which new stations are to be sited, and the problem it makes."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.analyses.siting.problem import Problem, Reach, Rule

__all__ = ["covering_problem"]

_SIDE_M = 31_600.0
_CENTRES = 25
_PEOPLE = 12e6
_DETOUR = 1.25
"""How much longer ways are than the straight line."""


def covering_problem(candidates: int, demand: int, limit_m: float, p: int, *, seed: int = 1) -> Problem:
    """Return where to put ``p`` stations so that most people have one within the limit.

    People live in the squares of a grid around Gaussian centres, unevenly; candidates are drawn where they
    live.
    """
    rng = np.random.default_rng(seed)
    step = _SIDE_M / round(demand**0.5)
    place = _squares(step)
    people = _people(rng, place)
    drawn = rng.choice(len(place), candidates, replace=False, p=people / people.sum())
    station = place[drawn] + rng.uniform(-step / 2, step / 2, (candidates, 2))
    rows = cKDTree(place).query_ball_point(station, limit_m / _DETOUR, return_sorted=True)
    size = np.array([len(row) for row in rows])
    reached = np.concatenate([np.asarray(row, np.int32) for row in rows])
    cost = _DETOUR * np.hypot(*(place[reached] - np.repeat(station, size, axis=0)).T)
    every = np.arange(candidates, dtype=np.int32)
    return Problem(
        "cover",
        people,
        Reach(np.concatenate([[0], np.cumsum(size)]).astype(np.int64), reached, cost),
        np.ones(candidates),
        np.zeros(candidates, np.int8),
        np.ones(candidates, np.int8),
        (Rule("count", every, np.ones(candidates), -np.inf, float(p)),),
        np.zeros(len(place), np.int32),
        np.full(len(place), np.inf),
    )


def _squares(step: float) -> NDArray[np.float64]:
    """Return the middles of all squares, (d, 2) metres."""
    middle = np.arange(round(_SIDE_M / step)) * step + step / 2
    east, north = np.meshgrid(middle, middle)
    return np.column_stack([east.ravel(), north.ravel()])


def _people(rng: np.random.Generator, place: NDArray[np.float64]) -> NDArray[np.float64]:
    centre = rng.uniform(0.1 * _SIDE_M, 0.9 * _SIDE_M, (_CENTRES, 2))
    spread_m = rng.uniform(2_500, 5_500, _CENTRES)
    size = rng.uniform(0.5, 1.5, _CENTRES)
    density = np.zeros(len(place))
    for (east, north), sigma, part in zip(centre, spread_m, size, strict=True):
        far = ((place[:, 0] - east) ** 2 + (place[:, 1] - north) ** 2) / (2 * sigma**2)
        density += part / sigma**2 * np.exp(-far)
    density *= rng.exponential(size=len(place))
    return np.round(density / density.sum() * _PEOPLE, 3)
