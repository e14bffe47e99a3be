"""What may be asked about new stations, and what is said when it may not."""

import json
from typing import Any

import pytest

from geo.errors import InputError
from geo.planner.question import Ask
from geo.planner.site_question import SiteAsk

EVERYTHING = SiteAsk(
    p=6,
    candidates="set:网点",
    existing="closable",
    planned=True,
    budget=12.5,
    close_cost=2.0,
    moves=2,
    backup=2,
    per_area=1,
    spacing=300.0,
    must=("甲", "乙", "甲"),
    never=("丙",),
    curve=9,
    phases=(2, 6),
    pool=3,
    fairness=True,
    seconds=5.0,
    seed=7,
)


def test_a_question_is_kept_and_comes_back():
    ask = Ask(demand="住户", limit=500.0, statuses=("open",), site=EVERYTHING)
    asked = json.loads(json.dumps(ask.asked()))
    assert asked["site"]["must"] == ["甲", "乙"], "each once"
    assert Ask.from_asked(asked).asked() == asked
    assert Ask.from_asked(asked).site.site() == asked["site"]


def test_a_question_of_coverage_alone_says_nothing_of_sites():
    asked = Ask(demand="住户", limit=500.0).asked()
    assert "site" not in asked
    assert Ask.from_asked(asked).site is None


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({}, "p"),
        ({"p": 0}, "p"),
        ({"p": 1001}, "p"),
        ({"p": 1, "objective": "best"}, "objective"),
        ({"p": 1, "candidates": "路口"}, "candidates"),
        ({"p": 1, "candidates": "set:"}, "candidates"),
        ({"p": 1, "existing": "some"}, "existing"),
        ({"p": 1, "budget": float("nan")}, "budget"),
        ({"p": 1, "budget": -1.0}, "budget"),
        ({"p": 1, "capacity": 0.0}, "capacity"),
        ({"p": 1, "capacity": "column"}, "capacity"),
        ({"p": 1, "capacity": 5.0, "objective": "all"}, "capacity"),
        ({"p": 1, "capacity": 5.0, "backup": 2}, "capacity"),
        ({"p": 1, "backup": 0}, "backup"),
        ({"p": 1, "backup": 2, "objective": "distance"}, "backup"),
        ({"p": 1, "existing": "closable"}, "moves"),
        ({"existing": "closable", "moves": 1, "objective": "all"}, "existing"),
        ({"p": 1, "moves": 1}, "existing"),
        ({"p": 1, "existing": "none", "upgrades": 1}, "existing"),
        ({"p": 1, "all_day": True, "objective": "distance"}, "all_day"),
        ({"p": 1, "must": ("甲",), "never": ("甲",)}, "must"),
        ({"p": 1, "must": ("甲", "乙")}, "must"),
        ({"p": 9, "phases": (3, 3)}, "phases"),
        ({"p": 9, "phases": (3, 10)}, "phases"),
        ({"objective": "all", "curve": 5}, "objective"),
        ({"p": 1, "curve": 61}, "curve"),
        ({"p": 1, "fairness": True, "objective": "farthest"}, "fairness"),
        ({"p": 1, "seconds": 0.0}, "seconds"),
        ({"p": 1, "seed": -1}, "seed"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], parameter: str):
    with pytest.raises(InputError) as caught:
        SiteAsk(**given)
    assert caught.value.parameter == parameter
    assert str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"objective": "all"},
        {"budget": 3.0},
        {"p": 0, "upgrades": 2},
        {"p": 0, "existing": "closable", "moves": 1},
    ],
)
def test_no_number_is_needed_where_something_else_decides(given: dict[str, Any]):
    SiteAsk(**given)
