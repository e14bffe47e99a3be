"""The columns of a siting problem: what may be opened, and what it reaches; and what stays beside them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Reach
from geo.planner.measure import nearest_of
from geo.planner.run_work import Work
from geo.planner.site_built import CLOSABLE, NEW, STAYS, UPGRADE
from geo.planner.site_candidates import Field
from geo.planner.site_question import FAR, SiteAsk
from geo.planner.site_reach import candidate_pairs, reach_of_pairs
from geo.planner.site_slices import Slices, expanded
from geo.planner.site_standing import Standing, pairs_of

__all__ = ["Columns", "closable_of", "columns_of", "kept_of"]


class Columns(NamedTuple):
    """What may be opened, kind by kind.

    Attributes
    ----------
    reach : Reach
        Of the demand as it is sliced.
    kind, number : (n,) int8, int32
        As `geo.planner.site_built.Built` has them.
    """

    reach: Reach
    kind: NDArray[np.int8]
    number: NDArray[np.int32]


def closable_of(standing: Standing, site: SiteAsk) -> NDArray[np.bool_]:
    """Return which stations may be closed."""
    # One that is open at no time asked about serves nobody now, which is no reason to close it.
    changes = site.existing == "closable"
    return standing.near & standing.day.open.any(axis=0) & changes


def columns_of(standing: Standing, work: Work, site: SiteAsk, field: Field, slices: Slices) -> Columns:
    """Return what may be opened: candidates first, then of the stations that stand what a plan decides on."""
    everywhere = site.objective in FAR
    count = len(field.candidates.codes)
    pairs = candidate_pairs(work.ways, field.candidates, field.at, everywhere=everywhere)
    new = Columns(
        expanded(reach_of_pairs(pairs, count), slices),
        np.full(count, NEW, np.int8),
        np.arange(count, dtype=np.int32),
    )
    blocks, is_open, closable = [new], standing.day.open, closable_of(standing, site)
    wanted = [(CLOSABLE, closable, is_open)]
    if site.capacity is not None:
        wanted.append((STAYS, ~closable & is_open[0], is_open))
    if site.upgrades:
        wanted.append((UPGRADE, standing.near & ~is_open.all(axis=0), ~is_open))
    for kind, which, counts in wanted:
        if which.any():
            blocks.append(_stations(kind, standing, which, counts, slices, everywhere=everywhere))
    return _joined(blocks)


def kept_of(
    standing: Standing, site: SiteAsk, slices: Slices
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return how often demand is covered by what stays beside the columns, and how far that is."""
    size = len(slices.place)
    stays = ~closable_of(standing, site)
    if site.capacity is not None or not stays.any():
        return np.zeros(size, np.int32), np.full(size, np.inf)
    if site.objective in FAR:
        cost = nearest_of(standing.ways, stays & standing.day.open[0]).cost[slices.place]
        return np.isfinite(cost).astype(np.int32), cost
    reach = expanded(reach_of_pairs(standing.pairs, len(stays)), slices, (standing.day.open & stays).T)
    kept = np.bincount(reach.demand, minlength=size).astype(np.int32)
    cost = np.full(size, np.inf)
    np.minimum.at(cost, reach.demand, reach.cost)
    return kept, cost


def _stations(
    kind: int,
    standing: Standing,
    which: NDArray[np.bool_],
    counts: NDArray[np.bool_],
    slices: Slices,
    *,
    everywhere: bool,
) -> Columns:
    """Return columns for some of the stations, which count at some times (s, p)."""
    number = np.flatnonzero(which).astype(np.int32)
    reach = reach_of_pairs(pairs_of(standing, which, everywhere=everywhere), len(number))
    reach = expanded(reach, slices, counts[:, number].T)
    return Columns(reach, np.full(len(number), kind, np.int8), number)


def _joined(blocks: list[Columns]) -> Columns:
    if len(blocks) == 1:
        return blocks[0]
    reaches = [block.reach for block in blocks]
    before = np.cumsum([0, *(len(reach.demand) for reach in reaches)])
    start = [reach.start[1:] + first for reach, first in zip(reaches, before, strict=False)]
    reach = Reach(
        np.concatenate([np.zeros(1, np.int64), *start]),
        np.concatenate([reach.demand for reach in reaches]),
        np.concatenate([reach.cost for reach in reaches]),
    )
    kind, number = (np.concatenate(column) for column in zip(*(block[1:] for block in blocks), strict=True))
    return Columns(reach, kind, number)
