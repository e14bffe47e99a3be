"""The checker by itself: it believes nothing that a plan file states, and needs nothing else to run."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from geo.analyses.siting import certify as checker
from geo.analyses.siting.certificate import certificate_of, text_of
from geo.analyses.siting.certify import certify
from geo.analyses.siting.solve import solve
from tests.analyses.siting.choices import patient, random_problem

SOURCE = Path(checker.__file__)
CODES = [f"K{column}" for column in range(7)]
KINDS = ("cover", "several", "all", "distance", "farthest", "capacity")


@cache
def plan(kind: str) -> dict[str, Any]:
    """Return a plan file's document; that of ``several`` is proved by three leaves."""
    objective = "cover" if kind in ("capacity", "several") else kind
    options = {
        "p": 7 if kind == "all" else 3,
        "capacity": kind == "capacity",
        "backup": 1 + (kind == "several"),
    }
    problem = random_problem(11, objective, demand=12, **options)
    return certificate_of(problem, solve(problem, patient()), CODES, watch=patient())


def copied(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that may be changed without changing its original."""
    return json.loads(text_of(document), parse_float=Decimal)


def sealed(document: dict[str, Any]) -> bytes:
    """Return the file with a seal that fits, as whoever wants to deceive would write it."""
    return text_of({name: part for name, part in document.items() if name != "digest"})


def sealed_text(text: str) -> str:
    """Return the text of a file without seal with one that fits."""
    pairs = json.loads(text, parse_float=Decimal, object_pairs_hook=list)
    digest = sha256(json.dumps(sorted(pairs), default=str).encode()).hexdigest()
    return f'{text.rstrip()[:-1]},"digest":"{digest}"}}'


def first_leaf(document: dict[str, Any]) -> list[Any]:
    return next(node for node in document["tree"] if isinstance(node, list) and node)


def test_it_is_short_and_needs_nothing_but_the_standard_library() -> None:
    source = SOURCE.read_text("utf-8")
    assert len(source.splitlines()) < 60
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def test_it_runs_by_itself(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(text_of(plan("cover")))
    document = copied(plan("cover"))
    document["value"] += 1
    bad.write_bytes(sealed(document))
    run = [sys.executable, "-I", str(SOURCE)]
    told = subprocess.run([*run, str(good)], capture_output=True, check=True, encoding="utf-8")
    assert json.loads(told.stdout)["value"] == float(plan("cover")["value"])
    told = subprocess.run([*run, str(bad)], capture_output=True, check=False, encoding="utf-8")
    assert told.returncode == 1
    assert "价值应为" in told.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_plan_is_proved(kind: str) -> None:
    told = certify(text_of(plan(kind)))
    assert told["value"] == told["certified_bound"] == plan(kind)["value"]
    assert told["gap"] == 0.0


def test_the_same_plan_is_the_same_file() -> None:
    assert text_of(plan("distance")) == text_of(plan.__wrapped__("distance"))


def test_any_change_breaks_the_seal() -> None:
    document = json.loads(text_of(plan("cover")), parse_float=Decimal)
    document["about"] = {"note": "changed"}
    digest = document.pop("digest")
    text = sealed(document).decode()
    with pytest.raises(ValueError, match="校验码"):
        certify(text.replace(json.loads(text)["digest"], digest))


def _set(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        at = document
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = to(at[path[-1]]) if callable(to) else to

    return change


def _other_site(document: dict[str, Any]) -> None:
    others = [code for code in CODES if code not in document["chosen"]]
    document["chosen"][0] = others[0]


def _other_solution(document: dict[str, Any]) -> None:
    _other_site(document)
    document["solution"][:7] = [int(code in document["chosen"]) for code in CODES]


def _half_a_site(document: dict[str, Any]) -> None:
    document["solution"][0] = Decimal("0.5")


def _half_a_site_that_may_be(document: dict[str, Any]) -> None:
    _half_a_site(document)
    document["columns"][0][3] = 0


def _multiplier(to: Callable[[Decimal], Decimal]) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for node in document["tree"]:
            for pair in node if isinstance(node, list) else []:
                pair[1] = to(pair[1])

    return change


def _without_last_leaf(document: dict[str, Any]) -> None:
    document["tree"].pop()


def _one_leaf_more(document: dict[str, Any]) -> None:
    document["tree"].append([])


def _only_one_part(document: dict[str, Any]) -> None:
    """Take the first part alone for the whole."""
    del document["tree"][0]


def _twice_the_same_column(document: dict[str, Any]) -> None:
    column = next(node for node in document["tree"] if isinstance(node, int))
    document["tree"][:0] = [column]
    document["tree"].append([])


def _same_code_twice(document: dict[str, Any]) -> None:
    document["stations"][1] = document["stations"][0]


LIES = {
    "value": _set("value", to=lambda value: value + 1),
    "bound": _set("certified_bound", to=lambda bound: bound - 1),
    "looser bound": _set("certified_bound", to=lambda bound: bound + 1),
    "solver's bound below the value": _set("bound", to=lambda bound: bound - 1),
    "solver's bound above what is proved": _set("bound", to=lambda bound: bound + 1),
    "another site": _other_site,
    "another solution": _other_solution,
    "half a site": _half_a_site,
    "half a site that may be": _half_a_site_that_may_be,
    "too few values": _set("solution", to=lambda values: values[:-1]),
    "too many values": _set("solution", to=lambda values: [*values, 0]),
    "too few coefficients": _set("rows", 0, 2, to=lambda coefs: coefs[:-1]),
    "column that is none": _set("rows", 0, 1, 0, to=10**6),
    "same code twice": _same_code_twice,
    "more stations than columns": _set(
        "stations", to=lambda found: [*found, *([f"x{i}"] for i in range(99))]
    ),
    "sense": _set("sense", to="any"),
    "too large a step": _set("step", to=lambda step: step * 7919),
    "negative multipliers": _multiplier(lambda by: -by),
    "smaller multipliers": _multiplier(lambda by: by / 2),
    "greater multipliers": _multiplier(lambda by: by * 3),
    "row that is none": lambda document: first_leaf(document)[0].__setitem__(0, 10**6),
    "part of a row": lambda document: first_leaf(document)[0].__setitem__(0, Decimal("0.5")),
    "leaf too few": _without_last_leaf,
    "leaf too many": _one_leaf_more,
    "one part only": _only_one_part,
    "same column twice": _twice_the_same_column,
    "no tree": _set("tree", to=[]),
    "text for a number": _set("value", to=str),
    "no value": lambda document: document.pop("value"),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_found_though_the_seal_fits(lie: str) -> None:
    document = copied(plan("several"))
    LIES[lie](document)
    with pytest.raises(ValueError, match=r"\w"):
        certify(sealed(document))


def test_columns_that_are_not_whole_cannot_be_divided() -> None:
    document = copied(plan("capacity"))
    column = len(CODES)
    assert document["columns"][column][3] == 0
    document["tree"] = [column, *document["tree"], *document["tree"]]
    with pytest.raises(ValueError, match=f"第 {column} 列不能分支"):
        certify(sealed(document))


def test_a_column_that_may_be_more_than_one_cannot_be_divided() -> None:
    document = copied(plan("all"))
    document["columns"][0][2] = 2
    document["tree"] = [0, *document["tree"], *document["tree"]]
    with pytest.raises(ValueError, match="第 0 列不能分支"):
        certify(sealed(document))


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999999999", "null", '"9"', "[]", "{}"])
@pytest.mark.parametrize("where", ["least", "cost", "multiplier"])
def test_what_is_not_a_number_is_refused(word: str, where: str) -> None:
    document = copied(plan("several"))
    document.pop("digest")
    path = {"least": ("rows", 0), "cost": ("columns", 0), "multiplier": ("tree", -1, 0)}[where]
    at = document
    for step in path:
        at = at[step]
    at[1 if where == "multiplier" else 0] = 987654321
    text = text_of(document).decode().replace("987654321", word)
    with pytest.raises(ValueError, match=r"\w"):
        certify(sealed_text(text[: text.rindex(',\n"digest"')] + "}"))


def test_a_name_may_occur_once_only() -> None:
    document = copied(plan("several"))
    document.pop("digest")
    text = text_of(document).decode()
    text = text[: text.rindex(',\n"digest"')] + f',"value":{document["value"]}}}'
    with pytest.raises(ValueError, match="两次"):
        certify(sealed_text(text))


@pytest.mark.parametrize("text", ["", "7", "[]", "{}", "[[]]", '{"digest":1}', "[" * 100_000, "驿站"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        certify(text)


def _numbers(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to all numbers of a document."""
    if isinstance(part, dict | list):
        items = part.items() if isinstance(part, dict) else enumerate(part)
        return [way for step, inner in items for way in _numbers(inner, (*path, step))]
    return [path] if isinstance(part, int | Decimal) else []


def best_of_file(document: dict[str, Any]) -> float:
    """Return the best value of the program in a file, by another solver's word."""
    cost, lower, upper, whole = np.array(document["columns"], float).T
    lower, upper = np.where(whole, np.maximum(lower, 0), lower), np.where(whole, np.minimum(upper, 1), upper)
    table = np.zeros((len(document["rows"]), len(cost)))
    for row, (_, columns, coefs) in enumerate(document["rows"]):
        np.add.at(table[row], columns, np.array(coefs, float))
    least = np.array([row[0] for row in document["rows"]], float)
    sign = -1.0 if document["sense"] == "max" else 1.0
    found = milp(
        sign * cost,
        integrality=whole != 0,
        bounds=(lower, upper),
        constraints=LinearConstraint(table, lb=least),
    )
    return sign * float(found.fun)


CHANGES = (
    lambda number: number + 1,
    lambda number: number - 1,
    lambda number: -number,
    lambda number: 0,
    lambda number: number * 10,
    lambda number: number * Decimal("1.001"),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_no_false_claim_is_believed(data: st.DataObject) -> None:
    """Change some numbers, state what then would be proved where that helps: either refused, or true."""
    kind = data.draw(st.sampled_from(("cover", "all", "farthest", "several")))
    document = copied(plan(kind))
    ways = [way for way in _numbers(document) if way[0] not in ("digest", "format", "about")]
    for _ in range(data.draw(st.integers(1, 2))):
        way = data.draw(st.sampled_from(ways))
        at = document
        for step in way[:-1]:
            at = at[step]
        at[way[-1]] = data.draw(st.sampled_from(CHANGES))(at[way[-1]])
    try:
        told = _believed(document)
    except ValueError:
        return
    sign = 1 if document["sense"] == "max" else -1
    best = best_of_file(document)
    assert sign * float(told["value"]) <= sign * best + 1e-6
    assert sign * best <= sign * float(told["certified_bound"]) + 1e-6


def _believed(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the checker says of a file in which that is stated which it says should be."""
    try:
        return certify(sealed(document))
    except ValueError as error:
        told = re.search("价值应为 (.+),界应为 (.+)", str(error))
        if not told:
            raise
    document["value"] = document["bound"] = Decimal(told[1])
    document["certified_bound"] = Decimal(told[2])
    return certify(sealed(document))
