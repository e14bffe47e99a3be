"""Studies done in the background, in this process and by the real worker."""

import gzip
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select, text, update

from geo import jobs
from geo.analyses.siting.certify import certify
from geo.db.engine import is_postgres, open_engine, reading, writing
from geo.db.tables import study, study_demand, study_gap
from geo.db.upgrade import upgrade
from geo.errors import UnavailableError
from geo.model.candidates import Candidates
from geo.model.demand import Demand
from geo.planner import run
from geo.planner.question import Ask
from geo.planner.site_question import SiteAsk
from geo.registry import study_layers
from geo.registry.candidates import describe_candidates, save_candidate_set
from geo.registry.demand import DemandSet, save_demand
from geo.registry.studies import Kept, list_studies, read_certificate, read_places, read_study
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

ASK = Ask(demand="住户", limit=500, by="line")


@pytest.fixture
def registry(engine: Engine) -> Engine:
    add_places(engine)
    return engine


def add_places(engine: Engine) -> None:
    """Register ten places in a row, and a station at the first."""
    lon, lat = 113.6 + np.arange(10) / 500, np.full(10, 34.7)
    places = Demand(lon=lon, lat=lat, weights={"人": np.ones(10)})
    kept = DemandSet(
        "住户",
        "0",
        "a.csv",
        None,
        "points",
        "2026-11-01T00:00:00Z",
        10,
        (("人", 10.0),),
        113.6,
        34.7,
        113.7,
        34.7,
    )
    with writing(engine) as session:
        add_stations(session, [station_row(1, lon=113.6, lat=34.7)], who="li", why="test")
        save_demand(session, kept, places)


def kept(engine: Engine, id_: str) -> Kept:
    with reading(engine) as session:
        return read_study(session, id_)


def test_a_study_is_done_and_drawn(registry: Engine, settings: Settings):
    id_ = jobs.submit(registry, settings, ASK.asked())
    assert kept(registry, id_).state == "waiting"
    jobs.do_study(registry, settings, id_)
    done = kept(registry, id_)
    assert (done.state, done.found["totals"]["weight"]) == ("done", 10.0)
    assert done.found["id"] == id_
    with reading(registry) as session:
        places = read_places(session, id_)
        gaps = session.execute(select(study_gap)).mappings().all()
        demand = session.execute(select(study_demand)).mappings().all()
    assert places.covered.sum() == done.found["totals"]["covered"]
    if is_postgres(registry):
        assert [gap["weight"] for gap in gaps] == [gap["weight"] for gap in done.found["gaps"]]
        assert sum(row["weight"] for row in demand if row["covered"]) == done.found["totals"]["covered"]
    else:
        assert not gaps
        assert not demand


def test_what_was_cancelled_while_it_waited_is_not_done(registry: Engine, settings: Settings):
    id_ = jobs.submit(registry, settings, ASK.asked())
    assert jobs.cancel(registry, id_)
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "cancelled"
    assert jobs.again(registry, settings, id_)
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"


def test_what_is_cancelled_while_it_runs_ends_and_keeps_nothing(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    id_ = jobs.submit(registry, settings, ASK.asked())
    told = jobs.tell_study

    def cancelled(session, *args):
        jobs.cancel_study(session, id_)
        return told(session, *args)

    monkeypatch.setattr(jobs, "tell_study", cancelled)
    jobs.do_study(registry, settings, id_)
    assert (kept(registry, id_).state, kept(registry, id_).found) == ("cancelled", None)


SITING = Ask(demand="住户", limit=500, by="line", site=SiteAsk(p=1, candidates="demand"))


def test_where_to_build_is_worked_out_with_its_proof(registry: Engine, settings: Settings):
    """Ten in a row, 183 m apart, and a station at the first: one more reaches five of those left."""
    id_ = jobs.submit(registry, settings, SITING.asked())
    jobs.do_study(registry, settings, id_)
    done = kept(registry, id_)
    assert done.state == "done"
    assert (done.found["plan"]["value"], done.found["plan"]["before"]) == (8.0, 3.0)
    assert done.found["totals"]["covered"] == 3.0
    assert Ask.from_asked(done.asked).asked() == SITING.asked()
    with reading(registry) as session:
        proof = certify(gzip.decompress(read_certificate(session, id_)).decode())
    assert proof["value"] == 8


def test_named_candidates_are_those_of_the_registry(registry: Engine, settings: Settings):
    spots = Candidates(
        ("A", "B"), ("", ""), np.array([113.602, 113.612]), np.array([34.7, 34.7]), *np.full((2, 2), np.nan)
    )
    with writing(registry) as session:
        save_candidate_set(session, describe_candidates(spots, name="网点", source="a.csv"), spots)
    ask = replace(SITING, site=SiteAsk(p=1, candidates="set:网点"))
    id_ = jobs.submit(registry, settings, ask.asked())
    jobs.do_study(registry, settings, id_)
    assert [one["code"] for one in kept(registry, id_).found["plan"]["chosen"]] == ["B"]
    gone = replace(SITING, site=SiteAsk(p=1, candidates="set:没有"))
    id_ = jobs.submit(registry, settings, gone.asked())
    jobs.do_study(registry, settings, id_)
    assert (kept(registry, id_).state, kept(registry, id_).error["params"]["name"]) == ("failed", "没有")


def test_a_search_that_is_cancelled_ends(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    id_ = jobs.submit(registry, settings, SITING.asked())
    told, traces = jobs.tell_study, []

    def cancelled(session, id_, share, step=None, trace=None):
        if trace is not None:
            traces.append(trace)
            jobs.cancel_study(session, id_)
        return told(session, id_, share, step, trace)

    monkeypatch.setattr(jobs, "tell_study", cancelled)
    jobs.do_study(registry, settings, id_)
    assert (kept(registry, id_).state, kept(registry, id_).found) == ("cancelled", None)
    assert len(traces) == 1


def test_what_cannot_be_done_says_why(registry: Engine, settings: Settings):
    id_ = jobs.submit(registry, settings, Ask(demand="没有", limit=500).asked())
    jobs.do_study(registry, settings, id_)
    failed = kept(registry, id_)
    assert failed.state == "failed"
    assert failed.error["params"]["name"] == "没有"
    assert "需求" in failed.error["message"]


def test_a_study_that_is_worked_on_is_not_started_again(registry: Engine, settings: Settings):
    id_ = jobs.submit(registry, settings, ASK.asked())
    with writing(registry) as session:
        assert jobs.claim_study(session, id_)
    assert not jobs.again(registry, settings, id_)
    silence(registry, id_)
    assert jobs.again(registry, settings, id_), "its worker has said nothing for long"


def silence(engine: Engine, id_: str) -> None:
    """Have a study's worker be dead for long."""
    with writing(engine) as session:
        session.execute(update(study).where(study.c.id == id_).values(seen_at="2026-01-01T00:00:00Z"))


def queued(settings: Settings) -> list[str]:
    """Return what is in the queue, by the queue's own account."""
    return [task.args[0] for task in jobs._study(settings).huey.pending()]


def test_a_worker_keeps_looking_for_what_was_lost(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jobs, "_REQUEUE_EVERY_S", 0.05)
    with writing(registry) as session:
        id_ = jobs.add_study(session, ASK.asked())
        assert jobs.claim_study(session, id_)
    looks = jobs.requeue
    failures = iter([OSError("jobs.db")])

    def fails_once(*args):
        for failure in failures:
            raise failure
        return looks(*args)

    monkeypatch.setattr(jobs, "requeue", fails_once)
    over = threading.Event()
    watch = threading.Thread(target=jobs._watch, args=(registry, settings, over))
    watch.start()
    try:
        time.sleep(0.3)
        assert kept(registry, id_).state == "running", "its worker may just have been silent"
        silence(registry, id_)
        wait_for(registry, id_, "waiting")
    finally:
        over.set()
        watch.join()
    assert queued(settings) == [id_]


def test_what_ends_its_worker_thrice_is_given_up(registry: Engine, settings: Settings):
    id_ = jobs.submit(registry, settings, ASK.asked())
    for state in ("waiting", "waiting", "failed"):
        with writing(registry) as session:
            assert jobs.claim_study(session, id_)
        silence(registry, id_)
        jobs.requeue(registry, settings)
        assert kept(registry, id_).state == state
    assert "停了 %(count)s 次" in kept(registry, id_).error["message"]
    assert kept(registry, id_).error["params"] == {"count": "3"}
    assert jobs.again(registry, settings, id_)
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"


def test_what_this_worker_does_is_not_lost(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    id_ = jobs.submit(registry, settings, ASK.asked())
    do = run.run_study

    def after_a_long_lock(*args, **named):
        silence(registry, id_)
        jobs.requeue(registry, settings)
        return do(*args, **named)

    monkeypatch.setattr(run, "run_study", after_a_long_lock)
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"


def test_a_queue_that_cannot_be_written_loses_nothing(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def locked(_settings):
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "_study", locked)
        id_ = jobs.submit(registry, settings, ASK.asked())
    assert kept(registry, id_).state == "waiting"
    assert queued(settings) == []
    assert jobs.requeue(registry, settings) == 1
    assert jobs.requeue(registry, settings) == 0, "it is in the queue"
    assert queued(settings) == [id_]
    assert jobs.again(registry, settings, id_), "whoever asks may have it put in once more"
    assert queued(settings) == [id_, id_]
    for _ in range(2):
        jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"


def test_pressing_twice_at_once_is_asking_once(registry: Engine, settings: Settings):
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: jobs.submit(registry, settings, ASK.asked()), range(8)))
    assert len(set(ids)) == 1
    assert queued(settings) == [ids[0]]


def test_no_more_than_twenty_wait_and_lost_ones_do_not_count(registry: Engine, settings: Settings):
    def ask(number: int) -> str:
        return jobs.submit(registry, settings, Ask(demand="住户", limit=100 + number, by="line").asked())

    ids = [ask(number) for number in range(20)]
    with pytest.raises(UnavailableError, match="20"):
        ask(20)
    with writing(registry) as session:
        assert jobs.claim_study(session, ids[0])
    silence(registry, ids[0])
    assert ask(20)


def test_a_word_that_cannot_be_said_ends_no_study(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def locked(*_):
        raise UnavailableError("数据库现在连不上", detail="database is locked")

    monkeypatch.setattr(jobs, "tell_study", locked)
    id_ = jobs.submit(registry, settings, ASK.asked())
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"


def test_what_cannot_be_drawn_is_done_nevertheless(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def breaks(*_):
        raise ValueError("a shape")

    monkeypatch.setattr(study_layers, "_demand", breaks)
    id_ = jobs.submit(registry, settings, ASK.asked())
    jobs.do_study(registry, settings, id_)
    assert kept(registry, id_).state == "done"
    with reading(registry) as session:
        assert not session.execute(select(study_gap)).all(), "all that is drawn or nothing"


def test_what_is_cancelled_at_the_end_draws_nothing(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    id_ = jobs.submit(registry, settings, ASK.asked())
    finish = jobs.finish_study

    def cancelled(session, *args):
        jobs.cancel(registry, id_) if is_postgres(registry) else jobs.cancel_study(session, id_)
        return finish(session, *args)

    monkeypatch.setattr(jobs, "finish_study", cancelled)
    jobs.do_study(registry, settings, id_)
    with reading(registry) as session:
        assert not session.execute(select(study_demand)).all()
    assert kept(registry, id_).found is None


@pytest.mark.postgis
def test_drawing_keeps_no_writer_waiting(
    postgis_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A station is written, and the worker says that it lives, in the midst of drawing."""
    settings = Settings(home=tmp_path, database_url=postgis_database)
    engine = open_engine(settings)
    upgrade(engine)
    add_places(engine)
    monkeypatch.setattr(study_layers, "_BATCH", 3)
    id_ = jobs.submit(engine, settings, ASK.asked())
    finish = jobs.finish_study

    def while_others_write(*args):
        with writing(engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert jobs.tell_study(session, id_, 0.99)
            add_stations(session, [station_row(2)], who="li", why="test")
        return finish(*args)

    monkeypatch.setattr(jobs, "finish_study", while_others_write)
    jobs.do_study(engine, settings, id_)
    assert kept(engine, id_).state == "done"
    with reading(engine) as session:
        places = read_places(session, id_)
        rows = session.execute(select(study_demand).order_by(study_demand.c.number)).mappings().all()
    assert [row["number"] for row in rows] == list(range(1, 11))
    assert [row["covered"] for row in rows] == places.covered.tolist()
    assert np.allclose([row["location"].x for row in rows], places.lon, rtol=0, atol=1e-12)
    engine.dispose()


def test_what_is_removed_is_gone_with_its_files(registry: Engine, settings: Settings):
    id_, other = (
        jobs.submit(registry, settings, Ask(demand="住户", limit=limit, by="line").asked())
        for limit in (500, 600)
    )
    jobs.do_study(registry, settings, id_)
    for one in (id_, other):
        (settings.home / "studies" / one).mkdir(parents=True)
        (settings.home / "studies" / one / "report.html").write_text("x")
    assert jobs.remove(registry, settings, id_)
    assert not jobs.remove(registry, settings, id_)
    assert [path.name for path in (settings.home / "studies").iterdir()] == [other]
    with reading(registry) as session:
        assert [one.id for one in list_studies(session)] == [other]
        assert not session.execute(select(study_demand)).all()


def test_what_is_removed_while_it_runs_ends(
    registry: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    id_ = jobs.submit(registry, settings, ASK.asked())
    told = jobs.tell_study

    def removed(session, *args):
        jobs.delete_study(session, id_)
        return told(session, *args)

    monkeypatch.setattr(jobs, "tell_study", removed)
    jobs.do_study(registry, settings, id_)
    with reading(registry) as session:
        assert not list_studies(session)


def wait_for(engine: Engine, id_: str, state: str) -> None:
    for _ in range(600):
        if kept(engine, id_).state == state:
            return
        time.sleep(0.1)
    raise AssertionError(kept(engine, id_))


def test_a_worker_does_what_another_left_undone_and_ends_when_told(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    engine = open_engine(settings)
    command = [sys.executable, "-m", "geo.cli", "worker"]
    subprocess.run([sys.executable, "-m", "geo.cli", "upgrade"], env=environment(settings), check=True)
    with writing(engine) as session:
        id_ = jobs.add_study(session, ASK.asked())
        assert jobs.claim_study(session, id_)
    silence(engine, id_)
    worker = subprocess.Popen(command, env=environment(settings), stderr=subprocess.DEVNULL)
    try:
        # There is no such demand: what matters is that it was tried.
        wait_for(engine, id_, "failed")
        other = jobs.submit(engine, settings, ASK.asked())
        wait_for(engine, other, "failed")
    finally:
        worker.terminate()
    assert worker.wait(timeout=30) is not None


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "YIZHAN_HOME": str(settings.home), "YIZHAN_DATABASE_URL": ""}
