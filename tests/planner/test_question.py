"""Limits are understood alike wherever they are written."""

import pytest

from geo.errors import InputError
from geo.planner.question import PRESETS, limit_of, parse_within
from tests.planner.test_run import SET
from web.plan_form import OWN, Form, ask_of, form_of
from web.plan_words import UNITS


@pytest.mark.parametrize("unit", UNITS)
def test_the_form_reads_its_units_as_they_are_written(unit: str):
    form = Form(demand='["住户","人"]', limit=OWN, within="1.5", unit=unit)
    ask = ask_of(form, [SET], ())
    assert (ask.limit, ask.measure) == parse_within(f"1.5{unit}") == limit_of(1.5, unit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("1000m", (1000.0, "metres")),
        ("1 KM", (1000.0, "metres")),
        ("15 分钟", (900.0, "seconds")),
        ("90秒", (90.0, "seconds")),
        ("300", (300.0, "metres")),
    ],
)
def test_limits_are_distances_or_times(text: str, limit: tuple[float, str]):
    assert parse_within(text) == limit


def test_what_is_neither_is_refused():
    with pytest.raises(InputError, match="within"):
        parse_within("15 步")


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_come_back_from_the_question_they_ask(preset: str):
    ask = ask_of(Form(demand='["住户","人"]', limit=preset), [SET], ())
    assert form_of(ask.asked()).limit in {
        code
        for code in PRESETS
        if (PRESETS[code].by, PRESETS[code].within) == (PRESETS[preset].by, PRESETS[preset].within)
    }
