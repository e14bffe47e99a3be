"""Which rows of a file somebody may load who answers for a part of the registry alone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.ingest.problems import Problem

__all__ = ["Admission", "admitted"]


class Admission(NamedTuple):
    """The part of the registry.

    Parameters
    ----------
    units : mapping of str to str
        Names of the union units by code: the loader's own first, then all below it.
    areas : frozenset of str
        Codes of the areas of these units; empty where none is known.
    drawn : bool
        Whether their shapes are known, so that what lies in none of them lies elsewhere.
    held : mapping of int to str or None
        The stations that may be changed, by id, and the unit of each.
    """

    units: Mapping[str, str]
    areas: frozenset[str]
    drawn: bool
    held: Mapping[int, str | None]


def admitted(admission: Admission, id_: int | None, row: Mapping[str, Any]) -> dict[str, Any] | Problem:
    """Return the row as it may be loaded, or why it may not (its row number left 0).

    A new station without a unit becomes one of the loader's own unit.

    Parameters
    ----------
    id_ : int or None
        The station the row is; None for a new one.
    row : mapping
        A flat row with its place.
    """
    own, name = next(iter(admission.units.items()), ("", ""))
    if id_ is not None and id_ not in admission.held:
        reason = (
            "登记册里这个站点不归您管,这一行没有导入;如果不是同一个站点,请换一个“来源”或编号,否则请删去这一行"
        )
        return Problem(0, "站点名称", row["name"], "refused", reason)
    given = row.get("unit_code")
    if given and given not in admission.units:
        reason = (
            f"这个工会代码不在您管的范围(“{name}”及下级)内,这一行没有导入;请改正或清空工会代码,或删去这一行"
        )
        return Problem(0, "工会代码", given, "refused", reason)
    if given or (id_ is not None and admission.held[id_]):
        return dict(row)
    place = row.get("area_code")
    if admission.areas and (place or admission.drawn) and place not in admission.areas:
        reason = f"这一行的位置或区县不在“{name}”的范围内,没有导入;请核对坐标和区县,或删去这一行"
        return Problem(0, "坐标", f"{row['lon']:.6f}, {row['lat']:.6f}", "refused", reason)
    if id_ is not None:
        return dict(row)
    return {"unit_name": name, **row, "unit_code": own}
