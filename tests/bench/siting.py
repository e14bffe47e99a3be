"""Where stations should go in a city of 12 million: how soon how good, and what other solvers make of it.

The first city's linear bound is as near to its best plan as that of the published figures that the limits
are from; other cities of the same generator are harder or easier, and are shown beside it.

HiGHS, SCIP, CP-SAT and spopt live in an environment of their own, in ``build/``, made at the first run; they
get demand merged already, without which none of them comes far.
"""

import json
import subprocess
import sys
import time
import venv
from pathlib import Path

import numpy as np

from geo.analyses.siting.bound import dual_bound
from geo.analyses.siting.cover import solve_cover
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Watch
from tests.bench.extracts import peak_mb
from tests.bench.siting_city import covering_problem

__all__ = ["measure_siting"]

_FOLDER = Path(__file__).resolve().parents[2] / "build" / "siting-rivals"
_PACKAGES = ("highspy", "pyscipopt", "ortools", "spopt==0.7.0", "numpy")
_PROGRAM = Path(__file__).with_name("siting_rivals.py")

_CITIES = {
    "easy": (500, 1_000_000, 1_000.0, 50),
    "city": (2_000, 100_000, 1_000.0, 50),
    "fine": (2_000, 1_000_000, 1_000.0, 50),
    "wide": (2_000, 100_000, 3_000.0, 20),
    "small": (200, 2_500, 1_000.0, 10),
}
_SECONDS = {"easy": 60.0, "city": 180.0, "fine": 120.0, "wide": 120.0, "small": 60.0}
_SOON_S = 20.0
_OTHERS = (2, 3, 4)
"""Seeds of other cities."""

_RIVALS_S = 60.0
_MANY = 1_000_000
"""Rounds of the search: time ends it, where nothing else does."""


def measure_siting(folder: Path) -> list[tuple]:
    """Return (what, value, unit, limit, at_least); models for other solvers go into ``folder``."""
    found = {name: _alone(name) for name in ("easy", "city", "fine", "wide")}
    for seed in _OTHERS:
        _alone("city", seed)
    _compare("city", folder, ("highs", "scip", "cpsat"))
    _compare("small", folder, ("highs", "scip", "cpsat", "spopt"))
    easy, city = found["easy"], found["city"]
    return [
        ("500 x 1,000,000, 1 km, p=50: proven", easy["proven_s"], "s", 5, False),
        ("the same: memory, the city's own included", easy["peak_mb"], "MB", 600, False),
        ("2000 x 100,000, 1 km, p=50: proven", city["proven_s"], "s", 90, False),
        ("the same: gap after 20 s", city["soon_gap"], "%", 0.3, False),
        ("the same: gap that the multipliers of the root prove", city["root_gap"], "%", 0.25, False),
        ("2000 x 1,000,000, 1 km, p=50: gap after 120 s", found["fine"]["gap"], "%", 0.5, False),
        ("2000 x 100,000, 3 km, p=20: gap after 120 s", found["wide"]["gap"], "%", 1.5, False),
    ]


def _alone(name: str, seed: int = 1) -> dict[str, float]:
    """Return what a process of its own, whose memory is all the solver's, finds of a city."""
    command = [sys.executable, "-m", "tests.bench.siting", name, str(seed)]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(
        f"     {name} {seed}: value {found['value']:,.0f}, bound {found['bound']:,.0f},"
        f" gap {found['gap']:.3f} % (after 20 s {found['soon_gap']:.3f}, of the root {found['root_gap']:.3f})"
        f" in {found['seconds']:.1f} s, {found['peak_mb']:.0f} MB"
    )
    return found


def _solve(name: str, seed: int) -> dict[str, float]:
    """Solve a city's problem; what numba has not kept from an earlier run is compiled before."""
    solve_cover(covering_problem(*_CITIES["small"]), Watch(lambda: 60.0, lambda value, bound: None, 10))
    problem = covering_problem(*_CITIES[name], seed=seed)
    start = time.perf_counter()
    told: list[tuple[float, float]] = []

    def tell(value: float, bound: float) -> None:
        if time.perf_counter() - start <= _SOON_S:
            told.append((value, bound))

    def left() -> float:
        return start + _SECONDS[name] - time.perf_counter()

    found = solve_cover(problem, Watch(left, tell, _MANY))
    seconds = time.perf_counter() - start
    root = dual_bound(problem, merge_demand(problem), found.duals)
    return {
        "value": found.value,
        "bound": found.bound,
        "seconds": seconds,
        "proven_s": seconds if found.proven else np.inf,
        "gap": _gap(found.value, found.bound),
        "soon_gap": _gap(*told[-1]),
        "root_gap": _gap(found.value, root),
        "peak_mb": peak_mb(),
    }


def _gap(value: float, bound: float) -> float:
    return 100.0 * (bound - value) / value


def _compare(name: str, folder: Path, rivals: tuple[str, ...]) -> None:
    """Print what we and others find of a city in the same time."""
    problem = covering_problem(*_CITIES[name])
    merged = merge_demand(problem)
    path = folder / f"{name}.npz"
    rows = {"start": merged.group_start, "column": merged.group_column, "weight": merged.weight}
    np.savez(path, **rows, columns=len(problem.price), p=int(problem.rules[0].high))
    print(f"     {name}: {len(merged.weight):,} groups of {len(problem.weight):,} demand, {_RIVALS_S:.0f} s")
    start = time.perf_counter()
    left = lambda: start + _RIVALS_S - time.perf_counter()  # noqa: E731
    ours = solve_cover(problem, Watch(left, lambda value, bound: None, _MANY))
    _row("ours", ours.value, ours.bound, time.perf_counter() - start)
    for rival in rivals:
        found = _rival(rival, path)
        if found is None:
            print(f"       {rival:<8} cannot be installed here, or found nothing")
        else:
            _row(rival, found["value"], found["bound"], found["seconds"])


def _row(who: str, value: float, bound: float | None, seconds: float) -> None:
    shown = "-" if bound is None else f"{bound:,.0f}"
    print(f"       {who:<8} value {value:>12,.0f}  bound {shown:>12}  {seconds:6.1f} s")


def _rival(name: str, model: Path) -> dict | None:
    python = _python()
    if python is None:
        return None
    command = [str(python), str(_PROGRAM), name, str(model), str(_RIVALS_S)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def _python() -> Path | None:
    """Return the Python that has the others, installed if they are not yet; None where they cannot be."""
    python, done = _FOLDER / "bin" / "python", _FOLDER / ".ready"
    if not done.exists():
        venv.create(_FOLDER, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *_PACKAGES]
        if subprocess.run(install, check=False).returncode:
            return None
        done.touch()
    return python


if __name__ == "__main__":
    print(json.dumps(_solve(sys.argv[1], int(sys.argv[2]))))
