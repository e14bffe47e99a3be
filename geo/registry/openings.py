"""The open state of every schedule of a snapshot, computed when asked and kept for the minute."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from threading import Lock

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.model.facts_state import state_with
from geo.model.holidays import Calendar
from geo.model.hours import CHINA, CLOSED, OPEN, UNKNOWN, OpenState, Reason, day_states, evaluate
from geo.registry.feature import Say, open_json
from geo.registry.snapshot import Schedule

__all__ = ["Minute", "Openings", "state_at"]

_NOT_YET = -1
# One question that asks for the state on arrival touches a minute for every minute of the way.
_MINUTES_KEPT = 128
# As many days as a phone is given at a time: it calls the same places open round the clock.
_ALL_DAY_DAYS = 28
_GROUPS = {"open": OPEN, "unknown": UNKNOWN}
_NOT_SERVING = {
    "suspended": OpenState("suspended", None, Reason("暂停开放", {})),
    "closed": OpenState("closed", None, Reason("已撤销", {})),
    "building": OpenState("closed", None, Reason("在建,尚未开放", {})),
    "planned": OpenState("closed", None, Reason("规划中,尚未开放", {})),
}


class Minute:
    """The open states of one minute: a group for each schedule, and in full those asked for.

    With ``all_day`` the group is CLOSED for what is open then, but not round the clock. ``scarce`` is a
    hint that whoever looks for open stations leaves for the next: few were open among those near a place.
    """

    def __init__(
        self, schedules: Sequence[Schedule], calendar: Calendar, at: datetime, *, all_day: bool = False
    ) -> None:
        self._schedules, self._calendar, self.at, self.all_day = schedules, calendar, at, all_day
        self.scarce = False
        self._groups = np.full(len(schedules), _NOT_YET, np.int8)
        self._states: dict[int, OpenState] = {}
        self._texts: dict[tuple[int, Say], bytes] = {}

    def state(self, schedule: int) -> OpenState:
        """Return the full state of one schedule number."""
        held = self._states.get(schedule)
        return held if held is not None else self._evaluate(schedule)

    def group(self, schedule: int) -> int:
        """Return OPEN, UNKNOWN or CLOSED (suspended counts as closed) for one schedule number."""
        if self._groups[schedule] == _NOT_YET:
            self._evaluate(schedule)
        return int(self._groups[schedule])

    def groups(self, schedules: NDArray[np.int32]) -> NDArray[np.int8]:
        """Return the group of each schedule number."""
        found = self._groups[schedules]
        if (found == _NOT_YET).any():
            for number in np.unique(schedules[found == _NOT_YET]).tolist():
                self._evaluate(number)
            found = self._groups[schedules]
        return found

    def all_groups(self) -> NDArray[np.int8]:
        """Return the group of every schedule."""
        return self.groups(np.arange(len(self._schedules), dtype=np.int32))

    def text(self, schedule: int, say: Say) -> bytes:
        """Return the state as JSON, its reason said by ``say``."""
        held = self._texts.get((schedule, say))
        if held is None:
            held = self._texts[schedule, say] = orjson.dumps(open_json(self.state(schedule), say))
        return held

    def _evaluate(self, number: int) -> OpenState:
        state = state_at(self._schedules[number], self._calendar, self.at)
        self._states[number] = state
        self._groups[number] = self._group_of(number, state)
        return state

    def _group_of(self, number: int, state: OpenState) -> int:
        group = _GROUPS.get(state.state, CLOSED)
        if group != OPEN or not self.all_day:
            return group
        day = self.at.astimezone(CHINA).date()
        return OPEN if _is_all_day(self._schedules[number], self._calendar, day) else CLOSED


class Openings:
    """Open states of a snapshot's schedules; safe to share between threads."""

    def __init__(self, schedules: Sequence[Schedule], calendar: Calendar) -> None:
        self._schedules = schedules
        self._calendar = calendar
        self._minutes: OrderedDict[tuple[datetime, bool], Minute] = OrderedDict()
        self._lock = Lock()

    def at(self, moment: datetime, *, all_day: bool = False) -> Minute:
        """Return the minute a moment lies in, ``all_day`` with the groups of what is open round the clock."""
        key = moment.replace(second=0, microsecond=0), all_day
        minute = self._minutes.get(key)
        if minute is None:
            with self._lock:
                made = Minute(self._schedules, self._calendar, key[0], all_day=all_day)
                minute = self._minutes.setdefault(key, made)
                while len(self._minutes) > _MINUTES_KEPT:
                    self._minutes.popitem(last=False)
        return minute

    def state(self, schedule: int, moment: datetime) -> OpenState:
        """Return the full state of one schedule number at a moment."""
        return self.at(moment).state(schedule)


def state_at(schedule: Schedule, calendar: Calendar, moment: datetime) -> OpenState:
    """Return the open state at a moment: of the status if that serves nobody, else of hours and facts."""
    status, osm, makeup, facts = schedule
    if status in _NOT_SERVING:
        return _NOT_SERVING[status]

    def by_hours(at: datetime) -> OpenState:
        return evaluate(osm, makeup=makeup, at=at, calendar=calendar)

    return state_with(facts, moment, by_hours) if facts else by_hours(moment)


def _is_all_day(schedule: Schedule, calendar: Calendar, day: date) -> bool:
    """Return whether a schedule that is serving is open round the clock, on a day and the 27 after it."""
    days = (day + timedelta(days=number) for number in range(_ALL_DAY_DAYS))
    return all(
        state == "open"
        for each in days
        for _, state, _ in day_states(schedule.osm, makeup=schedule.makeup, day=each, calendar=calendar)
    )
