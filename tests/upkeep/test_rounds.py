"""Rounds are done: by the worker beside its studies, and by hand."""

import json
import threading

from sqlalchemy import Engine, insert, select

from geo import jobs
from geo.cli.main import main
from geo.db.engine import reading, writing
from geo.db.tables import station
from geo.db.upkeep_tables import daily_key, work_order
from geo.registry.write import add_stations
from geo.settings import Settings
from geo.upkeep import rounds
from geo.upkeep.messages import read_messages
from tests.registry.conftest import station_row
from tests.upkeep.people import make_person


def furnished(engine: Engine):
    """Add a station that nobody has verified, its keeper, an overdue order and a key of long ago."""
    with writing(engine) as session:
        add_stations(session, [station_row(1)], who="li")
        keeper = make_person(session, "keeper", keeps=("YZ-0001",))
        long_ago = {"at": "2020-01-01T00:00:00Z", "due_at": "2020-01-03T00:00:00Z"}
        order = {"station_id": session.scalar(select(station.c.id)), "reason": "门锁着", "state": "open"}
        session.execute(insert(work_order).values(**order, **long_ago))
        session.execute(insert(daily_key).values(day="2020-01-01", key=b"k"))
    return keeper


def told(engine: Engine, keeper) -> list[str]:
    with reading(engine) as session:
        return sorted(one.what for one in read_messages(session, keeper))


def over_after(count: int) -> threading.Event:
    """Return an event that is set once it was waited for a number of times."""
    event, left = threading.Event(), [count]

    def wait(_seconds: float) -> bool:
        left[0] -= 1
        return left[0] <= 0

    event.wait = wait
    return event


def test_a_worker_does_a_round_at_once(sqlite_engine: Engine, tmp_path):
    keeper = furnished(sqlite_engine)
    jobs._keep_up(sqlite_engine, Settings(home=tmp_path / "home"), over_after(1))
    assert told(sqlite_engine, keeper) == ["overdue", "stale_soon"]
    with reading(sqlite_engine) as session:
        assert session.scalars(select(daily_key.c.day)).all() == []


def test_a_worker_goes_on_after_a_round_that_failed(sqlite_engine: Engine, tmp_path, monkeypatch):
    calls = []

    def broken(*_given, whole: bool, **_options) -> rounds.Done:
        calls.append(whole)
        if len(calls) == 1:
            raise RuntimeError
        return rounds.Done(0, 0, 0, 0, whole and len(calls) > 2, ())

    monkeypatch.setattr(rounds, "do_round", broken)
    jobs._keep_up(sqlite_engine, Settings(home=tmp_path / "home"), over_after(4))
    # What was not done is not taken for done. (A day may end meanwhile: then the last is whole as well.)
    assert calls[:3] == [True, True, True]
    assert len(calls) == 4


def test_by_hand(sqlite_engine: Engine, tmp_path, monkeypatch, capsys):
    keeper = furnished(sqlite_engine)
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("YIZHAN_DATABASE_URL", raising=False)
    main(["upkeep", "--json"], standalone_mode=False)
    done = {"lapsed": 1, "told": 1, "mailed": 0, "forgotten": 1, "whole": True, "faults": []}
    assert json.loads(capsys.readouterr().out) == done
    assert told(sqlite_engine, keeper) == ["overdue", "stale_soon"]
    main(["upkeep"], standalone_mode=False)
    said = ("到期的工单 0 张", "新的核实提醒 0 条", "发出邮件 0 封", "删掉存够时间的个人信息 0 条")
    assert capsys.readouterr().out == ",".join(said) + "\n"
