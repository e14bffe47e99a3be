"""Which stations demand can go to within a limit as the crow flies: what streets are compared with.

Distances are geodesics on the WGS-84 ellipsoid. A geodesic is never shorter than the chord through the earth
between its ends: trees over geocentric positions give all that can be near enough, geodesics decide.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

from geo.network.cover import Nearest, Pairs
from geo.network.cover_kernels import rows_of

__all__ = ["line_nearest", "line_pairs"]

_GEOD = Geod(ellps="WGS84")
_TO_ECEF = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84"

_SLACK_M = 1e-5
"""Rounding in chords and geodesics, together, stays far below this."""

_AT_ONCE = 100_000
"""So much demand is compared with the stations at a time, which bounds the memory for candidates."""

_NONE = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))


def line_pairs(
    lon: ArrayLike,
    lat: ArrayLike,
    station_lon: ArrayLike,
    station_lat: ArrayLike,
    *,
    limit_m: float,
    speed_m_s: float | None = None,
) -> Pairs:
    """Return which stations are within a limit of all demand by straight line.

    Parameters
    ----------
    lon, lat : (d,) array_like of float
        Demand, WGS-84 degrees.
    station_lon, station_lat : (p,) array_like of float
        WGS-84 degrees.
    limit_m : float
        Metres, itself included.
    speed_m_s : float, optional
        With it costs are seconds, else metres.
    """
    here, there = _columns(lon, lat), _columns(station_lon, station_lat)
    parts = [_NONE, *_near(here, there, limit_m)]
    place, station, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(*rows_of(place, station, metres / (speed_m_s or 1.0), len(here)))


def line_nearest(
    lon: ArrayLike,
    lat: ArrayLike,
    station_lon: ArrayLike,
    station_lat: ArrayLike,
    *,
    limit_m: float = np.inf,
    speed_m_s: float | None = None,
) -> Nearest:
    """Return the station nearest to all demand by straight line; parameters are those of `line_pairs`."""
    here, there = _columns(lon, lat), _columns(station_lon, station_lat)
    metres, station = np.full(len(here), np.inf), np.full(len(here), -1, np.int32)
    if len(there):
        tree, at = cKDTree(_ecef(there)), _ecef(here)
        left, measured = np.arange(len(here)), 1
        while len(left):
            chord_m, candidate = _query(tree, at[left], min(measured + 1, len(there)))
            metres[left], station[left] = _first(here[left], there, candidate[:, :measured])
            # What lies beyond the next chord is no nearer than that.
            unsure = chord_m[:, measured:] <= metres[left, None] + _SLACK_M
            left = left[unsure.any(axis=1)]
            measured = min(4 * measured, len(there))
    station[metres > limit_m] = -1
    metres[metres > limit_m] = np.inf
    return Nearest(metres / (speed_m_s or 1.0), station)


def _near(
    here: NDArray[np.float64], there: NDArray[np.float64], limit_m: float
) -> Iterator[tuple[NDArray, NDArray, NDArray]]:
    """Yield demand, stations and metres of the pairs within the limit, part by part of the demand."""
    if not len(there):
        return
    tree = cKDTree(_ecef(there))
    for first in range(0, len(here), _AT_ONCE):
        part = here[first : first + _AT_ONCE]
        # Any chord is shorter than the earth is wide.
        chord_m = min(limit_m, 2e7) + _SLACK_M
        near = cKDTree(_ecef(part)).sparse_distance_matrix(tree, chord_m, output_type="ndarray")
        place, station = near["i"].astype(np.int32), near["j"].astype(np.int32)
        metres = _geodesic_m(part[place], there[station])
        within = metres <= limit_m
        yield place[within] + np.int32(first), station[within], metres[within]


def _query(tree: cKDTree, at: NDArray[np.float64], count: int) -> tuple[NDArray, NDArray]:
    """Return chords and numbers (q, count) of the nearest by chord."""
    chord_m, candidate = tree.query(at, k=count)
    return chord_m.reshape(len(at), count), candidate.reshape(len(at), count)


def _first(
    here: NDArray[np.float64], there: NDArray[np.float64], candidate: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return metres and number of the nearest candidate (q, count) of all demand, the lowest of several."""
    candidate = np.sort(candidate, axis=1)
    count = candidate.shape[1]
    metres = _geodesic_m(np.repeat(here, count, axis=0), there[candidate.ravel()]).reshape(-1, count)
    best = metres.argmin(axis=1)[:, None]
    return np.take_along_axis(metres, best, 1)[:, 0], np.take_along_axis(candidate, best, 1)[:, 0]


def _geodesic_m(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    return _GEOD.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]


def _ecef(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return geocentric metres (p, 3)."""
    to_ecef = Transformer.from_pipeline(_TO_ECEF)
    return np.column_stack(to_ecef.transform(place[:, 0], place[:, 1], np.zeros(len(place))))


def _columns(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    return np.column_stack([np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))])
