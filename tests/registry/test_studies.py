"""Studies kept: their states, and what they found."""

import gzip
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, update

from geo.db.engine import reading, writing
from geo.db.tables import study
from geo.errors import NotFoundError
from geo.model.study import Places
from geo.planner.question import Ask
from geo.registry import studies

ASKED = Ask(demand="骑手", limit=1000).asked()
FOUND = {"id": "x", "totals": {"share": 0.25, "weight": 4.0}, "asked": ASKED}
PLACES = Places(
    lon=np.array([113.6, 113.7]),
    lat=np.array([34.7, 34.8]),
    weight=np.array([1.0, 3.0]),
    cost=np.array([10.0, np.inf]),
    station=np.array([0, -1], np.int32),
    covered=np.array([True, False]),
    gap=np.array([0, 1], np.int32),
    codes=np.array(["YZ-0001"]),
    state=np.array([0], np.uint8),
)


def add(engine: Engine) -> str:
    with writing(engine) as session:
        return studies.add_study(session, ASKED)


def do(engine: Engine, move, *args):
    with writing(engine) as session:
        return move(session, *args)


def read(engine: Engine, id_: str) -> studies.Kept:
    with reading(engine) as session:
        return studies.read_study(session, id_)


def silence(engine: Engine, id_: str) -> None:
    """Have a study's worker say nothing for too long."""
    before = (datetime.now(UTC) - 2 * studies.LOST_AFTER).isoformat(timespec="seconds").replace("+00:00", "Z")
    with writing(engine) as session:
        session.execute(update(study).where(study.c.id == id_).values(seen_at=before))


def test_a_study_waits_runs_and_is_done(engine: Engine):
    id_ = add(engine)
    assert read(engine, id_).state == "waiting"
    assert do(engine, studies.claim_study, id_)
    assert not do(engine, studies.claim_study, id_), "no two workers take one study"
    assert do(engine, studies.tell_study, id_, 0.5, "正在计算")
    assert (read(engine, id_).progress, read(engine, id_).step) == (0.5, "正在计算")
    assert do(engine, studies.finish_study, id_, FOUND, PLACES)
    kept = read(engine, id_)
    assert (kept.state, kept.share, kept.found, kept.asked) == ("done", 0.25, FOUND, ASKED)
    with reading(engine) as session:
        places = studies.read_places(session, id_)
        listed = studies.list_studies(session)
    assert all(np.array_equal(one, other) for one, other in zip(places, PLACES, strict=True))
    assert [(one.id, one.share, one.found) for one in listed] == [(id_, 0.25, None)]


def test_a_study_that_sites_tells_how_far_it_is_and_keeps_its_proof(engine: Engine):
    id_ = add(engine)
    do(engine, studies.claim_study, id_)
    trace = [(0.5, None, 20.0), (1.5, 12.0, 13.0)]
    assert do(engine, studies.tell_study, id_, 0.5, None, trace)
    assert [tuple(one) for one in read(engine, id_).trace] == trace
    assert do(engine, studies.tell_study, id_, 0.6, "正在写证明")
    assert len(read(engine, id_).trace) == 2, "a word about something else leaves it"
    with reading(engine) as session:
        assert studies.read_certificate(session, id_) is None
        assert studies.list_studies(session)[0].trace is None
    do(engine, studies.resume_study, id_)
    assert read(engine, id_).trace is None, "begun anew"
    do(engine, studies.claim_study, id_)
    assert do(engine, studies.finish_study, id_, FOUND, PLACES, b'{"value":12}')
    with reading(engine) as session:
        assert gzip.decompress(studies.read_certificate(session, id_)) == b'{"value":12}'


def test_a_cancelled_study_keeps_nothing(engine: Engine):
    id_ = add(engine)
    do(engine, studies.claim_study, id_)
    assert do(engine, studies.cancel_study, id_)
    assert not do(engine, studies.tell_study, id_, 0.9), "the worker learns that it is to stop"
    assert not do(engine, studies.finish_study, id_, FOUND, PLACES)
    assert not do(engine, studies.cancel_study, id_), "what has ended is not ended again"
    assert read(engine, id_).found is None
    assert do(engine, studies.restart_study, id_)
    assert read(engine, id_).state == "waiting"


def test_a_failed_study_says_why_and_can_be_started_again(engine: Engine):
    id_ = add(engine)
    do(engine, studies.claim_study, id_)
    assert do(engine, studies.fail_study, id_, "没有名为 %(name)s 的需求", {"name": "骑手"})
    assert read(engine, id_).error == {"message": "没有名为 %(name)s 的需求", "params": {"name": "骑手"}}
    assert do(engine, studies.restart_study, id_)
    assert read(engine, id_).error is None


def test_a_study_whose_worker_died_is_lost(engine: Engine):
    waiting, running, dead = (add(engine) for _ in range(3))
    for id_ in (running, dead):
        do(engine, studies.claim_study, id_)
    silence(engine, dead)
    with reading(engine) as session:
        assert studies.lost_studies(session) == {dead: 1}
        assert studies.waiting_studies(session) == [waiting]
        assert studies.count_pending(session) == 2, "what is lost keeps nobody waiting"
    assert timedelta(seconds=10) < studies.LOST_AFTER


def test_attempts_are_counted_until_somebody_asks_again(engine: Engine):
    id_ = add(engine)
    for attempt in (1, 2):
        do(engine, studies.claim_study, id_)
        silence(engine, id_)
        with reading(engine) as session:
            assert studies.lost_studies(session) == {id_: attempt}
        assert do(engine, studies.resume_study, id_)
        assert not do(engine, studies.resume_study, id_), "it waits already"
    do(engine, studies.claim_study, id_)
    assert do(engine, studies.restart_study, id_)
    do(engine, studies.claim_study, id_)
    silence(engine, id_)
    with reading(engine) as session:
        assert studies.lost_studies(session) == {id_: 1}


def test_those_before_one_are_counted(engine: Engine):
    ids = sorted(add(engine) for _ in range(4))
    with writing(engine) as session:
        # Two came in the same second.
        for id_, second in zip(ids, (2, 1, 1, 3), strict=True):
            made_at = f"2026-11-01T00:00:0{second}Z"
            session.execute(update(study).where(study.c.id == id_).values(made_at=made_at))
    order = [ids[1], ids[2], ids[0], ids[3]]
    with reading(engine) as session:
        before = [
            studies.count_pending(session, before=(kept.made_at, id_))
            for id_ in order
            for kept in [studies.read_study(session, id_)]
        ]
    assert before == [0, 1, 2, 3]


def test_the_same_question_is_found_while_it_is_to_be_answered(engine: Engine):
    id_ = add(engine)
    reordered = dict(reversed(ASKED.items()))
    with reading(engine) as session:
        assert studies.same_study(session, reordered) == id_
        assert studies.same_study(session, ASKED | {"limit": 999.0}) is None
    do(engine, studies.cancel_study, id_)
    with reading(engine) as session:
        assert studies.same_study(session, ASKED) is None


def test_a_deleted_study_is_gone(engine: Engine):
    id_ = add(engine)
    assert do(engine, studies.delete_study, id_)
    assert not do(engine, studies.delete_study, id_)
    with pytest.raises(NotFoundError, match=id_):
        read(engine, id_)
