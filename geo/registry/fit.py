"""Which coordinate system puts the stations of a file inside the districts they name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, to_wgs84
from geo.registry.areas import AreaIndex

__all__ = ["Better", "CrsFit"]

# CGCS2000 differs from WGS-84 by centimetres: no polygon tells them apart.
_HYPOTHESES = (Crs.WGS84, Crs.GCJ02, Crs.BD09)
_CLEARLY_ROWS = 3
_CLEARLY_SHARE = 0.05


class Better(NamedTuple):
    """A system that fits rows clearly better than the one they declare."""

    declared: Crs
    better: Crs
    named: int
    inside_declared: int
    inside_better: int


class CrsFit:
    """Counts, over a whole file, the rows inside the district they name under each system.

    Rows are judged together with those that declare the same system, as a column may hold several.
    """

    def __init__(self, index: AreaIndex) -> None:
        self._index = index
        self._named: dict[Crs, int] = defaultdict(int)
        self._inside: dict[Crs, dict[Crs, int]] = defaultdict(lambda: dict.fromkeys(_HYPOTHESES, 0))

    def add(
        self,
        codes: Sequence[str | None],
        declared: NDArray[np.object_],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> None:
        """Take rows: the district each names (or None), its declared system, its coordinates as given."""
        rows = defaultdict(list)
        for row, code in enumerate(codes):
            if code in self._index.shapes:
                rows[code, declared[row]].append(row)
        for (code, crs), chosen in rows.items():
            self._named[crs] += len(chosen)
            for hypothesis in _HYPOTHESES:
                lon, lat = to_wgs84(x[chosen], y[chosen], hypothesis)
                self._inside[crs][hypothesis] += int(self._index.inside(code, lon, lat).sum())

    def better(self) -> Iterator[Better]:
        """Yield, for each declared system that another fits clearly better, that other one."""
        for declared, inside in self._inside.items():
            held = Crs.WGS84 if declared == Crs.CGCS2000 else declared
            _, _, best = max((inside[crs], crs == held, crs) for crs in _HYPOTHESES)
            if inside[best] - inside[held] >= max(_CLEARLY_ROWS, _CLEARLY_SHARE * self._named[declared]):
                yield Better(declared, best, self._named[declared], inside[held], inside[best])
