"""The rows of an import that something is said of: shown, told together, and mended."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from geo.ingest.cells import clean
from geo.ingest.mending import SKIP, Fixes
from geo.ingest.problems import Problem
from geo.upkeep.import_drafts import ImportDraft
from geo.upkeep.import_look import Look
from geo.upkeep.imports import Checked
from web.admin.import_words import reason_words

__all__ = [
    "Cell",
    "Same",
    "Shown",
    "fixes_of",
    "nothing_checked",
    "remarks",
    "report_problems",
    "rows_shown",
    "same_problems",
    "skipped_rows",
]

_MANY = 5
_CELL, _ALL = "c", "all"
# No table has more rows or columns.
_PLACE = re.compile(r"(?P<row>[0-9]{1,7})(?:-(?P<column>[0-9]{1,4}))?")
# Columns that a problem names by what they hold, not as the file does.
_HOLDING = {
    "坐标": ("x", "y", "xy", "district_name"),
    "编号": ("ref", "name"),
    "站点名称": ("name", "ref", "district_name"),
    "工会代码": ("unit_code",),
}


class Cell(NamedTuple):
    """A cell to be mended: where it stands, its header, what it holds."""

    name: str
    label: str
    text: str
    changed: bool


class Same(NamedTuple):
    """What many rows share: told once. ``cell`` mends all of them at once, where they hold the same text."""

    problem: Problem
    rows: list[int]
    cell: Cell | None


class Shown(NamedTuple):
    """A row that something is said of: the cells that it is about, and the others."""

    row: int
    title: str
    severity: str
    problems: list[Problem]
    cells: list[Cell]
    others: list[Cell]


def same_problems(problems: Iterable[Problem], checked: Checked | None = None) -> list[Same]:
    """Return what is wrong with many rows for the same reason.

    Examples
    --------
    >>> doubts = [Problem(row, "名称", None, "warning", "太长") for row in range(2, 9)]
    >>> [(same.problem.reason, same.rows) for same in same_problems(doubts)]
    [('太长', [2, 3, 4, 5, 6, 7, 8])]
    >>> same_problems(doubts[:_MANY - 1])
    []
    """
    groups: dict[tuple[Any, ...], list[Problem]] = {}
    for problem in problems:
        if problem.row is not None:
            groups.setdefault(_key(problem), []).append(problem)
    return [
        Same(
            found[0]._replace(value=found[0].value if len({p.value for p in found}) == 1 else None),
            [problem.row for problem in found if problem.row is not None],
            _shared_cell(found, checked) if checked else None,
        )
        for found in groups.values()
        if len(found) >= _MANY
    ]


def nothing_checked(look: Look, fault: str) -> Checked:
    """Return a check that came to nothing, of a file that cannot be loaded as it is read."""
    counts = dict.fromkeys(("added", "changed", "same", "refused", "warned"), 0)
    told = [Problem(None, None, None, "refused", fault)]
    return Checked(counts, look.header, look.fields, told, 0, {})


def remarks(checked: Checked) -> list[Problem]:
    """Return what is said of the whole file."""
    return [_worded(problem) for problem in checked.problems if problem.row is None]


def _key(problem: Problem) -> tuple[Any, ...]:
    return problem.severity, problem.column, problem.reason


def _shared_cell(problems: Sequence[Problem], checked: Checked) -> Cell | None:
    places = _places(problems[0], checked)
    texts = {_text(checked, problem.row or 0, place) for problem in problems for place in places}
    if len(places) != 1 or len(texts) != 1:
        return None
    [place], [text] = places, texts
    return Cell(f"{_ALL}-{problems[0].row}-{place}", checked.header[place], text or "", False)


def report_problems(draft: ImportDraft) -> tuple[list[Same], list[Problem]]:
    """Return what was said when an import was loaded: of many rows, and of single ones."""
    told = [_worded(Problem(*problem)) for problem in (draft.report or {}).get("problems", ())]
    same = same_problems(told)
    once = {_key(one.problem) for one in same}
    return same, [problem for problem in told if problem.row is None or _key(problem) not in once]


def rows_shown(checked: Checked, draft: ImportDraft, severity: str, *, every: bool) -> list[Shown]:
    """Return the rows that something is said of, what is refused first; of one severity if it is given.

    Unless it is to be ``every`` row, what `same_problems` tells is left out.
    """
    told = set() if every else {_key(same.problem) for same in same_problems(checked.problems)}
    by_row: dict[int, list[Problem]] = {}
    for problem in checked.problems:
        if problem.row is not None and _key(problem) not in told:
            by_row.setdefault(problem.row, []).append(_worded(problem))
    found = [_shown(checked, draft, row, problems) for row, problems in by_row.items()]
    return [shown for shown in found if severity in ("", shown.severity)]


def skipped_rows(draft: ImportDraft) -> list[int]:
    """Return the rows that are left out, as a person said."""
    return sorted(int(row) for row, cells in draft.fixes.items() if SKIP in cells)


def fixes_of(form: Iterable[tuple[str, str]], checked: Checked | None) -> Fixes:
    """Return what a form of rows mends: cells whose text differs, rows left out and taken in again.

    A cell mended for all is mended in every row that something is said of, and that holds the same text.

    Examples
    --------
    >>> checked = Checked({}, ["名称"], ["name"], [], 0, {3: ["甲"]})
    >>> fixes_of([("c-3-0", "甲"), ("c-3-1", "x"), ("skip-4", "1"), ("back-5", "1"), ("c-x", "")], checked)
    {'3': {'1': 'x'}, '4': {'skip': '1'}, '5': {'skip': ''}}
    """
    fixes: dict[str, dict[str, str]] = {}
    for name, given in form:
        # As the cells of a file are shown: what is invisible is left out.
        text = clean(given)
        kind, _, place = name.partition("-")
        if not (found := _PLACE.fullmatch(place)):
            continue
        row, column = found["row"], found["column"]
        if kind in ("skip", "back"):
            fixes.setdefault(row, {})[SKIP] = "1" if kind == "skip" else ""
        elif kind in (_CELL, _ALL) and column and text != (old := _text(checked, int(row), int(column))):
            for other in _rows_like(checked, int(column), old) if kind == _ALL else [row]:
                fixes.setdefault(other, {})[column] = text
    return fixes


def _rows_like(checked: Checked | None, column: int, text: str | None) -> list[str]:
    if checked is None or text is None:
        return []
    return [str(row) for row in checked.rows if _text(checked, row, column) == text]


def _text(checked: Checked | None, row: int, column: int) -> str | None:
    if checked is None or row not in checked.rows:
        return None
    cells = checked.rows[row]
    return cells[column] if column < len(cells) else ""


def _worded(problem: Problem) -> Problem:
    return problem._replace(reason=reason_words(problem.reason))


def _shown(checked: Checked, draft: ImportDraft, row: int, problems: list[Problem]) -> Shown:
    cells = checked.rows.get(row, [])
    fixed: Mapping[str, str] = draft.fixes.get(str(row), {})
    wrong = {place for problem in problems for place in _places(problem, checked)}
    made = [
        (
            index in wrong,
            Cell(f"{_CELL}-{row}-{index}", label, _at(cells, index), str(index) in fixed),
        )
        for index, label in enumerate(_labels(checked.header, len(cells)))
    ]
    names = [index for index, field in enumerate(checked.fields) if field == "name"]
    severity = "refused" if any(problem.severity == "refused" for problem in problems) else "warning"
    return Shown(
        row=row,
        title=next((text for index in names if (text := _at(cells, index))), ""),
        severity=severity,
        problems=problems,
        cells=[cell for is_wrong, cell in made if is_wrong],
        others=[cell for is_wrong, cell in made if not is_wrong],
    )


def _labels(header: Sequence[str], width: int) -> list[str]:
    return [*header, *[""] * max(0, width - len(header))]


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _places(problem: Problem, checked: Checked) -> list[int]:
    """Return the columns that a problem is about; none where it is about the whole row."""
    if problem.column is None:
        return []
    named = [index for index, label in enumerate(checked.header) if label and label == problem.column]
    if not named:
        # Longitude and latitude are told as one.
        parts = problem.column.split("、")
        named = [index for index, label in enumerate(checked.header) if label and label in parts]
    held = _HOLDING.get(problem.column, ())
    return named + [index for index, field in enumerate(checked.fields) if field in held]
