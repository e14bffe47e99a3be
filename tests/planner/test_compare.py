"""Two studies side by side."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geo.model.study import Gap
from geo.planner.compare import compare
from tests.report.plans import plan_study
from tests.report.studies import make_study

STUDY = make_study()


def gap(rank: int, lon: float, weight: float, *, wide: float = 0.01) -> Gap:
    """Return a gap that is a square from a longitude on."""
    ring = [(lon, 34.0), (lon + wide, 34.0), (lon + wide, 34.01), (lon, 34.01), (lon, 34.0)]
    kept: Any = STUDY["gaps"][0]
    return kept | {
        "rank": rank, "weight": weight, "lon": lon + wide / 2, "lat": 34.005, "outline": ring
    }  # fmt: skip


def found(one: list[Gap], other: list[Gap]) -> list[tuple[str, list[int], list[int], float]]:
    comparison = compare(make_study(gaps=one), make_study(gaps=other))
    return [
        (
            change.state,
            [gap["rank"] for gap in change.one],
            [gap["rank"] for gap in change.other],
            change.weight.difference,
        )
        for change in comparison.gaps
    ]


def test_a_study_does_not_differ_from_itself():
    same = compare(STUDY, STUDY)
    assert (same.warnings, same.asked) == ((), ())
    assert {change.difference for change in same.totals.values()} == {0}
    assert {area.share.difference for area in same.areas if area.share.one is not None} == {0}
    assert {change.state for change in same.gaps} == {"same"}
    assert {share for day in same.week for share in day} == {0}


def test_what_was_asked_otherwise_is_named():
    other = make_study(asked={"at": "23:00", "limit": 600.0, "title": "夜里"})
    comparison = compare(STUDY, other)
    assert comparison.asked == ("limit", "at")
    assert comparison.warnings == ()


def test_differences_are_the_others_less_the_ones():
    other = make_study(totals={"share": 0.884, "covered": 884.0, "backup": 250.0})
    totals = compare(STUDY, other).totals
    assert round(totals["share"].difference, 9) == 0.1
    assert (totals["covered"].difference, totals["backup"].difference) == (100.0, -50.0)
    assert compare(other, STUDY).totals["covered"].difference == -100.0


def test_shares_of_other_demand_or_another_area_are_not_comparable():
    for change in ({"demand": "居民"}, {"weight": "residents"}, {"area": None}):
        assert len(compare(STUDY, make_study(asked=change)).warnings) == 1
    loaded_anew = make_study(totals={"weight": 1001.0})
    assert len(compare(STUDY, loaded_anew).warnings) == 1
    assert len(compare(STUDY, make_study(sources=STUDY["sources"][1:])).warnings) == 1


def test_distances_in_other_units_are_not_compared():
    assert "median" in compare(STUDY, STUDY).totals
    assert "median" not in compare(STUDY, make_study(asked={"measure": "metres"})).totals


def test_areas_of_either_study_are_there():
    first, second, outside = STUDY["areas"]
    areas = compare(make_study(areas=[first, outside]), make_study(areas=[second, outside])).areas
    assert [area.code for area in areas] == [first["code"], None, second["code"]]
    assert (areas[0].share.other, areas[0].share.difference, areas[2].share.one) == (None, None, None)


def test_what_is_outside_is_compared_level_by_level():
    outside: Any = STUDY["areas"][2] | {"weight": 10.0}
    rows = [
        [
            outside | {"level": level, "covered": covered}
            for level, covered in (("street", one), ("community", 2.0))
        ]
        for one in (5.0, 8.0)
    ]
    areas = compare(make_study(areas=rows[0]), make_study(areas=rows[1])).areas
    assert [(area.level, area.covered.difference) for area in areas] == [("street", 3.0), ("community", 0.0)]


def test_a_week_is_compared_where_both_have_one():
    late = [[1.0] * 24 for _ in range(7)]
    week = compare(STUDY, make_study(week=late)).week
    assert (week[0][0], round(week[0][12], 9)) == (1.0, 0.216)
    assert compare(STUDY, make_study(week=None)).week is None
    unknown = compare(STUDY, make_study(week=[[None] * 24 for _ in range(7)])).week
    assert unknown == [[None] * 24 for _ in range(7)]


def test_gaps_of_one_place_are_one_change_whatever_their_ranks():
    before = [gap(1, 108.0, 50), gap(2, 109.0, 40), gap(3, 110.0, 5)]
    after = [gap(1, 109.002, 60), gap(2, 110.0, 5), gap(3, 111.0, 2)]
    assert found(before, after) == [
        ("vanished", [1], [], -50),
        ("larger", [2], [1], 20),
        ("appeared", [], [3], 2),
        ("same", [3], [2], 0),
    ]


def test_a_gap_that_fell_apart_is_one_smaller_place():
    parts = [gap(1, 108.0, 20, wide=0.004), gap(2, 108.006, 10, wide=0.004)]
    assert found([gap(1, 108.0, 50)], parts) == [("smaller", [1], [1, 2], -20)]
    assert found(parts, [gap(1, 108.0, 50)]) == [("larger", [1, 2], [1], 20)]


def test_neighbours_that_share_little_are_two_places():
    states = {state for state, *_ in found([gap(1, 108.0, 5)], [gap(1, 108.008, 5)])}
    assert states == {"vanished", "appeared"}


def test_gaps_without_an_extent_and_no_gaps_at_all():
    point: Any = gap(1, 108.0, 5)
    assert found([point | {"outline": [(108.0, 34.0)]}], [point | {"outline": []}])[0][0] == "same"
    assert found([], []) == []


@given(
    st.lists(st.integers(0, 40), max_size=8, unique=True),
    st.lists(st.integers(0, 40), max_size=8, unique=True),
)
def test_every_gap_is_in_one_change(one: list[int], other: list[int]):
    before = [gap(rank, 108 + at / 200, at + 1) for rank, at in enumerate(one, 1)]
    after = [gap(rank, 108 + at / 200, at + 1) for rank, at in enumerate(other, 1)]
    changes = found(before, after)
    assert sorted(rank for _, ranks, _, _ in changes for rank in ranks) == [*range(1, len(one) + 1)]
    assert sorted(rank for _, _, ranks, _ in changes for rank in ranks) == [*range(1, len(other) + 1)]
    whole = sum(at + 1 for at in other) - sum(at + 1 for at in one)
    assert sum(difference for *_, difference in changes) == whole


def plans(*changes: dict[str, Any], **other: Any):
    one, there = plan_study(), plan_study(**other)
    for place, change in zip(there["plan"]["chosen"], changes, strict=True):
        place.update(change)
    return compare(one, there)


def test_plans_are_compared_place_by_place():
    found = plans({}, {"code": "C-9", "lon": 108.0}, value=950.0, bound=951.0).plan
    assert (found.value.difference, found.bound.difference) == (10.0, 8.5)
    assert [[one["code"] for one in part] for part in (found.both, found.one, found.other)] == [
        ["C-1"], ["C-2"], ["C-9"],
    ]  # fmt: skip
    moved = {"code": "other", "lon": 108.9751}
    assert [one["code"] for one in plans(moved, {}).plan.both] == ["C-1", "C-2"]
    assert [one["code"] for one in plans({"what": "closed"}, {}).plan.other] == ["C-1"]


def test_plans_for_other_ends_are_not_compared_by_value():
    found = compare(plan_study(), plan_study("distance"))
    assert (found.plan.value, len(found.plan.both), len(found.warnings)) == (None, 2, 1)
    assert "site" in found.asked


def test_a_plan_beside_none_stands_alone():
    assert compare(STUDY, STUDY).plan is None
    found = compare(STUDY, plan_study()).plan
    assert (found.value, found.both, found.one, len(found.other)) == (None, (), (), 2)
