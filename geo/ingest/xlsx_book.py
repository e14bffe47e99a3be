"""What a workbook (ECMA-376) holds besides its rows: sheets, date formats, shared texts.

Read here rather than through openpyxl, which keeps something of every row it has passed: a sheet styled
down to its last row (1,048,576) costs it 550 MB; and the Chinese date formats (numbers 27 to 58) are unknown
to it.
"""

import re
import zipfile
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from geo.ingest.xlsx_package import open_archive, parse_xml, readable

__all__ = ["Sheet", "Workbook", "open_workbook"]

_YEAR_MONTH, _MONTH_DAY, _DATE = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_CHINESE_FORMATS = {
    27: _YEAR_MONTH,
    31: _DATE,
    36: _YEAR_MONTH,
    50: _YEAR_MONTH,
    52: _YEAR_MONTH,
    57: _YEAR_MONTH,
}
_CHINESE_FORMATS |= dict.fromkeys((28, 29, 30, 51, 53, 54, 58), _MONTH_DAY)
_CHINESE_FORMATS |= dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm")

_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class Sheet(NamedTuple):
    """A visible worksheet: its name and its part."""

    name: str
    part: str


class Workbook(NamedTuple):
    """An open workbook.

    Parameters
    ----------
    sheets : list of Sheet
        The visible ones, in their order.
    dates : dict
        Which cell styles are dates: style number to ``month``, ``date`` or ``time``.
    epoch : datetime.datetime
        What serial dates count from.
    strings : list of str
        The texts that cells refer to by number.
    """

    file: str
    archive: zipfile.ZipFile
    sheets: list[Sheet]
    dates: dict[int, str]
    epoch: datetime
    strings: list[str]


def open_workbook(file: BinaryIO, *, name: str, max_bytes: int) -> Workbook:
    """Return the workbook in `file`.

    Raises
    ------
    FileError
        No workbook, a broken or encrypted one, or one that would unpack to more than 5 times `max_bytes`.
    """
    with readable(name):
        archive = open_archive(file, name=name, max_bytes=max_bytes)
        sheets, epoch = _sheets(archive)
        return Workbook(name, archive, sheets, _date_styles(archive), epoch, _shared_strings(archive))


def _sheets(archive: zipfile.ZipFile) -> tuple[list[Sheet], datetime]:
    targets: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    epoch = [CALENDAR_WINDOWS_1900]

    def relation(tag: str, given: dict[str, str]) -> None:
        if given.get("Type", "").endswith("/worksheet"):
            target = given["Target"]
            targets[given["Id"]] = target[1:] if target.startswith("/") else f"xl/{target}"

    def workbook(tag: str, given: dict[str, str]) -> None:
        local = _local(tag)
        if local == "workbookPr" and given.get("date1904") in ("1", "true"):
            epoch[0] = CALENDAR_MAC_1904
        elif local == "sheet" and given.get("state", "visible") == "visible":
            reference = next(value for key, value in given.items() if key.endswith(":id"))
            found.append((given["name"], reference))

    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", workbook)
    return [Sheet(name, targets[key]) for name, key in found if key in targets], epoch[0]


def _date_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    formats: dict[int, str] = {**BUILTIN_FORMATS, **_CHINESE_FORMATS}
    styles: list[int] = []
    inside = [False]

    def start(tag: str, given: dict[str, str]) -> None:
        local = _local(tag)
        if local == "numFmt":
            formats[int(given["numFmtId"])] = given.get("formatCode", "")
        elif local == "cellXfs":
            inside[0] = True
        elif local == "xf" and inside[0]:
            styles.append(int(given.get("numFmtId", 0)))

    def end(tag: str) -> None:
        if _local(tag) == "cellXfs":
            inside[0] = False

    if "xl/styles.xml" in archive.namelist():
        _parse(archive, "xl/styles.xml", start, end)
    kinds = {number: _date_kind(formats.get(number, "")) for number in set(styles)}
    return {style: kind for style, number in enumerate(styles) if (kind := kinds[number])}


def _date_kind(code: str) -> str | None:
    if not is_date_format(code):
        return None
    letters = _NOT_FORMAT.sub("", code).lower()
    if "y" in letters and "d" not in letters:
        return "month"
    return "date" if "d" in letters else "time"


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    state = {"collect": False, "phonetic": False}

    def start(tag: str, given: dict[str, str]) -> None:
        local = _local(tag)
        if local == "rPh":
            state["phonetic"] = True
        state["collect"] = local == "t" and not state["phonetic"]

    def end(tag: str) -> None:
        local = _local(tag)
        state["collect"] = False
        if local == "rPh":
            state["phonetic"] = False
        elif local == "si":
            strings.append("".join(pieces))
            pieces.clear()

    def text(piece: str) -> None:
        if state["collect"]:
            pieces.append(piece)

    if "xl/sharedStrings.xml" in archive.namelist():
        _parse(archive, "xl/sharedStrings.xml", start, end, text)
    return strings


def _parse(archive: zipfile.ZipFile, part: str, start: Any, end: Any = None, text: Any = None) -> None:
    for _ in parse_xml(archive, part, start=start, end=end, text=text):
        pass


def _local(tag: str) -> str:
    return tag[tag.rfind(":") + 1 :]
