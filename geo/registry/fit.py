"""Which coordinate system puts the stations of a file inside the districts they name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, to_wgs84
from geo.registry.areas import AreaIndex

__all__ = ["HYPOTHESES", "Better", "CrsFit"]

HYPOTHESES = (Crs.WGS84, Crs.GCJ02, Crs.BD09)
"""The systems to tell apart; CGCS2000 differs from WGS-84 by centimetres, which no polygon does."""

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
        self._inside: dict[Crs, dict[Crs, int]] = defaultdict(lambda: dict.fromkeys(HYPOTHESES, 0))

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
            for hypothesis in HYPOTHESES:
                lon, lat = to_wgs84(x[chosen], y[chosen], hypothesis)
                self._inside[crs][hypothesis] += int(self._index.inside(code, lon, lat).sum())

    @property
    def named(self) -> int:
        """How many rows name a district whose shape is known."""
        return sum(self._named.values())

    def inside(self, crs: Crs) -> int:
        """Return how many of these lie in it, were all rows in this system."""
        return sum(counts[crs] for counts in self._inside.values())

    def better(self) -> Iterator[Better]:
        """Yield, for each declared system that another fits clearly better, that other one."""
        for declared, inside in self._inside.items():
            held = Crs.WGS84 if declared == Crs.CGCS2000 else declared
            _, _, best = max((inside[crs], crs == held, crs) for crs in HYPOTHESES)
            if inside[best] - inside[held] >= max(_CLEARLY_ROWS, _CLEARLY_SHARE * self._named[declared]):
                yield Better(declared, best, self._named[declared], inside[held], inside[best])
