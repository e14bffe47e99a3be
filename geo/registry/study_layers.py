"""What a study drew, as tables with geometry that QGIS opens live; on PostGIS alone."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo.db.bulk import insert_rows
from geo.db.engine import is_postgres
from geo.db.tables import study_demand, study_gap, study_reach
from geo.model.study import Places, Study

__all__ = ["draw_study"]

# A million points are not to be a million dicts at once.
_BATCH = 10_000


def draw_study(
    session: Session, study: Study, places: Places, reach: Sequence[tuple[float, shapely.MultiLineString]]
) -> bool:
    """Write a study's gaps, demand and reach, in place of what it drew before; nothing on SQLite.

    Parameters
    ----------
    reach : sequence of (float, MultiLineString)
        Limits, in metres or seconds as the study measures, and the streets within them: WGS-84 lon, lat.

    Returns
    -------
    bool
        Whether there was where to write.
    """
    if not is_postgres(session):
        return False
    for table in (study_gap, study_demand, study_reach):
        session.execute(delete(table).where(table.c.study_id == study["id"]))
    insert_rows(session, study_gap, [_gap(study["id"], gap) for gap in study["gaps"]])
    for first in range(0, len(places.lon), _BATCH):
        insert_rows(session, study_demand, list(_demand(study["id"], places, first)))
    insert_rows(
        session,
        study_reach,
        [
            {"study_id": study["id"], "number": number, "limit_cost": limit, "shape": lines}
            for number, (limit, lines) in enumerate(reach, 1)
        ],
    )
    return True


def _gap(id_: str, gap: Any) -> dict[str, Any]:
    kept = ("rank", "name", "weight", "points", "reason", "remedy", "cost")
    return {
        "study_id": id_,
        **{name: gap[name] for name in kept},
        "area_code": gap["area"],
        "nearest_code": gap["nearest"],
        "location": shapely.Point(gap["lon"], gap["lat"]),
        "outline": shapely.Polygon(gap["outline"]) if gap["outline"] else None,
    }


def _demand(id_: str, places: Places, first: int) -> Iterator[dict[str, Any]]:
    """Give the rows of one batch of places; they are numbered from 1 through all batches."""
    part = slice(first, first + _BATCH)
    codes = [*places.codes.tolist(), None]
    columns = zip(
        places.weight[part].tolist(),
        places.cost[part].tolist(),
        places.covered[part].tolist(),
        places.station[part].tolist(),
        places.gap[part].tolist(),
        shapely.points(places.lon[part], places.lat[part]),
        strict=True,
    )
    for number, (weight, cost, covered, station, gap, point) in enumerate(columns, first + 1):
        yield {
            "study_id": id_,
            "number": number,
            "weight": weight,
            "cost": cost if np.isfinite(cost) else None,
            "covered": covered,
            "station_code": codes[station],
            "gap_rank": gap or None,
            "location": point,
        }
