"""Figures by unit, against the scope of whoever works for it and against plain sums."""

from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import insert, select

from geo.db.engine import reading, writing
from geo.db.tables import area, station, unit
from geo.db.upkeep_tables import head_count, ticket
from geo.errors import ForbiddenError, InputError, NotFoundError
from geo.ingest.door_counts import DoorCount
from geo.model.people import Person, Role
from geo.registry.rows import stamp
from geo.registry.write import add_stations
from geo.upkeep.counts import Source, add_count, load_counts, read_counts, read_latest
from geo.upkeep.figures import WITHIN_DAYS, Period, period_of, read_figures
from tests.registry.conftest import station_row
from tests.upkeep.people import make_person

TODAY = date(2026, 11, 2)
PERIOD = Period(date(2026, 10, 4), TODAY)
UNITS = [("4101", None, "A"), ("410101", "4101", "A1"), ("41010101", "410101", None), ("4102", None, "B")]
AREAS = [("A", None), ("A1", "A"), ("A11", "A1"), ("B", None)]
BELONGING = [
    (unit_code, area_code)
    for unit_code in (None, "4101", "410101", "41010101", "4102", "unheard")
    for area_code in (None, "A", "A11", "B")
]
VERIFIED = (None, "2026-11-01", "2026-08-04", "2026-02", "2025-11-02", "2025-01-01", "2030-01-01", "2026")
STATUSES = ("open", "trial", "suspended", "closed", "planned")
KINDS = ("locked", "no_water", "suggestion")


def admin() -> Person:
    return Person(1, "a", "a", None, Role.ADMINISTRATOR, None, True, "")


def editor(unit_code: str | None) -> Person:
    return Person(2, "e", "e", None, Role.EDITOR, unit_code, True, "")


@pytest.fixture
def registry(engine):
    """Stations of every belonging, with counts and reports within the period and around it."""
    rows = [
        station_row(
            number,
            unit_code=unit_code,
            area_code=area_code,
            verified_on=VERIFIED[number % len(VERIFIED)],
            status=STATUSES[number % len(STATUSES)],
        )
        for number, (unit_code, area_code) in enumerate(BELONGING * 2, 1)
    ]
    with writing(engine) as session:
        for code, parent in AREAS:
            level = "city" if parent is None else "district"
            session.execute(insert(area).values(code=code, name=code, level=level, parent_code=parent))
        for code, parent, area_code in UNITS:
            values = {"code": code, "name": f"{code}工会", "parent_code": parent, "area_code": area_code}
            session.execute(insert(unit).values(**values))
        ids = add_stations(session, rows, who="li")
        for number, id_ in enumerate(ids):
            _count(session, id_, number)
            _report(session, id_, number)
    return engine


def _count(session, id_: int, number: int) -> None:
    # The last two days lie outside.
    for shift, source in (
        (0, "keeper"),
        (1, "door"),
        (1, "keeper"),
        (29, "scan"),
        (30, "door"),
        (-1, "keeper"),
    ):
        day = (TODAY - timedelta(days=shift)).isoformat()
        kept = {"station_id": id_, "day": day, "source": source, "count": number * 10 + shift + 2}
        session.execute(insert(head_count).values(**kept, at="2026-11-02T00:00:00Z"))


def _report(session, id_: int, number: int) -> None:
    made = datetime(2026, 10, 3, 16, tzinfo=UTC)
    for shift, kind in enumerate(KINDS):
        at = made + timedelta(seconds=-1 if shift == 2 else number * 3600)
        answered = shift == 0 and number % 3 != 0
        values = {
            "station_id": id_,
            "code": f"{number}-{shift}",
            "kind": kind,
            "at": stamp(at),
            "state": "answered" if answered else "new",
            "answered_at": stamp(at + timedelta(minutes=number)) if answered else None,
        }
        first = session.execute(insert(ticket).values(**values)).inserted_primary_key[0]
        if shift == 1:
            again = values | {"code": f"{number}-again", "same_as": first}
            session.execute(insert(ticket).values(**again))


def test_a_units_figures_are_those_of_whoever_works_for_it(registry):
    with reading(registry) as session:
        for code, _, _ in UNITS:
            as_unit = read_figures(session, admin(), PERIOD, unit_code=code, today=TODAY)
            as_scope = read_figures(session, editor(code), PERIOD, today=TODAY)
            assert as_unit.rows[0]._replace(code=None, name="") == as_scope.rows[0]
            assert as_unit.days == as_scope.days
            assert as_scope.rows[1].code == code


def test_the_whole_is_the_plain_sum_of_every_station(registry):
    with reading(registry) as session:
        whole = read_figures(session, admin(), PERIOD, today=TODAY).rows[0]
        living = session.scalars(
            select(station.c.verified_on).where(station.c.status.in_(("open", "trial", "suspended")))
        ).all()
        counts = session.execute(select(head_count)).all()
        tickets = session.execute(select(ticket)).all()
    assert whole.stations == len(living)
    for days in WITHIN_DAYS:
        since = (TODAY - timedelta(days=days)).isoformat()
        # A month or a year alone counts as its first day.
        seen = [day for day in living if day and since <= day.ljust(10, " ") and day < "2029"]
        assert whole.verified[days] == len(seen)
    within = [row for row in counts if "2026-10-04" <= row.day <= "2026-11-02"]
    for source in Source:
        mine = [row for row in within if row.source == source]
        assert whole.visits[source] == sum(row.count for row in mine)
        assert whole.counted[source] == len({row.station_id for row in mine})
    made = [row for row in tickets if row.at >= "2026-10-03T16:00:00Z" and row.same_as is None]
    assert whole.reports == {kind: sum(row.kind == kind for row in made) for kind in ("locked", "no_water")}
    took = [
        (datetime.fromisoformat(row.answered_at) - datetime.fromisoformat(row.at)).total_seconds()
        for row in made
        if row.state == "answered"
    ]
    assert (whole.answered, whole.median_s) == (len(took), median(took))


def test_a_unit_is_followed_by_those_right_below_it(registry):
    with reading(registry) as session:
        codes = {
            code: [
                row.code for row in read_figures(session, admin(), PERIOD, unit_code=code, today=TODAY).rows
            ]
            for code in (None, "4101", "41010101")
        }
    assert codes == {None: [None, "4101", "4102"], "4101": ["4101", "410101"], "41010101": ["41010101"]}


def test_nobody_sees_the_figures_of_a_unit_that_is_not_his(registry):
    with reading(registry) as session:
        for code in ("4102", "4101", "nothing"):
            with pytest.raises(NotFoundError, match=code):
                read_figures(session, editor("410101"), PERIOD, unit_code=code, today=TODAY)


def test_an_empty_registry_has_empty_figures(sqlite_engine):
    with reading(sqlite_engine) as session:
        figures = read_figures(session, admin(), PERIOD, today=TODAY)
    [row] = figures.rows
    assert (row.stations, row.answered, row.median_s, figures.days) == (0, 0, None, {})


def test_days_are_shown_by_source(registry):
    with reading(registry) as session:
        days = read_figures(session, admin(), PERIOD, today=TODAY).days
    assert list(days) == ["2026-10-04", "2026-11-01", "2026-11-02"]
    assert set(days["2026-11-01"]) == {"keeper", "door"}


@pytest.mark.parametrize(
    ("since", "until"), [("x", ""), ("", "2026"), ("2026-11-02", "2026-11-01"), ("2025-11-01", "2026-11-02")]
)
def test_a_period_that_is_none_is_refused(since, until):
    with pytest.raises(InputError):
        period_of(since, until, today=TODAY)


def test_a_count_replaces_that_of_the_day_and_no_other(engine):
    with writing(engine) as session:
        add_stations(session, [station_row(1), station_row(2)], who="li")
        keeper = make_person(session, "wang", keeps=("YZ-0001",))
    with writing(engine) as session:
        add_count(session, keeper, "yz-0001", day=TODAY, count=5, today=TODAY)
        add_count(session, keeper, "YZ-0001", day=TODAY, count=0, today=TODAY)
        loaded = load_counts(
            session,
            keeper,
            [DoorCount(2, "YZ-0001", TODAY.isoformat(), 9), DoorCount(3, "YZ-0002", TODAY.isoformat(), 9)],
            Source.DOOR,
        )
        kept = read_counts(session, keeper, since=TODAY, until=TODAY)
    assert loaded.taken == 1
    assert [problem.row for problem in loaded.problems] == [3]
    assert [(item.code, item.source, item.count) for item in kept] == [
        ("YZ-0001", "door", 9),
        ("YZ-0001", "keeper", 0),
    ]
    with reading(engine) as session:
        assert read_latest(session, keeper, most=1) == kept[:1]


@pytest.mark.parametrize(
    ("code", "shift", "count", "error"),
    [
        ("YZ-0001", 1, 5, InputError),
        ("YZ-0001", -400, 5, InputError),
        ("YZ-0001", 0, -1, InputError),
        ("YZ-0001", 0, 10**6, InputError),
        ("YZ-0002", 0, 5, NotFoundError),
        ("YZ-9999", 0, 5, NotFoundError),
    ],
)
def test_a_count_that_cannot_be_is_refused(sqlite_engine, code, shift, count, error):
    with writing(sqlite_engine) as session:
        add_stations(session, [station_row(1), station_row(2)], who="li")
        keeper = make_person(session, "wang", keeps=("YZ-0001",))
    with pytest.raises(error), writing(sqlite_engine) as session:
        add_count(session, keeper, code, day=TODAY + timedelta(days=shift), count=count, today=TODAY)


def test_a_reader_counts_nothing(sqlite_engine):
    reader = Person(3, "r", "r", None, Role.READER, None, True, "")
    with pytest.raises(ForbiddenError), writing(sqlite_engine) as session:
        load_counts(session, reader, [], Source.DOOR)
