"""What became of stations between two days."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo.model.hours import Reason
from geo.model.ledger import Line, Sheet
from geo.model.station import SERVING, Status
from geo.planner.tables_parts import KIND_COLUMNS, by_kind

__all__ = ["change_sheet"]

_TO_COME = (Status.PLANNED, Status.BUILDING)
_CHANGES = {
    "added": Reason("新增"),
    "resumed": Reason("恢复开放"),
    "suspended": Reason("暂停开放"),
    "closed": Reason("撤销"),
    "begun": Reason("新列入规划或开工"),
}


def change_sheet(then: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return the stations by what became of them; one that is as it was is in no line."""
    before = {row["code"]: Status(row["status"]) for row in then}
    found: dict[str, list[Mapping[str, Any]]] = {key: [] for key in _CHANGES}
    for row in now:
        if key := _change(before.get(row["code"]), Status(row["status"])):
            found[key].append(row)
    lines = [Line(f"change.{key}", name, by_kind(found[key])) for key, name in _CHANGES.items()]
    rule = Reason("比较两天结束时的状态;新增是以前没有或在规划、在建,现在可以去的")
    return Sheet("change", "变化", Reason("变化"), rule, KIND_COLUMNS, lines)


def _change(before: Status | None, now: Status) -> str | None:
    if now in SERVING:
        if before is None or before in _TO_COME:
            return "added"
        return None if before in SERVING else "resumed"
    if now in _TO_COME:
        return None if before in _TO_COME else "begun"
    return None if before in (now, None) else now.value
