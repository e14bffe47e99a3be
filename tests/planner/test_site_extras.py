"""What is asked besides a plan: it shares a time, and whatever happens to it the plan stays."""

import numpy as np
import pytest

from geo.analyses.siting.problem import Rule, Watch
from geo.analyses.siting.solve import solve
from geo.errors import InputError
from geo.planner import site_extras
from geo.planner.site_extras import extras_of
from geo.planner.site_question import SiteAsk
from geo.planner.site_solve import Case, solve_case
from tests.analyses.siting.choices import patient, random_problem

_PROBLEM = random_problem(3, "cover", columns=7, demand=14, p=3)
_LABEL = (np.arange(14) % 2).astype(np.int32)
_ASK = SiteAsk(p=3, curve=4, phases=(1, 3), pool=2, fairness=True, seconds=30.0)
_PARTS = ("curve_of", "phases_of", "pool_of", "needed", "fair_of")


def _quiet(_share: float, _step: str) -> None:
    pass


@pytest.mark.parametrize("fault", [InputError("时间不够", parameter="seconds"), IndexError("list")])
@pytest.mark.parametrize("name", [*_PARTS, "all"])
def test_what_fails_is_said_and_the_plan_stays(monkeypatch: pytest.MonkeyPatch, name: str, fault: Exception):
    def fail(*_args: object, **_named: object) -> None:
        raise fault

    failing = _PARTS if name == "all" else (name,)
    for one in failing:
        monkeypatch.setattr(site_extras, one, fail)
    found = solve_case(Case(_PROBLEM, _ASK, np.empty(0, np.int32), _LABEL), tell=_quiet)
    assert found.solution.value == solve(_PROBLEM, patient()).value
    assert found.solution.proven
    extras = found.extras
    parts = dict(
        zip(_PARTS, (extras.curve, extras.phases, extras.pool, extras.need, extras.fair), strict=True)
    )
    assert {one for one, part in parts.items() if part is None} == set(failing)
    assert sum("方案不受影响" in one["message"] for one in extras.told) == len(failing)
    reason = "时间不够" if isinstance(fault, InputError) else "程序里的一个错误"
    assert any(reason in one["message"] for one in extras.told)


def test_counts_that_allow_nothing_are_named():
    two = Rule("area:1", np.array([1, 4], np.int32), np.ones(2), 2.0, np.inf)
    problem = random_problem(3, "cover", p=3, rules=(two,))
    _, extras = extras_of(problem, _ASK, solve(problem, patient()), None, patient(), _quiet)
    assert [point.p for point in extras.curve or []] == [2, 3, 4]
    assert extras.told[0]["params"] == {"counts": "1"}


def test_a_plan_is_no_worse_than_the_choices_of_its_curve():
    best = solve(_PROBLEM, patient())
    poor = best._replace(chosen=np.empty(0, np.int32), value=0.0, bound=1e9, proven=False, duals=None)
    better, extras = extras_of(_PROBLEM, _ASK, poor, _LABEL, patient(), _quiet)
    assert (better.value, better.bound) == (pytest.approx(best.value), pytest.approx(best.value))
    own = next(point for point in extras.curve or [] if point.p == 3)
    assert (own.value, own.bound) == (better.value, better.bound)


def test_all_share_one_time(monkeypatch: pytest.MonkeyPatch):
    now, began = [0.0], []

    def take(*args: object, **_named: object) -> list[object]:
        watch = next(one for one in args if isinstance(one, Watch))
        began.append(watch.left())
        now[0] += watch.left()
        return []

    for one in _PARTS:
        monkeypatch.setattr(site_extras, one, take)
    watch = patient()._replace(left=lambda: 30.0 - now[0])
    extras_of(_PROBLEM, _ASK, solve(_PROBLEM, patient()), _LABEL, watch, _quiet)
    assert began == pytest.approx([6.0] * 5)
