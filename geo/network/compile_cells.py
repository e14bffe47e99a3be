"""The grid in which snapping finds the pieces of street near a point."""

import numpy as np
from numpy.typing import NDArray

from geo.model.streets import DEGREE
from geo.network.graph import Cells

__all__ = ["cells_of"]

_CELL_DEGREES = 0.0018
"""About 200 m from south to north; a column is as wide, in metres, at the middle of the graph."""

_CHUNK = 1 << 19
"""Pieces entered at a time: bounds the memory used on the way."""

_LONGEST = DEGREE
"""No street runs straight on for a degree, some 100 km: a node is out of place, or beyond meridian 180."""

_Ints = NDArray[np.int64]


def cells_of(shape_start: _Ints, lon: NDArray[np.int32], lat: NDArray[np.int32]) -> Cells:
    """Return the cells of a graph.

    Parameters
    ----------
    shape_start : (m + 1,) int64
    lon, lat : (s,) int32
        Shape points, 1e-7 degrees.

    Notes
    -----
    A piece longer than a degree either way is entered nowhere, so that no point snaps to it.
    """
    frame = _frame(lon, lat)
    begins = np.ones(len(lon), bool)
    begins[shape_start[1:] - 1] = False
    begins[:-1] &= (np.abs(_steps(lon)) <= _LONGEST) & (np.abs(_steps(lat)) <= _LONGEST)
    pieces = np.flatnonzero(begins)
    chunks = [_entries(frame, pieces[at : at + _CHUNK], lon, lat) for at in range(0, len(pieces), _CHUNK)]
    key = np.concatenate([np.zeros(0, np.int64), *(key for key, _ in chunks)])
    piece = np.concatenate([np.zeros(0, np.int32), *(piece for _, piece in chunks)])
    order = np.argsort(key, kind="stable")
    occupied, start = np.unique(key[order], return_index=True)
    columns, rows = int(frame[4]), int(frame[5])
    return Cells(
        frame=frame,
        row_start=np.searchsorted(occupied, np.arange(rows + 1) * columns).astype(np.int64),
        column=(occupied % columns).astype(np.int32),
        start=np.append(start, len(key)).astype(np.int64),
        piece=piece[order],
    )


def _steps(values: NDArray[np.int32]) -> _Ints:
    """Return the difference from each value to the next."""
    return np.diff(values.astype(np.int64))


def _frame(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> _Ints:
    """Return the frame of a grid over all points."""
    height = round(_CELL_DEGREES * DEGREE)
    if not len(lon):
        return np.array([0, 0, height, height, 1, 1], np.int64)
    west, east, south, north = (int(bound) for bound in (lon.min(), lon.max(), lat.min(), lat.max()))
    middle = np.radians((south + north) / 2 / DEGREE)
    width = round(height / max(float(np.cos(middle)), 0.01))
    columns, rows = (east - west) // width + 1, (north - south) // height + 1
    # Two rows more on either side: the longest geodesic bends out by less, see `_bulge`.
    return np.array([west, south - 2 * height, width, height, columns, rows + 4], np.int64)


def _entries(
    frame: _Ints, piece: _Ints, lon: NDArray[np.int32], lat: NDArray[np.int32]
) -> tuple[_Ints, NDArray[np.int32]]:
    """Return cells (row * columns + column) and the pieces that touch them, pieces ascending."""
    west, south, width, height, columns, rows = (int(value) for value in frame)
    x, y = lon[piece].astype(np.int64) - west, lat[piece].astype(np.int64) - south
    dx, dy = lon[piece + 1] - lon[piece], lat[piece + 1] - lat[piece]
    bulge = _bulge(dx, lat[piece])
    low = np.clip((np.minimum(y, y + dy) - bulge) // height, 0, rows - 1)
    high = np.clip((np.maximum(y, y + dy) + bulge) // height, 0, rows - 1)
    which, row = _expand(low, high)
    band = row * height - bulge[which], (row + 1) * height + bulge[which]
    near, far = _crossing(x[which], y[which], dx[which], dy[which], band)
    left = np.clip((np.floor(near).astype(np.int64) - 1) // width, 0, columns - 1)
    right = np.clip((np.ceil(far).astype(np.int64) + 1) // width, 0, columns - 1)
    again, column = _expand(left, right)
    return row[again] * columns + column, piece[which[again]].astype(np.int32)


def _bulge(dx: NDArray[np.int32], lat: NDArray[np.int32]) -> _Ints:
    """Return how far, in 1e-7 degrees, a piece may leave the straight line between its ends' coordinates.

    A piece is a geodesic, which bends towards the pole: by an eighth of sin * cos of the latitude times the
    square of the difference of longitudes, all in radians. Doubled, for the ends' latitudes may differ.
    """
    unit = np.pi / 180 / DEGREE
    bend = np.abs(np.sin(2 * unit * lat)) / 16 * unit * dx.astype(float) ** 2
    return np.ceil(2 * bend).astype(np.int64) + 1


def _crossing(
    x: _Ints, y: _Ints, dx: NDArray[np.int32], dy: NDArray[np.int32], band: tuple[_Ints, _Ints]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x of the line from (x, y) by (dx, dy) between two heights."""
    slope = np.where(dy == 0, 1, dy)
    enter, leave = (np.clip((edge - y) / slope, 0, 1) for edge in band)
    begin, end = x + np.where(dy == 0, 0, enter) * dx, x + np.where(dy == 0, 1, leave) * dx
    return np.minimum(begin, end), np.maximum(begin, end)


def _expand(low: _Ints, high: _Ints) -> tuple[_Ints, _Ints]:
    """Return for every i and each number from low[i] to high[i] the pair (i, number)."""
    counts = high - low + 1
    which = np.repeat(np.arange(len(low)), counts)
    before = np.cumsum(counts) - counts
    return which, np.arange(len(which)) - before[which] + low[which]
