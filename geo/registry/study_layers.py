"""What a study drew, as tables with geometry that QGIS opens live; on PostGIS alone."""

from collections.abc import Sequence
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
    insert_rows(session, study_demand, _demand(study["id"], places))
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


def _demand(id_: str, places: Places) -> list[dict[str, Any]]:
    points = shapely.points(places.lon, places.lat)
    codes = [*places.codes.tolist(), None]
    return [
        {
            "study_id": id_,
            "number": number,
            "weight": weight,
            "cost": cost if np.isfinite(cost) else None,
            "covered": covered,
            "station_code": codes[station],
            "gap_rank": gap or None,
            "location": point,
        }
        for number, (weight, cost, covered, station, gap, point) in enumerate(
            zip(
                places.weight.tolist(),
                places.cost.tolist(),
                places.covered.tolist(),
                places.station.tolist(),
                places.gap.tolist(),
                points,
                strict=True,
            ),
            1,
        )
    ]
