"""What a frame tells its scripts, so that its list can be put in order of distance on the reader's device."""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from flask import url_for
from numpy.typing import NDArray

from geo.finder.cities import cities, rows_of_city
from geo.registry.snapshot import Snapshot
from web.basemap import map_crs
from web.frames import Frame
from web.phone_words import phone_words
from web.state import State, state

__all__ = ["nearby_needs"]


def nearby_needs(frame: Frame, rows: NDArray[np.int64]) -> dict[str, Any] | None:
    """Return what the frame of some stations needs; None where there is nothing to put in order.

    The cities are those its stations lie in: a reader near none of them still gets the nearest of these.
    """
    if len(rows) < 2:
        return None
    here = state()
    return {
        "cities": _cities_of(here, rows),
        # Addresses are whole here, as in the list before.
        "tops": [],
        "wants": {
            "kinds": frame.kinds,
            "facilities": frame.facilities,
            "area": frame.area,
            "when": "now" if frame.open_now else None,
        },
        "crs": map_crs(here.settings),
        "station": url_for("stations.page", code="CODE"),
        "words": phone_words(),
    }


class _Homes:
    """The codes of a snapshot's cities, and for each row the place of its city among them."""

    def __init__(self, snapshot: Snapshot, name: str) -> None:
        self.codes = [city.code for city in cities(snapshot, name)]
        self.of_row: NDArray[np.int32] = np.full(len(snapshot), -1, np.int32)
        for place, code in enumerate(self.codes):
            self.of_row[rows_of_city(snapshot, code)] = place


_kept: WeakKeyDictionary[Snapshot, _Homes] = WeakKeyDictionary()


def _cities_of(here: State, rows: NDArray[np.int64]) -> list[str]:
    snapshot = here.live.index.snapshot.bare
    homes = _kept.get(snapshot)
    if homes is None:
        homes = _kept[snapshot] = _Homes(snapshot, here.settings.name)
    return [homes.codes[place] for place in np.unique(homes.of_row[rows]).tolist()]
