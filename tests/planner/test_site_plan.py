"""Plans for a small town are the best of all that can be counted there."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.analyses.siting.certify import certify
from geo.crs import Crs, from_wgs84
from geo.errors import InputError
from geo.planner.public import Public
from geo.planner.run import Answer
from geo.planner.site_told import fewest_told
from geo.registry.nearest import Index
from geo.report.plan_words import plan_lines
from geo.report.study_words import assumption_lines
from tests.planner.siting import (
    PEOPLE,
    PLACES,
    SPOTS,
    STANDS,
    TOWN,
    candidates,
    chosen_codes,
    cover,
    demand,
    index_of,
    metres,
    plan,
    subsets,
)
from tests.report.plans import make_plan
from tests.town import GEOD

STANDING = list(STANDS.values())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("siting"))


def check(answer: Answer, best: float, value: float | None = None) -> None:
    """Hold a plan against the best there is, and its own choice against the value it claims."""
    found = answer.study["plan"]
    assert found["value"] == pytest.approx(best, rel=1e-6)
    assert value is None or value == pytest.approx(best, rel=1e-6)
    assert found["proven"]
    assert found["gap"] == pytest.approx(0.0, abs=1e-6)
    proof = certify(answer.certificate.decode())
    assert float(proof["value"]) == found["value"]
    assert float(proof["certified_bound"]) == found["certified_bound"]


def spots(codes: Any) -> list[tuple[int, int]]:
    return [SPOTS[code] for code in codes]


def test_three_stations_cover_as_much_as_any_three(index: Index):
    answer = plan(index, candidates(), p=3)
    best = max(cover([*STANDING, *spots(codes)]) for codes in subsets(SPOTS, 3))
    check(answer, best, cover([*STANDING, *spots(chosen_codes(answer))]))
    found = answer.study["plan"]
    assert (found["before"], found["whole"]) == (cover(STANDING), PEOPLE.sum())
    assert (found["candidates"], found["counted"], found["p"]) == (len(SPOTS), len(STANDS), 3)
    for one in found["chosen"]:
        others = chosen_codes(answer) - {one["code"]}
        assert one["gain"] == best - cover([*STANDING, *spots(others)])
        assert one["area"] == ("410101" if SPOTS[one["code"]][0] <= 2 else "410102")
        assert one["name"] == f"{one['code']}店"


def test_without_those_that_stand_more_is_gained(index: Index):
    answer = plan(index, candidates(), p=3, existing="none")
    best = max(cover(spots(codes)) for codes in subsets(SPOTS, 3))
    check(answer, best, cover(spots(chosen_codes(answer))))
    assert answer.study["plan"]["counted"] == 0


def test_planned_ones_count_where_that_is_asked(index: Index):
    answer = plan(index, candidates(), p=2, planned=True)
    stand = [*STANDING, (3, 3)]
    best = max(cover([*stand, *spots(codes)]) for codes in subsets(SPOTS, 2))
    check(answer, best, cover([*stand, *spots(chosen_codes(answer))]))
    assert answer.study["plan"]["before"] == cover(stand)


def test_all_that_can_be_is_covered_by_the_fewest(index: Index):
    answer = plan(index, candidates(), objective="all")
    everything = cover([*STANDING, *SPOTS.values()])
    fewest = min(len(codes) for codes in subsets(SPOTS, 8) if cover([*STANDING, *spots(codes)]) == everything)
    check(answer, fewest, len(chosen_codes(answer)))
    assert cover([*STANDING, *spots(chosen_codes(answer))]) == everything == answer.study["plan"]["coverable"]


def said(answer: Answer) -> list[str]:
    return assumption_lines(answer.study["assumptions"])


def test_to_cover_all_more_than_was_thought_of_is_an_answer(index: Index):
    fewest = plan(index, candidates(), objective="all").study["plan"]
    answer = plan(index, candidates(), objective="all", p=1, must=("甲", "乙"))
    assert {"甲", "乙"} <= chosen_codes(answer)
    assert answer.study["plan"]["p"] == len(chosen_codes(answer)) >= fewest["value"]
    assert f"全部覆盖至少要新建 {len(chosen_codes(answer))} 个,比给的 1 个多" in said(answer)
    for enough in (int(fewest["value"]), 500):
        answer = plan(index, candidates(), objective="all", p=enough)
        assert answer.study["plan"]["value"] == fewest["value"]
        assert not any("全部覆盖" in line for line in said(answer))


@pytest.mark.parametrize(
    ("bound", "proven", "line"),
    [
        (5.0, True, "至少要新建 5 个,比给的 3 个多"),
        (3.2, False, "至少要新建 4 个,比给的 3 个多;找到的选法是 5 个"),
        (2.4, False, "还没有找到只建 3 个就全部覆盖的选法"),
    ],
)
def test_how_many_are_needed_is_said_as_far_as_it_is_known(bound: float, proven: bool, line: str):
    told = fewest_told(make_plan("all", p=5, bound=bound, proven=proven, site={"p": 3}))
    assert line in assumption_lines(told)[0]


def test_the_sum_of_all_ways_is_the_least(index: Index):
    answer = plan(index, candidates(), p=2, objective="distance")

    def travel(codes: Any) -> float:
        return float(metres([*STANDING, *spots(codes)]).min(axis=0) @ PEOPLE)

    check(answer, min(travel(codes) for codes in subsets(SPOTS, 2)), travel(chosen_codes(answer)))
    assert answer.study["plan"]["before"] == pytest.approx(travel(()), rel=1e-6)


def test_the_farthest_is_as_near_as_can_be(index: Index):
    answer = plan(index, candidates(), p=2, objective="farthest", existing="none")

    def farthest(codes: Any) -> float:
        return float(metres(spots(codes)).min(axis=0).max()) if codes else np.inf

    check(answer, min(farthest(codes) for codes in subsets(SPOTS, 2)), farthest(chosen_codes(answer)))
    assert answer.study["plan"]["before"] is None


def test_twice_covered_counts_where_one_may_fail(index: Index):
    answer = plan(index, candidates(), p=3, backup=2)
    best = max(cover([*STANDING, *spots(codes)], times=2) for codes in subsets(SPOTS, 3))
    check(answer, best, cover([*STANDING, *spots(chosen_codes(answer))], times=2))


def test_a_budget_buys_as_much_as_it_can(index: Index):
    price = np.array([3.0, 2.0, 4.0, 3.5, 2.5, 1.0, 2.0, 1.5])
    answer = plan(index, candidates(price=price), budget=6.0)
    cost = dict(zip(SPOTS, price.tolist(), strict=True))
    best = max(
        cover([*STANDING, *spots(codes)])
        for codes in subsets(SPOTS, 8)
        if sum(cost[code] for code in codes) <= 6.0
    )
    chosen = chosen_codes(answer)
    check(answer, best, cover([*STANDING, *spots(chosen)]))
    assert {one["code"]: one["price"] for one in answer.study["plan"]["chosen"]} == {
        code: cost[code] for code in chosen
    }


def test_a_station_that_moves_leaves_its_place(index: Index):
    answer = plan(index, candidates(), p=1, existing="closable", moves=1)
    best = max(
        cover([*kept, *spots(codes)])
        for kept in [STANDING, *([one for one in STANDING if one != gone] for gone in STANDING)]
        for codes in subsets(SPOTS, 1 + len(STANDING) - len(kept))
    )
    closed = chosen_codes(answer, "closed")
    kept = [corner for code, corner in STANDS.items() if code not in closed]
    check(answer, best, cover([*kept, *spots(chosen_codes(answer))]))
    assert len(chosen_codes(answer)) <= 1 + len(closed) <= 2
    assert best > max(cover([*STANDING, *spots(codes)]) for codes in subsets(SPOTS, 1))


def test_closing_costs_what_is_said(index: Index):
    """Two for a new one and two for closing one: three do not pay for a move."""
    price = np.full(len(SPOTS), 2.0)
    answer = plan(
        index, candidates(price=price), p=1, existing="closable", moves=1, close_cost=2.0, budget=3.0
    )
    best = max(cover([*STANDING, *spots(codes)]) for codes in subsets(SPOTS, 1))
    check(answer, best)
    assert chosen_codes(answer, "closed") == set()


def test_every_district_gets_its_stations(index: Index):
    """There are two on the west bank and one on the east one."""
    west = [code for code, corner in SPOTS.items() if corner[0] <= 2]
    answer = plan(index, candidates(), p=3, per_area=3)
    best = max(
        cover([*STANDING, *spots(codes)])
        for codes in subsets(SPOTS, 3)
        if 2 + len(set(codes) & set(west)) >= 3 and 1 + len(set(codes) - set(west)) >= 3
    )
    check(answer, best, cover([*STANDING, *spots(chosen_codes(answer))]))
    with pytest.raises(InputError, match=r"西区.*东区"):
        plan(index, candidates(), p=2, per_area=3)
    with pytest.raises(InputError, match="东区"):
        plan(index, candidates(), p=8, per_area=6)


def far_apart(codes: Any, spacing_m: float) -> bool:
    """Tell whether new stations are so far from each other and from all that stand."""
    places = [TOWN.spot(*corner) for corner in spots(codes)]
    stand = [TOWN.spot(*corner) for corner in STANDING]
    between = [(one, other) for n, one in enumerate(places) for other in [*places[:n], *stand]]
    return all(GEOD.inv(*one, *other)[2] >= spacing_m for one, other in between)


@pytest.mark.parametrize("spacing", [300.0, 480.0])
def test_stations_keep_their_distance(index: Index, spacing: float):
    answer = plan(index, candidates(), p=3, spacing=spacing)
    best = max(cover([*STANDING, *spots(codes)]) for codes in subsets(SPOTS, 3) if far_apart(codes, spacing))
    check(answer, best, cover([*STANDING, *spots(chosen_codes(answer))]))
    assert far_apart(chosen_codes(answer), spacing)


def test_what_must_be_is_and_what_must_not_is_not(index: Index):
    answer = plan(index, candidates(), p=2, must=("庚",), never=("丁", "乙"))
    best = max(
        cover([*STANDING, SPOTS["庚"], *spots(codes)]) for codes in subsets(set(SPOTS) - {"丁", "乙"}, 1)
    )
    check(answer, best, cover([*STANDING, *spots(chosen_codes(answer))]))
    assert "庚" in chosen_codes(answer)


def by_the_hour(codes: Any, all_day: Any = ()) -> float:
    """Return whom stations cover on the mean of a day: the third is open from 8 to 20."""
    always = [*STANDING[:2], *spots(codes), *([STANDING[2]] if "YZ-0003" in all_day else [])]
    return (cover([*always, STANDING[2]]) + cover(always)) / 2


def test_hours_count_where_that_is_asked(index: Index):
    answer = plan(index, candidates(), p=2, all_day=True)
    best = max(by_the_hour(codes) for codes in subsets(SPOTS, 2))
    check(answer, best, by_the_hour(chosen_codes(answer)))
    assert answer.study["plan"]["before"] == by_the_hour(())


def test_opening_longer_is_a_choice_like_any_other(index: Index):
    answer = plan(index, candidates(), p=1, upgrades=1)
    best = max(by_the_hour(codes, longer) for codes in subsets(SPOTS, 1) for longer in ((), ("YZ-0003",)))
    longer = chosen_codes(answer, "upgrade")
    check(answer, best, by_the_hour(chosen_codes(answer), longer))
    assert longer == {"YZ-0003"}


def test_people_of_an_hour_count_at_that_hour(index: Index):
    """By day they are in the west, at night in the east, where the station is closed."""
    is_west = np.array([i <= 2 for i, _ in PLACES])
    people = demand(riders_8_20=PEOPLE * is_west, riders_20_8=PEOPLE * ~is_west)
    answer = plan(index, candidates(), people=people, p=1, upgrades=1)

    def covered(codes: Any, longer: bool) -> float:
        night = [*STANDING[:2], *spots(codes), *STANDING[2:][: int(longer)]]
        reached = [(metres(places) <= 450).any(axis=0) for places in ([*STANDING, *spots(codes)], night)]
        return float((PEOPLE * (is_west * reached[0] + ~is_west * reached[1])).sum()) / 2

    best = max(covered(codes, longer) for codes in subsets(SPOTS, 1) for longer in (False, True))
    check(answer, best, covered(chosen_codes(answer), bool(chosen_codes(answer, "upgrade"))))


def test_those_closed_at_the_hour_asked_do_not_stand(index: Index):
    answer = plan(index, candidates(), asked={"at": "22:00"}, p=1)
    best = max(cover([*STANDING[:2], *spots(codes)]) for codes in subsets(SPOTS, 1))
    check(answer, best, cover([*STANDING[:2], *spots(chosen_codes(answer))]))


def test_nobody_serves_more_than_there_is_room_for(index: Index):
    """Each place reaches much more than 20: so many stations serve so many people."""
    answer = plan(index, candidates(), p=2, capacity=20.0)
    check(answer, 20.0 * (len(STANDING) + 2))
    assert f"至多 {20 * (len(STANDING) + 2)},少于需求 {PEOPLE.sum():,.10g}" in "".join(said(answer))
    assert not any("少于需求" in line for line in said(plan(index, candidates(), p=2, capacity=1e6)))
    own = np.array([5.0, 30.0, 8.0, 25.0, 6.0, 7.0, 9.0, 4.0])
    answer = plan(index, candidates(capacity=own), p=2, capacity="own", existing="none")
    check(answer, 55.0)
    assert chosen_codes(answer) == {"乙", "丁"}


def test_room_for_less_than_all_is_no_answer_where_all_must_be_served(index: Index):
    with pytest.raises(InputError) as caught:
        plan(index, candidates(), p=2, objective="distance", capacity=20.0)
    assert caught.value.parameter == "capacity"


def test_by_line_and_by_time_as_well(index: Index):
    line = np.array([[GEOD.inv(*TOWN.spot(*a), *TOWN.spot(*b))[2] for b in PLACES] for a in PLACES])

    def covered(codes: Any) -> float:
        rows = [PLACES.index(place) for place in [*STANDING, *spots(codes)]]
        return float(PEOPLE[(line[rows] <= 450).any(axis=0)].sum())

    answer = plan(index, candidates(), asked={"by": "line"}, p=2)
    check(answer, max(covered(codes) for codes in subsets(SPOTS, 2)), covered(chosen_codes(answer)))
    seconds = plan(index, candidates(), asked={"limit": 900.0, "measure": "seconds"}, p=1)
    assert seconds.study["plan"]["value"] > answer.study["plan"]["before"]


@pytest.mark.parametrize("where", ["corners", "demand"])
def test_corners_and_places_of_the_demand_are_candidates(index: Index, where: str):
    answer = plan(index, p=2, candidates=where)
    found = answer.study["plan"]
    # All crossings have people; those at the edge of town and by the river are no street corners.
    ways = dict.fromkeys(PLACES, 0)
    for one, other, _ in TOWN.streets():
        ways[one] += 1
        ways[other] += 1
    open_to = [place for place in PLACES if where == "demand" or ways[place] >= 3]
    assert found["candidates"] == len(open_to)
    best = max(cover([*STANDING, one, other]) for n, one in enumerate(open_to) for other in open_to[:n])
    check(answer, best)
    placed = {(one["lon"], one["lat"]) for one in found["chosen"]}
    near = [min(open_to, key=lambda at, spot=spot: GEOD.inv(*TOWN.spot(*at), *spot)[2]) for spot in placed]
    assert cover([*STANDING, *near]) == best
    assert all("街" in one["name"] and "路" in one["name"] for one in found["chosen"])
    assert all(one["code"].startswith("路口-" if where == "corners" else "需求-") for one in found["chosen"])


def test_all_that_is_asked_besides_is_told(index: Index):
    answer = plan(
        index, candidates(price=np.ones(len(SPOTS))), p=3, curve=8, phases=(1, 3), pool=4, fairness=True
    )
    found = answer.study["plan"]
    best = {
        p: max(cover([*STANDING, *spots(codes)]) for codes in subsets(SPOTS, p))
        for p in range(len(SPOTS) + 1)
    }
    assert [(point["p"], point["value"]) for point in found["curve"]] == [(p, best[p]) for p in range(1, 9)]
    assert [point["gain"] for point in found["curve"]] == [best[p] - best[p - 1] for p in range(1, 9)]
    assert all(point["price"] <= point["p"] for point in found["curve"])
    built: list[str] = []
    for phase in found["phases"]:
        built += phase["codes"]
        assert phase["value"] == cover([*STANDING, *spots(built)])
        assert phase["best"] == best[phase["p"]]
        assert phase["loss"] == phase["best"] - phase["value"]
    assert len(built) == len(set(built)) <= 3
    for other in found["pool"]:
        assert other["value"] == cover([*STANDING, *spots(other["codes"])]) >= best[3] * 0.995
        assert other["differs"] == len(set(other["codes"]) - chosen_codes(answer))
    assert {one["need"] for one in found["chosen"]} <= {"must", "usual", "free"}

    def worst(codes: Any) -> float:
        reached = (metres([*STANDING, *spots(codes)]) <= 450).any(axis=0)
        is_west = np.array([i <= 2 for i, _ in PLACES])
        return min(PEOPLE[reached & bank].sum() / PEOPLE[bank].sum() for bank in (is_west, ~is_west))

    fair = found["fairness"]
    assert fair["worst"] == pytest.approx(worst(fair["codes"]))
    assert fair["fair_worst"] == pytest.approx(max(worst(codes) for codes in subsets(SPOTS, 3)))
    assert fair["fair_value"] == cover([*STANDING, *spots(fair["fair_codes"])])
    assert fair["worst_name"] in ("西区", "东区")


def test_places_of_other_plans_have_names_as_well(index: Index):
    found = plan(index, p=3, candidates="corners", pool=3, phases=(1, 3), fairness=True).study["plan"]
    lists = [one["codes"] for one in (*found["pool"], *found["phases"])]
    told = {code for codes in (*lists, found["fairness"]["fair_codes"]) for code in codes}
    assert told - {one["code"] for one in found["chosen"]}
    assert set(found["names"]) >= told
    assert len(set(found["names"].values())) == len(found["names"])
    assert all("街" in name and "路" in name for name in found["names"].values())
    for one in found["chosen"]:
        assert found["names"].get(one["code"], one["name"]) == one["name"]


def test_the_file_names_its_rules_row_by_row(index: Index):
    answer = plan(index, candidates(), p=4, spacing=300.0, per_area=2, existing="none")
    document = json.loads(answer.certificate)
    named = list(zip(document["about"]["rules"], document["rows"], strict=False))
    others = [(name, least) for name, (least, *_) in named if name != "spacing"]
    assert others == [("count", -4), ("area:西区", 2), ("area:东区", 2)]
    assert {least for name, (least, *_) in named if name == "spacing"} == {-1}
    assert all(max(columns) >= len(SPOTS) for _, columns, _ in document["rows"][len(named) :])


@pytest.mark.parametrize("public", [Public(Crs.WGS84, 6), Public(Crs.GCJ02, 4), Public(Crs.BD09, 5)])
def test_the_file_tells_positions_as_the_public_may_have_them(index: Index, public: Public):
    answer = plan(index, candidates(), p=2, existing="closable", moves=1, public=public)
    document = json.loads(answer.certificate)
    assert document["about"]["crs"] == public.crs.value
    spots = {code: from_wgs84(*TOWN.spot(*corner), public.crs) for code, corner in (SPOTS | STANDS).items()}
    assert len(document["stations"]) == len(spots)
    for code, _, *place in document["stations"]:
        assert place == pytest.approx(spots[code], abs=0.51 * 10**-public.decimals)
        assert place == [round(degrees, public.decimals) for degrees in place]
    # The study itself keeps what is so.
    for one in answer.study["plan"]["chosen"]:
        assert (one["lon"], one["lat"]) == pytest.approx(TOWN.spot(*(SPOTS | STANDS)[one["code"]]), abs=1e-6)


@pytest.mark.parametrize("objective", ["cover", "all", "distance", "farthest"])
@pytest.mark.parametrize("p", [1, 3])
def test_nothing_that_is_kept_is_infinite(index: Index, objective: str, p: int):
    """Without stations that stand nobody has anywhere to go before there is one."""
    more = {"pool": 2} if objective == "all" else {"pool": 2, "curve": 3, "phases": (1, p) if p > 1 else (1,)}
    heard: list[Any] = []
    answer = plan(
        index,
        candidates(),
        objective=objective,
        p=p,
        existing="none",
        fairness=objective == "cover",
        live=lambda trace: heard.append(json.dumps(trace, allow_nan=False)),
        **more,
    )
    found = answer.study["plan"]
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))
    assert json.loads(heard[-1])[-1][1:] == pytest.approx([found["value"], found["bound"]])
    alone = [one["name"] for one in found["chosen"] if one["gain"] is None]
    assert (found["before"] is None) == (objective in ("distance", "farthest"))
    assert bool(alone) == (p == 1 and objective in ("distance", "farthest"))
    lines = [line for line in plan_lines(found, answer.study["asked"]) if "无处可去" in line]
    assert len(lines) == bool(alone)
    assert all(name in lines[0] for name in alone)


def test_a_plan_is_one_json_document(index: Index):
    answer = plan(index, candidates(), p=2, objective="farthest", existing="none", curve=3)
    assert json.loads(json.dumps(answer.study, allow_nan=False)) == json.loads(json.dumps(answer.study))
    assert answer.study["plan"]["trace"]
    assert json.loads(answer.certificate)["about"]["asked"]["site"]["p"] == 2


def test_the_same_question_has_the_same_answer(index: Index):
    """Whatever the clock: but for the seconds, and what was told on the way."""

    def told() -> dict[str, Any]:
        found = plan(index, candidates(), p=3, curve=3, pool=2).study["plan"]
        return {name: value for name, value in found.items() if name not in ("seconds", "trace")}

    assert told() == told()


def test_who_cannot_be_served_is_told_by_place(index: Index):
    """Five stations are needed, and there is money for two."""
    with pytest.raises(InputError, match=r"要服务 \d+ 处需求\(如.区 .*(街|路).*预算"):
        plan(index, candidates(), objective="all", budget=2.0)


@pytest.mark.parametrize(
    ("given", "parameter", "match"),
    [
        ({"p": 9}, "p", "只有 8 个"),
        ({"p": 2, "must": ("癸",)}, "must", "癸"),
        ({"p": 2, "must": ("己", "戊"), "spacing": 300.0, "existing": "none"}, "spacing", "己"),
        ({"p": 1, "must": ("己",), "spacing": 300.0}, "must", "离现有站点太近"),
        (
            {"p": 1, "spacing": 9000.0},
            "spacing",
            "8 个候选地点里,有 8 个离现有站点不到 9000 米,可选的只剩 0 个",
        ),
        ({"p": 3, "never": tuple("甲乙丙丁戊己")}, "never", "有 6 个写明了不选,可选的只剩 2 个"),
        ({"objective": "all", "never": tuple(SPOTS)}, "never", "可选的只剩 0 个"),
        ({"p": 2, "capacity": "own"}, "capacity", "容量"),
        ({"p": 1, "candidates": "set:没有"}, "candidates", "一个也没有"),
    ],
)
def test_what_allows_no_plan_is_named(index: Index, given: dict[str, Any], parameter: str, match: str):
    some = None if given.get("candidates") else candidates()
    with pytest.raises(InputError, match=match) as caught:
        plan(index, some, **given)
    assert caught.value.parameter == parameter


def test_prices_are_all_known_or_none(index: Index):
    price = np.array([1.0] * 7 + [np.nan])
    with pytest.raises(InputError, match="辛"):
        plan(index, candidates(price=price), budget=2.0)
    with pytest.raises(InputError, match="超过预算"):
        plan(index, candidates(price=np.ones(8)), budget=1.0, must=("甲", "乙"))
    assert len(chosen_codes(plan(index, candidates(), budget=2.0))) == 2, (
        "each counts 1 where none has a price"
    )


def test_nobody_to_serve_is_no_question(index: Index):
    with pytest.raises(InputError) as caught:
        plan(index, candidates(), people=demand(人=np.zeros(len(PLACES))), p=1)
    assert caught.value.parameter == "weight"


def test_only_people_in_the_area_asked_count(index: Index):
    is_west = np.array([i <= 2 for i, _ in PLACES])
    answer = plan(index, p=1, asked={"area": "410101"})
    assert answer.study["plan"]["whole"] == PEOPLE[is_west].sum()
    (chosen,) = answer.study["plan"]["chosen"]
    assert chosen["area"] == "410101", "corners are those of the area"


def test_candidates_off_the_streets_are_told_and_left_out(index: Index):
    far = candidates()
    far = far._replace(lat=np.where(np.arange(len(SPOTS)) == 0, far.lat + 0.5, far.lat))
    answer = plan(index, far, p=1)
    assert answer.study["plan"]["candidates"] == len(SPOTS) - 1
    assert any("离任何街道太远" in said["message"] for said in answer.study["assumptions"])
    with pytest.raises(InputError, match="甲"):
        plan(index, far, p=1, must=("甲",))


def test_what_live_raises_ends_the_work(index: Index):
    class _StopError(Exception):
        pass

    def live(_trace: Any) -> None:
        raise _StopError

    with pytest.raises(_StopError):
        plan(index, candidates(), p=3, live=live)


def test_files_of_a_plan_are_written(index: Index, tmp_path: Path):
    answer = plan(index, candidates(), p=2)
    path = tmp_path / "plan.json"
    path.write_bytes(answer.certificate)
    text = path.read_text("utf-8")
    assert certify(text)["value"] == answer.study["plan"]["value"]
    with pytest.raises(ValueError, match="改动"):
        certify(text.replace('"value":', '"value":1', 1))
