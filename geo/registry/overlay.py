"""What holds for a time, laid over a snapshot: a few rows get another schedule and other facilities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np

from geo.model.facts import Fact, What, broken_at, holding, of_kind
from geo.model.hours import CHINA
from geo.registry.snapshot import Schedule, Snapshot, facility_mask

__all__ = ["live_json", "next_change", "overlaid"]


def overlaid(snapshot: Snapshot, facts: Mapping[str, Sequence[Fact]], now: datetime) -> Snapshot:
    """Return a snapshot as it is with facts; itself where none of its stations has any that is not over.

    Open states follow the facts by themselves; what is broken is not there at ``now``: at `next_change` it
    is to be laid over anew.

    Parameters
    ----------
    snapshot : Snapshot
        Without facts.
    facts : mapping of str to sequence of Fact
        By the code of their station; of unknown ones they are left out.
    """
    lasting = _by_row(snapshot, facts, now)
    if not lasting:
        return snapshot
    schedules, numbers = _schedules(snapshot, lasting)
    schedule, facilities = snapshot.schedule.copy(), snapshot.facilities.copy()
    for row, own in lasting.items():
        schedule[row] = numbers.get(row, schedule[row])
        facilities[row] &= ~np.uint64(facility_mask(broken_at(own, now)))
    told = {row: live_json(own, now) for row, own in lasting.items()}
    return replace(
        snapshot,
        schedule=schedule,
        schedules=schedules,
        facilities=facilities,
        facts=lasting,
        told={row: members for row, members in told.items() if members},
        live_tag=_tag(lasting, now),
        under=snapshot,
    )


def next_change(facts: Mapping[str, Iterable[Fact]], now: datetime) -> datetime | None:
    """Return when the next of some facts begins or ends by itself; None: never."""
    moments = (at for own in facts.values() for fact in own for at in (fact.since, fact.until))
    return min((at for at in moments if at is not None and at > now), default=None)


def live_json(facts: Sequence[Fact], now: datetime) -> dict[str, Any]:
    """Return what the API tells of a station's facts; of what is announced, when it begins.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon, one = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (12, 13))
    >>> live_json([Fact(1, "broken", "microwave", noon, None, None)], one)
    {'broken': ['microwave']}
    >>> live_json([], one)
    {}
    """
    told: dict[str, Any] = {}
    for fact in holding(of_kind(facts, What.MAYBE_LOCKED), now)[:1]:
        told["maybe_locked"] = {"since": _iso(fact.since), "until": fact.until and _iso(fact.until)}
    if broken := broken_at(facts, now):
        told["broken"] = broken
    for what in (What.SUSPENDED, What.VISIT):
        for fact in of_kind(facts, what)[:1]:
            until = fact.until and _iso(fact.until)
            told[what.value] = {"since": _iso(fact.since), "until": until, "reason": fact.reason}
    return told


def _by_row(
    snapshot: Snapshot, facts: Mapping[str, Sequence[Fact]], now: datetime
) -> dict[int, tuple[Fact, ...]]:
    codes = sorted(facts)
    rows = np.searchsorted(snapshot.codes, np.array([code.encode() for code in codes], "S"))
    found: dict[int, tuple[Fact, ...]] = {}
    for code, row in zip(codes, rows.tolist(), strict=True):
        known = row < len(snapshot) and snapshot.codes[row] == code.encode()
        if known and (own := tuple(fact for fact in facts[code] if not fact.is_over(now))):
            found[row] = own
    return found


def _schedules(
    snapshot: Snapshot, facts: Mapping[int, tuple[Fact, ...]]
) -> tuple[tuple[Schedule, ...], dict[int, int]]:
    """Return the schedules, those with facts after the others, and which row has which of those."""
    added: list[Schedule] = []
    numbers: dict[int, int] = {}
    for row, own in facts.items():
        if told := of_kind(own, What.MAYBE_LOCKED, What.SUSPENDED):
            numbers[row] = len(snapshot.schedules) + len(added)
            # States are those of whole minutes: what begins within one holds in all of it.
            told = tuple(fact._replace(since=fact.since.replace(second=0)) for fact in told)
            added.append(snapshot.schedules[snapshot.schedule[row]]._replace(facts=told))
    return (*snapshot.schedules, *added), numbers


def _iso(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _tag(facts: Mapping[int, tuple[Fact, ...]], now: datetime) -> str:
    held = [(row, fact, fact.holds(now)) for row, own in facts.items() for fact in own]
    return sha256(repr(held).encode()).hexdigest()[:16]
