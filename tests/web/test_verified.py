"""The line that says when somebody last looked."""

from datetime import date

import pytest
from flask import Flask

from geo.model.verification import Policy
from web.language import init_language
from web.verified import verified_words

TODAY = date(2026, 11, 2)
USUAL = Policy(275, 365)
LOOK = {"role": "keeper", "checked": ["door", "hours", "position"]}


def said(doc: dict, policy: Policy = USUAL, lang: str = "zh") -> str:
    app = Flask("web")
    init_language(app)
    with app.test_request_context(f"/?lang={lang}"):
        return verified_words(doc, TODAY, policy)


def test_it_names_the_day_the_role_and_what_was_looked_at():
    line = said({"verified_on": "2026-11-02", "verified": LOOK})
    assert line == "2026-11-02 由驿站负责人核实过:门开着、开放时间、位置"


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_the_union_is_one_role(role: str):
    line = said({"verified_on": "2026-11-02", "verified": {"role": role, "checked": ["exists"]}})
    assert line == "2026-11-02 由工会工作人员核实过:还在这里"


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (Policy(275, 365), ""),
        (Policy(10, 365), ",快要再核实了"),
        (Policy(5, 10), ",到现在 92 天了,去之前最好先问一声"),
    ],
)
def test_the_policy_is_that_of_the_settings(days: Policy, end: str):
    assert said({"verified_on": "2026-08-02"}, days) == f"2026-08-02 核实过{end}"


def test_more_than_a_year_is_called_so():
    assert said({"verified_on": "2025-11-01"}).endswith(",到现在超过一年了,去之前最好先问一声")


def test_what_this_program_does_not_know_yet_is_left_out():
    line = said({"verified_on": "2026-11-02", "verified": {"role": "robot", "checked": ["door"]}})
    assert line == "2026-11-02 核实过"
    line = said({"verified_on": "2026-11-02", "verified": {"role": "keeper", "checked": ["door", "taste"]}})
    assert line.endswith(":门开着")
