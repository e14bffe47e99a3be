"""A study's files, with what the registry knows of its stations and streets."""

from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest

from geo.db.engine import open_engine, writing
from geo.errors import ConflictError, InputError, NotFoundError
from geo.planner.files import parts_of, study_file, write_files
from geo.registry.nearest import Index
from geo.registry.studies import add_study, claim_study, finish_study
from geo.report.study_files import FILES
from geo.settings import Settings
from tests.planner import test_run as town

index = town.index


def test_stations_are_at_their_doors_in_their_state_then(index: Index):
    study, places = town.study(index, at="23:00")
    found = parts_of(index, Settings(public_url="https://yizhan.example.cn/"), study, places)
    assert {one.code: one.state for one in found.stations} == {
        "YZ-0001": "open", "YZ-0002": "closed", "YZ-0003": "unknown",
    }  # fmt: skip
    doors = [town.TOWN.spot(*corner) for corner in town.CORNERS.values()]
    assert np.allclose([(one.lon, one.lat) for one in found.stations], doors, rtol=0, atol=1e-9)
    assert found.link == "https://yizhan.example.cn/plan/t"


def test_reach_is_the_streets_within_the_limit_and_none_by_line(index: Index):
    settings = Settings()
    found = parts_of(index, settings, *town.study(index, at="23:00"))
    assert found.reach.length > 0
    more = parts_of(index, settings, *town.study(index))
    assert more.reach.length > found.reach.length
    assert parts_of(index, settings, *town.study(index, by="line")).reach is None


def test_files_are_written_into_a_folder(index: Index, tmp_path: Path):
    settings = Settings(home=index.home)
    study, places = town.study(index)
    written = write_files(open_engine(settings), settings, study, places, tmp_path / "out")
    assert {path.name for path in written} >= {"report.html", "report.pdf", "report.xlsx", "layers.gpkg"}
    gaps = geopandas.read_file(tmp_path / "out" / "layers.gpkg", layer="gaps")
    assert gaps["weight"].tolist() == [gap["weight"] for gap in study["gaps"]]
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="写不了文件夹"):
        write_files(open_engine(settings), settings, study, places, tmp_path / "file")


def test_a_kept_study_has_each_file_once(index: Index):
    settings = Settings(home=index.home)
    engine = open_engine(settings)
    study, places = town.study(index)
    with writing(engine) as session:
        waiting = add_study(session, study["asked"])
        done = add_study(session, study["asked"])
        claim_study(session, done)
        finish_study(session, done, study | {"id": done}, places)
    for kind, name in FILES.items():
        path = study_file(engine, settings, done, kind)
        assert path == settings.home / "studies" / done / name
        first = path.stat()
        assert study_file(engine, replace(settings), done, kind).stat() == first
    assert {path.name for path in path.parent.iterdir()} == set(FILES.values())
    with pytest.raises(ConflictError):
        study_file(engine, settings, waiting, "html")
    with pytest.raises(NotFoundError):
        study_file(engine, settings, "../x", "html")
