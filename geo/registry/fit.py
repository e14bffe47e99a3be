"""Which coordinate system puts the stations of a file inside the districts they name."""

from collections import defaultdict

import numpy as np

from geo.crs import Crs, to_wgs84
from geo.registry.areas import AreaIndex

__all__ = ["CrsFit"]

# CGCS2000 differs from WGS-84 by centimetres: no polygon tells them apart.
_HYPOTHESES = (Crs.WGS84, Crs.GCJ02, Crs.BD09)
_CLEARLY_ROWS = 3
_CLEARLY_SHARE = 0.05


class CrsFit:
    """Counts, over a whole file, the rows inside the district they name under each system."""

    def __init__(self, index: AreaIndex) -> None:
        self._index = index
        self.named = 0
        self.inside = dict.fromkeys(_HYPOTHESES, 0)

    def add(self, codes: list[str | None], x: np.ndarray, y: np.ndarray) -> None:
        """Take rows: the district each names (or None) and its coordinates as given, in degrees."""
        rows = defaultdict(list)
        for row, code in enumerate(codes):
            if code in self._index.shapes:
                rows[code].append(row)
        for code, chosen in rows.items():
            self.named += len(chosen)
            for crs in _HYPOTHESES:
                lon, lat = to_wgs84(x[chosen], y[chosen], crs)
                self.inside[crs] += int(self._index.inside(code, lon, lat).sum())

    def better_than(self, declared: Crs) -> Crs | None:
        """Return the system that fits clearly better than the declared one, or None."""
        held = Crs.WGS84 if declared == Crs.CGCS2000 else declared
        best = max(_HYPOTHESES, key=lambda crs: (self.inside[crs], crs == held))
        gain = self.inside[best] - self.inside[held]
        return best if gain >= max(_CLEARLY_ROWS, _CLEARLY_SHARE * self.named) else None
