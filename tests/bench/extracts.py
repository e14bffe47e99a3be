"""Memory and time of making a street graph out of an extract of 1,000,000 nodes, and of opening it again."""

import json
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from geo.ingest.streets import read_streets
from geo.network.compile import compile_graph
from geo.registry.street_files import open_graph, write_graph
from tests.bench.street_city import write_extract

__all__ = ["measure_extracts", "peak_mb"]

_NODES = 1_000_000
_TURNS = 9


def measure_extracts(folder: Path) -> list[tuple]:
    """Return (what, value, unit, limit, at_least) of compiling and opening a graph."""
    extract, graph = folder / "city.osm.pbf", folder / "city.graph"
    write_extract(extract, _NODES)
    # In a process of its own, whose memory is all the compiler's.
    command = [sys.executable, "-m", "tests.bench.extracts", str(extract), str(graph)]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(
        f"     {extract.stat().st_size / 1e6:.0f} MB read in {found['read_s']:.1f} s,"
        f" {found['edges']:,} edges compiled in {found['compile_s']:.1f} s,"
        f" written in {found['write_s']:.1f} s: {graph.stat().st_size / 1e6:.0f} MB"
    )
    times = [_opening_s(graph) for _ in range(_TURNS)]
    return [
        ("memory to read and compile a 1,000,000-node extract", found["peak_mb"], "MB", 2_000, False),
        ("open a compiled graph", 1_000 * statistics.median(times), "ms", 200, False),
    ]


def _opening_s(path: Path) -> float:
    start = time.perf_counter()
    open_graph(path)
    return time.perf_counter() - start


def _compile(extract: Path, path: Path) -> dict[str, float]:
    moments = [time.perf_counter()]
    read = read_streets(extract)
    moments.append(time.perf_counter())
    graph = compile_graph(read.ways)
    moments.append(time.perf_counter())
    write_graph(path, graph)
    moments.append(time.perf_counter())
    seconds = [after - before for before, after in pairwise(moments)]
    return {
        **dict(zip(("read_s", "compile_s", "write_s"), seconds, strict=True)),
        "edges": len(graph.edge_from),
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Return the most memory this process has held; its parent's, which `getrusage` would add, left out."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(_compile(*map(Path, sys.argv[1:]))))
