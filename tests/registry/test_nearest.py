"""Nearest is exact: the same as measuring every station, on every store."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import Engine, text

from geo.db.engine import is_postgres, reading
from geo.model.holidays import shipped_calendar
from geo.model.hours import evaluate
from geo.model.place import Point
from geo.registry.nearest import Index, nearest
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, Schedule, Snapshot, facility_mask
from geo.registry.snapshot_read import read_snapshot
from tests.registry.conftest import station_row

GEOD = Geod(ellps="WGS84")
CHINA = ZoneInfo("Asia/Shanghai")
SERVING = Filter(statuses=("open", "trial"))
HOURS = (None, "24/7", "08:00-18:00", "22:00-26:00", "Mo-Fr 09:00-17:00; PH off")
FACILITIES = ("toilet", "microwave", "wifi")


def snapshot_of(lon: list[float], lat: list[float], rng: np.random.Generator) -> Snapshot:
    """Return stations at the given positions, with everything else drawn at random."""
    n = len(lon)
    masks = [facility_mask([f for f in FACILITIES if rng.random() < 0.6]) for _ in range(n)]
    schedules = tuple(Schedule("open", osm, False) for osm in HOURS)
    return Snapshot(
        revision=1,
        at="",
        codes=np.array([f"YZ-{i:06d}" for i in range(n)], "S"),
        lon=np.array(lon, float),
        lat=np.array(lat, float),
        kind=rng.integers(0, len(KINDS), n).astype(np.uint8),
        status=np.full(n, STATUSES.index("open"), np.uint8),
        facilities=np.array(masks, np.uint64),
        schedule=rng.integers(0, len(HOURS), n).astype(np.int32),
        area=np.full(n, -1, np.int32),
        updated_s=np.zeros(n, np.int64),
        docs=b"",
        shared=(b"",),
        doc_places=np.zeros((n, 4), np.int64),
        search=b"",
        search_start=np.zeros(n, np.int64),
        schedules=schedules,
        areas=(),
        landmarks=(),
        holidays=(),
        calendar=shipped_calendar(),
        streets=(),
        door_row=np.empty(0, np.int32),
        door_lon=np.empty(0),
        door_lat=np.empty(0),
    )


def brute_force(
    snapshot: Snapshot,
    point: Point,
    k: int,
    wanted: Filter,
    at: datetime | None = None,
    speed_m_s: float | None = None,
) -> list[tuple[int, float]]:
    """Measure every station; keep, sort, cut."""
    found = []
    for row in range(len(snapshot)):
        kind, status = KINDS[snapshot.kind[row]], STATUSES[snapshot.status[row]]
        if (wanted.kinds and kind not in wanted.kinds) or status not in wanted.statuses:
            continue
        if int(snapshot.facilities[row]) & wanted.facilities != wanted.facilities:
            continue
        metres = GEOD.inv(point.lon, point.lat, snapshot.lon[row], snapshot.lat[row])[2]
        group = 0
        if at is not None:
            moment = at
            if speed_m_s is not None:
                moment = datetime.fromtimestamp(at.timestamp() + metres / speed_m_s, CHINA)
            schedule = snapshot.schedules[snapshot.schedule[row]]
            moment = moment.replace(second=0, microsecond=0)
            state = evaluate(schedule.osm, makeup=False, at=moment, calendar=snapshot.calendar).state
            if state not in ("open", "unknown"):
                continue
            group = 0 if state == "open" else 1
        found.append((group, metres, row))
    return [(row, metres) for _, metres, row in sorted(found)[:k]]


def assert_same(hits: list, expected: list[tuple[int, float]]) -> None:
    assert [hit.row for hit in hits] == [row for row, _ in expected]
    assert [hit.distance_m for hit in hits] == pytest.approx([metres for _, metres in expected], abs=1e-3)


positions = st.one_of(
    st.tuples(st.floats(73, 135), st.floats(4, 53)),
    # A few spots shared by many stations: ties, which the code must break.
    st.sampled_from([(113.66, 34.75), (113.66, 34.7500001), (116.4, 39.9), (180.0, 0.0), (-180.0, 0.0)]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    places=st.lists(positions, max_size=60),
    origin=st.one_of(positions, st.tuples(st.floats(-180, 180), st.floats(-90, 90))),
    k=st.integers(1, 12),
    kinds=st.sampled_from([(), ("care_station",), ("nursing_room", "water_point")]),
    facilities=st.lists(st.sampled_from(FACILITIES), max_size=2, unique=True),
    hour=st.sampled_from([None, 3, 9, 12, 23]),
    speed_m_s=st.sampled_from([None, 0.9, 3.2]),
    seed=st.integers(0, 2**16),
)
def test_nearest_is_brute_force(places, origin, k, kinds, facilities, hour, speed_m_s, seed):
    snapshot = snapshot_of([p[0] for p in places], [p[1] for p in places], np.random.default_rng(seed))
    at = hour if hour is None else datetime(2026, 11, 20, hour, 30, tzinfo=CHINA)
    wanted = Filter(kinds, ("open", "trial"), facility_mask(facilities))
    point = Point(*origin)
    found = nearest(Index(snapshot), point, k, wanted, open_at=at, speed_m_s=speed_m_s if at else None)
    assert_same(found, brute_force(snapshot, point, k, wanted, at, speed_m_s if at else None))


@settings(max_examples=300, deadline=None)
@given(
    origin=positions,
    # From co-located to 300 km: on both sides of where chords alone decide, and of where they tie.
    offsets=st.lists(
        st.tuples(
            st.floats(0, 360),
            st.one_of(st.floats(0, 0.02), st.floats(0, 40_000), st.floats(0, 300_000), st.just(500.0)),
        ),
        min_size=1,
        max_size=40,
    ),
    k=st.integers(1, 12),
)
def test_nearby_it_is_brute_force_too(origin, offsets, k):
    places = [GEOD.fwd(*origin, azimuth, metres)[:2] for azimuth, metres in offsets]
    snapshot = snapshot_of([p[0] for p in places], [p[1] for p in places], np.random.default_rng(0))
    point = Point(*origin)
    assert_same(nearest(Index(snapshot), point, k, SERVING), brute_force(snapshot, point, k, SERVING))


@pytest.mark.parametrize("metres", [1_000.0, 20_000.0, 100_000.0, 190_000.0])
def test_far_apart_or_hardly_at_all_the_geodesic_decides(metres):
    """In a ring, by steps of a fraction of what a chord leaves open."""
    rng = np.random.default_rng(5)
    places = []
    for step in range(60):
        lon, lat, _ = GEOD.fwd(113.6, 34.7, float(rng.uniform(0, 360)), metres + step * metres**3 * 1e-17)
        places.append((lon, lat))
    rng.shuffle(places)
    snapshot = snapshot_of([p[0] for p in places], [p[1] for p in places], rng)
    point = Point(113.6, 34.7)
    for k in (1, 5, 20, 59):
        assert_same(nearest(Index(snapshot), point, k, SERVING), brute_force(snapshot, point, k, SERVING))


@pytest.mark.parametrize("hour", [3, 12])
def test_nearest_open_among_many_closed(hour):
    """When hardly anything is open the search gives up filtering, and is still exact."""
    rng = np.random.default_rng(7)
    snapshot = snapshot_of(rng.uniform(113, 114, 4000), rng.uniform(34, 35, 4000), rng)
    mostly_closed = np.where(rng.random(4000) < 0.995, 2, snapshot.schedule).astype(np.int32)
    object.__setattr__(snapshot, "schedule", mostly_closed)
    at, point = datetime(2026, 11, 20, hour, tzinfo=CHINA), Point(113.5, 34.5)
    index = Index(snapshot)
    for k in (1, 10, 100):
        expected = brute_force(snapshot, point, k, SERVING, at)
        assert_same(nearest(index, point, k, SERVING, open_at=at), expected)


@pytest.mark.parametrize("rare", [False, True])
def test_open_round_the_clock_is_brute_force_over_those_that_are(rare):
    rng = np.random.default_rng(11)
    snapshot = snapshot_of(rng.uniform(113, 114, 4000), rng.uniform(34, 35, 4000), rng)
    if rare:
        mostly = np.where(rng.random(4000) < 0.995, HOURS.index("08:00-18:00"), snapshot.schedule)
        object.__setattr__(snapshot, "schedule", mostly.astype(np.int32))
    at, point = datetime(2026, 11, 20, 12, tzinfo=CHINA), Point(113.5, 34.5)
    ranked = [
        (row, metres)
        for hours in ("24/7", None)
        for row, metres in brute_force(snapshot, point, 4000, SERVING)
        if HOURS[snapshot.schedule[row]] == hours
    ]
    index = Index(snapshot)
    for k in (1, 10, 100):
        # What is open at the moment is asked for in between, and kept apart.
        expected = brute_force(snapshot, point, k, SERVING, at)
        assert_same(nearest(index, point, k, SERVING, open_at=at), expected)
        assert_same(nearest(index, point, k, SERVING, open_at=at, all_day=True), ranked[:k])


def test_nothing_registered_nothing_found(engine: Engine):
    assert nearest(Index(read_snapshot(engine)), Point(113.6, 34.7), 5, SERVING) == []


def _scatter(count: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        # Every fifth shares its place with the one before.
        if number % 5 or not rows:
            place = {"lon": 113 + rng.random() * 3, "lat": 33 + rng.random() * 3}
        rows.append(
            station_row(
                number,
                **place,
                kind=str(rng.choice(KINDS)),
                status=str(rng.choice(["open", "open", "trial", "suspended", "building"])),
                facilities={f: str(rng.choice(["yes", "no"])) for f in FACILITIES if rng.random() < 0.8},
                hours_osm=HOURS[number % len(HOURS)],
            )
        )
    return rows


QUESTIONS = [
    (None, []),
    ("care_station", []),
    ("nursing_room", ["toilet"]),
    (None, ["toilet", "wifi"]),
    ("water_point", ["toilet", "microwave", "wifi"]),
]


@pytest.mark.parametrize(("kind", "facilities"), QUESTIONS)
def test_both_stores_and_sql_give_the_same(engine: Engine, add: Callable, kind, facilities):
    add(*_scatter(300, seed=3))
    snapshot = read_snapshot(engine)
    index, rng = Index(snapshot), np.random.default_rng(1)
    wanted = Filter((kind,) if kind else (), ("open", "trial"), facility_mask(facilities))
    for _ in range(20):
        point, k = Point(113 + rng.random() * 3, 33 + rng.random() * 3), int(rng.integers(1, 15))
        expected = brute_force(snapshot, point, k, wanted)
        assert_same(nearest(index, point, k, wanted), expected)
        if is_postgres(engine):
            with reading(engine) as session:
                found = session.execute(
                    text("SELECT code, distance_m FROM nearest_stations(:lon, :lat, :k, :kind, :facilities)"),
                    {"lon": point.lon, "lat": point.lat, "k": k, "kind": kind, "facilities": facilities},
                ).all()
            assert [code for code, _ in found] == [snapshot.codes[row].decode() for row, _ in expected]
            assert [d for _, d in found] == pytest.approx([metres for _, metres in expected], abs=1e-6)
