"""An OpenStreetMap extract into the registry: its street graph, its basemap, and the row that names them.

All or nothing: when anything fails, the registry and the files of earlier loads are as they were.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.errors import FileError, InputError
from geo.finder.streets import SNAP_LIMIT_M
from geo.ingest.basemap import read_basemap
from geo.ingest.opening import open_file, writable
from geo.ingest.streets import read_streets
from geo.model.station import SERVING
from geo.model.streets import STREET_PROFILES
from geo.network.compile import compile_graph
from geo.network.graph import Graph
from geo.network.snap import snap
from geo.registry.rows import utc_now
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot_file import database_key
from geo.registry.snapshot_read import read_snapshot
from geo.registry.street_files import basemap_path, graph_path, write_graph, writing_files
from geo.registry.street_folder import digest_of, loading_folder, prune
from geo.registry.streets import StreetSet, list_streets, save_streets
from geo.report.tiles_write import write_tiles
from geo.settings import Settings

__all__ = ["OSM", "Kept", "keep_streets"]

OSM = "© OpenStreetMap contributors"
"""What the licence of OpenStreetMap's data (ODbL) asks to be shown wherever they are."""

# Any Chinese province is a fifth of this; the whole country is more, and would not fit into memory.
_LARGEST_EXTRACT_MB = 1_000
# An index of the database holds no longer ones.
_LONGEST_NAME = 100
# Which share of the time is over when the graph is compiled; of each half, when its reading is.
_COMPILED, _READ, _DRAWN = 0.5, 0.7, 0.5
_ENDINGS = (".osm.pbf", ".pbf")
_log = logging.getLogger(__name__)

Progress = Callable[[float], None]
Bounds = tuple[float, float, float, float]


class Kept(NamedTuple):
    """What loading an extract did.

    Attributes
    ----------
    streets : StreetSet
        As it is registered now.
    added, changed, same : int
        One of them is 1.
    stations : int
        How many serving stations of the registry lie within the bounds.
    off_network : tuple of str
        The codes of those of them that no street is near enough to, on foot.
    """

    streets: StreetSet
    added: int
    changed: int
    same: int
    stations: int
    off_network: tuple[str, ...]


def keep_streets(
    engine: Engine,
    settings: Settings,
    file: Path,
    *,
    name: str | None = None,
    attribution: str = OSM,
    progress: Progress | None = None,
) -> Kept:
    """Keep the streets of an extract, in place of those of the same name.

    Parameters
    ----------
    file : Path
        ``.osm.pbf``, in WGS-84 as OpenStreetMap always is.
    name : str, optional
        By default the file's, without its ending.
    attribution : str
        Whose data they are, to be shown wherever they are.
    progress : callable, optional
        Told from time to time which share, 0 to 1, of the work is done.

    Raises
    ------
    FileError
        The extract cannot be read, is damaged or holds no streets; the disk is full.
    InputError
        A name that is blank or very long.
    ConflictError
        Another process is loading streets into the same data folder.
    """
    progress = progress or _silent
    most = max(settings.max_file_mb, _LARGEST_EXTRACT_MB) * 1_000_000
    digest = _digest(file, most)
    name = _checked(_name_of(file) if name is None else name)
    with loading_folder(settings.home) as folder:
        graph, data_at, bounds = _compile(file, most, _part(progress, 0.0, _COMPILED))
        streets = StreetSet(
            name,
            digest,
            writable(file.name),
            attribution,
            data_at,
            utc_now(),
            *bounds,
            counts=_counts(graph),
        )
        stations, off_network = _stations_on(engine, graph, streets)
        write_graph(folder / "graph", graph)
        # The basemap needs its memory.
        del graph
        _draw(file, folder / "basemap", streets, _part(progress, _COMPILED, 1.0))
        with _in_place(folder, settings.home, digest), writing(engine) as session:
            counts = save_streets(session, streets)
        held = _tidy(engine, settings)
    return Kept(held.get(name, streets), *counts, stations, off_network)


def _digest(file: Path, most: int) -> str:
    with open_file(file, max_bytes=sys.maxsize) as content:
        size = os.fstat(content.fileno()).st_size
        if size > most:
            raise FileError(
                "“%(file)s”有 %(size)s MB,超过 %(most)s MB 的限度;"
                "请改用一个省或一个城市的提取文件,或调高设置 YIZHAN_MAX_FILE_MB",
                file=file.name,
                size=round(size / 1e6, 1),
                most=round(most / 1e6, 1),
            )
        return digest_of(content)


def _checked(name: str) -> str:
    plain = " ".join(writable(name).split())
    if not plain:
        raise InputError("街道数据的名称不能是空的;请用 --name 给出一个", parameter="name")
    if len(plain) > _LONGEST_NAME:
        raise InputError(
            "街道数据的名称有 %(length)s 个字,最多 %(most)s 个;请用 --name 给出短一些的",
            parameter="name",
            length=len(plain),
            most=_LONGEST_NAME,
        )
    return plain


def _name_of(file: Path) -> str:
    for ending in _ENDINGS:
        if file.name.lower().endswith(ending):
            return file.name[: -len(ending)]
    return file.stem


def _compile(file: Path, most: int, progress: Progress) -> tuple[Graph, str | None, Bounds]:
    # What was read is forgotten on return: the graph is all that is needed of it.
    extract = read_streets(file, max_bytes=most, progress=_part(progress, 0.0, _READ))
    graph = compile_graph(extract.ways)
    progress(1.0)
    return graph, extract.data_at, extract.bounds


def _draw(file: Path, target: Path, streets: StreetSet, progress: Progress) -> None:
    basemap = read_basemap(file, progress=_part(progress, 0.0, _DRAWN))
    told = _part(progress, _DRAWN, 1.0)
    with writing_files(target):
        write_tiles(basemap, target, name=streets.name, attribution=streets.attribution, progress=told)


def _counts(graph: Graph) -> dict[str, int]:
    travelled = {
        f"{profile}_metres": round(float(graph.edge_length_m[graph.networks[profile].direction != 0].sum()))
        for profile in STREET_PROFILES
    }
    return {
        "nodes": len(graph.node_lon),
        "edges": len(graph.edge_from),
        "metres": round(float(graph.edge_length_m.sum())),
        "names": len(graph.names),
        **travelled,
    }


def _stations_on(engine: Engine, graph: Graph, streets: StreetSet) -> tuple[int, tuple[str, ...]]:
    snapshot = read_snapshot(engine)
    lon, lat = snapshot.doors()
    rows = np.flatnonzero(
        filter_mask(snapshot, Filter(statuses=tuple(sorted(SERVING))))
        & (lon >= streets.west)
        & (lon <= streets.east)
        & (lat >= streets.south)
        & (lat <= streets.north)
    )
    edge = snap(graph, "walk", lon[rows], lat[rows], limit_m=SNAP_LIMIT_M).edge
    return len(rows), tuple(code.decode() for code in snapshot.codes[rows[edge < 0]].tolist())


@contextmanager
def _in_place(folder: Path, home: Path, digest: str) -> Iterator[None]:
    """Move the new files to where they are looked for; when what follows fails, they are gone again."""
    targets = {"graph": graph_path(home, digest), "basemap": basemap_path(home, digest)}
    # Files already there are of the same extract, read by the same program: replaced by what they were.
    added = [target for target in targets.values() if not target.exists()]
    try:
        with writing_files(home / "streets"):
            for name, target in targets.items():
                (folder / name).replace(target)
        yield
    except BaseException:
        for target in added:
            target.unlink(missing_ok=True)
        raise


def _tidy(engine: Engine, settings: Settings) -> dict[str, StreetSet]:
    with reading(engine) as session:
        held = {item.name: item for item in list_streets(session)}
    try:
        prune(settings.home, database_key(settings), {item.digest for item in held.values()})
    except OSError as error:
        # What was loaded is in place; files left over cost no more than their room.
        _log.warning("files of earlier streets could not be deleted: %s", error)
    return held


def _part(progress: Progress, begin: float, end: float) -> Progress:
    return lambda share: progress(begin + share * (end - begin))


def _silent(_share: float) -> None:
    pass
