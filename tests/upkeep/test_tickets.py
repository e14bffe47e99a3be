"""What riders report, and what follows: duplicates, doors that may be locked, orders, answers."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from geo.db.engine import reading, writing_aside
from geo.db.upkeep_tables import fact, keeping, message, person, ticket, ticket_step, work_order
from geo.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from geo.model.facts import holding
from geo.model.people import Person, Right, Role
from geo.model.reports import ANSWERS, SHUT, ReportKind
from geo.registry.facts import facts_of, read_live_revision
from geo.registry.rows import utc_now
from geo.registry.write import add_stations
from geo.settings import Settings
from geo.upkeep.answers import (
    Answer,
    answer_of,
    answer_order,
    answer_ticket,
    assign_ticket,
    close_ticket,
)
from geo.upkeep.facts import withdraw
from geo.upkeep.marks import mark_of
from geo.upkeep.orders import lapse
from geo.upkeep.queue import (
    find_order,
    find_ticket,
    photo_of,
    read_orders,
    read_speed,
    read_tickets,
    steps_of,
)
from geo.upkeep.tickets import Report, add_more, file_report, is_flooded, read_ticket, take_back
from tests.registry.conftest import station_row

# Far ahead: facts are read as of the real clock. In China half an hour before midnight, when marks change.
NOW = datetime(2036, 5, 4, 15, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = Settings(amber_hours=24, order_hours=48)
HERE, THERE = 0, 1


@dataclass(frozen=True)
class Place:
    """A registry of two stations; the keeper keeps the first, an administrator all."""

    engine: Engine
    ids: list[int]

    def report(
        self,
        kind: str = "locked",
        *,
        at: datetime = NOW,
        device: str | None = "d1",
        network: str | None = "10.0.0.1",
        within: bool | None = True,
        where: int = HERE,
        **more: object,
    ) -> str:
        """Report something, and return the ticket's code."""
        made = Report(ReportKind(kind), within, device, network, **more)
        with writing_aside(self.engine) as session:
            return file_report(session, self.ids[where], made, now=at, settings=SETTINGS)

    def doubted(self, at: datetime = NOW, where: int = HERE) -> bool:
        """Tell whether the door may be locked at a moment."""
        with reading(self.engine) as session:
            return any(one.what == "maybe_locked" for one in holding(facts_of(session, self.ids[where]), at))

    def orders(self) -> list:
        with reading(self.engine) as session:
            return session.execute(select(work_order).order_by(work_order.c.id)).all()

    def rows(self) -> list:
        with reading(self.engine) as session:
            return session.execute(select(ticket).order_by(ticket.c.id)).all()

    def ticket(self, code: str):
        with reading(self.engine) as session:
            return read_ticket(session, code)


def someone(id_: int, role: Role) -> Person:
    return Person(id_, f"p{id_}", f"p{id_}", None, role, None, True, "")


ADMIN, KEEPER, OTHER = someone(1, Role.ADMINISTRATOR), someone(2, Role.KEEPER), someone(3, Role.KEEPER)


@pytest.fixture
def place(engine: Engine) -> Place:
    with writing_aside(engine) as session:
        ids = add_stations(session, [station_row(1), station_row(2)], who="li")
        for one in (ADMIN, KEEPER, OTHER):
            values = {name: getattr(one, name) for name in ("id", "login", "name", "session_key", "active")}
            values |= {"role": one.role.value, "password": "", "failures": 0}
            session.execute(insert(person).values(**values, password_at=utc_now(), created_at=utc_now()))
        session.execute(insert(keeping).values(person_id=KEEPER.id, station_id=ids[HERE]))
    return Place(engine, ids)


# Tickets


def test_a_report_is_new_and_its_ticket_says_so(place: Place):
    found = place.ticket(place.report("no_water", text="桶是空的"))
    assert (found.kind, found.state, found.text, found.has_photo) == ("no_water", "new", "桶是空的", False)
    [step] = found.steps
    assert (step.at, step.role, step.state) == ("2036-05-04T15:30:00Z", "reporter", "new")


def test_a_ticket_is_found_by_its_whole_code_alone_in_either_case(place: Place):
    code = place.report()
    assert len(code) == 26
    assert place.ticket(code.lower()).code == code
    faults = set()
    for wrong in (code[:-1], code[:-1] + ("A" if code[-1] != "A" else "B"), "", "%", "A" * 26, code + "A"):
        with pytest.raises(NotFoundError) as caught:
            place.ticket(wrong)
        faults.add(str(caught.value))
    assert len(faults) == 1


def test_neither_device_nor_network_is_kept_but_as_marks_of_the_day(place: Place):
    place.report(device="the-device", network="198.51.100.7")
    place.report(device="the-device", network="198.51.100.7", at=NOW + 48 * HOUR)
    first, second = place.rows()
    for row in (first, second):
        assert "the-device" not in str(row)
        assert "198.51.100.7" not in str(row)
    assert first.device != second.device
    assert first.network != second.network


def test_those_who_answer_are_told_once_a_report(place: Place):
    place.report("broken")
    place.report("broken", at=NOW + MINUTE)
    with reading(place.engine) as session:
        told = session.execute(select(message).order_by(message.c.person_id)).all()
    assert [row.person_id for row in told] == [ADMIN.id, KEEPER.id]
    assert all(row.title.endswith("设备坏了") and row.link.startswith("/admin/tickets/") for row in told)


def test_the_same_again_within_the_hour_has_its_own_ticket_and_the_same_answer(place: Place):
    codes = [place.report("no_water", at=NOW + minutes * MINUTE) for minutes in (0, 20, 59)]
    codes.append(place.report("no_water", at=NOW + 61 * MINUTE))
    codes.append(place.report("broken", at=NOW + MINUTE))
    codes.append(place.report("no_water", device="d2", at=NOW + MINUTE))
    codes.append(place.report("no_water", where=THERE, at=NOW + MINUTE))
    first, *rest = place.rows()
    assert len({*codes}) == 7
    assert [row.same_as for row in rest] == [first.id, first.id, None, None, None, None]
    with writing_aside(place.engine) as session:
        assert [one.same for one in read_tickets(session, ADMIN, states=["new"])] == [0, 0, 0, 0, 2]
        # Whichever of them is answered.
        answer_ticket(session, KEEPER, rest[0].id, Answer("补了"), now=NOW + HOUR)
    states = [place.ticket(code).state for code in codes]
    assert states == ["answered"] * 3 + ["new"] * 4
    assert [place.ticket(code).steps[-1].words for code in codes[:3]] == ["补了"] * 3


def test_words_and_a_photo_can_follow_until_there_is_an_answer(place: Place):
    code = place.report()
    with writing_aside(place.engine) as session:
        add_more(session, code, text="后门也锁", photo=None)
        add_more(session, code, text=None, photo=b"jpeg")
    assert (place.ticket(code).text, place.ticket(code).has_photo) == ("后门也锁", True)
    with writing_aside(place.engine) as session:
        [one] = read_tickets(session, KEEPER, states=["new"])
        assert photo_of(session, KEEPER, one.id) == b"jpeg"
        answer_ticket(session, KEEPER, one.id, Answer("开了"), now=NOW)
        with pytest.raises(ConflictError):
            add_more(session, code, text="x", photo=None)
        with pytest.raises(ConflictError):
            take_back(session, code, now=NOW)


def test_floods_are_noticed_by_network_and_by_device_on_it(place: Place):
    for number in range(12):
        assert not _flooded(place, device="d1", network="n1")
        place.report("suggestion", device="d1", network="n1", where=number % 2)
    assert _flooded(place, device="d1", network="n1")
    assert not _flooded(place, device="d2", network="n1")
    # Without scripts many have the same one.
    assert not _flooded(place, device="d1", network="n2")
    assert not _flooded(place, device="d1", network="n1", at=NOW + HOUR)
    for number in range(60):
        place.report("suggestion", device=f"e{number}", network="crowd", at=NOW)
    assert _flooded(place, device="d2", network="crowd")


def _flooded(place: Place, *, device: str, network: str, at: datetime = NOW) -> bool:
    with writing_aside(place.engine) as session:
        made = Report(ReportKind.SUGGESTION, None, device, network)
        return is_flooded(session, made, now=at)


# Doors that may be locked


def test_two_people_within_posted_hours_put_a_door_in_doubt_and_open_an_order(place: Place):
    with reading(place.engine) as session:
        before = read_live_revision(session)
    first = place.report()
    assert not place.doubted()
    second = place.report(at=NOW + MINUTE, device="d2", network="10.0.0.2")
    later = NOW + MINUTE
    assert place.doubted(later)
    assert not place.doubted(later, where=THERE)
    with reading(place.engine) as session:
        assert read_live_revision(session) > before
    [order] = place.orders()
    assert (order.state, order.person_id) == ("open", KEEPER.id)
    assert (order.at, order.due_at) == ("2036-05-04T15:31:00Z", "2036-05-06T15:31:00Z")
    for code in (first, second):
        assert place.ticket(code).state == "assigned"
    # By itself, a day later.
    assert place.doubted(later + 24 * HOUR - MINUTE)
    assert not place.doubted(later + 24 * HOUR)


@pytest.mark.parametrize(
    "second",
    [
        {"network": "10.0.0.2"},
        {"device": "d2"},
        {"device": "d2", "network": None},
        {"device": None, "network": "10.0.0.2"},
        {"device": "d2", "network": "10.0.0.2", "within": False},
        {"device": "d2", "network": "10.0.0.2", "within": None},
        {"device": "d2", "network": "10.0.0.2", "at": NOW + 12 * HOUR},
        {"device": "d2", "network": "10.0.0.2", "where": THERE},
        {"device": "d2", "network": "10.0.0.2", "kind": "no_water"},
        # A minute later it is another day in China, with other marks.
        {"network": "10.0.0.2", "at": NOW + 31 * MINUTE},
        {"device": "d2", "at": NOW + 31 * MINUTE},
        {"at": NOW + 11 * HOUR},
    ],
    ids=str,
)
def test_less_than_that_is_no_proof(place: Place, second: dict):
    place.report()
    place.report(**second)
    assert place.orders() == []
    for hours, where in itertools.product((0, 1, 12), (HERE, THERE)):
        assert not place.doubted(NOW + hours * HOUR, where)


def test_two_people_about_midnight_are_two(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2", at=NOW + 31 * MINUTE)
    assert place.doubted(NOW + 31 * MINUTE)


def test_a_report_that_was_answered_counts_no_more(place: Place):
    place.report()
    with writing_aside(place.engine) as session:
        [one] = read_tickets(session, KEEPER, states=["new"])
        answer_ticket(session, KEEPER, one.id, Answer("开着"), now=NOW)
    place.report(device="d2", network="10.0.0.2", at=NOW + HOUR)
    assert not place.doubted(NOW + HOUR)


def test_a_third_report_joins_the_order_and_makes_no_other(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2")
    third = place.report(device="d3", network="10.0.0.3", at=NOW + HOUR)
    # Of the same person once more, or out of hours: it is answered with the others all the same.
    fourth = place.report(device="d3", network="10.0.0.3", at=NOW + HOUR + MINUTE, within=None)
    assert len(place.orders()) == 1
    with reading(place.engine) as session:
        assert session.scalar(select(func.count()).select_from(fact)) == 1
    with writing_aside(place.engine) as session:
        answer_order(session, KEEPER, place.orders()[0].id, Answer("开了"), now=NOW + 2 * HOUR)
    assert {place.ticket(code).state for code in (third, fourth)} == {"answered"}


def test_once_the_doubt_has_ended_by_itself_another_report_brings_it_back_within_the_order(place: Place):
    short = Settings(amber_hours=1)
    with writing_aside(place.engine) as session:
        for number, at in ((1, NOW), (2, NOW), (3, NOW + 2 * HOUR)):
            made = Report(ReportKind.LOCKED, True, f"d{number}", f"n{number}")
            file_report(session, place.ids[HERE], made, now=at, settings=short)
    assert [place.doubted(NOW + minutes * MINUTE) for minutes in (0, 59, 60, 120, 179, 180)] == [
        True, True, False, True, True, False,
    ]  # fmt: skip
    assert len(place.orders()) == 1


@pytest.mark.parametrize("by", ["order", "ticket"])
def test_an_answer_ends_the_doubt_and_reaches_all(place: Place, by: str):
    codes = [place.report(), place.report(device="d2", network="10.0.0.2")]
    [order] = place.orders()
    with writing_aside(place.engine) as session:
        if by == "order":
            answer_order(session, KEEPER, order.id, Answer("开着呢"), now=NOW + HOUR)
        else:
            answer_ticket(session, KEEPER, place.rows()[0].id, Answer("开着呢"), now=NOW + HOUR)
    assert not place.doubted(NOW + HOUR)
    [order] = place.orders()
    assert (order.state, order.answer, order.answered_by) == ("answered", "开着呢", KEEPER.id)
    for code in codes:
        found = place.ticket(code)
        assert [step.state for step in found.steps] == ["new", "assigned", "answered"]
        assert (found.steps[-1].role, found.steps[-1].words) == ("keeper", "开着呢")
    with writing_aside(place.engine) as session, pytest.raises(ConflictError):
        answer_order(session, ADMIN, order.id, Answer("也开着"), now=NOW + HOUR)


def test_a_door_that_stays_shut_is_closed_until_then(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2")
    until = NOW + 10 * HOUR
    answer = answer_of(ReportKind.LOCKED, SHUT, "断电检修", until=until, now=NOW)
    with writing_aside(place.engine) as session:
        answer_order(session, KEEPER, place.orders()[0].id, answer, now=NOW)
        [one] = facts_of(session, place.ids[HERE])
    assert (one.what, one.since, one.until) == ("suspended", NOW, until)
    assert one.reason == "暂时开不了门。\n断电检修"


def test_an_answer_says_something_and_what_it_says_fits(place: Place):
    for kind, chosen, text, until in (
        ("locked", None, " \n", None),
        ("locked", "filled", "", None),
        ("locked", SHUT, "x", None),
        ("locked", SHUT, "x", NOW),
        ("no_water", SHUT, "x", NOW + HOUR),
        ("no_water", None, "长" * 501, None),
    ):
        with pytest.raises(InputError):
            answer_of(ReportKind(kind), chosen, text, until=until, now=NOW)
    for kind, answers in ANSWERS.items():
        for chosen in answers:
            assert answer_of(kind, chosen, None, until=NOW + HOUR, now=NOW).words


def test_a_report_taken_back_ends_what_followed_from_it(place: Place):
    first = place.report()
    second = place.report(device="d2", network="10.0.0.2")
    with writing_aside(place.engine) as session:
        take_back(session, second, now=NOW + MINUTE)
    assert not place.doubted(NOW + MINUTE)
    assert (place.ticket(first).state, place.ticket(second).state) == ("assigned", "closed")
    assert place.orders()[0].state == "answered"
    # The first still counts for the next.
    place.report(device="d3", network="10.0.0.3", at=NOW + HOUR)
    assert place.doubted(NOW + HOUR)


def test_of_three_one_may_be_taken_back(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2")
    third = place.report(device="d3", network="10.0.0.3")
    with writing_aside(place.engine) as session:
        take_back(session, third, now=NOW)
    assert place.doubted()


def test_an_order_past_its_deadline_is_told_once_and_can_still_be_answered(place: Place):
    place.report()
    code = place.report(device="d2", network="10.0.0.2")
    with writing_aside(place.engine) as session:
        assert lapse(session, NOW + 48 * HOUR - MINUTE) == 0
        assert lapse(session, NOW + 48 * HOUR) == 1
        assert lapse(session, NOW + 49 * HOUR) == 0
        told = session.scalars(select(message.c.person_id).where(message.c.what == "overdue")).all()
        assert sorted(told) == [ADMIN.id, KEEPER.id]
        [order] = read_orders(session, KEEPER, states=["lapsed"])
        answer_order(session, KEEPER, order.id, Answer("来晚了"), now=NOW + 50 * HOUR)
    assert place.ticket(code).steps[-1].words == "来晚了"
    assert place.orders()[0].state == "answered"


def test_a_doubt_ended_on_the_page_of_facts_is_answered_for_and_takes_two_to_come_back(place: Place):
    code = place.report()
    place.report(device="d2", network="10.0.0.2")
    with writing_aside(place.engine) as session:
        [doubt] = facts_of(session, place.ids[HERE])
        withdraw(session, KEEPER, "YZ-0001", doubt.id, now=NOW + MINUTE)
    assert place.orders()[0].state == "answered"
    assert (place.ticket(code).state, place.ticket(code).steps[-1].role) == ("answered", "keeper")
    place.report(device="d3", network="10.0.0.3", at=NOW + 2 * MINUTE)
    assert not place.doubted(NOW + 2 * MINUTE)
    place.report(device="d4", network="10.0.0.4", at=NOW + 3 * MINUTE)
    assert place.doubted(NOW + 3 * MINUTE)


def test_a_report_older_than_the_last_answer_is_no_second_witness(place: Place):
    place.report()
    # Of the same network: no second witness, and not the same report.
    place.report(device="d2")
    with writing_aside(place.engine) as session:
        answer_ticket(session, KEEPER, place.rows()[0].id, Answer("开着"), now=NOW + MINUTE)
    place.report(device="d3", network="10.0.0.3", at=NOW + 2 * MINUTE)
    assert not place.doubted(NOW + 2 * MINUTE)


def test_the_reports_of_an_order_are_its_keeper_s_work_and_the_system_s_step(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2")
    assert [row.person_id for row in place.rows()] == [KEEPER.id, KEEPER.id]
    with reading(place.engine) as session:
        steps = session.execute(select(ticket_step.c.role, ticket_step.c.person_id)).all()
    assert {tuple(step) for step in steps} == {("reporter", None), ("system", None)}


def test_a_report_joins_an_overdue_order_while_the_door_is_in_doubt(place: Place):
    with writing_aside(place.engine) as session:
        for number in (1, 2):
            made = Report(ReportKind.LOCKED, True, f"d{number}", f"n{number}")
            file_report(session, place.ids[HERE], made, now=NOW, settings=Settings(order_hours=1))
        assert lapse(session, NOW + 2 * HOUR) == 1
    code = place.report(device="d3", network="n3", at=NOW + 3 * HOUR)
    assert place.ticket(code).state == "assigned"
    assert len(place.orders()) == 1


# Those who answer


def test_a_keeper_sees_and_answers_for_his_stations_alone(place: Place):
    place.report()
    place.report(device="d2", network="10.0.0.2")
    id_, order = place.rows()[0].id, place.orders()[0].id
    answer = Answer("x")
    with writing_aside(place.engine) as session:
        assert read_tickets(session, OTHER, states=["new", "assigned"]) == []
        assert read_orders(session, OTHER, states=["open"]) == []
        for act in (
            lambda: find_ticket(session, OTHER, id_, Right.VIEW),
            lambda: photo_of(session, OTHER, id_),
            lambda: answer_ticket(session, OTHER, id_, answer, now=NOW),
            lambda: answer_order(session, OTHER, order, answer, now=NOW),
            lambda: close_ticket(session, OTHER, id_, words=None, now=NOW),
            lambda: assign_ticket(session, OTHER, id_, OTHER.id, now=NOW),
            lambda: find_order(session, OTHER, order, Right.VIEW),
            lambda: find_ticket(session, ADMIN, 9_999, Right.VIEW),
            lambda: find_order(session, ADMIN, 9_999, Right.VIEW),
        ):
            with pytest.raises(NotFoundError):
                act()
        reader = someone(4, Role.READER)
        assert find_ticket(session, reader, id_, Right.VIEW).id == id_
        with pytest.raises(ForbiddenError):
            answer_ticket(session, reader, id_, answer, now=NOW)
    assert place.doubted()


def test_a_report_is_given_to_somebody_who_answers_for_the_station(place: Place):
    code = place.report("broken")
    with writing_aside(place.engine) as session:
        [one] = read_tickets(session, ADMIN, states=["new"])
        with pytest.raises(InputError):
            assign_ticket(session, ADMIN, one.id, OTHER.id, now=NOW)
        assign_ticket(session, ADMIN, one.id, KEEPER.id, now=NOW)
        assert [found.who for found in read_tickets(session, KEEPER, states=["assigned"], mine=True)] == [
            "p2"
        ]
        assert read_tickets(session, ADMIN, states=["assigned"], mine=True) == []
    assert place.ticket(code).state == "assigned"


def test_a_report_can_be_ended_without_an_answer(place: Place):
    place.report()
    second = place.report(device="d2", network="10.0.0.2")
    with writing_aside(place.engine) as session:
        close_ticket(session, ADMIN, place.rows()[1].id, words="重复", now=NOW + MINUTE)
        steps = steps_of(session, place.rows()[1].id)
    assert place.ticket(second).state == "closed"
    assert not place.doubted(NOW + MINUTE)
    assert steps[-1] == ("2036-05-04T15:31:00Z", "closed", "administrator", "p1", "重复")


def test_the_queue_can_be_narrowed_and_paged(place: Place):
    for number, (kind, where) in enumerate(itertools.product(("no_water", "broken"), (HERE, THERE))):
        place.report(kind, device=f"d{number}", where=where)
    with reading(place.engine) as session:
        newest = read_tickets(session, ADMIN, states=["new"])
        ids = [one.id for one in newest]
        assert ids == sorted(ids, reverse=True)
        assert len(ids) == 4
        page = read_tickets(session, ADMIN, states=["new"], most=3)
        page += read_tickets(session, ADMIN, states=["new"], most=3, before=page[-1].id)
        assert page == newest
        assert {one.kind for one in read_tickets(session, ADMIN, states=["new"], kind="broken")} == {"broken"}
        code = newest[0].station
        assert {one.station for one in read_tickets(session, ADMIN, states=["new"], code=code)} == {code}
        assert len(read_tickets(session, KEEPER, states=["new"])) == 2
        assert read_tickets(session, ADMIN, states=["answered", "closed"]) == []


def test_the_median_time_to_answer(place: Place):
    hours = (1, 2, 30)
    with writing_aside(place.engine) as session:
        assert read_speed(session, ADMIN, since=NOW).median_s is None
    for number, took in enumerate(hours):
        place.report("no_water", device=f"d{number}")
        with writing_aside(place.engine) as session:
            [one] = read_tickets(session, ADMIN, states=["new"])
            answer_ticket(session, ADMIN, one.id, Answer("x"), now=NOW + took * HOUR)
    with reading(place.engine) as session:
        assert tuple(read_speed(session, KEEPER, since=NOW)) == (3, 2 * 3600)
        assert read_speed(session, OTHER, since=NOW).answered == 0
        assert read_speed(session, ADMIN, since=NOW + MINUTE).answered == 0


def test_a_mark_says_nothing_once_its_key_is_gone(place: Place):
    place.report()
    with writing_aside(place.engine) as session:
        held = place.rows()[0].device
        assert mark_of(session, "d1", now=NOW) == held
        mark_of(session, "d1", now=NOW + 48 * HOUR)
        assert mark_of(session, "d1", now=NOW) != held
