"""Streets read from extracts: small ones made here, and real ones against the plainest of readers."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import FileError
from geo.ingest.streets import Extract, read_streets
from geo.model.profiles import HIGHWAYS, closed, travel
from geo.model.streets import BACKWARD, DEGREE, FORWARD, STREET_PROFILES, Ways
from tests.ingest.osm import GRID, write_extract

LANE = {"highway": "residential"}


class Street(NamedTuple):
    """One way as a test reads it: corners in 1e-7 degrees, and for each profile (direction, speed)."""

    corners: tuple[tuple[int, int], ...]
    highway: str
    name: str | None
    travels: tuple[tuple[int, float], ...]


def streets_of(ways: Ways) -> list[Street]:
    """Spell the arrays out."""
    spelt = []
    for way, (begin, end) in enumerate(zip(ways.way_start[:-1], ways.way_start[1:], strict=True)):
        nodes = ways.refs[begin:end]
        corners = zip(ways.node_lon[nodes].tolist(), ways.node_lat[nodes].tolist(), strict=True)
        name = None if ways.name[way] < 0 else ways.names[ways.name[way]]
        travels = [ways.travel[profile] for profile in STREET_PROFILES]
        spelt.append(
            Street(
                tuple(corners),
                HIGHWAYS[ways.highway[way]],
                name,
                tuple((int(one.direction[way]), round(float(one.speed_m_s[way]), 4)) for one in travels),
            )
        )
    return spelt


def plain_streets(path: Path) -> Iterator[Street]:
    """Read a file in the plainest way: every node in a dictionary, every way on its own."""
    places = {
        node.id: (node.location.x, node.location.y) for node in osmium.FileProcessor(path, osmium.osm.NODE)
    }
    for way in osmium.FileProcessor(path, osmium.osm.WAY):
        tags = dict(way.tags)
        travels = tuple(travel(profile, tags) for profile in STREET_PROFILES)
        if not any(direction for direction, _ in travels):
            continue
        named = [tags[key].strip() for key in ("name:zh", "name", "ref") if tags.get(key, "").strip()]
        parts, last = [[]], None
        for ref in [node.ref for node in way.nodes]:
            if ref not in places:
                parts.append([])
            elif not parts[-1] or ref != last:
                parts[-1].append(places[ref])
            last = ref
        for part in parts:
            if len(part) >= 2:
                speeds = tuple((direction, round(speed, 4)) for direction, speed in travels)
                yield Street(tuple(part), tags["highway"], named[0] if named else None, speeds)


def read_one(tmp_path: Path, *ways, **how) -> Extract:
    return read_streets(write_extract(tmp_path / "一.osm.pbf", ways, **how))


def corners(*numbers: int) -> tuple[tuple[int, int], ...]:
    return tuple((round(GRID[one][0] * DEGREE), round(GRID[one][1] * DEGREE)) for one in numbers)


def assert_whole(ways: Ways) -> None:
    """Check what every `Ways` promises."""
    count = len(ways)
    assert ways.way_start.dtype == np.int64
    assert ways.way_start[0] == 0
    assert ways.way_start[-1] == len(ways.refs)
    assert (np.diff(ways.way_start) >= 2).all()
    assert np.array_equal(np.unique(ways.refs), np.arange(len(ways.node_lon)))
    assert len(ways.highway) == len(ways.name) == count
    assert ways.name.max(initial=-1) < len(ways.names)
    dtypes = [ways.node_lon, ways.node_lat, ways.refs, ways.name, ways.barrier]
    assert {array.dtype for array in dtypes} == {np.dtype(np.int32)}
    assert {array.dtype for array in (ways.highway, ways.barrier_closed)} == {np.dtype(np.uint8)}
    assert (np.diff(ways.barrier) > 0).all()
    assert (ways.barrier_closed > 0).all()
    assert tuple(ways.travel) == STREET_PROFILES
    for one in ways.travel.values():
        assert (one.direction.dtype, one.speed_m_s.dtype) == (np.uint8, np.float32)
        assert len(one.direction) == len(one.speed_m_s) == count
        assert np.array_equal(one.direction > 0, one.speed_m_s > 0)


def test_a_way_with_its_class_name_and_travels(tmp_path):
    extract = read_one(tmp_path, ([10, 20, 40], {"highway": "tertiary", "oneway": "yes", "name": "经十路"}))
    assert_whole(extract.ways)
    assert streets_of(extract.ways) == [
        Street(
            corners(10, 20, 40),
            "tertiary",
            "经十路",
            ((FORWARD | BACKWARD, 1.15), (FORWARD, round(20 / 3.6, 4))),
        )
    ]
    assert extract.data_at is None
    assert extract.bounds == pytest.approx((117.0, 36.0, 117.002, 36.001), abs=1e-9)


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"name:zh": "弥敦道", "name": "彌敦道 Nathan Road", "ref": "1"}, "弥敦道"),
        ({"name": "经十路", "ref": "G309"}, "经十路"),
        ({"ref": "G309"}, "G309"),
        ({"name": " ", "ref": "G309"}, "G309"),
        ({"name:en": "Jingshi Road"}, None),
    ],
)
def test_a_streets_name(tmp_path, tags, name):
    (street,) = streets_of(read_one(tmp_path, ([10, 20], LANE | tags)).ways)
    assert street.name == name


def test_streets_of_one_name_share_it(tmp_path):
    ways = [([10, 20], LANE | {"name": "文化路"}), ([20, 30], LANE), ([30, 40], LANE | {"name": "文化路"})]
    found = read_one(tmp_path, *ways).ways
    assert (found.names, found.name.tolist()) == (("文化路",), [0, -1, 0])


def test_what_nobody_may_travel_is_left_out(tmp_path):
    ways = [
        ([10, 20], {"highway": "construction"}),
        ([10, 30], {"highway": "motorway"}),
        ([10, 40], {"highway": "service", "access": "private"}),
        ([20, 40], {"building": "yes"}),
        ([20, 30], {"highway": "steps"}),
    ]
    (street,) = streets_of(read_one(tmp_path, *ways).ways)
    assert (street.highway, street.travels) == ("steps", ((3, 0.6), (0, 0.0)))


def test_a_clipped_way_is_cut_where_nodes_are_missing(tmp_path):
    ways = [([10, 20, 98, 30, 40, 99], LANE | {"name": "长街"}), ([10, 99, 20], LANE)]
    found = streets_of(read_one(tmp_path, *ways).ways)
    assert [(street.corners, street.name) for street in found] == [
        (corners(10, 20), "长街"),
        (corners(30, 40), "长街"),
    ]


def test_repeated_nodes_collapse_and_single_ones_vanish(tmp_path):
    ways = [([10, 10, 20, 20, 20, 10], LANE), ([30, 30], LANE), ([40], LANE), ([], LANE)]
    assert [street.corners for street in streets_of(read_one(tmp_path, *ways).ways)] == [corners(10, 20, 10)]


def test_nodes_that_close_are_told_by_profile(tmp_path):
    tags = {20: {"barrier": "stile"}, 30: {"barrier": "gate", "access": "no"}, 40: {"barrier": "bollard"}}
    ways = read_one(tmp_path, ([10, 20, 30, 40], LANE), node_tags=tags).ways
    assert_whole(ways)
    assert (ways.barrier.tolist(), ways.barrier_closed.tolist()) == ([1, 2], [0b10, 0b11])


def test_a_barrier_beside_the_streets_is_nobodys(tmp_path):
    ways = read_one(tmp_path, ([10, 20], LANE), node_tags={30: {"barrier": "fence"}}).ways
    assert (len(ways.barrier), len(ways.node_lon)) == (0, 2)


@pytest.mark.parametrize("ways_first", [False, True])
@pytest.mark.parametrize("order", [[10, 20, 30, 40], [40, 10, 30, 20]])
def test_the_order_of_a_file_does_not_matter(tmp_path, order, ways_first):
    nodes = {number: GRID[number] for number in order}
    found = read_one(tmp_path, ([10, 30, 40], LANE), nodes=nodes, ways_first=ways_first).ways
    assert [street.corners for street in streets_of(found)] == [corners(10, 30, 40)]


def test_the_age_of_an_extract(tmp_path):
    header = {"osmosis_replication_timestamp": "2026-01-02T03:04:05Z"}
    extract = read_one(tmp_path, ([10, 20], LANE), header=header)
    assert extract.data_at == "2026-01-02T03:04:05Z"


def test_progress_grows_from_nothing_to_all(tmp_path):
    places = np.random.default_rng(1).uniform([100, 20], [120, 40], (60_000, 2)).tolist()
    nodes = dict(enumerate(map(tuple, places), start=1))
    path = write_extract(tmp_path / "大.osm.pbf", [([1, 2], LANE)], nodes=nodes)
    told: list[float] = []
    read_streets(path, progress=told.append)
    assert told == sorted(told)
    assert len(told) >= 4
    assert 0 < told[0] < 0.5
    assert told[-1] == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    ways=st.lists(
        st.tuples(
            st.lists(st.sampled_from([10, 20, 30, 40, 98, 99]), max_size=7),
            st.fixed_dictionaries(
                {"highway": st.sampled_from(["residential", "steps", "motorway", "footway"])},
                optional={
                    "name": st.sampled_from(["甲路", "乙路"]),
                    "oneway": st.sampled_from(["yes", "-1"]),
                    "bicycle": st.sampled_from(["yes", "no"]),
                },
            ),
        ),
        max_size=8,
    )
)
def test_any_extract_is_read_as_by_the_plain_reader(tmp_path, ways):
    path = write_extract(tmp_path / "任意.osm.pbf", ways)
    expected = list(plain_streets(path))
    if expected:
        found = read_streets(path).ways
        assert_whole(found)
        assert streets_of(found) == expected
    else:
        with pytest.raises(FileError, match="没有可以步行或骑行的街道"):
            read_streets(path)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["jinan", "monaco", "porto-alegre"])
def test_real_extracts_are_read_as_by_the_plain_reader(real_data, name):
    path = real_data / name / f"{name}.osm.pbf"
    extract = read_streets(path)
    assert_whole(extract.ways)
    assert streets_of(extract.ways) == list(plain_streets(path))


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["monaco", "porto-alegre"])
def test_barriers_of_real_extracts(real_data, name):
    path = real_data / name / f"{name}.osm.pbf"
    ways = read_streets(path).ways
    expected = {}
    for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(osmium.filter.EmptyTagFilter()):
        bits = sum(closed(profile, dict(node.tags)) << bit for bit, profile in enumerate(STREET_PROFILES))
        if bits:
            expected[node.location.x, node.location.y] = bits
    places = zip(ways.node_lon[ways.barrier].tolist(), ways.node_lat[ways.barrier].tolist(), strict=True)
    found = dict(zip(places, ways.barrier_closed.tolist(), strict=True))
    on_street = set(zip(ways.node_lon.tolist(), ways.node_lat.tolist(), strict=True))
    assert found
    assert found == {place: bits for place, bits in expected.items() if place in on_street}


@pytest.mark.real_data
def test_jinan_is_walked_but_for_its_motorways(real_data):
    path = real_data / "jinan" / "jinan.osm.pbf"
    lines = [
        way.tags["highway"]
        for way in osmium.FileProcessor(path, osmium.osm.WAY)
        if len({node.ref for node in way.nodes}) > 1
    ]
    walked = [highway for highway in lines if highway not in ("motorway", "motorway_link")]
    ways = read_streets(path).ways
    assert len(ways) == len(walked) == 17_811
    assert (ways.travel["walk"].direction == FORWARD | BACKWARD).all()
    assert [HIGHWAYS[highway] for highway in ways.highway] == walked
