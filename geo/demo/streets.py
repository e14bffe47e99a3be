"""The streets of the demo city as an OpenStreetMap extract, so that the demo takes the way of real data.

    roads      the named grid, the ring road, the expressway
    barriers   the river and the railway, and what crosses them
    parks      paths, lakes, woods
    lanes      between the streets of the grid, with the estates
    sights     what is there once, and the names of places
    osm_file   all of it joined and numbered

None of it comes from OpenStreetMap: it is drawn here, the same whatever the seed of the stations.
"""

from pathlib import Path

from geo.demo.barriers import barriers
from geo.demo.drawing import together
from geo.demo.lanes import lanes
from geo.demo.osm_file import write_osm
from geo.demo.parks import parks
from geo.demo.roads import roads
from geo.demo.sights import sights

__all__ = ["STREETS_ATTRIBUTION", "write_streets"]

STREETS_ATTRIBUTION = "虚构的演示街道"
"""Whose streets these are: nobody's."""


def write_streets(path: Path) -> None:
    """Write the streets as OSM PBF, always the same bytes; an existing file is replaced."""
    write_osm(path, together((roads(), barriers(), parks(), lanes(), sights())))
