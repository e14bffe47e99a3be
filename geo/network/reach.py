"""Which nodes lie within reach of places along streets, and which place each node is nearest to.

Importing this module loads numba.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.network.ends import Ends, ends_at
from geo.network.graph import Arcs, Graph, Positions
from geo.network.kernels import owner_search, reach_search
from geo.network.paths import work_for

__all__ = ["Measure", "Owners", "Reach", "owners", "reach"]

Measure = Literal["metres", "seconds"]


class Owners(NamedTuple):
    """For every node the source it costs least to go to (or come from).

    Attributes
    ----------
    cost : (n,) float64
        Metres or seconds, the source's snapping leg included; inf where there is none within the limit.
    owner : (n,) int32
        The source; of several at the same cost the first. -1 where there is none.
    """

    cost: NDArray[np.float64]
    owner: NDArray[np.int32]


class Reach(NamedTuple):
    """The nodes within a limit of each source, as compressed rows.

    Attributes
    ----------
    start : (p + 1,) int64
        The nodes of source i are those from ``start[i]`` up to ``start[i + 1]``, in no particular order.
    node : (r,) int32
    cost : (r,) float64
        Metres or seconds, the source's snapping leg included.
    """

    start: NDArray[np.int64]
    node: NDArray[np.int32]
    cost: NDArray[np.float64]


def owners(
    graph: Graph,
    profile: str,
    sources: Positions,
    *,
    limit: float = np.inf,
    measure: Measure = "metres",
    towards: bool = True,
) -> Owners:
    """Return for every node the source that costs least.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    sources : Positions
        Those off the network own nothing.
    limit : float
        Metres or seconds, itself included.
    measure : {"metres", "seconds"}
        What is minimised.
    towards : bool
        Whether one goes from the node to the source (people to a station) or the other way.
    """
    arcs, seeds = _start(graph, profile, sources, measure, towards)
    return Owners(*owner_search(arcs, seeds, float(limit)))


def reach(
    graph: Graph,
    profile: str,
    sources: Positions,
    *,
    limit: float,
    measure: Measure = "metres",
    towards: bool = True,
) -> Reach:
    """Return for each source all nodes within a limit; parameters are those of `owners`."""
    arcs, seeds = _start(graph, profile, sources, measure, towards)
    seed_start = np.searchsorted(seeds.place, np.arange(len(sources.edge) + 1))
    return Reach(*reach_search(arcs, work_for(graph), seeds, seed_start, float(limit)))


def _start(
    graph: Graph, profile: str, sources: Positions, measure: Measure, towards: bool
) -> tuple[Arcs, Ends]:
    """Return the arcs to search and where to begin, with the measure as what is called metres."""
    network = graph.networks[profile]
    arcs = network.back if towards else network.out
    seeds = ends_at(graph, profile, sources, towards=towards)
    if measure == "metres":
        return arcs, seeds
    return (
        arcs._replace(metres=arcs.seconds, seconds=arcs.metres),
        seeds._replace(metres=seeds.seconds, seconds=seeds.metres),
    )
