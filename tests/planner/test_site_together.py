"""Kinds that share buildings: no choice of buildings, and of what they hold, is better."""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from geo.analyses.siting.certify import certify
from geo.errors import InputError
from geo.planner.run import Answer
from geo.planner.site_question import SiteAsk
from geo.registry.nearest import Index
from tests.planner.siting import (
    PEOPLE,
    SPOTS,
    STANDS,
    candidates,
    chosen_codes,
    demand,
    index_of,
    metres,
    plan,
    subsets,
)

CARE, ROOM = "care_station", "nursing_room"
MOTHERS = PEOPLE[::-1].copy()
WEIGHTS = {CARE: PEOPLE, ROOM: MOTHERS}
# Care stations are at both ends of the town, the one nursing room is in its middle.
STAND = {CARE: list(STANDS.values()), ROOM: [(3, 3)]}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("together"), rooms=STAND[ROOM])


def ask(index: Index, given: Any = None, costs: Any = None, **site: Any) -> Answer:
    together = [
        {"kind": kind, "weight": column, "cost": (costs or {}).get(kind, 0.0)}
        for kind, column in ((CARE, ""), (ROOM, "母亲"))
    ]
    people = demand(人=PEOPLE, 母亲=MOTHERS)
    asked = {"kinds": [CARE, ROOM]}
    return plan(index, given or candidates(), people=people, asked=asked, together=together, **site)


def covered(kind: str, codes: Any, *, times: int = 1, stand: bool = True) -> float:
    return _covered(kind, frozenset(codes), times, stand)


@cache
def _covered(kind: str, codes: frozenset[str], times: int, stand: bool) -> float:
    places = [*(STAND[kind] if stand else []), *(SPOTS[code] for code in codes)]
    return float(WEIGHTS[kind][(metres(places) <= 450).sum(axis=0) >= times].sum())


def check(answer: Answer, best: float) -> None:
    """Hold a plan against the best there is, and what it tells of each kind against its own choice."""
    found = answer.study["plan"]
    assert found["value"] == pytest.approx(best)
    assert found["proven"]
    assert float(certify(answer.certificate.decode())["value"]) == found["value"]
    assert sum(part["value"] for part in found["kinds"]) == pytest.approx(best)
    assert sum(part["before"] for part in found["kinds"]) == pytest.approx(found["before"])
    assert found["whole"] == PEOPLE.sum() + MOTHERS.sum()
    for part, column in zip(found["kinds"], ("人", "母亲"), strict=True):
        own = [one["code"] for one in found["chosen"] if part["kind"] in one["kinds"]]
        assert (part["weight"], part["buildings"]) == (column, len(own))


@pytest.mark.parametrize("site", [{}, {"existing": "none"}, {"backup": 2}])
def test_buildings_that_hold_all_kinds_are_the_best(index: Index, site: Any):
    def value(codes: Any) -> float:
        how = {"times": site.get("backup", 1), "stand": "existing" not in site}
        return sum(covered(kind, codes, **how) for kind in WEIGHTS)

    answer = ask(index, p=3, **site)
    check(answer, max(value(codes) for codes in subsets(SPOTS, 3)))
    assert value(chosen_codes(answer)) == answer.study["plan"]["value"]
    assert answer.study["plan"]["before"] == value(())
    for one in answer.study["plan"]["chosen"]:
        assert one["kinds"] == [CARE, ROOM]
        assert one["gain"] == value(chosen_codes(answer)) - value(chosen_codes(answer) - {one["code"]})


def test_what_is_asked_besides_is_told_of_both_kinds(index: Index):
    answer = ask(index, p=2, curve=3, pool=2, fairness=True)
    best = {
        p: max(sum(covered(kind, some) for kind in WEIGHTS) for some in subsets(SPOTS, p)) for p in (1, 2, 3)
    }
    assert [point["value"] for point in answer.study["plan"]["curve"]] == list(best.values())
    assert answer.study["plan"]["fairness"]["value"] == best[2]


@pytest.mark.parametrize(("p", "budget"), [(None, 9.0), (2, 12.0), (3, 6.0)])
def test_within_a_budget_each_building_holds_what_pays(index: Index, p: int | None, budget: float):
    price = np.array([2.0, 1.0, 3.0, 2.5, 2.0, 1.0, 4.0, 1.5])
    costs = {CARE: 0.5, ROOM: 2.0}
    of = dict(zip(SPOTS, price.tolist(), strict=True))
    best = 0.0
    for codes in subsets(SPOTS, 4 if p is None else p):
        # 0: nothing of its own, 1: care alone, 2: a room alone, 3: both.
        for held in product((1, 2, 3), repeat=len(codes)):
            own = {
                kind: [c for c, h in zip(codes, held, strict=True) if h & bit] for kind, bit in BITS.items()
            }
            paid = sum(of[code] for code in codes) + sum(costs[kind] * len(own[kind]) for kind in own)
            if paid <= budget:
                best = max(best, sum(covered(kind, own[kind]) for kind in own))
    answer = ask(index, candidates(price=price), costs, p=p, budget=budget)
    check(answer, best)
    paid = [one["price"] for one in answer.study["plan"]["chosen"]]
    assert sum(paid) <= budget
    for one in answer.study["plan"]["chosen"]:
        assert one["price"] == of[one["code"]] + sum(costs[kind] for kind in one["kinds"])
        others = [two for two in answer.study["plan"]["chosen"] if two is not one]
        without = sum(
            covered(kind, [two["code"] for two in others if kind in two["kinds"]]) for kind in WEIGHTS
        )
        assert one["gain"] == pytest.approx(best - without)


BITS = {CARE: 1, ROOM: 2}
BOTH = [{"kind": CARE, "weight": "", "cost": 0.0}, {"kind": ROOM, "weight": "", "cost": 1.0}]


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"together": BOTH[:1]}, "together"),
        ({"together": [*BOTH, BOTH[0]]}, "together"),
        ({"together": [{**BOTH[0], "kind": "canteen"}, BOTH[1]]}, "together"),
        ({"together": BOTH}, "kind_cost"),
        ({"together": [BOTH[0], {**BOTH[1], "cost": -1.0}], "budget": 2.0}, "kind_cost"),
        ({"together": BOTH, "budget": 2.0, "objective": "farthest"}, "together"),
        ({"together": BOTH, "budget": 2.0, "capacity": 5.0}, "together"),
        ({"together": BOTH, "budget": 2.0, "pool": 3}, "kind_cost"),
    ],
)
def test_what_does_not_go_together_is_named(given: dict[str, Any], parameter: str):
    with pytest.raises(InputError) as caught:
        SiteAsk(p=2, **given)
    assert caught.value.parameter == parameter


def test_a_column_that_is_not_there_is_named(index: Index):
    together = [{"kind": CARE, "weight": "", "cost": 0.0}, {"kind": ROOM, "weight": "没有", "cost": 0.0}]
    with pytest.raises(InputError, match="没有"):
        plan(index, candidates(), p=1, together=together, asked={"kinds": [CARE, ROOM]})
