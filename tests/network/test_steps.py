"""Steps tell what a person would say, and add up to the way."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.model.hours import Reason
from geo.model.place import Point
from geo.model.streets import STREET_PROFILES
from geo.network.graph import Graph
from geo.network.paths import find_way
from geo.network.snap import snap
from geo.network.step_words import words_of
from geo.network.steps import Step, steps_of
from tests.network.towns import GEOD, place, points, town, towns

TURNS = {
    "straight", "slight_left", "left", "sharp_left", "uturn", "slight_right", "right", "sharp_right",
}  # fmt: skip
ROAD = "residential"


def steps(graph: Graph, here: Point, there: Point, profile: str = "walk") -> list[Step]:
    """Return the steps of the way from one point to another."""
    ends = snap(graph, profile, [here.lon, there.lon], [here.lat, there.lat])
    return steps_of(graph, profile, find_way(graph, profile, ends.at(0), ends.at(1)), here, there)


def told(found: Sequence[Step]) -> list[tuple[str, str | None]]:
    """Return the turns and the streets."""
    return [(step.turn, step.street) for step in found]


@given(towns(), st.sampled_from(STREET_PROFILES), points, points)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_steps_add_up_to_the_way(graph, profile, here, there):
    ends = snap(graph, profile, [here.lon, there.lon], [here.lat, there.lat], limit_m=1000)
    path = find_way(graph, profile, ends.at(0), ends.at(1))
    if path is None:
        return
    found = steps_of(graph, profile, path, here, there)
    assert sum(step.metres for step in found) == pytest.approx(path.metres, abs=1e-6)
    assert sum(step.seconds for step in found) == pytest.approx(path.seconds, abs=1e-6)
    assert min(min(step.metres, step.seconds, step.leg_m) for step in found) > -1e-6
    assert sum(step.leg_m for step in found) == pytest.approx(ends.snap_m.sum(), abs=1e-6)
    assert [step.turn for step in found if step.turn not in TURNS] == ["depart", "arrive"]
    assert (found[0].turn, found[-1].turn) == ("depart", "arrive")
    assert all(str(words_of(step, profile)) for step in found)


@pytest.mark.parametrize(
    ("corner", "turn"),
    [
        ((200, 0), "straight"),
        ((195, 30), "straight"),
        ((180, 60), "slight_left"),
        ((100, 100), "left"),
        ((40, 80), "sharp_left"),
        ((10, 15), "uturn"),
        ((180, -60), "slight_right"),
        ((100, -100), "right"),
        ((40, -80), "sharp_right"),
        ((10, -15), "uturn"),
    ],
)
def test_turns_are_named_by_their_angle(corner: tuple[int, int], turn: str):
    graph = town([("解放路", ROAD, [(0, 0), (100, 0)]), ("经十路", ROAD, [(100, 0), corner])])
    found = steps(graph, place(0, 0), place(*corner))
    assert told(found) == [("depart", "解放路"), (turn, "经十路"), ("arrive", "经十路")]


def test_a_street_that_bends_is_one_step_unless_it_turns_off_at_a_junction():
    bend = ("解放路", ROAD, [(0, 0), (100, 0), (100, 100)])
    assert told(steps(town([bend]), place(0, 0), place(100, 100)))[:-1] == [("depart", "解放路")]
    # A node that two ways meet at is no junction; one that a third leaves is.
    halves = [("解放路", ROAD, [(0, 0), (100, 0)]), ("解放路", ROAD, [(100, 0), (100, 100)])]
    assert told(steps(town(halves), place(0, 0), place(100, 100)))[:-1] == [("depart", "解放路")]
    found = steps(town([*halves, (None, ROAD, [(100, 0), (200, 0)])]), place(0, 0), place(100, 100))
    assert told(found)[:-1] == [("depart", "解放路"), ("left", "解放路")]
    assert [step.onto for step in found] == [True, False, False]
    slight = ("解放路", ROAD, [(0, 0), (100, 0), (180, 60)])
    found = steps(town([slight, (None, ROAD, [(100, 0), (100, -90)])]), place(0, 0), place(180, 60))
    assert told(found)[:-1] == [("depart", "解放路")]


def test_a_street_that_only_goes_one_way_is_no_choice_against_it():
    streets = [
        ("解放路", ROAD, [(0, 0), (100, 0)]),
        ("解放路", ROAD, [(100, 0), (100, 100)]),
        (None, ROAD, [(200, 0), (100, 0)]),
        (None, ROAD, [(100, 100), (200, 0)]),
    ]
    graph = town(streets, ebike=[3, 3, 1, 3])
    assert [s.turn for s in steps(graph, place(0, 0), place(100, 90))] == ["depart", "left", "arrive"]
    assert [s.turn for s in steps(graph, place(0, 0), place(100, 90), "ebike")] == ["depart", "arrive"]


def test_the_kink_of_a_junction_is_looked_past():
    kinked = [(0, 0), (100, 0), (102, 3), (200, 3)]
    graph = town(
        [
            ("解放路", ROAD, kinked[:2]),
            ("解放路", ROAD, kinked[1:]),
            (None, ROAD, [(100, 0), (100, -90)]),
            (None, ROAD, [(100, 0), (100, 90)]),
        ]
    )
    assert told(steps(graph, place(0, 0), place(200, 3)))[:-1] == [("depart", "解放路")]


def test_a_connector_of_a_dual_carriageway_belongs_to_the_turn():
    graph = town(
        [
            ("解放路", ROAD, [(0, 0), (100, 0)]),
            (None, ROAD, [(100, 0), (118, 0)]),
            ("经十路", ROAD, [(100, -100), (100, 0), (100, 100)]),
            ("经十路", ROAD, [(118, -100), (118, 0), (118, 100)]),
        ]
    )
    found = steps(graph, place(0, 0), place(118, 90))
    assert told(found) == [("depart", "解放路"), ("left", "经十路"), ("arrive", "经十路")]
    assert found[1].metres == pytest.approx(108, abs=0.1)
    assert GEOD.inv(found[1].lon, found[1].lat, *place(100, 0))[2] < 0.1


def test_a_way_across_a_street_goes_straight_on():
    graph = town(
        [
            ("解放路", ROAD, [(0, 0), (100, 0)]),
            (None, "footway", [(100, 0), (112, 0)]),
            ("解放路", ROAD, [(112, 0), (200, 0)]),
            ("经十路", ROAD, [(100, -100), (100, 0), (100, 100)]),
            ("经十路", ROAD, [(112, -100), (112, 0), (112, 100)]),
        ]
    )
    assert told(steps(graph, place(0, 0), place(200, 0))) == [("depart", "解放路"), ("arrive", "解放路")]


def test_a_street_goes_on_across_a_square():
    graph = town(
        [
            ("解放路", ROAD, [(0, 0), (100, 0)]),
            ("泉城广场", ROAD, [(100, 0), (108, 4), (116, 0), (108, -4), (100, 0)]),
            ("解放路", ROAD, [(116, 0), (200, 0)]),
            ("经十路", ROAD, [(108, 4), (108, 100)]),
        ]
    )
    assert told(steps(graph, place(0, 0), place(200, 0))) == [("depart", "解放路"), ("arrive", "解放路")]
    assert told(steps(graph, place(0, 0), place(108, 100)))[-2:] == [("left", "经十路"), ("arrive", "经十路")]


def test_stairs_and_longer_paths_are_told():
    graph = town(
        [
            ("解放路", ROAD, [(0, 0), (100, 0)]),
            (None, "steps", [(100, 0), (118, 0)]),
            (None, "footway", [(118, 0), (180, 0)]),
            ("经十路", ROAD, [(180, 0), (300, 0)]),
        ]
    )
    found = steps(graph, place(0, 0), place(300, 0))
    assert [step.highway for step in found] == [ROAD, "steps", "footway", ROAD, ROAD]


def test_links_are_not_swallowed_without_end():
    pieces = pairwise([(8 * number, 0) for number in range(11)])
    graph = town([(f"第{number}街", ROAD, pair) for number, pair in enumerate(pieces)])
    found = steps(graph, place(0, 0), place(80, 0))
    assert max(step.metres for step in found) < 20
    assert told(found)[-2:] == [("straight", "第9街"), ("arrive", "第9街")]


def test_a_barrier_is_no_step_and_hides_no_junction():
    halves = [("解放路", ROAD, [(0, 0), (100, 0)]), ("解放路", ROAD, [(100, 0), (100, 100)])]
    gated = town(halves, barriers=[(100, 0)])
    assert told(steps(gated, place(0, 0), place(100, 100)))[:-1] == [("depart", "解放路")]
    gated = town([*halves, (None, ROAD, [(100, 0), (200, 0)])], barriers=[(100, 0)])
    found = steps(gated, place(0, 0), place(100, 100))
    assert told(found)[:-1] == [("depart", "解放路"), ("left", "解放路")]


def test_legs_belong_to_the_first_and_the_last_step():
    graph = town([("解放路", ROAD, [(0, 0), (200, 0)])])
    depart, arrive = steps(graph, place(20, -40), place(150, 12))
    assert (depart.metres, depart.leg_m) == (pytest.approx(170, abs=0.2), pytest.approx(40, abs=0.1))
    assert (arrive.metres, arrive.leg_m) == (pytest.approx(12, abs=0.1), pytest.approx(12, abs=0.1))
    assert (depart.lon, depart.lat) == place(20, -40)
    assert depart.bearing_deg == pytest.approx(90, abs=1)
    assert arrive.side == "left"
    assert steps(graph, place(150, 12), place(20, -40))[-1].side == "left"
    assert steps(graph, place(0, 0), place(20, -40))[-1].side == "right"
    assert steps(graph, place(0, 0), place(20, -2))[-1].side is None
    assert steps(graph, place(0, 0), place(230, 0))[-1].side is None


def test_a_way_without_a_street_in_it_leads_straight_there():
    graph = town([("解放路", ROAD, [(0, 0), (200, 0)])])
    found = steps(graph, place(0, -30), place(0, -10))
    assert told(found) == [("depart", None), ("arrive", None)]
    assert found[0].metres == pytest.approx(40, abs=0.1)
    assert [str(words_of(step, "walk")) for step in found] == ["向北走 40 米", "到达站点"]


def sentence(profile: str = "walk", **values) -> str:
    """Return the words of a step, a left turn into 解放路 where nothing else is said."""
    plain = Step("left", "解放路", ROAD, 243.0, 200.0, 0.0, 117.0, 36.6, 0.0)
    return str(words_of(plain._replace(**values), profile))


def test_words_name_turn_street_and_length():
    assert sentence() == "左转进入解放路,走 240 米"
    assert sentence("ebike") == "左转进入解放路,骑行 240 米"
    assert sentence(onto=False) == "左转,继续沿解放路走 240 米"
    assert sentence(onto=False, street=None) == "左转,走 240 米"
    assert sentence(turn="straight", street=None, highway="steps", metres=14.4) == "直行进入台阶,走 14 米"
    assert sentence(turn="uturn", onto=False, metres=1260.0) == "掉头,继续沿解放路走 1.3 公里"


@pytest.mark.parametrize(
    ("highway", "name"),
    [(ROAD, "道路"), ("path", "小路"), ("footway", "人行道"), ("steps", "台阶"), ("service", "道路")],
)
def test_a_street_without_a_name_is_called_by_its_class(highway: str, name: str):
    assert sentence(street=None, highway=highway) == f"左转进入{name},走 240 米"


@pytest.mark.parametrize(
    ("bearing", "name"),
    [(0, "北"), (22, "北"), (24, "东北"), (90, "东"), (225, "西南"), (359, "北"), (360, "北")],
)
def test_setting_out_has_a_direction(bearing: float, name: str):
    assert sentence(turn="depart", bearing_deg=bearing) == f"沿解放路向{name}走 240 米"


def test_long_legs_are_told_and_the_side_of_the_door():
    assert sentence(turn="depart", leg_m=43.0) == "先走 40 米到解放路,再向北走 200 米"
    assert sentence(turn="arrive", leg_m=12.0, side="left") == "到达站点,在路左侧 12 米"
    assert sentence(turn="arrive", leg_m=12.0, side="right") == "到达站点,在路右侧 12 米"
    assert sentence(turn="arrive", leg_m=12.0) == "到达站点"
    assert sentence(turn="arrive", leg_m=31.0) == "再向前 30 米到达站点"


def test_values_that_are_words_can_be_translated_themselves():
    words = words_of(Step("left", None, "path", 50.0, 40.0, 0.0, 117.0, 36.6, 0.0), "walk")
    assert {name for name, value in words.params.items() if isinstance(value, Reason)} == {
        "turn", "street", "go", "distance",
    }  # fmt: skip
