"""Plans from costs alone: the same as along streets, where the costs are the same."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.analyses.siting.certify import certify
from geo.errors import InputError
from geo.ingest.costs import Costs, read_costs
from geo.planner.site_costs import plan_of_costs
from geo.planner.site_question import SiteAsk
from geo.planner.site_run import Found
from tests.planner.siting import PEOPLE, PLACES, SPOTS, STANDS, cover, metres, subsets

ALL = {**SPOTS, **STANDS}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    ways = metres(ALL.values())
    rows = [
        f"{code},{i}_{j},{ways[n, m]}"
        for (n, code), (m, (i, j)) in product(enumerate(ALL), enumerate(PLACES))
    ]
    # In no order at all.
    np.random.default_rng(5).shuffle(rows)
    people = [f"{i}_{j},{weight}" for (i, j), weight in zip(PLACES, PEOPLE, strict=True)]
    places = [f"{code},{n % 3 + 1},{int(code in STANDS)},{10 * n + 5}" for n, code in enumerate(ALL)]
    for name, head, lines in (
        ("costs", "candidate,demand,cost", rows),
        ("demand", "demand,weight", people),
        ("candidates", "candidate,cost,open,room", places),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return tmp_path


def costs(files: Path, **given: Any) -> Costs:
    named = {"demand": files / "demand.csv", "candidates": files / "candidates.csv", "capacity": None}
    return read_costs(files / "costs.csv", **(named | given), max_bytes=1_000_000)


def plan(files: Path, *, within: float | None = 450.0, read: Any = None, **site: Any) -> Found:
    ask = SiteAsk(**{"candidates": "set:costs", "seconds": 10.0, **site})
    return plan_of_costs(costs(files, **(read or {})), ask, within=within, tell=lambda _share, _step: None)


def new(found: Found) -> set[str]:
    return {one["code"] for one in found.plan["chosen"] if one["what"] == "new"}


def check(found: Found, best: float) -> None:
    assert found.plan["value"] == pytest.approx(best, rel=1e-6)
    assert found.plan["proven"]
    assert float(certify(found.certificate.decode())["value"]) == found.plan["value"]


def places(codes: Any) -> list[tuple[int, int]]:
    return [ALL[code] for code in codes]


@pytest.mark.parametrize("existing", ["fixed", "none"])
def test_as_much_is_covered_as_can_be(files: Path, existing: str):
    stand = list(STANDS) if existing == "fixed" else []
    found = plan(files, p=3, existing=existing)
    check(found, max(cover(places([*stand, *codes])) for codes in subsets(SPOTS, 3)))
    assert cover(places([*stand, *new(found)])) == found.plan["value"]
    assert found.plan["before"] == cover(places(stand))
    assert found.plan["candidates"] == len(SPOTS)
    assert all(one["lon"] is None for one in found.plan["chosen"])


def test_the_other_objectives(files: Path):
    def ways(codes: Any) -> np.ndarray:
        return metres(places([*STANDS, *codes])).min(axis=0)

    everything = cover(places(ALL))
    fewest = min(len(codes) for codes in subsets(SPOTS, 8) if cover(places([*STANDS, *codes])) == everything)
    check(plan(files, objective="all"), fewest)
    least = min(float(ways(codes) @ PEOPLE) for codes in subsets(SPOTS, 2))
    check(plan(files, p=2, objective="distance", within=None), least)
    check(
        plan(files, p=2, objective="farthest", within=None),
        min(ways(codes).max() for codes in subsets(SPOTS, 2)),
    )


def test_prices_budgets_and_closing(files: Path):
    price = {code: n % 3 + 1 for n, code in enumerate(ALL)}
    best = max(
        cover(places([*STANDS, *codes]))
        for codes in subsets(SPOTS, 8)
        if sum(price[code] for code in codes) <= 4
    )
    check(plan(files, budget=4.0), best)
    moved = plan(files, p=1, existing="closable", moves=1)
    best = max(
        cover(places([*(set(STANDS) - set(gone)), *codes]))
        for gone in subsets(STANDS, 1)
        for codes in subsets(SPOTS, 1 + len(gone))
    )
    check(moved, best)


def test_room_of_each_is_a_column(files: Path):
    found = plan(files, p=2, capacity="own", read={"capacity": "room"}, existing="none")
    assert found.plan["value"] <= sum(10 * list(ALL).index(code) + 5 for code in new(found))
    assert found.plan["value"] > 100.0


def test_rules_on_what_must_be(files: Path):
    found = plan(files, p=2, must=("庚",), never=("丁", "乙"))
    best = max(cover(places([*STANDS, "庚", *codes])) for codes in subsets(set(SPOTS) - {"丁", "乙"}, 1))
    check(found, best)


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"p": 1, "spacing": 100.0}, "spacing"),
        ({"p": 1, "per_area": 1}, "per_area"),
        ({"p": 1, "all_day": True}, "all_day"),
        ({"p": 1, "fairness": True}, "fairness"),
        ({"p": 1, "within": None}, "within"),
        ({"p": 1, "within": float("nan")}, "within"),
        ({"p": 1, "must": ("癸",)}, "must"),
        ({"p": 9}, "p"),
        ({"p": 2, "never": tuple("甲乙丙丁戊己庚")}, "never"),
    ],
)
def test_what_costs_do_not_know_cannot_be_asked(files: Path, given: dict[str, Any], parameter: str):
    with pytest.raises(InputError) as caught:
        plan(files, **given)
    assert caught.value.parameter == parameter


def test_who_cannot_be_served_is_told_by_name(files: Path):
    with pytest.raises(InputError, match=r"如“\d_\d”.*预算"):
        plan(files, objective="all", budget=2.0)


def test_nobody_to_serve_is_no_question(files: Path):
    (files / "demand.csv").write_text("demand,weight\n" + "".join(f"{i}_{j},0\n" for i, j in PLACES), "utf-8")
    with pytest.raises(InputError, match="合计是 0"):
        plan(files, p=1)
