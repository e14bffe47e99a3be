"""Demand in polygons, spread over the streets that are registered."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import FileError
from geo.ingest.problems import Problem
from geo.model.demand import Demand
from geo.network.spread import Spots, grid_spots, spread
from geo.registry.street_files import graph_path, open_graph
from geo.registry.streets import StreetSet

__all__ = ["spread_demand"]

_Shapes = NDArray[np.object_]


def spread_demand(
    home: Path, sets: Sequence[StreetSet], demand: Demand, shapes: _Shapes
) -> tuple[Demand, list[Problem]]:
    """Return demand on points inside its shapes: along walkable streets, else evenly.

    Parameters
    ----------
    home : Path
        The folder of the street files.
    sets : sequence of StreetSet
        Where they overlap, the smallest with streets inside a shape counts.
    demand : Demand
        One place for each shape.
    shapes : (d,) object
        Polygons, and points that stay as they are, in WGS-84 degrees.

    Returns
    -------
    Demand
        By shape; the weights of its points add up to a shape's exactly.
    list of Problem
        How it was done, and streets that could not be used.
    """
    polygons = np.flatnonzero([shape.area > 0 for shape in shapes])
    spots, problems = _on_streets(home, sets, shapes, polygons)
    bare = np.setdiff1d(np.arange(len(shapes)), np.concatenate([[], *(part.polygon for part in spots)]))
    if len(bare):
        even = grid_spots(shapes[bare])
        spots.append(even._replace(polygon=bare[even.polygon]))
    whole = Spots(*(np.concatenate(parts) for parts in zip(*spots, strict=True)))
    order = np.argsort(whole.polygon, kind="stable")
    whole = Spots(*(values[order] for values in whole))
    weights = {column: spread(values, whole) for column, values in demand.weights.items()}
    without = len(np.intersect1d(polygons, bare))
    reason = (
        f"{len(polygons) - without} 个面的权重按面内能步行的街道的长度分摊,"
        f"{without} 个面内没有街道,按面积平均分摊"
    )
    problems.append(Problem(None, None, None, "note", reason))
    return Demand(lon=whole.lon, lat=whole.lat, weights=weights), problems


def _on_streets(
    home: Path, sets: Sequence[StreetSet], shapes: _Shapes, left: NDArray[np.int64]
) -> tuple[list[Spots], list[Problem]]:
    """Return spots on the streets of each set, for the shapes that none before had any for."""
    if not sets:
        return [], []
    # Kernels take seconds to import, which a registry without streets should not pay.
    from geo.network.spread_streets import street_spots

    spots, problems = [], []
    for item in sorted(sets, key=_size):
        if not len(left):
            break
        try:
            graph = open_graph(graph_path(home, item.digest))
        except FileError as error:
            problems.append(Problem(None, None, None, "warning", str(error)))
            continue
        found = street_spots(graph, "walk", shapes[left])
        spots.append(found._replace(polygon=left[found.polygon]))
        left = np.setdiff1d(left, spots[-1].polygon)
    return spots, problems


def _size(item: StreetSet) -> tuple[float, str]:
    return (item.east - item.west) * (item.north - item.south), item.name
