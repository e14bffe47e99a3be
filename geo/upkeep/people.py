"""The accounts of those who keep the registry: made, changed, stopped.

Every act goes into the log with whose it was: ``by``, the number of an account, None for the command line.
"""

import re
import secrets
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, select, update
from sqlalchemy.orm import Session

from geo.db.tables import unit
from geo.db.upkeep_tables import person
from geo.errors import ConflictError, InputError, NotFoundError
from geo.model.passwords import check_password
from geo.model.people import Person, Role
from geo.registry.rows import utc_now
from geo.upkeep.audit import note
from geo.upkeep.hashing import hash_password

__all__ = [
    "add_person",
    "change_person",
    "check_not_last",
    "end_sessions",
    "find_by_login",
    "find_person",
    "found_person",
    "is_login",
    "new_session_key",
    "not_erased",
    "person_of",
    "plain_login",
    "read_people",
    "set_active",
    "set_password",
]

# Words of any script: clerks know their name better than its spelling.
_LOGIN = re.compile(r"[\w.@-]{2,60}")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")
_LONGEST_NAME = 60
_OF_UNITS = (Role.EDITOR, Role.READER)
_KEY_BYTES = 16


def find_person(session: Session, id: int) -> Person | None:
    """Return the account of a number, stopped ones too, or None."""
    return _one(session, _asked().where(person.c.id == id))


def found_person(session: Session, id: int) -> Person:
    """Return the account of a number, stopped ones too.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = find_person(session, id)
    if found is None:
        raise NotFoundError("没有编号为 %(id)s 的账号", id=id)
    return found


def find_by_login(session: Session, login: str) -> Person:
    """Return the account of a login.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = _one(session, _asked().where(person.c.login == plain_login(login)))
    if found is None:
        raise NotFoundError("没有账号 %(login)s", login=login)
    return found


def read_people(session: Session) -> list[Person]:
    """Return all accounts, the active ones first, by login."""
    order = (person.c.active.desc(), person.c.login)
    return [person_of(row) for row in session.execute(_asked().order_by(*order))]


def add_person(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    email: str | None = None,
    unit_code: str | None = None,
    by: int | None = None,
) -> Person:
    """Make an account and return it.

    Raises
    ------
    InputError
        A value is not as it must be, or the password is too easy to guess.
    ConflictError
        There is an account of that login.
    """
    login = plain_login(login)
    if not is_login(login):
        raise InputError("账号名应为 2 到 60 个字母、汉字、数字或 . _ - @", parameter="login")
    if session.scalar(select(person.c.id).where(person.c.login == login)) is not None:
        raise ConflictError("已经有账号 %(login)s,请换一个账号名", login=login)
    values = _particulars(session, name=name, email=email, role=role, unit_code=unit_code)
    check_password(password, login=login, name=values["name"])
    now = utc_now()
    kept = {
        "login": login,
        "password": hash_password(password),
        "password_at": now,
        "session_key": new_session_key(),
        "active": True,
        "failures": 0,
        "created_at": now,
    }
    id_ = session.execute(insert(person).values(**values, **kept).returning(person.c.id)).scalar_one()
    note(session, "person.add", person_id=by, object=str(id_), detail=_logged(values))
    return found_person(session, id_)


def change_person(
    session: Session,
    id: int,
    *,
    name: str,
    role: Role,
    email: str | None,
    unit_code: str | None,
    by: int | None = None,
) -> Person:
    """Change what an account says of its owner, and what he may do; it holds from his next request.

    Raises
    ------
    InputError
        A value is not as it must be.
    ConflictError
        He is the last administrator.
    """
    before = found_person(session, id)
    values = _particulars(session, name=name, email=email, role=role, unit_code=unit_code)
    if role != Role.ADMINISTRATOR:
        check_not_last(session, before)
    session.execute(update(person).where(person.c.id == id).values(**values))
    note(session, "person.change", person_id=by, object=str(id), detail=_logged(values))
    return found_person(session, id)


def set_password(session: Session, id: int, password: str, *, by: int | None = None) -> Person:
    """Give an account another password and return it: its sessions and links end, and it is locked no longer.

    Raises
    ------
    InputError
        The password is too easy to guess.
    """
    who = found_person(session, id)
    check_password(password, login=who.login, name=who.name)
    values = {
        "password": hash_password(password),
        "password_at": utc_now(),
        "session_key": new_session_key(),
        "failures": 0,
        "locked_until": None,
    }
    session.execute(update(person).where(person.c.id == id).values(**values))
    note(session, "person.password", person_id=by, object=str(id))
    return found_person(session, id)


def end_sessions(session: Session, id: int, *, by: int | None = None) -> Person:
    """End all sessions and signed links of an account, and return it with its new key."""
    session.execute(update(person).where(person.c.id == id).values(session_key=new_session_key()))
    note(session, "person.sessions", person_id=by, object=str(id))
    return found_person(session, id)


def set_active(session: Session, id: int, active: bool, *, by: int | None = None) -> None:
    """Stop an account, which ends its sessions and links, or let it be used again.

    Raises
    ------
    ConflictError
        It is the last administrator's.
    """
    who = found_person(session, id)
    if not active:
        check_not_last(session, who)
    values = {"active": active, "session_key": new_session_key(), "failures": 0, "locked_until": None}
    session.execute(update(person).where(person.c.id == id).values(**values))
    note(session, "person.start" if active else "person.stop", person_id=by, object=str(id))


def check_not_last(session: Session, who: Person) -> None:
    """Let pass what takes an administrator away, unless he is the last.

    Raises
    ------
    ConflictError
        He is.
    """
    if not (who.active and who.role == Role.ADMINISTRATOR):
        return
    # Held until the end, his own among them: of two who go at once the second sees that the first is gone.
    administrators = select(person.c.id).where(person.c.active, person.c.role == Role.ADMINISTRATOR)
    if not set(session.scalars(administrators.order_by(person.c.id).with_for_update())) - {who.id}:
        raise ConflictError("这是最后一个管理员,停用或改角色以后就没有人能管账号了;请先添加另一个管理员")


def is_login(text: str) -> bool:
    """Tell whether a text can be a login as it is kept; what cannot be, no store needs to be asked for.

    Examples
    --------
    >>> is_login("li.ming"), is_login("李明"), is_login("#1"), is_login("x\\0y")
    (True, True, False, False)
    """
    return _LOGIN.fullmatch(text) is not None


def not_erased() -> ColumnElement[bool]:
    """Return the condition that an account is still somebody's; whose is erased is found by nobody."""
    return person.c.password != ""


def plain_login(login: str) -> str:
    """Return a login as it is kept, however it is typed.

    Examples
    --------
    >>> plain_login(" Ｌｉ.Ming ")
    'li.ming'
    """
    return unicodedata.normalize("NFKC", login).strip().lower()


def new_session_key() -> str:
    """Return a key that no session or link has yet."""
    return secrets.token_hex(_KEY_BYTES)


def person_of(row: Row) -> Person:
    """Return the account of a row that holds, among others, the columns of that name."""
    values = {name: getattr(row, name) for name in Person._fields}
    return Person(**values | {"role": Role(values["role"])})


def _asked() -> Select[Any]:
    return select(*(person.c[name] for name in Person._fields)).where(not_erased())


def _one(session: Session, asked: Select[Any]) -> Person | None:
    row = session.execute(asked).one_or_none()
    return None if row is None else person_of(row)


def _particulars(
    session: Session, *, name: str, email: str | None, role: Role, unit_code: str | None
) -> dict[str, Any]:
    name, email, unit_code = name.strip(), (email or "").strip() or None, (unit_code or "").strip() or None
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        raise InputError("姓名应为 1 到 %(most)s 个看得见的字", parameter="name", most=_LONGEST_NAME)
    if email and not _EMAIL.fullmatch(email):
        raise InputError("邮箱 %(email)s 不像一个邮箱地址", parameter="email", email=email)
    if unit_code and role not in _OF_UNITS:
        raise InputError("只有编辑和只读账号属于一个工会;请去掉工会,或改角色", parameter="unit_code")
    if unit_code and not _is_unit(session, unit_code):
        raise InputError("没有编号为 %(unit)s 的工会", parameter="unit_code", unit=unit_code)
    return {"name": name, "email": email, "role": Role(role), "unit_code": unit_code}


def _is_unit(session: Session, code: str) -> bool:
    known = select(unit.c.code).where(unit.c.code == code)
    return code.isprintable() and session.scalar(known) is not None


def _logged(values: dict[str, Any]) -> dict[str, Any]:
    # No names: they would outlive whoever asks to be forgotten.
    return {name: values[name] for name in ("role", "unit_code")}
