"""Imports under way: a file somebody sent, how it is read, and what was mended, kept until it is loaded.

A draft is its maker's alone: to everybody else there is none.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import import_draft
from geo.errors import ConflictError, InputError, NotFoundError
from geo.ingest.mending import SKIP, Fixes
from geo.model.people import Person
from geo.registry.rows import utc_now

__all__ = [
    "ImportDraft",
    "Reading",
    "add_draft",
    "end_draft",
    "expire_drafts",
    "find_draft",
    "list_drafts",
    "mend_draft",
    "open_draft",
    "read_body",
    "set_reading",
]

_MOST_OPEN = 10
_LISTED = 50
_MOST_FIXES = 5_000
_LONGEST_FIX = 2_000


class Reading(NamedTuple):
    """How a file is read.

    Parameters
    ----------
    columns : mapping of str to str
        By index of a column the field it holds, where its header does not tell, or tells otherwise.
        Empty: the column is left out.
    crs : str
        The coordinate system of rows that do not name their own; empty: the file tells.
    kind : str
        The kind of rows that do not tell theirs; empty: as the name tells.
    source : str
        Within which the rows' numbers identify stations.
    template : str
        The version of our own template that the file is made from; empty: it is another file.
    work_bytes : int
        How much there is to read in it.
    """

    columns: Mapping[str, str]
    crs: str
    kind: str
    source: str
    template: str
    work_bytes: int


class ImportDraft(NamedTuple):
    """One import, without the file itself.

    ``round`` counts the changes to how it is read; ``report`` is what loading it did.
    """

    id: int
    person_id: int
    made_at: str
    touched_at: str
    file: str
    reading: Reading
    fixes: Fixes
    state: str
    load_id: int | None
    size: int
    round: int
    report: Mapping[str, Any] | None


def add_draft(session: Session, person: Person, *, file: str, body: bytes, reading: Reading) -> int:
    """Keep a file that somebody sent; returns the draft's number.

    Raises
    ------
    InputError
        He has too many that are not finished.
    """
    ours = import_draft.c.person_id == person.id
    count = session.scalar(select(func.count()).where(ours, import_draft.c.state == "open")) or 0
    if count >= _MOST_OPEN:
        raise InputError("您有 %(count)s 份没有完成的导入,请先完成或取消几份", parameter="file", count=count)
    now = utc_now()
    values = {
        "person_id": person.id,
        "made_at": now,
        "touched_at": now,
        "file": file,
        "body": body,
        "reading": _kept(reading, 0, None),
        "fixes": {},
        "state": "open",
    }
    return session.execute(insert(import_draft).values(**values)).inserted_primary_key[0]


def list_drafts(session: Session, person: Person) -> list[ImportDraft]:
    """Return somebody's imports: those still open first, the newest first."""
    order = (import_draft.c.state != "open", import_draft.c.id.desc())
    asked = _asked().where(import_draft.c.person_id == person.id).order_by(*order).limit(_LISTED)
    return [_draft(row) for row in session.execute(asked)]


def find_draft(session: Session, person: Person, id_: int) -> ImportDraft:
    """Return one of somebody's imports.

    Raises
    ------
    NotFoundError
        There is none of that number, or it is another's: which of the two is not told.
    """
    ours = (import_draft.c.id == id_, import_draft.c.person_id == person.id)
    found = session.execute(_asked().where(*ours)).one_or_none()
    if found is None:
        raise NotFoundError("没有编号为 %(draft)s 的导入,或者不是您的", draft=id_)
    return _draft(found)


def open_draft(session: Session, person: Person, id_: int) -> ImportDraft:
    """Return one of somebody's imports that is still open.

    Raises
    ------
    NotFoundError
        As `find_draft`.
    ConflictError
        It was loaded or cancelled meanwhile.
    """
    found = find_draft(session, person, id_)
    if found.state != "open":
        raise _ended()
    return found


def read_body(session: Session, draft: ImportDraft) -> bytes:
    """Return the file of an open import."""
    return session.scalar(select(import_draft.c.body).where(import_draft.c.id == draft.id)) or b""


def set_reading(session: Session, draft: ImportDraft, reading: Reading) -> None:
    """Say how the file of an import is read.

    Raises
    ------
    ConflictError
        It was loaded or cancelled meanwhile.
    """
    _change(session, draft, reading=_kept(reading, draft.round + 1, None))


def mend_draft(session: Session, draft: ImportDraft, fixes: Fixes) -> None:
    """Mend cells, beside those mended before.

    A row marked `SKIP` is left out; an empty text there takes it in again.

    Raises
    ------
    InputError
        A text is too long, or too much is mended: better do it in the file.
    ConflictError
        As `set_reading`.
    """
    merged: dict[str, dict[str, str]] = {row: dict(cells) for row, cells in draft.fixes.items()}
    for row, cells in fixes.items():
        held = merged.setdefault(row, {})
        held.update(cells)
        if not held.get(SKIP):
            held.pop(SKIP, None)
    kept = {row: cells for row, cells in merged.items() if cells}
    texts = [text for cells in kept.values() for text in cells.values()]
    if len(texts) > _MOST_FIXES:
        raise InputError(
            "在这里改的格子超过了 %(most)s 个;请在表格文件里改好,再重新上传",
            parameter="fixes",
            most=_MOST_FIXES,
        )
    if any(len(text) > _LONGEST_FIX for text in texts):
        raise InputError("一格最多 %(most)s 个字,请缩短后再保存", parameter="fixes", most=_LONGEST_FIX)
    _change(session, draft, fixes=kept, reading=_kept(draft.reading, draft.round + 1, None))


def end_draft(
    session: Session, draft: ImportDraft, state: str, *, load_id: int | None = None, report: Any = None
) -> None:
    """End an import as ``loaded`` or ``cancelled``; the file and what was mended in it are forgotten.

    Raises
    ------
    ConflictError
        As `set_reading`; what was loaded in the same transaction must not be kept.
    """
    reading = _kept(draft.reading, draft.round, report)
    _change(session, draft, state=state, load_id=load_id, body=None, fixes={}, reading=reading)


def expire_drafts(session: Session, before: str) -> int:
    """Cancel what nobody has touched since a moment (UTC text), and forget the files; returns how many."""
    stale = (import_draft.c.state == "open", import_draft.c.touched_at < before)
    values = {"state": "cancelled", "body": None, "fixes": {}}
    return session.execute(update(import_draft).where(*stale).values(**values)).rowcount


def _asked() -> Any:
    columns = [column for column in import_draft.c if column.name != "body"]
    return select(*columns, func.coalesce(func.length(import_draft.c.body), 0).label("size"))


def _draft(row: Any) -> ImportDraft:
    kept = row.reading
    own = {
        name: getattr(row, name) for name in ImportDraft._fields if name not in ("reading", "round", "report")
    }
    reading = Reading(**{name: kept[name] for name in Reading._fields})
    return ImportDraft(**own, reading=reading, round=kept["round"], report=kept["report"])


def _kept(reading: Reading, round_: int, report: Any) -> dict[str, Any]:
    return {**reading._asdict(), "round": round_, "report": report}


def _change(session: Session, draft: ImportDraft, **values: Any) -> None:
    # Whoever ends it first has ended it: what was read of it may be minutes old.
    still = (import_draft.c.id == draft.id, import_draft.c.state == "open")
    if not session.execute(
        update(import_draft).where(*still).values(touched_at=utc_now(), **values)
    ).rowcount:
        raise _ended()


def _ended() -> ConflictError:
    return ConflictError("这次导入已经完成或取消了,不能再改;需要时请重新上传文件")
