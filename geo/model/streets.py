"""Streets as an extract gives them: ways over nodes, and who may travel them, before any graph is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BACKWARD", "DEGREE", "FORWARD", "STREET_PROFILES", "Travel", "Ways"]

STREET_PROFILES = ("walk", "ebike")
"""The profiles that travel along streets; bit i of a set of profiles stands for the i-th of them."""

FORWARD, BACKWARD = 1, 2
"""Bits of a direction of travel: along the way as it is drawn, and against it."""

DEGREE = 10_000_000
"""Street coordinates are whole numbers of 1e-7 degrees, as OpenStreetMap keeps them."""


class Travel(NamedTuple):
    """How one profile travels ways (or edges).

    Attributes
    ----------
    direction : (w,) uint8
        `FORWARD` and `BACKWARD` bits; 0 where the profile may not travel.
    speed_m_s : (w,) float32
        Metres per second; above 0 wherever it may.
    """

    direction: NDArray[np.uint8]
    speed_m_s: NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ways:
    """The streets of an extract.

    Attributes
    ----------
    node_lon, node_lat : (n,) int32
        WGS-84, in 1e-7 degrees; every node that a way runs through, once.
    refs : (r,) int32
        The nodes (places in ``node_lon``) along every way, one way after another.
    way_start : (w + 1,) int64
        Way i runs through ``refs[way_start[i]:way_start[i + 1]]``, two nodes at least.
    highway : (w,) uint8
        Place of the OSM ``highway`` value in `geo.model.profiles.HIGHWAYS`.
    name : (w,) int32
        Place in ``names``; -1 for a way without a name.
    names : tuple of str
    travel : mapping
        A `Travel` for each of `STREET_PROFILES`.
    barrier : (b,) int32
        Nodes (places in ``node_lon``) that not everyone may pass, ascending.
    barrier_closed : (b,) uint8
        For whom each is closed: bit i is the i-th of `STREET_PROFILES`.
    """

    node_lon: NDArray[np.int32]
    node_lat: NDArray[np.int32]
    refs: NDArray[np.int32]
    way_start: NDArray[np.int64]
    highway: NDArray[np.uint8]
    name: NDArray[np.int32]
    names: tuple[str, ...]
    travel: Mapping[str, Travel]
    barrier: NDArray[np.int32]
    barrier_closed: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.way_start) - 1
