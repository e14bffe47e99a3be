"""Which demand there is, and its places."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo.db.tables import demand as table
from geo.errors import NotFoundError
from geo.model.demand import Demand
from geo.registry.demand_body import decode_demand, encode_demand

__all__ = ["DemandSet", "list_demand", "read_demand_set", "save_demand"]


class DemandSet(NamedTuple):
    """A demand as it is registered, without its places.

    Attributes
    ----------
    digest : str
        Of places and weights: another one whenever any of them differs.
    source : str
        Name of the file.
    attribution : str or None
        Whose data they are, to be shown beside every figure made of them.
    form : str
        ``points``, ``polygons`` or ``raster``: what the file held.
    loaded_at : str
        ISO text in UTC.
    points : int
        How many places there are; for polygons, those they were spread over.
    weights : tuple of (str, float)
        The columns in the file's order, with their sums.
    west, south, east, north : float
        Bounds in WGS-84 degrees.
    """

    name: str
    digest: str
    source: str
    attribution: str | None
    form: str
    loaded_at: str
    points: int
    weights: tuple[tuple[str, float], ...]
    west: float
    south: float
    east: float
    north: float


def list_demand(session: Session) -> tuple[DemandSet, ...]:
    """Return what demand is registered, ordered by name."""
    # By code point, as Python orders: the database's own order depends on its locale.
    return tuple(sorted(_set(row) for row in session.execute(select(*_COLUMNS))))


def read_demand_set(session: Session, name: str) -> tuple[DemandSet, Demand]:
    """Return a demand and its places.

    Raises
    ------
    NotFoundError
        There is none of that name; says which there are.
    """
    row = session.execute(select(*_COLUMNS, table.c.body).where(table.c.name == name)).one_or_none()
    if row is None:
        known = "、".join(item.name for item in list_demand(session))
        raise NotFoundError(
            "没有名为“%(name)s”的需求数据;已导入的有:%(known)s。请用 yizhan load demand 导入",
            name=name,
            known=known or "(没有)",
        )
    described = _set(row[:-1])
    return described, decode_demand(row.body, [column for column, _ in described.weights])


def save_demand(session: Session, given: DemandSet, places: Demand) -> tuple[int, int, int]:
    """Register a demand, in place of the one of its name; returns how many were added, changed, the same.

    One that differs in nothing but the moment it was loaded is left as it was.
    """
    held = {item.name: item for item in list_demand(session)}.get(given.name)
    if held is not None and held._replace(loaded_at=given.loaded_at) == given:
        return 0, 0, 1
    session.execute(delete(table).where(table.c.name == given.name))
    session.execute(insert(table).values(**given._asdict(), body=encode_demand(places)))
    return (1, 0, 0) if held is None else (0, 1, 0)


_COLUMNS = [table.c[field] for field in DemandSet._fields]


def _set(row: tuple) -> DemandSet:
    described = DemandSet(*row)
    return described._replace(weights=tuple((column, total) for column, total in described.weights))
