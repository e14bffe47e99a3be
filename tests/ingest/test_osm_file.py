"""Files that are no extract, or a broken one: each is told in a sentence, and nothing of it is taken."""

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import FileError
from geo.ingest.osm_file import open_osm, read_objects
from geo.ingest.streets import read_streets
from tests.ingest.osm import GRID, write_extract

LANE = {"highway": "residential"}


@pytest.fixture
def extract(tmp_path):
    """A small extract."""
    return write_extract(tmp_path / "小.osm.pbf", [([10, 20, 30, 40], LANE)])


def test_objects_of_one_kind_come_in_the_order_of_the_file(extract):
    with open_osm(extract) as source:
        assert [node.id for node in read_objects(source, osmium.osm.NODE)] == sorted(GRID)
        assert [way.id for way in read_objects(source, osmium.osm.WAY)] == [1]
        assert list(read_objects(source, osmium.osm.RELATION)) == []


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(FileError, match="没有这个文件"):
        read_streets(tmp_path / "没有.osm.pbf")
    with pytest.raises(FileError, match="它是文件夹或管道"):
        read_streets(tmp_path)


def test_a_file_above_the_limit(extract):
    size = extract.stat().st_size
    assert read_streets(extract, max_bytes=size)
    with pytest.raises(FileError, match=r"超过 .* MB 的限度"):
        read_streets(extract, max_bytes=size - 1)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", bytes(5000), b"PK\3\4" + bytes(99), b"<osm version='0.6'/>", b"code,name\n1,x\n"],
)
def test_a_file_that_is_no_pbf(tmp_path, content):
    path = tmp_path / "别的.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"“别的\.osm\.pbf”不是 OSM 的 PBF 文件"):
        read_streets(path)


def test_a_pbf_whose_first_blob_is_no_header(tmp_path, extract):
    with open_osm(extract) as source:
        begin = source.ends[0]
    path = tmp_path / "无头.osm.pbf"
    path.write_bytes(extract.read_bytes()[begin:])
    with pytest.raises(FileError, match="不是 OSM 的 PBF 文件"):
        read_streets(path)


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path, extract):
    whole = extract.read_bytes()
    with open_osm(extract) as source:
        boundaries = source.ends
    path = tmp_path / "断.osm.pbf"
    for length in range(12, len(whole)):
        path.write_bytes(whole[:length])
        # Cut between two blobs, nothing but the missing streets tells.
        told = "没有可以步行或骑行的街道" if length in boundaries else "不完整|不是 OSM 的 PBF 文件"
        with pytest.raises(FileError, match=told):
            read_streets(path)


def test_something_else_behind_the_data(tmp_path, extract):
    path = tmp_path / "多.osm.pbf"
    path.write_bytes(extract.read_bytes() + b"<html>404</html>")
    with pytest.raises(FileError, match="之后的内容不是 OSM 数据"):
        read_streets(path)


# The same examples each time: what breaks the reader itself, in C++, would end the whole run without a word.
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=300,
    deadline=None,
    derandomize=True,
)
@given(at=st.integers(0, 10_000), change=st.integers(1, 255), compression=st.sampled_from(["none", "zlib"]))
def test_a_changed_byte_is_told_or_harmless(tmp_path, at, change, compression):
    ways = [([10, 20, 30, 40], LANE | {"name": "文化路"})]
    path = write_extract(tmp_path / "坏.osm.pbf", ways, compression=compression)
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= change
    path.write_bytes(content)
    try:
        assert len(read_streets(path).ways)
    except FileError as error:
        assert "坏.osm.pbf" in str(error)  # noqa: PT017


def test_a_name_that_is_no_text(tmp_path):
    path = write_extract(tmp_path / "坏.osm.pbf", [([10, 20], LANE | {"name": "文"})], compression="none")
    path.write_bytes(path.read_bytes().replace("文".encode(), b"\xff\xfe\xfd"))
    with pytest.raises(FileError, match=r"读不了“坏\.osm\.pbf”:内容损坏"):
        read_streets(path)


def test_a_damaged_blob_is_told(tmp_path, extract):
    with open_osm(extract) as source:
        end = source.ends[-1]
    content = bytearray(extract.read_bytes())
    content[end - 12 : end] = bytes(12)
    path = tmp_path / "坏.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"读不了“坏\.osm\.pbf”:内容损坏"):
        read_streets(path)


def test_the_history_of_a_map_is_no_map(tmp_path):
    path = tmp_path / "史.osh.pbf"
    file = osmium.io.File(str(path), "osh.pbf")
    with osmium.SimpleWriter(file) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(117, 36)))
    with pytest.raises(FileError, match="带历史版本的 OSM 文件"):
        read_streets(path)


@pytest.mark.parametrize(
    "ways", [[], [([10, 20], {"building": "yes"})], [([98, 99], LANE)], [([10, 20], {"highway": "motorway"})]]
)
def test_an_extract_without_streets(tmp_path, ways):
    path = write_extract(tmp_path / "空.osm.pbf", ways)
    with pytest.raises(FileError, match=r"“空\.osm\.pbf”里没有可以步行或骑行的街道"):
        read_streets(path)


@pytest.mark.parametrize("place", [(181.0, 36.0), (-190.0, 0.0), (117.0, 90.5), (36.0, 117.0), (300.0, 0.0)])
def test_a_street_that_is_nowhere_on_earth(tmp_path, place):
    path = write_extract(tmp_path / "歪.osm.pbf", [([10, 20], LANE)], nodes=GRID | {20: place})
    with pytest.raises(FileError, match="节点 20 的坐标不在地球上"):
        read_streets(path)


def test_a_place_nowhere_on_earth_beside_the_streets_does_not_matter(tmp_path):
    path = write_extract(tmp_path / "旁.osm.pbf", [([10, 20], LANE)], nodes=GRID | {50: (999.0, 999.0)})
    assert len(read_streets(path).ways) == 1


def test_data_that_was_never_uploaded(tmp_path):
    nodes = {-1: (117.0, 36.0), -2: (117.1, 36.0)}
    path = write_extract(tmp_path / "稿.osm.pbf", [([-1, -2], LANE)], nodes=nodes)
    with pytest.raises(FileError, match="编号为负的节点 -2"):
        read_streets(path)
