"""A siting problem as an integer program: what any choice is worth there is what it is worth."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analyses.siting.formulate import formulate
from geo.analyses.siting.mip import completed
from geo.analyses.siting.program import as_document, exact, leaf_of, places_of, step_of, tidy
from tests.analyses.siting.choices import INF, OBJECTIVES, random_problem, worth
from tests.analyses.siting.options import problem_with_options


def value_in(problem, chosen: list[int]) -> float | None:
    """Return what a choice is worth in the program of its problem, None where that has no such solution."""
    program = formulate(problem._replace(rules=()))
    values = completed(program, np.array(chosen, np.int32))
    return None if values is None else float(program.objective @ values + program.constant)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("options", [{}, {"kept": True}, {"backup": 2}, {"backup": 3, "kept": True}], ids=str)
def test_every_choice_is_worth_the_same(objective: str, options: dict) -> None:
    if objective in ("distance", "farthest"):
        options = {**options, "backup": 1}
    for seed in range(3):
        problem = random_problem(seed, objective, **options)
        rng = np.random.default_rng(seed)
        for k in range(1, 8, 2):
            chosen = sorted(rng.choice(7, k, replace=False).tolist())
            found, real = value_in(problem, chosen), worth(problem, chosen)
            assert (INF if found is None else found) == pytest.approx(real)


@pytest.mark.parametrize("objective", ["cover", "distance"])
def test_every_choice_divides_demand_as_well(objective: str) -> None:
    for seed in range(3):
        problem = random_problem(seed, objective, capacity=True)
        for chosen in ([0], [1, 4], [0, 2, 5], [1, 2, 3, 6]):
            found, real = value_in(problem, chosen), worth(problem, chosen)
            assert (INF if found is None else found) == pytest.approx(real)


def test_what_must_or_must_not_be_opened_is_so_in_the_program() -> None:
    problem = random_problem(0, "cover")
    assert value_in(problem._replace(lower=np.eye(7, dtype=np.int8)[0]), [1]) is None
    assert value_in(problem._replace(upper=1 - np.eye(7, dtype=np.int8)[0]), [0]) is None


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_document_says_the_same(objective: str) -> None:
    for seed in range(5):
        program = formulate(problem_with_options(objective, seed))
        document = as_document(program)
        rng = np.random.default_rng(seed)
        at = rng.integers(0, 3, len(program.objective)).astype(float)
        held = True
        for row in range(len(program.rows.low)):
            part = slice(program.rows.start[row], program.rows.start[row + 1])
            total = program.rows.coef[part] @ at[program.rows.column[part]]
            held &= program.rows.low[row] - 1e-9 <= total <= program.rows.high[row] + 1e-9
        values = [*map(exact, at.tolist()), 1]
        kept = [
            sum(coef * values[column] for column, coef in zip(columns, coefs, strict=True)) >= least
            for least, columns, coefs in document["rows"]
        ]
        assert all(kept) == held
        value = sum(cost * x for (cost, *_), x in zip(document["columns"], values, strict=False))
        assert float(value) == pytest.approx(program.objective @ at + program.constant)


def test_multipliers_go_to_the_side_that_the_row_has() -> None:
    program = formulate(random_problem(0, "cover"))
    rows = len(program.rows.low)
    assert leaf_of(program, np.ones(rows), 3) == [[row, 1] for row in range(rows)]
    assert leaf_of(program, -np.ones(rows), 3) == []
    assert leaf_of(program, np.full(rows, 0.12345), 3)[0] == [0, Decimal("0.123")]


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5), st.integers(0, 4))
def test_all_whole_solutions_are_steps_apart(costs: list[int], places: int) -> None:
    program = formulate(random_problem(0, "all"))
    objective = np.resize(np.array(costs) / 10.0**places, len(program.objective))
    step = step_of(program._replace(objective=objective))
    if step is None:
        assert not np.any(objective)
        return
    assert all(Decimal(exact(cost)) % step == 0 for cost in objective.tolist())
    assert step >= Decimal(1).scaleb(-places)


def test_there_is_no_step_where_demand_is_divided() -> None:
    assert step_of(formulate(random_problem(0, "cover", capacity=True))) is None


@given(st.floats(-1e15, 1e15))
def test_tidy_numbers_are_near_and_short(value: float) -> None:
    short = float(tidy(np.array([value]))[0])
    assert short == pytest.approx(value, rel=1e-11, abs=1e-20)
    assert len(Decimal(repr(short)).normalize().as_tuple().digits) <= 12


@pytest.mark.parametrize(("number", "places"), [(7, 0), (Decimal("0.50"), 1), (Decimal("1E+3"), 0)])
def test_places(number: int | Decimal, places: int) -> None:
    assert places_of(number) == places
