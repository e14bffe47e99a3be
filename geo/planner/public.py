"""How positions are told to whoever may download them: in which system, and how exactly."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import Crs, from_wgs84
from geo.settings import Settings

__all__ = ["PLAIN", "Public"]


class Public(NamedTuple):
    """How positions are told.

    Attributes
    ----------
    crs : Crs
    decimals : int
        Of their degrees.

    Examples
    --------
    >>> lon, lat = Public(Crs.GCJ02, 4).told([113.665], [34.752])
    >>> lon.tolist(), lat.tolist()
    ([113.6711], [34.7509])
    """

    crs: Crs
    decimals: int

    @classmethod
    def of(cls, settings: Settings) -> "Public":
        """Return how the settings want it."""
        return cls(Crs(settings.public_crs), settings.public_decimals)

    def told(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return positions of WGS-84, (n,) degrees each, as they are told."""
        lon, lat = from_wgs84(np.asarray(lon, float), np.asarray(lat, float), self.crs)
        return np.round(lon, self.decimals), np.round(lat, self.decimals)


PLAIN = Public(Crs.WGS84, 6)
"""WGS-84 to about ten centimetres: what settings say by default."""
