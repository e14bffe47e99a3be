"""An extract into the registry: all of it, or nothing."""

import os
from pathlib import Path
from typing import Any

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing
from geo.errors import ConflictError, FileError, InputError
from geo.loading import OSM, Kept, keep_streets
from geo.registry.snapshot_read import read_revision
from geo.registry.street_files import basemap_path, graph_path, open_graph
from geo.registry.street_folder import loading_folder
from geo.registry.streets import list_streets
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row
from tests.town import SIDE, Town

TOWN = Town()


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return TOWN.write(tmp_path / "town.osm.pbf")


def state(engine: Engine, settings: Settings) -> tuple[Any, ...]:
    """Return all that a load may change: rows, revision, files."""
    with reading(engine) as session:
        rows = list_streets(session)
    files = {
        str(path.relative_to(settings.home)): path.read_bytes()
        for folder in settings.home.glob("streets")
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock" and path.suffix != ".registered"
    }
    return rows, read_revision(engine), files


def assert_kept(engine: Engine, settings: Settings, *kept: Kept) -> None:
    """Check that these sets are registered and have their files, and that there are no others."""
    rows, _, files = state(engine, settings)
    assert list(rows) == [one.streets for one in kept]
    digests = {row.digest for row in rows}
    assert files.keys() == {f"streets/{digest}.{kind}" for digest in digests for kind in ("graph", "pmtiles")}


def test_an_extract_is_kept_with_what_it_holds(engine: Engine, settings: Settings, extract: Path):
    kept = keep_streets(engine, settings, extract)
    assert_kept(engine, settings, kept)
    assert (kept.added, kept.changed, kept.same) == (1, 0, 0)
    streets, counts = kept.streets, kept.streets.counts
    assert (streets.name, streets.source, streets.attribution) == ("town", "town.osm.pbf", OSM)
    corners = *TOWN.spot(0, 0), *TOWN.spot(SIDE - 1, SIDE - 1)
    assert (streets.west, streets.south, streets.east, streets.north) == pytest.approx(corners, abs=1e-7)
    assert (counts["nodes"], counts["edges"]) == (SIDE * SIDE, len(TOWN.streets()))
    assert counts["names"] == len({name for *_, name in TOWN.streets()})
    metres = sum(TOWN.metres(a, b) for a, b, _ in TOWN.streets())
    assert counts["metres"] == pytest.approx(metres, abs=1)
    assert counts["walk_metres"] == counts["ebike_metres"] == counts["metres"]
    graph = open_graph(graph_path(settings.home, streets.digest))
    assert len(graph.edge_from) == counts["edges"]


def test_progress_goes_from_none_to_all(engine: Engine, settings: Settings, extract: Path):
    shares: list[float] = []
    keep_streets(engine, settings, extract, progress=shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 1
    assert shares[-1] == pytest.approx(1)


def test_the_same_extract_again_is_the_same(engine: Engine, settings: Settings, extract: Path):
    first = keep_streets(engine, settings, extract)
    before = state(engine, settings)
    again = keep_streets(engine, settings, extract)
    assert (again.added, again.changed, again.same) == (0, 0, 1)
    assert again.streets == first.streets
    assert state(engine, settings) == before


def test_loading_again_mends_files_that_were_lost(engine: Engine, settings: Settings, extract: Path):
    """As on a second machine, where the row is there and the files are not."""
    first = keep_streets(engine, settings, extract)
    digest = first.streets.digest
    graph_path(settings.home, digest).write_bytes(b"YZGRAPH\n")
    basemap_path(settings.home, digest).unlink()
    assert keep_streets(engine, settings, extract).same == 1
    open_graph(graph_path(settings.home, digest))
    assert_kept(engine, settings, first)


def test_another_extract_takes_the_place_of_the_one_of_its_name(
    engine: Engine, settings: Settings, extract: Path
):
    keep_streets(engine, settings, extract, name="城区")
    other = keep_streets(engine, settings, extract)
    newer = Town(west=114.0).write(extract.with_name("newer.pbf"))
    kept = keep_streets(engine, settings, newer, name="城区")
    assert (kept.added, kept.changed, kept.same) == (0, 1, 0)
    assert kept.streets.digest != other.streets.digest
    assert_kept(engine, settings, other, kept)
    # The last that was registered with the first extract's files takes them along.
    last = keep_streets(engine, settings, newer, name="town")
    assert_kept(engine, settings, last, kept)


def test_stations_without_a_street_are_told(engine: Engine, settings: Settings, extract: Path):
    def at(number: int, i: float, j: float, **given: Any) -> dict[str, Any]:
        lon, lat = TOWN.spot(i, j)
        return station_row(number, lon=lon, lat=lat, **given)

    entrance = dict(zip(("entrance_lon", "entrance_lat"), TOWN.spot(1, 1), strict=True))
    with writing(engine) as session:
        add_stations(
            session,
            [
                at(1, 0.4, 0),
                at(2, 2.5, 2.5, status="suspended"),
                at(3, 40, 40),
                at(5, 40, 40, **entrance),
                at(6, 2.5, 2.5, status="trial"),
            ],
            who="li",
        )
    kept = keep_streets(engine, settings, extract)
    assert (kept.stations, kept.off_network) == (3, ())
    round_about = keep_streets(engine, settings, write_rim(TOWN, extract.with_name("rim.osm.pbf")))
    assert (round_about.stations, round_about.off_network) == (3, ("YZ-0006",))


def write_rim(town: Town, path: Path) -> Path:
    """Write one street around a town's outermost crossings."""
    corners = [(0, 0), (SIDE - 1, 0), (SIDE - 1, SIDE - 1), (0, SIDE - 1)]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, corner in enumerate(corners, 1):
            writer.add_node(Node(id=number, location=town.spot(*corner)))
        writer.add_way(Way(id=1, nodes=[1, 2, 3, 4, 1], tags={"highway": "residential"}))
    return path


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("read_streets", MemoryError()),
        ("write_graph", FileError("磁盘满了")),
        ("read_basemap", KeyboardInterrupt()),
        ("write_tiles", OSError(28, "No space left on device")),
        ("save_streets", RuntimeError()),
    ],
)
@pytest.mark.parametrize("loaded", [False, True])
def test_a_failure_leaves_everything_as_it_was(
    engine: Engine,
    settings: Settings,
    extract: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fault: BaseException,
    loaded: bool,
):
    if loaded:
        keep_streets(engine, settings, extract)
    before = state(engine, settings)

    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise fault

    other = Town(west=114.0).write(extract.with_name("other.osm.pbf"))
    with monkeypatch.context() as patched:
        patched.setattr(f"geo.loading.{step}", fails)
        with pytest.raises((type(fault), FileError)):
            keep_streets(engine, settings, other, name="town")
    assert state(engine, settings) == before
    assert keep_streets(engine, settings, other, name="town").added == (not loaded)


def test_a_commit_that_fails_leaves_everything_as_it_was(engine: Engine, settings: Settings, extract: Path):
    before = state(engine, settings)
    seen = []

    def fails(_session: Session) -> None:
        seen.extend(settings.home.glob("streets/*.graph"))
        raise RuntimeError

    event.listen(Session, "before_commit", fails)
    try:
        with pytest.raises(RuntimeError):
            keep_streets(engine, settings, extract)
    finally:
        event.remove(Session, "before_commit", fails)
    assert len(seen) == 1
    assert state(engine, settings) == before


def test_bad_extracts_are_told_and_leave_everything_as_it_was(
    engine: Engine, settings: Settings, extract: Path
):
    keep_streets(engine, settings, extract)
    before = state(engine, settings)
    content = extract.read_bytes()
    for name, bad in _bad(content, extract.parent).items():
        path = extract.with_name("bad.osm.pbf")
        path.unlink(missing_ok=True)
        if bad is not None:
            path.write_bytes(bad)
        with pytest.raises(FileError, match=r"[一-龥]"):
            keep_streets(engine, settings, path, name="town")
        assert state(engine, settings) == before, name


def _bad(content: bytes, folder: Path) -> dict[str, bytes | None]:
    empty, outside = folder / "empty.osm.pbf", folder / "outside.osm.pbf"
    with osmium.SimpleWriter(str(empty)) as writer:
        writer.add_node(Node(id=1, location=(113.6, 34.7)))
    Town(west=179.995).write(outside)
    return {
        "missing": None,
        "nothing": b"",
        "not a PBF": b"<osm version='0.6'></osm>",
        "truncated": content[:-40],
        "damaged": content[:-40] + bytes(40),
        "without streets": empty.read_bytes(),
        "outside": outside.read_bytes(),
    }


def test_a_name_is_the_files_or_the_one_given(engine: Engine, settings: Settings, extract: Path):
    named = {"henan-latest.osm.pbf": "henan-latest", "郑州.PBF": "郑州"}
    for file, name in named.items():
        path = extract.with_name(file)
        path.write_bytes(extract.read_bytes())
        assert keep_streets(engine, settings, path).streets.name == name
    assert keep_streets(engine, settings, extract, name=" 城区 ").streets.name == "城区"
    assert keep_streets(engine, settings, extract, name="中心\n城区").streets.name == "中心 城区"
    for wrong in (" ", "长" * 101):
        with pytest.raises(InputError, match="--name"):
            keep_streets(engine, settings, extract, name=wrong)
    assert keep_streets(engine, settings, extract, name="长" * 100).added


def test_a_file_named_in_another_encoding_is_kept_under_what_can_be_written(
    engine: Engine, settings: Settings, extract: Path
):
    # As an archive made on a Chinese Windows unpacks; two such files are two sets.
    names = [os.fsdecode("山东.osm.pbf".encode("gb18030")), os.fsdecode("山西.osm.pbf".encode("gb18030"))]
    kept = []
    for name in names:
        extract.with_name(name).write_bytes(extract.read_bytes())
        kept.append(keep_streets(engine, settings, extract.with_name(name)).streets)
    assert kept[0].source.endswith(".osm.pbf")
    with reading(engine) as session:
        assert [item.name for item in list_streets(session)] == sorted(item.name for item in kept)


def test_while_another_loads_nothing_is_done(engine: Engine, settings: Settings, extract: Path):
    with loading_folder(settings.home):
        before = state(engine, settings)
        with pytest.raises(ConflictError):
            keep_streets(engine, settings, extract)
        assert state(engine, settings) == before


def test_a_huge_file_is_refused_before_it_is_read(engine: Engine, settings: Settings, tmp_path: Path):
    path = tmp_path / "china.osm.pbf"
    with path.open("wb") as file:
        file.truncate(1_400_000_000)
    with pytest.raises(FileError, match=r"一个省.*YIZHAN_MAX_FILE_MB"):
        keep_streets(engine, settings, path)
