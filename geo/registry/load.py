"""A file's stations into the registry: in one transaction, twice the same as once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from geo.db.tables import load
from geo.errors import InputError
from geo.ingest.problems import Problem
from geo.ingest.stations import Draft
from geo.model.station import SERVING
from geo.registry.admission import Admission, admitted
from geo.registry.areas import read_index
from geo.registry.identity import Identities, Match
from geo.registry.memory import uncollected
from geo.registry.placing import Placer
from geo.registry.rows import read_rows, utc_now
from geo.registry.write import (
    Edit,
    Prepared,
    add_prepared,
    change_stations,
    differences,
    last_code_number,
    prepare_stations,
)

__all__ = ["Report", "load_stations", "register_load"]

_CHUNK = 10_000
_OWN_CODE = re.compile(r"[A-Z]{1,4}-[0-9]{4,7}")
_NAMED = 5
_POSITION = ("lon", "lat", "position_given", "crs_given")
_SAME_PLACE_DEGREES = 1e-6


@dataclass
class Report:
    """What a load did; ``problems`` holds refused rows, warnings and remarks.

    ``number`` is that under which a load of stations can be undone.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    number: int | None = None

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len({p.row for p in self.problems if p.severity == "refused"})

    @property
    def warned(self) -> int:
        """How many rows were taken with a warning."""
        return len({p.row for p in self.problems if p.severity == "warning" and p.row is not None})

    def counts(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {name: getattr(self, name) for name in ("added", "changed", "same", "refused", "warned")}


def load_stations(
    session: Session,
    items: Iterable[Draft | Problem],
    *,
    source: str,
    file: str,
    who: str,
    code_prefix: str,
    strict: bool = False,
    dry_run: bool = False,
    admission: Admission | None = None,
) -> Report:
    """Take a file's rows into the registry; the caller commits, or rolls back, the whole.

    Parameters
    ----------
    items : iterable of Draft or Problem
        As `geo.ingest.stations.read_stations` yields them.
    source : str
        Within which the rows' numbers identify stations.
    file, who : str
        For the history.
    code_prefix : str
        Letters of the codes of new stations, which are written in capitals.
    strict : bool
        Refuse the whole file when any row is refused.
    dry_run : bool
        Write nothing: the report says what a load would do.
    admission : Admission, optional
        The part of the registry whose rows are taken; others are refused.

    Raises
    ------
    InputError
        With ``strict``, when a row was refused; ``params["report"]`` says which.
    """
    number = None if dry_run else register_load(session, who=who, file=file, source=source)
    run = _Run(session, number, source=source, who=who, code_prefix=code_prefix.upper(), admission=admission)
    with uncollected():
        _take_all(run, iter(items))
    run.finish()
    if strict and run.report.refused:
        raise InputError(
            "有 %(count)s 行不能导入,按 --strict 的要求什么都没有导入",
            count=run.report.refused,
            report=run.report,
        )
    if not dry_run:
        session.execute(update(load).where(load.c.id == number).values(counts=run.report.counts()))
    return run.report


def register_load(
    session: Session, *, who: str, file: str, source: str, counts: Mapping[str, int] | None = None
) -> int:
    """Return a number of its own for a change of many stations, under which the whole is found and undone.

    Parameters
    ----------
    file : str
        Where it came from; empty where people made it by hand.
    """
    kept = {"at": utc_now(), "who": who, "file": file, "source": source, "counts": dict(counts or {})}
    return session.execute(insert(load).values(**kept)).inserted_primary_key[0]


def _take_all(run: "_Run", stream: Iterator[Draft | Problem]) -> None:
    # While the database takes one batch, the next is read; nothing else uses the session meanwhile.
    with ThreadPoolExecutor(max_workers=1) as writer:
        under_way = None
        while chunk := list(islice(stream, _CHUNK)):
            batch = run.prepare(chunk)
            if under_way:
                under_way.result()
            under_way = writer.submit(run.write, batch)
        if under_way:
            under_way.result()


class _Batch(NamedTuple):
    """Rows ready to be written: those of new stations, and (row in the file, values) of known ones by id."""

    new: Prepared
    old: dict[int, tuple[int, dict[str, Any]]]


class _Run:
    """One load under way; without a number it is only tried."""

    def __init__(
        self,
        session: Session,
        number: int | None,
        *,
        source: str,
        who: str,
        code_prefix: str,
        admission: Admission | None,
    ) -> None:
        self.session, self.source, self.who, self.code_prefix = session, source, who, code_prefix
        self.admission = admission
        self.known = Identities(session, source)
        self.placer = Placer(read_index(session))
        self.last_number = last_code_number(session, code_prefix)
        self.report = Report(number=number)

    def prepare(self, chunk: list[Draft | Problem]) -> _Batch:
        """Find out which station each row is; asks nothing of the database."""
        self.report.problems += [item for item in chunk if isinstance(item, Problem)]
        drafts = [item for item in chunk if isinstance(item, Draft)]
        rows, warnings = self.placer.place(drafts)
        new, old = [], {}
        refused: list[Problem] = []
        for draft, row in zip(drafts, rows, strict=True):
            match = self.known.match(draft.ref, row)
            if isinstance(match, Match) and self.admission:
                row = admitted(self.admission, match.id, row)
                match = row if isinstance(row, Problem) else match
            if isinstance(match, Problem):
                refused.append(match._replace(row=draft.row))
            elif first := self.known.taken(match, draft.row):
                refused.append(_repeated(draft, first))
            elif match.id is None:
                if draft.ref and (held := self.known.namesake(row)):
                    self.report.problems.append(_namesake(draft, *held))
                row |= {"code": self._code(draft.ref), "source": self.source, "source_ref": match.source_ref}
                new.append(row)
            else:
                old[match.id] = draft.row, row
        # Of a row that is not taken, where it lies does not matter.
        left_out = {problem.row for problem in refused}
        self.report.problems += refused + [warning for warning in warnings if warning.row not in left_out]
        return _Batch(prepare_stations(new), old)

    def write(self, batch: _Batch) -> None:
        """Add and change the stations of a batch."""
        number = self.report.number
        edits = self._edits(batch)
        if number is None:
            changed = sum(bool(differences(edit.before, edit.values)[1]) for edit in edits)
        else:
            add_prepared(self.session, batch.new, who=self.who, load_id=number)
            changed = change_stations(self.session, edits, who=self.who, load_id=number)
        self.report.added += len(batch.new)
        self.report.changed += changed
        self.report.same += len(batch.old) - changed

    def _edits(self, batch: _Batch) -> list[Edit]:
        edits = []
        for id_, before in read_rows(self.session, ids=list(batch.old)):
            row, values = batch.old[id_]
            if before["merged_into"]:
                # A list that still has both is not to undo what a clerk has found out.
                self.report.problems.append(_merged(row, before))
            else:
                edits.append(Edit(id_, before, _as_meant(before, values)))
        return edits

    def finish(self) -> None:
        """Say what only the whole file can tell."""
        missing = self.known.missing(self.session, None if self.admission is None else self.admission.held)
        if missing:
            names = "、".join(missing[:_NAMED]) + ("等" if len(missing) > _NAMED else "")
            reason = (
                f"登记册里来自“{self.source}”的 {len(missing)} 个站点不在这个文件里({names}),"
                "没有改动它们;如已撤销,请登记关闭和原因"
            )
            self.report.problems.append(Problem(None, None, None, "note", reason))
        self.report.problems += self.placer.remarks()

    def _code(self, ref: str | None) -> str:
        if ref and _OWN_CODE.fullmatch(ref) and self.known.take_code(ref):
            return ref
        while True:
            self.last_number += 1
            code = f"{self.code_prefix}-{self.last_number:04d}"
            if self.known.take_code(code):
                return code


def _namesake(draft: Draft, code: str, source: str) -> Problem:
    reason = (
        f"登记册里已有同名同区县的站点 {code}(来源“{source}”),这一行按新站点导入了;"
        f"如果是同一份台账换了文件名,请撤销这次导入,用 --source {source} 再导入"
    )
    return Problem(draft.row, "站点名称", draft.values["name"], "warning", reason)


def _merged(row: int, before: Mapping[str, Any]) -> Problem:
    reason = (
        f"站点 {before['code']} 已并入 {before['merged_into']},这一行没有改动什么;"
        "要改请改那一个站点;如果确实是两个站点,请先在历史里撤销合并"
    )
    return Problem(row, "站点名称", before["name"], "warning", reason)


def _repeated(draft: Draft, first: int) -> Problem:
    column, value = ("编号", draft.ref) if draft.ref else ("站点名称", draft.values["name"])
    reason = f"与第 {first} 行是同一个站点(编号,或名称和区县相同);请删去一行,或给两行不同的编号"
    return Problem(draft.row, column, value, "refused", reason)


def _as_meant(before: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    if before["closed_reason"] and values.get("status") in SERVING:
        # Open again: why it once was closed is history.
        values = {"closed_reason": None} | values
    if max(abs(before[name] - values[name]) for name in ("lon", "lat")) > _SAME_PLACE_DEGREES:
        return values
    # An export rounds to decimetres: loading it back must not move every station by as much.
    return {name: value for name, value in values.items() if name not in _POSITION}
