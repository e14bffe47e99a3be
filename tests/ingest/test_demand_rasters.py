"""Rasters of people: every cell above 0 is a point at its middle."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pyproj import Transformer
from rasterio.transform import from_origin

from geo.crs import Crs, from_wgs84
from geo.errors import FileError
from geo.ingest.demand import DemandFound, read_demand
from tests.ingest.files import MAX_BYTES

DEGREES = from_origin(113.6, 34.8, 0.001, 0.001)


def write(path: Path, *bands, crs: str | None = "EPSG:4326", transform=DEGREES, names=(), **options) -> Path:
    values = np.array(bands)
    count, height, width = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=count,
        dtype=values.dtype,
        crs=crs,
        transform=transform,
        **options,
    ) as raster:
        raster.write(values)
        for number, name in enumerate(names, 1):
            raster.set_band_description(number, name)
    return path


def read(path: Path, **options) -> DemandFound:
    return read_demand(path, max_bytes=MAX_BYTES, **options)


@settings(deadline=None)
@given(
    values=arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.integers(1, 9)),
        elements=st.sampled_from([0, 1.5, 7, -99999, np.nan]),
    ),
    tiled=st.booleans(),
)
def test_cells_above_nothing_are_points_at_their_middles(
    tmp_path_factory: pytest.TempPathFactory, values: np.ndarray, tiled: bool
):
    blocks = {"tiled": True, "blockxsize": 16, "blockysize": 16} if tiled else {}
    values[0, 0] = 3
    path = write(tmp_path_factory.mktemp("r") / "a.tif", values, nodata=-99999, **blocks)
    found = read(path)
    row, column = np.nonzero(np.nan_to_num(values) > 0)
    assert found.form == "raster"
    assert found.demand.lon == pytest.approx(113.6 + (column + 0.5) * 0.001, abs=1e-9)
    assert found.demand.lat == pytest.approx(34.8 - (row + 0.5) * 0.001, abs=1e-9)
    assert found.demand.weights["weight"].tolist() == values[row, column].tolist()
    assert any("不是密度" in problem.reason for problem in found.problems)
    assert not [problem for problem in found.problems if problem.severity == "refused"]


def test_a_projected_raster_is_brought_to_degrees(tmp_path: Path):
    there = Transformer.from_crs("EPSG:4326", "ESRI:54009", always_xy=True)
    x, y = there.transform(113.6, 34.7)
    corner = from_origin(x - 50, y + 50, 100, 100)
    found = read(write(tmp_path / "ghsl.tif", np.array([[9.5]]), crs="ESRI:54009", transform=corner))
    assert (found.demand.lon[0], found.demand.lat[0]) == pytest.approx((113.6, 34.7), abs=1e-9)


def test_cells_that_are_nowhere_on_earth_are_told(tmp_path: Path):
    # The ellipse of the earth does not fill its box: of a row in the far north two cells are on it.
    corner = from_origin(-18_000_000, 9_000_000, 9_000_000, 2_000_000)
    found = read(write(tmp_path / "a.tif", np.ones((1, 4)), crs="ESRI:54009", transform=corner))
    [problem] = [problem for problem in found.problems if problem.severity == "refused"]
    assert len(found.demand) == 2
    assert "2 格在地球上没有位置" in problem.reason
    assert "权重合计 2" in problem.reason


def test_bands_are_columns_of_their_names(tmp_path: Path):
    bands = np.array([[[1, 0, 0]], [[2, 3, 0]]])
    path = write(tmp_path / "a.tif", *bands, names=["residents", "骑手11-14时"])
    found = read(path)
    assert {name: values.tolist() for name, values in found.demand.weights.items()} == {
        "residents": [1, 0],
        "骑手11-14时": [2, 3],
    }
    assert list(read(path, weight=["residents"]).demand.weights) == ["residents"]
    assert list(read(write(tmp_path / "b.tif", *bands)).demand.weights) == ["band_1", "band_2"]


def test_negative_cells_without_a_nodata_value_are_told_once(tmp_path: Path):
    found = read(write(tmp_path / "a.tif", np.array([[-200.0, -200.0, 5.0]])))
    assert found.demand.weights["weight"].tolist() == [5]
    [problem] = [problem for problem in found.problems if problem.severity == "refused"]
    assert (problem.row, problem.value) == (None, "-200")
    assert "2 格" in problem.reason


def test_scale_and_offset_of_the_file_count(tmp_path: Path):
    path = write(tmp_path / "a.tif", np.array([[4, 0]], np.int16))
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.5,), (1,)
    assert read(path).demand.weights["weight"].tolist() == [3, 1]


def test_a_raster_says_where_it_lies_or_is_told(tmp_path: Path):
    path = write(tmp_path / "a.tif", np.ones((1, 1)), crs=None)
    with pytest.raises(FileError, match=r"--crs"):
        read(path)
    lon, lat = from_wgs84(113.6005, 34.7995, Crs.GCJ02)
    moved = write(
        tmp_path / "b.tif",
        np.ones((1, 1)),
        crs=None,
        transform=from_origin(lon - 5e-4, lat + 5e-4, 1e-3, 1e-3),
    )
    demand = read(moved, crs=Crs.GCJ02).demand
    assert (demand.lon[0], demand.lat[0]) == pytest.approx((113.6005, 34.7995), abs=1e-8)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_is_no_raster_of_people(tmp_path: Path):
    path = write(tmp_path / "a.tif", np.ones((1, 1)), crs=None, transform=rasterio.Affine.identity())
    with pytest.raises(FileError, match="图片"):
        read(path)


def test_an_empty_raster_is_no_demand(tmp_path: Path):
    found = read(write(tmp_path / "a.tif", np.zeros((3, 3))))
    assert len(found.demand) == 0


def test_a_world_of_cells_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=60_000, height=60_000, count=1, dtype="uint8", sparse_ok=True,
        crs="EPSG:4326", transform=DEGREES,
    ):  # fmt: skip
        pass
    with pytest.raises(FileError, match="裁剪"):
        read(path)
