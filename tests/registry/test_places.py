"""Units, landmarks and holidays are kept as their file says, and counted as what happened to them."""

from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from geo.db.engine import writing
from geo.errors import FileError
from geo.registry.places import save_holidays, save_landmarks, save_units
from geo.registry.snapshot_read import read_revision, read_snapshot


def mark(name: str, lon: float = 113.6, category: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(name=name, aliases=["又名"], category=category, lon=lon, lat=34.7)


def unit(code: str, name: str) -> SimpleNamespace:
    return SimpleNamespace(code=code, name=name, parent_code=None, area_code=None)


@pytest.mark.parametrize(
    ("then", "counts"),
    [
        (["甲", "乙"], (0, 0, 2)),
        (["甲"], (0, 1, 1)),
        (["甲", "乙", "丙"], (1, 0, 2)),
        ([], (0, 2, 0)),
        (["丙"], (1, 2, 0)),
    ],
)
def test_landmarks_are_all_those_of_their_source(engine: Engine, then: list[str], counts: tuple):
    with writing(engine) as session:
        assert save_landmarks(session, [mark("甲"), mark("乙")], source="a") == (2, 0, 0)
        assert save_landmarks(session, [mark("甲")], source="b") == (1, 0, 0)
    revision = read_revision(engine)
    with writing(engine) as session:
        assert save_landmarks(session, [mark(name) for name in then], source="a") == counts
    held = [landmark.name for landmark in read_snapshot(engine).landmarks]
    assert sorted(held) == sorted([*then, "甲"])
    assert (read_revision(engine) == revision) == (counts[:2] == (0, 0))


def test_a_landmark_that_moves_is_changed(engine: Engine):
    with writing(engine) as session:
        save_landmarks(session, [mark("甲"), mark("乙")], source="a")
        assert save_landmarks(session, [mark("甲", lon=114.0), mark("乙")], source="a") == (0, 1, 1)
    assert [(m.name, m.lon) for m in read_snapshot(engine).landmarks] == [("乙", 113.6), ("甲", 114.0)]


def test_units_are_kept_under_their_codes(engine: Engine):
    with writing(engine) as session:
        assert save_units(session, [unit("1", "甲"), unit("2", "乙")]) == (2, 0, 0)
        assert save_units(session, [unit("1", "甲"), unit("2", "丙"), unit("3", "丁")]) == (1, 1, 1)
        assert save_units(session, []) == (0, 0, 0)


def test_a_holiday_table_replaces_that_of_its_year(engine: Engine):
    def table(off: str) -> str:
        day = f'{{"name": "元旦", "date": "2031-01-01", "isOffDay": {off}}}'
        return f'{{"year": 2031, "papers": [], "days": [{day}]}}'

    with writing(engine) as session:
        assert save_holidays(session, table("true")) == (1, 0, 0)
        assert save_holidays(session, table("true")) == (0, 0, 1)
        assert save_holidays(session, table("false")) == (0, 1, 0)
    assert 2031 in read_snapshot(engine).calendar.years
    with pytest.raises(FileError), writing(engine) as session:
        save_holidays(session, "no table")
