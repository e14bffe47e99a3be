"""A planner's question as a siting problem, and what its columns and demand stand for."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem
from geo.model.candidates import Candidates
from geo.model.study import Said
from geo.network.graph import Positions
from geo.planner.site_districts import Districts
from geo.planner.site_slices import Slices
from geo.planner.site_standing import Standing

__all__ = ["CLOSABLE", "HELD", "NEW", "STAYS", "UPGRADE", "Built"]

NEW, CLOSABLE, UPGRADE, STAYS, HELD = range(5)
"""What a column stands for: a new station, one that stands and may be closed (opened means kept), one that
stands and opens all day, one that stands and stays (only where capacity counts), a kind in a new building
that several may share."""


class Built(NamedTuple):
    """A question as a problem, and what its columns and demand stand for.

    Attributes
    ----------
    problem : Problem
    kind : (n,) int8
        Of the columns.
    number : (n,) int32
        Of new ones and what they hold the place among ``candidates``, of others the station's among those of
        ``standing``.
    candidates : Candidates
        Those that can be chosen.
    at : Positions or None
        Where these are on the ground's streets.
    standing : Standing
    slices : Slices
        The problem's demand, by the places of the study.
    districts : Districts or None
        None where there are none.
    whole, coverable : float
        Weight asked about; weight that something that stands or could be opened can serve.
    told : list of Said
    """

    problem: Problem
    kind: NDArray[np.int8]
    number: NDArray[np.int32]
    candidates: Candidates
    at: Positions | None
    standing: Standing
    slices: Slices
    districts: Districts | None
    whole: float
    coverable: float
    told: list[Said]

    @property
    def closable(self) -> int:
        """How many columns are stations that may be closed: these more the rule ``count`` lets be open."""
        return int(np.count_nonzero(self.kind == CLOSABLE))
