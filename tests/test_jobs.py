"""Studies done in the background, in this process and by the real worker."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from geo import jobs
from geo.db.engine import is_postgres, open_engine, reading, writing
from geo.db.tables import study, study_demand, study_gap
from geo.model.demand import Demand
from geo.planner.question import Ask
from geo.registry.demand import DemandSet, save_demand
from geo.registry.studies import Kept, read_places, read_study
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

ASK = Ask(demand="住户", limit=500, by="line")


@pytest.fixture
def registry(engine: Engine) -> Engine:
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
    return engine


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
    dead = "2026-01-01T00:00:00Z"
    with writing(registry) as session:
        session.execute(update(study).where(study.c.id == id_).values(seen_at=dead))
    assert jobs.again(registry, settings, id_), "its worker has said nothing for long"


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
        session.execute(update(study).where(study.c.id == id_).values(seen_at="2026-01-01T00:00:00Z"))
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
