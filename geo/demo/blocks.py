"""The blocks of the demo city, each between two avenues and two streets."""

from typing import NamedTuple

from geo.demo.barriers import RAIL_BAND, RIVER_BAND
from geo.demo.drawing import Line, parts
from geo.demo.grid import AVENUES, STREETS, crossing
from geo.demo.landmarks import LANDMARKS
from geo.demo.parks import PARKS
from geo.demo.roads import RING
from geo.demo.skeleton import Metres, distance_m
from geo.demo.spots import pull_at
from geo.demo.street_names import neighbourhood

__all__ = ["BLOCKS", "Block", "is_free"]

# The way from a landmark to its street is shorter.
_LANDMARK_M = 350


class Block(NamedTuple):
    """The block north-east of the crossing of an avenue and a street."""

    avenue: int
    street: int

    def at(self, east: float, north: float) -> Metres:
        """Return the position at shares (0 to 1) of the block's width and height."""
        i, j = self
        corners = (crossing(i, j), crossing(i + 1, j), crossing(i, j + 1), crossing(i + 1, j + 1))
        shares = ((1 - east) * (1 - north), east * (1 - north), (1 - east) * north, east * north)
        weighed = list(zip(corners, shares, strict=True))
        return Metres(
            sum(corner.east_m * share for corner, share in weighed),
            sum(corner.north_m * share for corner, share in weighed),
        )

    @property
    def pull(self) -> float:
        """Return how much life the block has."""
        return pull_at(self.at(0.5, 0.5))

    @property
    def name(self) -> str:
        """Return the word its lanes are called by."""
        return neighbourhood(self.avenue * (len(STREETS) - 1) + self.street)


BLOCKS = tuple(Block(i, j) for i in range(len(AVENUES) - 1) for j in range(len(STREETS) - 1))


def is_free(border: Line) -> bool:
    """Tell whether nothing but lanes comes near a border."""
    shapes = (RIVER_BAND, RAIL_BAND, RING, *(park.oval(1) for park in PARKS))
    return all(len(parts(border, shape)) == 1 for shape in shapes) and all(
        distance_m(mark.at, border[0]) > _LANDMARK_M for mark in LANDMARKS
    )
