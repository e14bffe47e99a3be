"""A basemap before it is cut into tiles: what to draw, where, and from which zoom on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LAYERS", "MAX_ZOOM", "MIN_ZOOM", "Basemap", "Look"]

MIN_ZOOM, MAX_ZOOM = 8, 14
"""The zooms tiles are made for; the last is precise enough to be enlarged to zoom 18."""

LAYERS = ("water", "green", "roads", "places")
"""The layers of a tile, in the order they are painted."""


class Look(NamedTuple):
    """What a feature is drawn as.

    Attributes
    ----------
    layer : str
        One of `LAYERS`.
    rank : int
        Order within the layer, the most important first.
    kind : str
    name, name_en : str
        What to write beside it; empty where nothing is to be written.
    """

    layer: str
    rank: int
    kind: str
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Basemap:
    """Everything that is drawn of an extract.

    Attributes
    ----------
    geometry : (n,) object
        Shapely points, lines and polygons on the Web-Mercator square: x from 0 (180 degrees west) to 1
        (east), y from 0 (85.0511 degrees north) to 1 (south).
    look : (n,) int32
        Place in ``looks``.
    zoom : (n,) uint8
        The first zoom that shows it, as its kind wants it.
    looks : tuple of Look
        Each once, by layer and rank.
    bounds : tuple of float, or None
        West, south, east, north of all that is drawn, WGS-84 degrees; None when there is nothing.
    broken : int
        How many features were left out because their geometry is broken: an outline open or crossed, nodes
        missing.
    """

    geometry: NDArray[np.object_]
    look: NDArray[np.int32]
    zoom: NDArray[np.uint8]
    looks: tuple[Look, ...]
    bounds: tuple[float, float, float, float] | None
    broken: int

    def __len__(self) -> int:
        return len(self.geometry)
