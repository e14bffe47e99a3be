"""Files of demand: places with weights, and what is said of everything that is not one."""

import json
import math
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.crs import Crs, from_wgs84
from geo.errors import FileError, InputError
from geo.ingest.demand import DemandFound, read_demand
from tests.ingest.files import MAX_BYTES, write_csv, write_xlsx

HEADER = ["编号", "经度", "纬度", "人口"]
ROW = ["1", "113.665123", "34.752456", "12"]
SQUARE = shapely.box(113.60, 34.70, 113.61, 34.71)


def read(path: Path, **options) -> DemandFound:
    return read_demand(path, max_bytes=MAX_BYTES, **options)


def table(folder: Path, *rows, header=HEADER, **options) -> DemandFound:
    return read(write_csv(folder / "demand.csv", [header, *rows]), **options)


def layer(path: Path, shapes, crs: int | str | None = 4326, **columns) -> Path:
    geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def refused(found: DemandFound) -> list[tuple]:
    return [(p.row, p.column, p.value) for p in found.problems if p.severity == "refused"]


def reasons(found: DemandFound, severity: str) -> str:
    return "\n".join(p.reason for p in found.problems if p.severity == severity)


def sums(found: DemandFound) -> dict[str, float]:
    return {column: math.fsum(values) for column, values in found.demand.weights.items()}


def test_numbers_that_are_no_positions_and_no_names_of_things_are_weights(tmp_path: Path):
    header = ["id", "lon", "lat", "name", "population", "骑手11-14时", "street_code", "备注"]
    found = table(tmp_path, ["7", "113.665123", "34.752456", "3号楼", "12", "3", "410105", ""], header=header)
    assert found.form == "points"
    assert sums(found) == {"population": 12, "骑手11-14时": 3}
    assert (found.demand.lon[0], found.demand.lat[0]) == (113.665123, 34.752456)
    assert "population、骑手11-14时" in reasons(found, "note")


def test_the_columns_that_are_asked_for_are_the_weights(tmp_path: Path):
    header = ["lon", "lat", "Jobs", "id", "name"]
    row = ["113.665123", "34.752456", "12", "7", "甲"]
    assert sums(table(tmp_path, row, header=header, weight=["jobs"])) == {"Jobs": 12}
    assert sums(table(tmp_path, row, header=header, weight=["id", "Jobs"])) == {"id": 7, "Jobs": 12}
    assert refused(table(tmp_path, row, header=header, weight=["name"])) == [(2, "name", "甲")]
    with pytest.raises(InputError, match=r"riders.*lon、lat、Jobs、id、name") as error:
        table(tmp_path, row, header=header, weight=["riders"])
    assert error.value.parameter == "weight"


def test_without_a_weight_each_place_counts_one(tmp_path: Path):
    found = table(tmp_path, ROW[:3], ROW[:3], header=HEADER[:3])
    assert sums(found) == {"weight": 2}
    assert "按 1 计" in reasons(found, "note")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-3", "负数"),
        ("", "没有权重"),
        ("nan", "没有权重"),
        ("—", "没有权重"),
        ("很多", "认不出"),
        ("inf", "无穷大"),
    ],
)
def test_a_bad_weight_is_named_and_the_rest_loads(tmp_path: Path, cell: str, said: str):
    found = table(tmp_path, ROW, [*ROW[:3], cell], ROW)
    [problem] = [p for p in found.problems if p.severity == "refused"]
    assert (problem.row, problem.column) == (3, "人口")
    assert said in problem.reason
    assert sums(found) == {"人口": 24}


@pytest.mark.parametrize(("cell", "number"), [("1,234", 1234), ("约３.５万人", 35_000), ("0", 0), (" 7 ", 7)])
def test_numbers_are_read_as_spreadsheets_leave_them(tmp_path: Path, cell: str, number: float):
    assert sums(table(tmp_path, ROW, [*ROW[:3], cell])) == {"人口": 12 + number}


def test_one_empty_cell_of_several_counts_nothing_and_is_told(tmp_path: Path):
    found = table(tmp_path, [*ROW, "5"], [*ROW, ""], [*ROW[:3], "", "1"], header=[*HEADER, "jobs"])
    assert len(found.demand) == 3
    assert sums(found) == {"人口": 24, "jobs": 6}
    told = [(p.row, p.column) for p in found.problems if p.severity == "warning"]
    assert told == [(4, "人口"), (3, "jobs")]


def test_a_column_of_gaps_is_told_once(tmp_path: Path):
    found = table(tmp_path, [*ROW, "5"], *[[*ROW, ""]] * 300, header=[*HEADER, "jobs"])
    [problem] = [p for p in found.problems if p.severity == "warning"]
    assert (problem.row, problem.column) == (None, "jobs")
    assert "300 行" in problem.reason


def test_what_is_left_out_is_counted_with_its_weight(tmp_path: Path):
    found = table(tmp_path, ROW, ["2", "", "", "30"], ["3", "x", "34.7", "4.5"], [*ROW[:3], "-9"])
    assert [row for row, *_ in refused(found)] == [3, 4, 5]
    assert "有 3 行没有导入,其中能认出的权重合计:人口 34.5" in reasons(found, "note")


def test_a_column_of_nothing_is_told_and_a_file_of_nothing_refused(tmp_path: Path):
    found = table(tmp_path, [*ROW, "0"], header=[*HEADER, "jobs"])
    assert [(p.column, p.value) for p in found.problems if p.severity == "warning"] == [("jobs", "0")]
    with pytest.raises(FileError, match="合计是 0"):
        table(tmp_path, [*ROW[:3], "0"])


def test_when_no_row_is_good_all_are_told(tmp_path: Path):
    found = table(tmp_path, ["1", "", "", "3"])
    assert len(found.demand) == 0
    assert [row for row, *_ in refused(found)] == [2]
    assert "没有一行" in reasons(found, "warning")


def test_two_columns_of_one_name_stay_apart(tmp_path: Path):
    assert sums(table(tmp_path, [*ROW, "5"], header=[*HEADER, "人口"])) == {"人口": 12, "人口 (2)": 5}


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_positions_are_wgs84_unless_said(tmp_path: Path, crs: Crs):
    lon, lat = from_wgs84(113.665123, 34.752456, crs)
    row = ["1", f"{lon:.9f}", f"{lat:.9f}", "12"]
    for found in (
        table(tmp_path, row, crs=crs),
        table(tmp_path, row, header=["编号", f"{crs}经度", f"{crs}纬度", "人口"]),
        table(tmp_path, [*row, crs.value], header=[*HEADER, "坐标系"]),
    ):
        assert found.demand.lon[0] == pytest.approx(113.665123, abs=1e-8)
        assert found.demand.lat[0] == pytest.approx(34.752456, abs=1e-8)
    assert table(tmp_path, row).demand.lon[0] == float(row[1])


def test_swapped_positions_are_put_right_and_shifted_rows_refused(tmp_path: Path):
    found = table(tmp_path, ["1", "34.752456", "113.665123", "12"], [*ROW, "", "9"])
    assert found.demand.lon[0] == 113.665123
    assert "写反" in reasons(found, "warning")
    assert [row for row, *_ in refused(found)] == [3]


def test_a_workbook_and_a_file_below_a_title_are_read_alike(tmp_path: Path):
    rows = [["某区人口"], HEADER, ROW, ["合计", "", "", "12"]]
    for path in (
        write_xlsx(tmp_path / "a.xlsx", ("人口", rows)),
        write_csv(tmp_path / "a.csv", rows, encoding="gb18030"),
        write_csv(tmp_path / "b.csv", [["经纬度", "人口"], ["113.665123,34.752456", "12"]]),
    ):
        assert sums(read(path)) == {"人口": 12}


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["113.665123", "", "200.5", "x"]),
            st.sampled_from(["12", "0.1", "-1", "", "甲", "nan"]),
        ),
        max_size=40,
    )
)
def test_every_row_is_a_place_or_told(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]):
    cells = [[str(number), x, "34.752456", weight] for number, (x, weight) in enumerate(rows)]
    found = table(tmp_path_factory.mktemp("t"), *cells, ROW, weight=["人口"])
    told = {row for row, *_ in refused(found)}
    good = [float(weight) for x, weight in rows if x == "113.665123" and weight in ("12", "0.1")]
    assert len(found.demand) + len(told) == len(rows) + 1
    assert sums(found) == {"人口": math.fsum([*good, 12])}


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_points_of_layers_are_places_and_other_shapes_told(tmp_path: Path, name: str):
    shapes = [
        shapely.Point(113.6, 34.7),
        shapely.MultiPoint([(113.7, 34.7)]),
        shapely.LineString([(113, 34), (114, 35)]),
        shapely.MultiPoint([(113, 34), (114, 35)]),
        None,
    ]
    found = read(layer(tmp_path / name, shapes, pop=[1, 2, 4, 8, 16], name=list("甲乙丙丁戊")))
    assert (found.form, found.shapes) == ("points", None)
    assert found.demand.lon.tolist() == [113.6, 113.7]
    assert sums(found) == {"pop": 3}
    assert [row for row, *_ in refused(found)] == [3, 4, 5]
    assert "pop 28" in reasons(found, "note")


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_polygons_keep_their_shapes_and_are_places_inside(tmp_path: Path, name: str):
    ring = SQUARE.difference(shapely.box(113.602, 34.702, 113.608, 34.708))
    bow = shapely.Polygon([(113.7, 34.7), (113.71, 34.71), (113.71, 34.7), (113.7, 34.71)])
    found = read(layer(tmp_path / name, [ring, bow], pop=[1.5, np.nan], jobs=[1, 2]))
    assert found.form == "polygons"
    assert sums(found) == {"pop": 1.5, "jobs": 3}
    assert ring.contains(shapely.Point(found.demand.lon[0], found.demand.lat[0]))
    assert found.shapes[0].equals(ring)
    assert found.shapes[1].is_valid
    assert "已修补" in reasons(found, "warning")


def test_a_layer_in_metres_is_brought_to_degrees(tmp_path: Path):
    there = Transformer.from_crs(4326, 32649, always_xy=True)
    x, y = there.transform(113.6, 34.7)
    found = read(layer(tmp_path / "a.gpkg", [shapely.Point(x, y)], crs=32649, pop=[1]))
    assert (found.demand.lon[0], found.demand.lat[0]) == pytest.approx((113.6, 34.7), abs=1e-9)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_geopackage_without_a_system_needs_one_said(tmp_path: Path):
    lon, lat = from_wgs84(113.6, 34.7, Crs.GCJ02)
    path = layer(
        tmp_path / "a.gpkg", [shapely.Point(lon, lat), shapely.Point(500_000, 4e6)], None, pop=[1, 2]
    )
    with pytest.raises(FileError, match=r"没有写明坐标系.*--crs"):
        read(path)
    found = read(path, crs=Crs.GCJ02)
    assert (found.demand.lon[0], found.demand.lat[0]) == pytest.approx((113.6, 34.7), abs=1e-9)
    assert [row for row, *_ in refused(found)] == [2]


def test_what_a_person_says_outweighs_declared_degrees(tmp_path: Path):
    lon, lat = from_wgs84(113.6, 34.7, Crs.GCJ02)
    for name in ("a.gpkg", "a.geojson"):
        found = read(layer(tmp_path / name, [shapely.Point(lon, lat)], pop=[1]), crs=Crs.GCJ02)
        assert found.demand.lon[0] == pytest.approx(113.6, abs=1e-7)


def test_the_layers_left_are_named(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    for name in ("一", "二"):
        frame = geopandas.GeoDataFrame({"pop": [1]}, geometry=[shapely.Point(113.6, 34.7)], crs=4326)
        frame.to_file(path, layer=name)
    found = read(path)
    assert sums(found) == {"pop": 1}
    assert "“二”没有读取" in reasons(found, "warning")


def test_broken_files_are_bad_input(tmp_path: Path):
    contents = {
        "a.gpkg": b"SQLite format 3\x00" + bytes(100),
        "b.geojson": b'{"type": "FeatureCollection", "features": [',
        "c.tif": b"II*\x00" + bytes(100),
        "d.csv": b"a,b\n1,2\n",
        "e.csv": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match=name):
            read(tmp_path / name)


def test_a_feature_that_is_no_geometry_is_told(tmp_path: Path):
    place = {"type": "Point", "coordinates": [113.6, 34.7]}
    wrong = [{"type": "Point", "coordinates": ["x"]}, {"type": "Polygon", "coordinates": []}, 7]
    features = [
        {"type": "Feature", "properties": {"pop": 1}, "geometry": geometry} for geometry in (place, *wrong)
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    found = read(path)
    assert len(found.demand) == 1
    assert [row for row, *_ in refused(found)] == [2, 3, 4]


@pytest.mark.real_data
def test_everybody_in_porto_alegre_is_there(real_data: Path):
    found = read(real_data / "porto-alegre" / "demand_hexgrid.csv")
    assert len(found.demand) == 1227
    assert list(found.demand.weights) == ["population", "schools", "jobs", "healthcare"]
    assert sums(found)["population"] == 812_935
    assert refused(found) == []
