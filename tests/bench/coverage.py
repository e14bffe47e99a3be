"""Coverage in a city of 200,000 junctions and 500 stations, and pandana's answer to the same question.

pandana is under the AGPL and never part of the program: it lives in an environment of its own, in ``build/``,
made at the first run, and is asked through a pipe. It snaps demand and stations to junctions; we do not.
"""

import json
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import serve, totals, widest
from geo.analyses.gaps import find_gaps, street_within
from geo.analyses.week import upgrade_gains, week_coverage
from geo.model.hours import CLOSED, OPEN
from geo.model.streets import DEGREE
from geo.model.study import Totals
from geo.network.compile import compile_graph
from geo.network.cover import Pairs, nearest_stations, pairs_within
from geo.network.graph import Graph, Positions
from geo.network.snap import snap
from geo.registry.street_files import open_graph, write_graph
from tests.bench.extracts import peak_mb
from tests.bench.street_city import make_ways

__all__ = ["measure_coverage"]

_PANDANA = "0.8"
_FOLDER = Path(__file__).resolve().parents[2] / "build" / f"pandana-{_PANDANA}"
_PROGRAM = Path(__file__).with_name("pandana_turns.py")
_TURNS = 5
_STATIONS = 500
_DEMAND = 100_000
_MANY = 1_000_000
_LIMIT_M = 1_000.0
_PROFILE = "walk"
_PARTS = ("build", "snap", "query")

_Ask = Callable[[str], dict[str, float]]


def measure_coverage(folder: Path) -> list[tuple]:
    """Return (what, value, unit, limit, at_least); the city's files go into ``folder``."""
    ways = make_ways()
    start = time.perf_counter()
    graph = compile_graph(ways)
    compile_s = time.perf_counter() - start
    print(f"     streets compiled, once for all: {1_000 * compile_s:.0f} ms")
    files = [str(folder / "city.graph"), str(folder / "city.npz")]
    write_graph(Path(files[0]), graph)
    np.savez(files[1], **_city(graph))
    with _asked(sys.executable, "-m", "tests.bench.coverage", *files) as ours:
        # What numba has not kept from an earlier run is compiled now.
        ours("turn")
        return [*_compared(lambda: ours("turn"), files[1], compile_s), *_told(ours("more"))]


def _city(graph: Graph) -> dict[str, NDArray]:
    """Return the streets as pandana wants them, and stations and demand anywhere among them."""
    rng = np.random.default_rng(7)
    lon, lat = graph.node_lon / DEGREE, graph.node_lat / DEGREE
    places = {
        prefix + axis: rng.uniform(column.min(), column.max(), count)
        for prefix, count in (("station_", _STATIONS), ("", _DEMAND), ("many_", _MANY))
        for axis, column in (("lon", lon), ("lat", lat))
    }
    streets = {
        "node_lon": lon,
        "node_lat": lat,
        "edge_from": graph.edge_from,
        "edge_to": graph.edge_to,
        "edge_length_m": graph.edge_length_m,
    }
    return places | streets | {"limit_m": np.float64(_LIMIT_M)}


def _compared(ours: Callable[[], dict[str, float]], city: str, compile_s: float) -> list[tuple]:
    """Return the time of all demand's nearest stations, and how many times faster than pandana that is.

    pandana builds its network in every program anew, we open what was compiled; the sum has both in full.
    """
    python = _pandana()
    if python is None:
        print("     pandana cannot be installed here: nothing to compare with")
        turns = [ours() for _ in range(_TURNS)]
        return [_sum_line(turns)]
    with _asked(str(python), str(_PROGRAM), city) as theirs:
        pairs = [(ours(), theirs("turn")) for _ in range(_TURNS)]
    for name, turns in zip(("ours", "pandana"), zip(*pairs, strict=True), strict=True):
        parts = ", ".join(f"{part} {1_000 * _median(turns, part):.0f} ms" for part in _PARTS)
        print(
            f"     nearest of {_STATIONS} for {_DEMAND:,}, {name}: {parts}; {turns[0]['covered']:,} covered"
        )
    query = statistics.median(b["query"] / a["query"] for a, b in pairs)
    whole = statistics.median(_whole(b) / (_whole(a) + compile_s) for a, b in pairs)
    return [
        _sum_line([turn for turn, _ in pairs]),
        ("nearest station of 100,000: times faster than pandana, query", query, "x", 3, True),
        ("nearest station of 100,000: the same, with build and snapping", whole, "x", 3, True),
    ]


def _sum_line(turns: list[dict[str, float]]) -> tuple:
    seconds = statistics.median(turn["coverage"] + turn["snap"] for turn in turns)
    return ("coverage with owners of 100,000, snapping included", seconds, "s", 1, False)


def _told(more: dict[str, float]) -> list[tuple]:
    print(
        "     " + ", ".join(f"{what} {more[what]:.2f} s" for what in ("many_snap", "many_coverage", "gaps"))
    )
    return [
        (
            "coverage of 1,000,000, snapping included",
            more["many_snap"] + more["many_coverage"],
            "s",
            10,
            False,
        ),
        ("168 hours of 100,000, and upgrades", more["week"], "s", 10, False),
        ("memory for all of it", more["peak_mb"], "MB", 1_000, False),
    ]


def _whole(turn: dict[str, float]) -> float:
    return sum(turn[part] for part in _PARTS)


def _median(turns: Iterable[dict[str, float]], part: str) -> float:
    return statistics.median(turn[part] for turn in turns)


@contextmanager
def _asked(*command: str) -> Iterator[_Ask]:
    """Run a program that answers every line with a line of JSON."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(word: str) -> dict[str, float]:
            print(word, file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def _pandana() -> Path | None:
    """Return the Python that has pandana, installed if it is not there yet; None where it cannot be."""
    python = _FOLDER / "bin" / "python"
    done = _FOLDER / ".ready"
    if not done.exists():
        venv.create(_FOLDER, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", f"pandana=={_PANDANA}"]
        if subprocess.run(install).returncode:
            return None
        done.touch()
    return python


def _turn(graph_file: Path, city: dict[str, NDArray]) -> dict[str, float]:
    """Take the time of all the nearest stations within the limit, and of coverage with them."""
    marks = [time.perf_counter()]
    graph = open_graph(graph_file)
    stations = snap(graph, _PROFILE, city["station_lon"], city["station_lat"])
    marks.append(time.perf_counter())
    demand = snap(graph, _PROFILE, city["lon"], city["lat"])
    marks.append(time.perf_counter())
    nearest = nearest_stations(graph, _PROFILE, demand, stations, measure="metres", limit=_LIMIT_M)
    marks.append(time.perf_counter())
    found = _covered(graph, demand, stations)
    marks.append(time.perf_counter())
    reached = int(np.count_nonzero(nearest.station >= 0))
    assert found["covered"] == reached
    return dict(zip((*_PARTS, "coverage"), np.diff(marks).tolist(), strict=True)) | {"covered": reached}


def _covered(graph: Graph, demand: Positions, stations: Positions) -> Totals:
    """Return coverage in total, from what `geo.planner` computes it from."""
    limit = widest(_LIMIT_M)
    pairs = pairs_within(graph, _PROFILE, demand, stations, limit=limit, measure="metres")
    count = len(demand.edge)
    served = serve(pairs, np.full(_STATIONS, OPEN, np.uint8))
    return totals(served, np.ones(count), _LIMIT_M, off_network=demand.edge < 0, stations=_STATIONS)


def _more(graph_file: Path, city: dict[str, NDArray]) -> dict[str, float]:
    """Take the time of a week, of gaps and of ten times the demand, and the most memory ever held."""
    graph = open_graph(graph_file)
    stations = snap(graph, _PROFILE, city["station_lon"], city["station_lat"])
    marks = [time.perf_counter()]
    many = snap(graph, _PROFILE, city["many_lon"], city["many_lat"])
    marks.append(time.perf_counter())
    _covered(graph, many, stations)
    marks.append(time.perf_counter())
    demand = snap(graph, _PROFILE, city["lon"], city["lat"])
    pairs = pairs_within(graph, _PROFILE, demand, stations, limit=_LIMIT_M, measure="metres")
    seconds = np.diff(marks).tolist()
    for calculate in (_week, _gaps):
        start = time.perf_counter()
        calculate(graph, city, demand, pairs)
        seconds.append(time.perf_counter() - start)
    parts = "many_snap", "many_coverage", "week", "gaps"
    return dict(zip(parts, seconds, strict=True)) | {"peak_mb": peak_mb()}


def _week(graph: Graph, city: dict[str, NDArray], demand: Positions, pairs: Pairs) -> None:
    """Compute a week in which hardly two hours have the same stations open, and what upgrades would gain."""
    rng = np.random.default_rng(8)
    states = rng.choice(np.array([OPEN, CLOSED], np.uint8), (168, _STATIONS))
    weights = list(rng.random((4, len(demand.edge))))
    week = week_coverage(pairs, states, weights, np.arange(168) % 4, _LIMIT_M)
    upgrade_gains(pairs, week.missed, _STATIONS, _LIMIT_M)


def _gaps(graph: Graph, city: dict[str, NDArray], demand: Positions, pairs: Pairs) -> None:
    """Group the demand that is not covered."""
    left = np.diff(pairs.start) == 0
    lon, lat = city["lon"][left], city["lat"][left]
    demand = Positions(*(column[left] for column in demand))
    within = street_within(
        graph, _PROFILE, demand, lon, lat, limit=_LIMIT_M, measure="metres", limit_m=_LIMIT_M
    )
    find_gaps(lon, lat, np.ones(len(lon)), within, apart=demand.edge < 0, limit_m=_LIMIT_M)


def _answer(graph_file: str, city_file: str) -> None:
    with np.load(city_file) as file:
        city = dict(file)
    for line in sys.stdin:
        measure = _more if line == "more\n" else _turn
        print(json.dumps(measure(Path(graph_file), city)), flush=True)


if __name__ == "__main__":
    _answer(*sys.argv[1:])
