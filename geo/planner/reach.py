"""The streets from which a study's open stations are within its limit, for drawing."""

from typing import NamedTuple

import shapely

from geo.errors import UnavailableError
from geo.finder.area import find_service_area
from geo.model.hours import OPEN
from geo.model.study import Places, Study
from geo.registry.nearest import Index

__all__ = ["StudyReach", "reach_of"]


class StudyReach(NamedTuple):
    """A limit and the streets within it (WGS-84 lon, lat)."""

    limit: float
    lines: shapely.MultiLineString


def reach_of(index: Index, study: Study, places: Places) -> list[StudyReach]:
    """Return the streets of a study's reach; none where it was by line, or its streets are gone since."""
    asked, names = study["asked"], [one["name"] for one in study["sources"] if one["what"] == "streets"]
    streets = next((one for one in index.snapshot.streets if one.name in names), None)
    known = set(index.snapshot.codes.astype(str))
    # A station may have gone since, too.
    open_codes = [code for code in places.codes[places.state == OPEN].tolist() if code in known]
    if streets is None or not open_codes:
        return []
    try:
        found = find_service_area(
            index, streets, open_codes, [asked["limit"]], by=asked["by"], measure=asked["measure"]
        )
    except UnavailableError:
        return []
    return [StudyReach(asked["limit"], found.lines[0])]
