"""Every message a person can be shown, as the sources hold them, and the English catalogue of them.

``python -m tests.web.messages`` brings the catalogue to the sources: new messages get an empty translation to
be filled in by hand, lost ones go; run it again to compile what was filled in.
"""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from geo.model.holidays import shipped_calendar
from geo.model.station import FIELDS

__all__ = ["CATALOGUE", "compiled", "messages", "read_catalogue"]

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "web/translations/en/LC_MESSAGES/messages.po"

_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = (
    "# English. The Chinese sentence in the source is the message; tests/web/messages.py keeps this file."
)
_CALLS = {
    "gettext", "lazy_gettext", "Reason", "GeoError", "InputError", "FileError", "NotFoundError",
    "ForbiddenError", "ConflictError", "SettingError", "UnavailableError",
}  # fmt: skip
# The command line speaks Chinese alone, and the web never calls it.
_COMMAND_LINE = ("cli", "demo")
_TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true"}


def messages() -> dict[str, str]:
    """Return each message and a file it is in."""
    found = {field.zh: "geo/model/station.py" for field in FIELDS if field.public}
    found |= {day.name: "data/holidays" for table in shipped_calendar().tables for day in table.days}
    for path in sorted([*ROOT.glob("geo/**/*.py"), *ROOT.glob("web/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[1] not in _COMMAND_LINE:
            found |= dict.fromkeys(_of_python(path), name)
    templates = extract_from_dir(ROOT / "web/templates", [("**.html", "jinja2")], {"**.html": _TEMPLATES})
    return found | {message: f"web/templates/{name}" for name, _, message, _, _ in templates}


def read_catalogue() -> Catalog:
    """Return the English catalogue."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue in the form the web reads."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _update() -> None:
    found, held = messages(), read_catalogue()
    fresh = Catalog(
        locale="en",
        header_comment=_HEADER,
        project="yizhan",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        # Fixed: a date that moves with every run would hide what changed.
        creation_date=_DATE,
        revision_date=_DATE,
        fuzzy=False,
    )
    for message in sorted(found, key=lambda text: (found[text], text)):
        known = held.get(message)
        fresh.add(message, known.string if known else "", auto_comments=[found[message]])
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, width=110)
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(fresh))


def _of_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _CALLS
            and node.args
        ):
            yield from _texts(node.args[0], constants)


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the texts an argument may be: itself, a choice of two, a constant of the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body, constants)
            yield from _texts(other, constants)
        case ast.Name(id=name) if name in constants:
            yield from _texts(constants[name], constants)


if __name__ == "__main__":
    _update()
