"""A file of demand into the registry, or given by its name."""

import math
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine

from geo.db.engine import reading
from geo.errors import FileError, InputError, NotFoundError
from geo.loading import keep_streets
from geo.loading_demand import demand_given, keep_demand
from geo.registry.demand import list_demand, read_demand_set
from geo.registry.load import Report
from geo.registry.street_files import graph_path
from geo.settings import Settings
from tests.town import STEP, Town

TOWN = Town()
ROWS = ["经度,纬度,居民,jobs", "113.6651234567,34.7524561234,12,0.1", "113.7000,34.8000,7,3"]


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "人口.csv"
    path.write_text("\n".join(ROWS), "utf-8")
    return path


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """One square over streets, one without any, and a point."""
    west, south = TOWN.spot(0.5, 0.5)
    shapes = [
        shapely.box(west, south, west + 2 * STEP, south + 2 * STEP),
        shapely.box(114, 35, 114.01, 35.01),
        shapely.Point(113.9, 34.9),
    ]
    frame = geopandas.GeoDataFrame({"pop": [100.1, 7.0, 3.0], "jobs": [1, 2, 0]}, geometry=shapes, crs=4326)
    frame.to_file(tmp_path / "面.gpkg")
    return tmp_path / "面.gpkg"


def test_what_is_kept_is_what_the_file_gives(engine: Engine, settings: Settings, points: Path):
    kept, report = keep_demand(engine, settings, points, attribution="统计局")
    assert report.counts() == {"added": 1, "changed": 0, "same": 0, "refused": 0, "warned": 0}
    assert (kept.name, kept.source, kept.attribution, kept.form, kept.points) == (
        "人口",
        "人口.csv",
        "统计局",
        "points",
        2,
    )
    assert kept.weights == (("居民", 19.0), ("jobs", 3.1))
    assert (kept.west, kept.south, kept.east, kept.north) == (113.6651235, 34.7524561, 113.7, 34.8)
    with reading(engine) as session:
        loaded, places = read_demand_set(session, "人口")
    assert loaded == kept
    given = demand_given(engine, settings, "人口")
    by_file = demand_given(engine, settings, str(points))
    assert given.kept == kept
    assert by_file.kept == kept._replace(loaded_at=by_file.kept.loaded_at, attribution=None)
    for demand in (given.demand, by_file.demand):
        assert np.array_equal(demand.lon, places.lon)
        assert all(np.array_equal(demand.weights[name], values) for name, values in places.weights.items())


def test_again_is_the_same_and_another_file_a_change(engine: Engine, settings: Settings, points: Path):
    first = keep_demand(engine, settings, points)
    again = keep_demand(engine, settings, points)
    assert (again.kept, again.report.same) == (first.kept, 1)
    points.write_text("\n".join(ROWS[:2]), "utf-8")
    changed = keep_demand(engine, settings, points)
    assert changed.report.changed == 1
    assert changed.kept.digest != first.kept.digest
    other = keep_demand(engine, settings, points, name="另一份", weights=["jobs"])
    assert other.report.added == 1
    assert other.kept.weights == (("jobs", 0.1),)


def test_polygons_go_to_their_streets_else_evenly_and_nothing_is_lost(
    engine: Engine, settings: Settings, squares: Path, tmp_path: Path
):
    even = keep_demand(engine, settings, squares)
    assert "0 个面的权重按面内能步行的街道" in even.report.problems[-1].reason
    keep_streets(engine, settings, TOWN.write(tmp_path / "town.osm.pbf"))
    kept, report = keep_demand(engine, settings, squares)
    assert kept.form == "polygons"
    assert (report.changed, report.refused) == (1, 0)
    assert "1 个面的权重按面内能步行的街道的长度分摊,1 个面内没有街道" in report.problems[-1].reason
    demand = demand_given(engine, settings, "面").demand
    for column, whole in (("pop", [100.1, 7.0, 3.0]), ("jobs", [1, 2, 0])):
        values = demand.weights[column]
        in_town = demand.lon < 113.8
        parts = [values[in_town], values[demand.lon >= 114], values[~in_town & (demand.lon < 114)]]
        assert [math.fsum(part) for part in parts] == whole
    # On the streets of the square: at a crossing's longitude or latitude.
    step = np.column_stack((demand.lon - TOWN.west, demand.lat - TOWN.south))[demand.lon < 113.8] / STEP
    assert np.abs(step - step.round()).min(axis=1).max() < 1e-3


def test_streets_whose_file_is_missing_are_told_and_left(
    engine: Engine, settings: Settings, squares: Path, tmp_path: Path
):
    streets = keep_streets(engine, settings, TOWN.write(tmp_path / "town.osm.pbf")).streets
    graph_path(settings.home, streets.digest).unlink()
    kept, report = keep_demand(engine, settings, squares)
    assert dict(kept.weights)["pop"] == pytest.approx(110.1)
    assert any("load streets" in problem.reason for problem in report.problems)


def test_strict_keeps_nothing_when_a_row_is_refused(engine: Engine, settings: Settings, points: Path):
    points.write_text("\n".join([*ROWS, "113.7,34.8,-1,1"]), "utf-8")
    with pytest.raises(InputError, match="--strict") as error:
        keep_demand(engine, settings, points, strict=True)
    assert isinstance(error.value.params["report"], Report)
    with reading(engine) as session:
        assert list_demand(session) == ()
    kept, report = keep_demand(engine, settings, points)
    assert (kept.points, report.refused) == (2, 1)


def test_a_file_without_a_good_row_changes_nothing(engine: Engine, settings: Settings, points: Path):
    keep_demand(engine, settings, points)
    points.write_text("\n".join([ROWS[0], "113.7,34.8,-1,1"]), "utf-8")
    kept, report = keep_demand(engine, settings, points)
    assert (kept, report.added, report.changed, report.refused) == (None, 0, 0, 1)
    with reading(engine) as session:
        assert list_demand(session)[0].points == 2
    with pytest.raises(FileError, match="没有一行"):
        demand_given(engine, settings, str(points))


@pytest.mark.parametrize("name", [" ", "长" * 101])
def test_a_name_is_neither_blank_nor_endless(engine: Engine, settings: Settings, points: Path, name: str):
    with pytest.raises(InputError, match="--name"):
        keep_demand(engine, settings, points, name=name)


def test_what_is_neither_loaded_nor_a_file_is_not_found(engine: Engine, settings: Settings):
    with pytest.raises(NotFoundError, match=r"没有名为“没有\.csv”"):
        demand_given(engine, settings, "没有.csv")


def test_progress_goes_from_none_to_all(engine: Engine, settings: Settings, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([ROWS[0], *ROWS[1:] * 4000]), "utf-8")
    shares: list[float] = []
    keep_demand(engine, settings, path, progress=shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 1
    assert shares[-1] == 1
