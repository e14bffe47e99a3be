"""Who may travel which way: cases of OpenStreetMap practice, and what holds for all tags."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.profiles import HIGHWAYS, NODE_KEYS, PROFILES, WAY_KEYS, closed, travel
from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES

NEITHER, BOTH = 0, FORWARD | BACKWARD
WORDS = [
    "yes", "no", "private", "permissive", "designated", "destination", "use_sidepath", "dismount", "1", "-1",
    "true", "reverse", "reversible", "alternating", "roundabout", "circular", "opposite", "opposite_lane",
    "lane", "track", "separate", "stile", "gate", "bollard", "wall", "fence", "impassable", "?", "",
]  # fmt: skip

profiles = st.sampled_from(STREET_PROFILES)
highways = st.sampled_from(HIGHWAYS)
way_tags = st.dictionaries(
    st.sampled_from(sorted(WAY_KEYS)), st.sampled_from([*WORDS, *HIGHWAYS]), max_size=8
)
streets = st.builds(lambda tags, highway: {**tags, "highway": highway}, way_tags, highways)
node_tags = st.dictionaries(
    st.sampled_from([*NODE_KEYS, "access", "foot", "bicycle", "locked", "highway"]), st.sampled_from(WORDS)
)


def tags_of(text: str) -> dict[str, str]:
    """Read "a=b c=d"."""
    return dict(pair.split("=", 1) for pair in text.split())


def may_walk(text: str) -> bool:
    return travel("walk", tags_of(text))[0] > 0


def may_ride(text: str) -> bool:
    return travel("ebike", tags_of(text))[0] > 0


def ridden(text: str) -> int:
    return travel("ebike", tags_of(text))[0]


@pytest.mark.parametrize("highway", HIGHWAYS)
def test_every_street_but_motorways_and_busways_is_walked(highway):
    assert may_walk(f"highway={highway}") == (highway not in ("motorway", "motorway_link", "busway"))


@pytest.mark.parametrize(
    "highway",
    ["construction", "proposed", "planned", "razed", "abandoned", "disused", "raceway", "bus_guideway",
     "escape", "rest_area", "services", "no", "yes", "", "Residential"],
)  # fmt: skip
def test_what_is_no_street_is_travelled_by_nobody(highway):
    for profile in STREET_PROFILES:
        assert travel(profile, {"highway": highway, "foot": "yes", "bicycle": "yes"}) == (NEITHER, 0.0)
        assert travel(profile, {"access": "yes", "waterway": "river"}) == (NEITHER, 0.0)


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ("highway=residential access=no", False),
        ("highway=residential access=private", False),
        ("highway=residential access=private foot=yes", True),
        ("highway=residential access=private foot=permissive", True),
        ("highway=residential access=no foot=designated", True),
        ("highway=residential foot=no", False),
        ("highway=service foot=private", False),
        ("highway=service access=destination", True),
        ("highway=service access=customers", True),
        ("highway=service access=delivery", True),
        ("highway=residential access=unknown", True),
        ("highway=residential access=no foot=unknown", False),
        ("highway=residential motor_vehicle=no vehicle=private", True),
        ("highway=primary foot=use_sidepath", True),
        ("highway=primary foot=discouraged", True),
        ("highway=cycleway", True),
        ("highway=cycleway foot=no", False),
        ("highway=path bicycle=designated foot=no", False),
        ("highway=trunk", True),
        ("highway=trunk motorroad=yes", False),
        ("highway=trunk motorroad=yes foot=yes", True),
        ("highway=motorway foot=yes", True),
        ("highway=motorway access=yes", False),
        ("highway=path impassable=yes", False),
        ("highway=path smoothness=impassable", True),
        ("highway=path ford=yes", True),
        ("highway=corridor indoor=yes level=1", True),
        ("highway=pedestrian area=yes", True),
        ("highway=footway foot:conditional=no@(22:00-06:00)", True),
    ],
)
def test_access_on_foot(tags, walked):
    assert may_walk(tags) == walked


@pytest.mark.parametrize(
    ("tags", "ridden"),
    [
        ("highway=trunk", True),
        ("highway=trunk bicycle=no", False),
        ("highway=trunk motorroad=yes", False),
        ("highway=trunk motorroad=yes bicycle=yes", True),
        ("highway=motorway", False),
        ("highway=motorway_link access=yes", False),
        ("highway=busway", False),
        ("highway=busway bicycle=yes", True),
        ("highway=cycleway", True),
        ("highway=path", True),
        ("highway=path bicycle=no", False),
        ("highway=footway", False),
        ("highway=footway access=yes", False),
        ("highway=footway bicycle=yes", True),
        ("highway=footway bicycle=designated", True),
        ("highway=pedestrian bicycle=permissive", True),
        ("highway=pedestrian", False),
        ("highway=steps", False),
        ("highway=corridor", False),
        ("highway=platform", False),
        ("highway=elevator", False),
        ("highway=bridleway", False),
        # The tree of access: electric_bicycle, bicycle, vehicle, access.
        ("highway=residential access=no", False),
        ("highway=residential access=no vehicle=yes", True),
        ("highway=residential vehicle=no", False),
        ("highway=residential vehicle=no bicycle=yes", True),
        ("highway=residential bicycle=yes electric_bicycle=no", False),
        ("highway=residential bicycle=no electric_bicycle=yes", True),
        ("highway=residential access=private foot=yes", False),
        # Not their business.
        ("highway=residential motor_vehicle=no moped=no mofa=no motorcycle=no", True),
        ("highway=residential foot=no", True),
        ("highway=primary bicycle=use_sidepath", True),
        ("highway=service indoor=yes", False),
        ("highway=service indoor=no", True),
        ("highway=track ford=yes", False),
        ("highway=track ford=no", True),
        ("highway=track ford=yes bicycle=yes", True),
        ("highway=track smoothness=impassable", False),
        ("highway=path impassable=yes", False),
    ],
)
def test_access_by_ebike(tags, ridden):
    assert may_ride(tags) == ridden


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ("", BOTH),
        ("oneway=yes", FORWARD),
        ("oneway=true", FORWARD),
        ("oneway=1", FORWARD),
        ("oneway=-1", BACKWARD),
        ("oneway=reverse", BACKWARD),
        ("oneway=no", BOTH),
        ("oneway=alternating", BOTH),
        ("oneway=reversible", NEITHER),
        ("oneway=?", BOTH),
        ("junction=roundabout", FORWARD),
        ("junction=circular", FORWARD),
        ("junction=roundabout oneway=-1", BACKWARD),
        ("junction=roundabout oneway=no", BOTH),
        ("junction=intersection", BOTH),
        ("highway=motorway bicycle=yes", FORWARD),
        ("highway=motorway_link bicycle=yes", FORWARD),
        ("highway=motorway_link bicycle=yes oneway=no", BOTH),
    ],
)
def test_oneway_by_ebike(tags, direction):
    assert ridden(f"highway=residential {tags}") == direction


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ("oneway=yes oneway:bicycle=no", BOTH),
        ("oneway:bicycle=yes", FORWARD),
        ("oneway:bicycle=-1", BACKWARD),
        ("oneway=-1 oneway:bicycle=yes", BACKWARD),
        ("oneway=yes oneway:bicycle=yes cycleway=opposite", FORWARD),
        ("oneway=reversible oneway:bicycle=no", BOTH),
        ("oneway=yes cycleway=opposite", BOTH),
        ("oneway=yes cycleway=opposite_lane", BOTH),
        ("oneway=yes cycleway=lane", FORWARD),
        ("oneway=yes cycleway:left=opposite_lane", BOTH),
        ("oneway=yes cycleway:right=opposite_track", BOTH),
        ("oneway=yes cycleway:both=opposite_lane", BOTH),
        ("oneway=yes cycleway:left=lane cycleway:left:oneway=-1", BOTH),
        ("oneway=yes cycleway:left=track cycleway:left:oneway=no", BOTH),
        ("oneway=yes cycleway:left=track cycleway:left:oneway=yes", FORWARD),
        ("oneway=yes cycleway:left=separate cycleway:left:oneway=no", FORWARD),
        ("oneway=yes cycleway:left:oneway=no", FORWARD),
        ("oneway=-1 cycleway:left=lane cycleway:left:oneway=yes", BOTH),
        ("oneway=yes bicycle:backward=yes", BOTH),
        ("oneway=-1 bicycle:forward=designated", BOTH),
        ("oneway=yes bicycle:backward=no", FORWARD),
        ("bicycle:backward=no", FORWARD),
        ("vehicle:forward=no", BACKWARD),
        ("vehicle:backward=no bicycle=yes", BOTH),
        ("access:backward=no", FORWARD),
        ("oneway=yes bicycle:forward=no", NEITHER),
    ],
)
def test_contraflow_by_ebike(tags, direction):
    assert ridden(f"highway=residential {tags}") == direction


@pytest.mark.parametrize(
    ("tags", "walk_closed", "ebike_closed"),
    [
        ("", False, False),
        ("highway=crossing bicycle=no foot=no", False, False),
        ("entrance=main access=private", False, False),
        ("barrier=gate", False, False),
        ("barrier=lift_gate", False, False),
        ("barrier=swing_gate", False, False),
        ("barrier=bollard", False, False),
        ("barrier=block", False, False),
        ("barrier=cycle_barrier", False, False),
        ("barrier=chain", False, False),
        ("barrier=kerb", False, False),
        ("barrier=entrance", False, False),
        ("barrier=something_new", False, False),
        ("barrier=gate motor_vehicle=private", False, False),
        ("barrier=gate locked=yes", True, True),
        ("barrier=gate locked=yes foot=yes", False, True),
        ("barrier=gate access=yes locked=yes", True, True),
        ("barrier=gate access=private", True, True),
        ("barrier=gate access=no foot=yes bicycle=yes", False, False),
        ("barrier=lift_gate access=no foot=yes", False, True),
        ("barrier=gate foot=no", True, False),
        ("barrier=bollard bicycle=no", False, True),
        ("barrier=gate vehicle=no", False, True),
        ("barrier=stile", False, True),
        ("barrier=kissing_gate", False, True),
        ("barrier=turnstile", False, True),
        ("barrier=full-height_turnstile", False, True),
        ("barrier=kissing_gate bicycle=yes", False, False),
        ("barrier=jersey_barrier", False, True),
        ("barrier=guard_rail", False, True),
        ("barrier=log", False, True),
        ("barrier=wall", True, True),
        ("barrier=fence", True, True),
        ("barrier=fence foot=yes", False, True),
        ("barrier=hedge access=yes", True, True),
        ("ford=yes", False, True),
        ("ford=yes bicycle=yes", False, False),
        ("ford=yes access=no", True, True),
        ("impassable=yes", True, True),
    ],
)
def test_nodes_that_close(tags, walk_closed, ebike_closed):
    assert (closed("walk", tags_of(tags)), closed("ebike", tags_of(tags))) == (walk_closed, ebike_closed)


def test_speeds_are_those_of_the_classes():
    assert travel("walk", {"highway": "footway"})[1] == pytest.approx(1.15)
    assert travel("walk", {"highway": "steps", "conveying": "forward"})[1] == pytest.approx(0.6)
    assert travel("ebike", {"highway": "tertiary"})[1] == pytest.approx(20 / 3.6)
    roads, lanes = ("primary", "secondary", "tertiary"), ("service", "living_street", "track", "path")
    slowest = min(travel("ebike", {"highway": highway})[1] for highway in roads)
    assert all(travel("ebike", {"highway": highway})[1] < slowest for highway in lanes)


def test_a_pushed_bike_goes_at_the_pace_of_a_walk():
    pace = PROFILES["ebike"].snap_speed_m_s
    assert travel("ebike", tags_of("highway=primary bicycle=dismount")) == (BOTH, pace)
    assert travel("ebike", tags_of("highway=footway bicycle=dismount")) == (BOTH, pace)


@given(profile=profiles, tags=streets)
def test_speeds_are_within_the_law(profile, tags):
    direction, speed_m_s = travel(profile, tags)
    assert direction in range(4)
    assert (0 < speed_m_s <= 25 / 3.6) if direction else speed_m_s == 0


@given(tags=streets)
def test_walking_goes_both_ways_or_none(tags):
    assert travel("walk", tags)[0] in (NEITHER, BOTH)


@given(profile=profiles, tags=streets)
def test_what_is_forbidden_to_the_very_profile_is_closed(profile, tags):
    own = PROFILES[profile].own_keys
    clean = {key: value for key, value in tags.items() if not key.startswith(own)}
    assert travel(profile, {**clean, own[0]: "no"}) == (NEITHER, 0.0)
    assert closed(profile, {**clean, own[0]: "no", "barrier": "gate"})


@given(tags=streets)
def test_taking_oneway_tags_away_never_closes_a_street(tags):
    free = {key: value for key, value in tags.items() if not key.startswith(("oneway", "junction"))}
    assert travel("ebike", {**free, "oneway": "no"})[0] & travel("ebike", tags)[0] == travel("ebike", tags)[0]


class Watched(dict):
    """Tags that note which keys are asked for."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        super().__init__(tags)
        self.asked: set[str] = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)


@given(profile=profiles, tags=streets)
def test_only_the_way_keys_are_looked_at(profile, tags):
    watched = Watched(tags)
    travel(profile, watched)
    assert watched.asked <= WAY_KEYS


@given(profile=profiles, tags=node_tags)
def test_nodes_without_a_node_key_are_open(profile, tags):
    assert not closed(profile, {key: value for key, value in tags.items() if key not in NODE_KEYS})


def test_the_table_has_every_profile_and_class_once():
    assert tuple(PROFILES) == STREET_PROFILES
    assert len(set(HIGHWAYS)) == len(HIGHWAYS) < 256
    for rules in PROFILES.values():
        assert tuple(rules.classes) == HIGHWAYS
        assert rules.snap_speed_m_s == pytest.approx(1.15)
