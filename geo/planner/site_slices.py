"""Demand at the hours of a day: which stations are open then, and how many people are there."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Reach
from geo.model.hours import OPEN
from geo.planner.hours import week_states
from geo.planner.run_week import hourly_weights
from geo.planner.run_work import Work
from geo.registry.snapshot import Snapshot

__all__ = ["Day", "Slices", "at_once", "day_of", "expanded", "sliced"]

_DAY_H = 24
_WEDNESDAY = 2


class Day(NamedTuple):
    """Times that differ in who is open or how many people there are; one where hours do not count.

    Attributes
    ----------
    open : (s, p) bool
        Which stations are open.
    weight : (s, d) float64
        Of the demand: a day's mean, so that all times together are one day.
    """

    open: NDArray[np.bool_]
    weight: NDArray[np.float64]


class Slices(NamedTuple):
    """Demand as the solver sees it: of each place as many as there are times that differ for it.

    Attributes
    ----------
    first : (d + 1,) int64
        Those of place i are from ``first[i]`` up to ``first[i + 1]``; none where there is no weight.
    place, time : (e,) int32
    weight : (e,) float64
        Positive.
    """

    first: NDArray[np.int64]
    place: NDArray[np.int32]
    time: NDArray[np.int32]
    weight: NDArray[np.float64]


def at_once(open_: NDArray[np.bool_], weight: NDArray[np.float64]) -> Day:
    """Return the one time of a question that is not about hours."""
    return Day(open_[None], weight[None])


def day_of(snapshot: Snapshot, work: Work, rows: NDArray[np.int32], today: date) -> Day:
    """Return the times of an ordinary Wednesday, hours alike taken together.

    Parameters
    ----------
    rows : (p,) int32
        The stations, as rows of the snapshot.

    Notes
    -----
    Where the demand's column is of some hours, those of its family hold at theirs, as for a study's week.
    """
    hours = slice(_WEDNESDAY * _DAY_H, (_WEDNESDAY + 1) * _DAY_H)
    open_ = np.zeros((_DAY_H, 0), bool)
    if len(rows):
        open_ = week_states(snapshot, rows, today)[0][hours] == OPEN
    columns, of_hour = hourly_weights(work.demand, work.ask.weight)
    alike, number = np.unique(np.column_stack([open_, of_hour[hours]]), axis=0, return_inverse=True)
    times = np.bincount(number.ravel(), minlength=len(alike)) / _DAY_H
    weight = np.array([columns[column] * part for column, part in zip(alike[:, -1], times, strict=True)])
    return Day(alike[:, :-1].astype(bool), weight)


def sliced(day: Day, changing: NDArray[np.bool_]) -> Slices:
    """Return the demand of a day.

    Parameters
    ----------
    changing : (d,) bool
        Places that have a station near which is not always open; all times are one for the others.
    """
    constant = np.where(changing, 0.0, day.weight.sum(axis=0))
    weight = np.where(changing, day.weight, 0.0)
    weight[0] += constant
    # By place, then by time.
    place, time = np.nonzero(weight.T > 0)
    first = np.zeros(len(changing) + 1, np.int64)
    np.cumsum(np.bincount(place, minlength=len(changing)), out=first[1:])
    return Slices(first, place.astype(np.int32), time.astype(np.int32), weight[time, place])


def expanded(reach: Reach, slices: Slices, counts: NDArray[np.bool_] | None = None) -> Reach:
    """Return what columns reach of the demand as it is sliced.

    Parameters
    ----------
    reach : Reach
        Of the places.
    counts : (n, s) bool, optional
        At which times a column counts; by default always.
    """
    times = np.diff(slices.first)
    if counts is None and np.all(times == 1):
        # Pairs may be many millions, and are not copied for nothing.
        return reach
    often = times[reach.demand]
    ends = np.cumsum(often)
    entry = np.repeat(np.arange(len(often)), often)
    demand = slices.first[reach.demand][entry] + np.arange(len(entry)) - (ends - often)[entry]
    column = np.repeat(np.arange(len(reach.start) - 1), np.diff(reach.start))[entry]
    if counts is not None:
        keep = counts[column, slices.time[demand]]
        column, demand, entry = column[keep], demand[keep], entry[keep]
    start = np.zeros(len(reach.start), np.int64)
    np.cumsum(np.bincount(column, minlength=len(start) - 1), out=start[1:])
    return Reach(start, demand.astype(np.int32), reach.cost[entry])
