"""Merging demand changes nothing: every choice is worth what it was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analyses.siting import merge
from geo.analyses.siting.gains import cover_value, gains
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Problem, Reach
from tests.analyses.siting.choices import table_of, worth


@st.composite
def problems(draw) -> Problem:
    """Problems of few columns, so that much demand is alike; some is kept, some weighs nothing."""
    columns, demand = draw(st.integers(0, 5)), draw(st.integers(0, 14))
    reached = [draw(st.sets(st.integers(0, demand - 1))) if demand else set() for _ in range(columns)]
    rows = [np.array(sorted(row), np.int32) for row in reached]
    start = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    reach = Reach(start, np.concatenate([np.empty(0, np.int32), *rows]), np.zeros(start[-1]))
    weight = draw(st.lists(st.sampled_from([0.0, 0.1, 1.0, 3.7]), min_size=demand, max_size=demand))
    kept = draw(st.lists(st.integers(0, 2), min_size=demand, max_size=demand))
    ones = np.ones(columns)
    cost = np.where(np.array(kept) > 0, 1.0, np.inf)
    lower, upper = ones.astype(np.int8) * 0, ones.astype(np.int8)
    parts = np.array(weight), reach, ones, lower, upper, (), np.array(kept, np.int32), cost
    return Problem("cover", *parts, draw(st.integers(1, 3)))


def choices(problem: Problem) -> st.SearchStrategy[list[int]]:
    columns = len(problem.price)
    return st.lists(st.integers(0, columns - 1), unique=True) if columns else st.just([])


@settings(deadline=None)
@given(st.data())
def test_a_choice_covers_as_much_as_before(data):
    problem = data.draw(problems())
    chosen = data.draw(choices(problem))
    assert cover_value(merge_demand(problem), chosen) == pytest.approx(worth(problem, chosen), abs=1e-9)


@settings(deadline=None)
@given(st.data())
def test_what_columns_add_is_what_the_value_changes_by(data):
    problem = data.draw(problems())
    chosen = data.draw(choices(problem))
    merged = merge_demand(problem)
    more = gains(merged, chosen)
    for column in range(len(problem.price)):
        change = worth(problem, sorted({*chosen, column})) - worth(problem, chosen)
        assert more[column] == pytest.approx(change, abs=1e-9)


@settings(deadline=None)
@given(problems())
def test_groups_are_exactly_the_demand_that_is_alike(problem):
    merged = merge_demand(problem)
    table = np.isfinite(table_of(problem))
    need = problem.backup - problem.kept
    first = {}
    for place in range(len(problem.weight)):
        alike = (*table[:, place].tolist(), need[place])
        if problem.weight[place] == 0 or need[place] <= 0 or table[:, place].sum() < need[place]:
            assert merged.of[place] == -1
        else:
            assert first.setdefault(alike, merged.of[place]) == merged.of[place]
    assert sorted(first.values()) == list(range(len(merged.weight)))


@settings(deadline=None)
@given(problems())
def test_rows_and_columns_of_groups_tell_the_same(problem):
    merged = merge_demand(problem)
    by_column = {
        (i, int(g))
        for i in range(len(problem.price))
        for g in merged.column_group[merged.column_start[i] : merged.column_start[i + 1]]
    }
    by_group = {
        (int(i), g)
        for g in range(len(merged.weight))
        for i in merged.group_column[merged.group_start[g] : merged.group_start[g + 1]]
    }
    assert by_column == by_group
    assert len(by_column) == len(merged.column_group)


@settings(deadline=None)
@given(st.data())
def test_demand_of_different_labels_stays_apart(data):
    problem = data.draw(problems())
    count = len(problem.weight)
    label = np.array(data.draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count)), np.int64)
    of = merge_demand(problem, partition=label).of
    assert all(len(set(label[of == g].tolist())) == 1 for g in set(of.tolist()) - {-1})


@settings(deadline=None)
@given(problems())
def test_keys_that_collide_do_no_harm(problem):
    honest = merge_demand(problem)
    with pytest.MonkeyPatch.context() as patch:
        keys = merge._keys
        patch.setattr(
            merge, "_keys", lambda columns, attempt: keys(columns, attempt) * np.uint64(attempt > 2)
        )
        again = merge_demand(problem)
    assert all(np.array_equal(one, other) for one, other in zip(honest, again, strict=True))
