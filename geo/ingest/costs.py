"""What it costs to go from demand to candidates, computed by any other engine; no place is known of either.

Three files: ``candidate,demand,cost`` rows, ``demand,weight`` and ``candidate[,cost][,open]``. In these a
single wrong row would make another plan, so all of them are told and nothing is taken.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import FileError
from geo.ingest.cells import read_yes_no
from geo.ingest.named_columns import Named, as_numbers, read_named
from geo.ingest.problems import shown

__all__ = ["Costs", "read_costs"]

_CANDIDATE = ["候选点", "候选点编号", "编号", "code", "id"]
_DEMAND = ["需求", "需求点", "需求编号"]
_COST = ["费用", "距离", "时间", "distance", "time"]
_MOST_TOLD = 10

_Wrong = list[tuple[int, str]]


class Costs(NamedTuple):
    """Demand and candidates by name, and what it costs from one to the other.

    Attributes
    ----------
    candidates, demand : tuple of str
        In the order of their files.
    weight : (d,) float64
    price, capacity : (n,) float64
        NaN where that is not known.
    open : (n,) bool
        Stations that stand.
    candidate, place : (q,) int32
        Of every pair given, by candidate, then demand.
    cost : (q,) float64
        In a unit of its own, the same for all.
    notes : list of str
        What was left out, as Chinese sentences.
    """

    candidates: tuple[str, ...]
    demand: tuple[str, ...]
    weight: NDArray[np.float64]
    price: NDArray[np.float64]
    capacity: NDArray[np.float64]
    open: NDArray[np.bool_]
    candidate: NDArray[np.int32]
    place: NDArray[np.int32]
    cost: NDArray[np.float64]
    notes: list[str]


class _Candidates(NamedTuple):
    names: tuple[str, ...]
    price: NDArray[np.float64]
    capacity: NDArray[np.float64]
    open: NDArray[np.bool_]


def read_costs(
    path: Path, *, demand: Path | None, candidates: Path | None, capacity: str | None, max_bytes: int
) -> Costs:
    """Read costs, and the demand and candidates they are of.

    Parameters
    ----------
    path : Path
        CSV or Parquet with ``candidate``, ``demand`` and ``cost``.
    demand : Path, optional
        ``demand,weight``; without it all demand that the costs name, by 1.
    candidates : Path, optional
        ``candidate`` and, if wanted, ``cost`` and ``open`` (1: it stands); without it all the costs name.
    capacity : str, optional
        The column of ``candidates`` that says what each can serve.

    Raises
    ------
    FileError
        A file cannot be read, or has a wrong row; says which lines and why.
    """
    fields = {"candidate": _CANDIDATE, "demand": _DEMAND, "cost": _COST}
    found = read_named(path, fields, required=list(fields), max_bytes=max_bytes)
    wrong, cost = [*found.wrong], as_numbers(found.column["cost"])
    wrong += _unnamed(found, "candidate") + _unnamed(found, "demand") + _not_costs(found, "cost", cost)
    _tell(wrong, path)
    here = _candidates(candidates, capacity, max_bytes) if candidates else _named_there(found)
    names, weight = _weights(demand, max_bytes) if demand else _everybody(found)
    place, unknown = _numbers(found.column["demand"], names), []
    candidate = _numbers(found.column["candidate"], here.names)
    for what, number, field in (("候选点", candidate, "candidate"), ("需求", place, "demand")):
        unknown += _unknown(found, what, number, field, path)
    known = (candidate >= 0) & (place >= 0)
    line = found.line[known]
    candidate, place, cost = candidate[known], place[known], cost[known]
    order = np.lexsort((place, candidate))
    _tell(_twice(candidate[order], place[order], line[order]), path)
    pairs = candidate[order], place[order], cost[order]
    return Costs(here.names, names, weight, here.price, here.capacity, here.open, *pairs, unknown)


def _candidates(path: Path, capacity: str | None, max_bytes: int) -> _Candidates:
    fields = {"candidate": _CANDIDATE, "cost": ["费用", "成本", "造价", "price"], "open": ["现有", "已有"]}
    required = ["candidate"]
    if capacity is not None:
        fields.setdefault(capacity, [])
        required.append(capacity)
    found = read_named(path, fields, required=required, max_bytes=max_bytes)
    wrong, names = [*found.wrong, *_unnamed(found, "candidate")], found.column["candidate"].to_pylist()
    wrong += _repeated(found, names)
    nothing = np.full(len(names), np.nan)
    numbers = dict.fromkeys(("cost", "capacity"), nothing)
    for number, field in (("cost", "cost"), ("capacity", capacity)):
        if field in found.column:
            numbers[number] = as_numbers(found.column[field])
            wrong += _not_costs(found, field, numbers[number], may_lack=number == "cost")
    is_open = np.zeros(len(names), bool)
    if "open" in found.column:
        texts = found.column["open"].to_pylist()
        said = [read_yes_no(text or "").value for text in texts]
        wrong += [
            (int(line), f"open 应是 1 或 0,现在是“{shown(text)}”")
            for line, value, text in zip(found.line, said, texts, strict=True)
            if text is not None and value is None
        ]
        is_open = np.array([value == "yes" for value in said])
    _tell(wrong, path)
    return _Candidates(tuple(names), numbers["cost"], numbers["capacity"], is_open)


def _weights(path: Path, max_bytes: int) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    fields = {"demand": _DEMAND, "weight": ["权重", "人口", "人数", "population"]}
    found = read_named(path, fields, required=list(fields), max_bytes=max_bytes)
    names, weight = found.column["demand"].to_pylist(), as_numbers(found.column["weight"])
    wrong = [*found.wrong, *_unnamed(found, "demand"), *_repeated(found, names)]
    wrong += _not_costs(found, "weight", weight)
    _tell(wrong, path)
    return tuple(names), weight


def _named_there(found: Named) -> _Candidates:
    names = tuple(pc.unique(found.column["candidate"]).to_pylist())
    nothing = np.full(len(names), np.nan)
    return _Candidates(names, nothing, nothing, np.zeros(len(names), bool))


def _everybody(found: Named) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    names = tuple(pc.unique(found.column["demand"]).to_pylist())
    return names, np.ones(len(names))


def _numbers(column: pa.Array, names: tuple[str, ...]) -> NDArray[np.int32]:
    """Return the place of each text among names, -1 for none."""
    place = pc.index_in(column, pa.array(names, pa.string()))
    return pc.fill_null(place, -1).to_numpy(zero_copy_only=False).astype(np.int32)


def _unnamed(found: Named, field: str) -> _Wrong:
    empty = found.column[field].is_null().to_numpy(zero_copy_only=False)
    return [(int(line), f"没有写 {field}") for line in found.line[empty]]


def _not_costs(found: Named, field: str, values: NDArray[np.float64], *, may_lack: bool = False) -> _Wrong:
    bad = ~(np.isfinite(values) & (values >= 0))
    if may_lack:
        bad &= ~found.column[field].is_null().to_numpy(zero_copy_only=False)
    places = np.flatnonzero(bad)
    texts = found.column[field].take(pa.array(places)).to_pylist()
    return [
        (int(found.line[place]), f"{field} 应是不小于 0 的数,现在是“{shown(text or '')}”")
        for place, text in zip(places, texts, strict=True)
    ]


def _repeated(found: Named, names: list[str | None]) -> _Wrong:
    first: dict[str | None, int] = {}
    wrong = []
    for name, line in zip(names, found.line.tolist(), strict=True):
        if name is not None and first.setdefault(name, line) != line:
            wrong.append((line, f"“{shown(name)}”与第 {first[name]} 行重复"))
    return wrong


def _twice(candidate: NDArray[np.int32], place: NDArray[np.int32], line: NDArray[np.int64]) -> _Wrong:
    """Return pairs given twice, of rows by candidate and demand."""
    again = np.flatnonzero((np.diff(candidate) == 0) & (np.diff(place) == 0))
    return [
        (int(max(line[row : row + 2])), f"同一对 candidate、demand 与第 {min(line[row : row + 2])} 行重复")
        for row in again
    ]


def _unknown(found: Named, what: str, number: NDArray[np.int32], field: str, path: Path) -> Iterator[str]:
    rows = np.flatnonzero(number < 0)
    if not len(rows):
        return
    name = shown(found.column[field][int(rows[0])].as_py())
    if len(rows) == len(number):
        raise FileError(
            "文件“%(file)s”里的%(what)s没有一个在%(what)s的文件里(如“%(name)s”);请核对两个文件的编号是否一致",
            file=path.name,
            what=what,
            name=name,
        )
    yield (
        f"“{path.name}”有 {len(rows)} 行的{what}不在{what}的文件里,没有用"
        f"(如第 {found.line[rows[0]]} 行的“{name}”)"
    )


def _tell(wrong: _Wrong, path: Path) -> None:
    """Refuse a file with wrong rows."""
    if not wrong:
        return
    wrong = sorted(wrong)
    told = ";".join(f"第 {line} 行 {reason}" for line, reason in wrong[:_MOST_TOLD])
    raise FileError(
        "文件“%(file)s”有 %(count)s 行不对,什么都没有算:%(told)s",
        file=path.name,
        count=len(wrong),
        told=told + (" 等" if len(wrong) > _MOST_TOLD else ""),
    )
