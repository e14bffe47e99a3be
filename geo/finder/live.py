"""What holds for a time of a city's stations, as a phone lays it over the city's pack by itself."""

from typing import Any

import numpy as np

from geo.finder.cities import rows_of_city
from geo.model.facts import Fact
from geo.model.hours import CHINA
from geo.registry.snapshot import Snapshot

__all__ = ["city_facts"]


def city_facts(snapshot: Snapshot, code: str) -> list[dict[str, Any]]:
    """Return what holds or is announced of a city's stations, ordered by their codes, then by its begin.

    Nothing where there is no such city.
    """
    rows = rows_of_city(snapshot, code)
    told = np.array(sorted(snapshot.facts), np.int64)
    return [
        {"station": snapshot.codes[row].decode(), **_fact_json(fact)}
        for row in told[np.isin(told, rows)].tolist()
        for fact in snapshot.facts[row]
    ]


def _fact_json(fact: Fact) -> dict[str, Any]:
    since, until = (
        at and at.astimezone(CHINA).isoformat(timespec="seconds") for at in (fact.since, fact.until)
    )
    return {
        "what": fact.what,
        "facility": fact.facility,
        "since": since,
        "until": until,
        "reason": fact.reason,
    }
