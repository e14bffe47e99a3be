"""The open state of every schedule of a snapshot, computed when asked and kept for the minute."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from geo.model.holidays import Calendar
from geo.model.hours import OpenState, Reason, evaluate
from geo.registry.snapshot import Schedule

__all__ = ["CLOSED", "OPEN", "UNKNOWN", "Openings"]

OPEN, UNKNOWN, CLOSED = 0, 1, 2
_NOT_YET = -1
_MINUTES_KEPT = 8
_GROUPS = {"open": OPEN, "unknown": UNKNOWN}
_NOT_SERVING = {
    "suspended": OpenState("suspended", None, Reason("暂停开放", {})),
    "closed": OpenState("closed", None, Reason("已撤销", {})),
    "building": OpenState("closed", None, Reason("在建,尚未开放", {})),
    "planned": OpenState("closed", None, Reason("规划中,尚未开放", {})),
}


class _Minute:
    """What is known of one minute: a group for each schedule, and the full state of those asked for."""

    def __init__(self, count: int) -> None:
        self.groups = np.full(count, _NOT_YET, np.int8)
        self.states: dict[int, OpenState] = {}


class Openings:
    """Open states of a snapshot's schedules; safe to share between threads."""

    def __init__(self, schedules: Sequence[Schedule], calendar: Calendar) -> None:
        self._schedules = schedules
        self._calendar = calendar
        self._minutes: OrderedDict[datetime, _Minute] = OrderedDict()
        self._lock = Lock()

    def groups(self, schedules: NDArray[np.int32], at: datetime) -> NDArray[np.int8]:
        """Return OPEN, UNKNOWN or CLOSED (suspended counts as closed) for each schedule number."""
        minute = self._minute(at)
        found = minute.groups[schedules]
        if (found == _NOT_YET).any():
            for number in np.unique(schedules[found == _NOT_YET]).tolist():
                self._evaluate(minute, number, at)
            found = minute.groups[schedules]
        return found

    def state(self, schedule: int, at: datetime) -> OpenState:
        """Return the full state of one schedule number."""
        minute = self._minute(at)
        held = minute.states.get(schedule)
        return held if held is not None else self._evaluate(minute, schedule, at)

    def group(self, schedule: int, at: datetime) -> int:
        """Return the group of one schedule number."""
        return _GROUPS.get(self.state(schedule, at).state, CLOSED)

    def all_groups(self, at: datetime) -> NDArray[np.int8]:
        """Return the group of every schedule."""
        return self.groups(np.arange(len(self._schedules), dtype=np.int32), at)

    def _minute(self, at: datetime) -> _Minute:
        key = at.replace(second=0, microsecond=0)
        minute = self._minutes.get(key)
        if minute is None:
            with self._lock:
                minute = self._minutes.setdefault(key, _Minute(len(self._schedules)))
                while len(self._minutes) > _MINUTES_KEPT:
                    self._minutes.popitem(last=False)
        return minute

    def _evaluate(self, minute: _Minute, number: int, at: datetime) -> OpenState:
        status, osm, makeup = self._schedules[number]
        at = at.replace(second=0, microsecond=0)
        state = _NOT_SERVING.get(status) or evaluate(osm, makeup=makeup, at=at, calendar=self._calendar)
        minute.states[number] = state
        minute.groups[number] = _GROUPS.get(state.state, CLOSED)
        return state
