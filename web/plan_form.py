"""The question of a study as the planner's form holds it, and back."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import orjson

from geo.errors import InputError
from geo.finder import check_known
from geo.model.station import SERVING
from geo.model.study import Asked
from geo.planner.question import PRESETS, Ask, limit_of, parse_within
from geo.planner.site_question import SiteAsk
from geo.registry.demand import DemandSet
from web import params
from web.plan_words import ALSO, UNITS

__all__ = ["FIELDS", "OWN", "Form", "ask_of", "form_of", "pair_of", "read_form"]

OWN = "own"
"""The limit that is none of the presets."""


class Form(NamedTuple):
    """What the form's fields hold, right or wrong.

    Attributes
    ----------
    demand : str
        A demand and a column of it, as `pair_of` writes them.
    also : sequence of str
        Statuses counted beside those one can go to.
    limit : str
        A preset, or ``own``: then ``within``, ``unit`` and ``by`` count.
    hour : str
        ``clock`` or ``moment``: then the field of that name counts; empty: hours are not used.
    """

    title: str = ""
    area: str = ""
    demand: str = ""
    kind: Sequence[str] = ()
    facility: Sequence[str] = ()
    also: Sequence[str] = ()
    limit: str = next(iter(PRESETS))
    within: str = ""
    unit: str = "m"
    by: str = "walk"
    hour: str = ""
    clock: str = ""
    moment: str = ""


FIELDS = frozenset(Form._fields)
_MANY = ("kind", "facility", "also")


def pair_of(demand: str, column: str) -> str:
    """Return a demand and a column of it as one value of a form.

    Examples
    --------
    >>> pair_of("骑手", "riders_14")
    '["骑手","riders_14"]'
    """
    return orjson.dumps([demand, column]).decode()


def read_form(values: params.Values) -> Form:
    """Return the form as it was sent; a field that is left out is empty.

    Raises
    ------
    InputError
        A field that can be given once was given several times.
    """
    texts = {name: params.one(values, name) or "" for name in Form._fields if name not in _MANY}
    return Form(**texts, **{name: params.many(values, name) for name in _MANY})


def form_of(asked: Asked) -> Form:
    """Return the form that asks what a study asked."""
    at = asked["at"] or ""
    hour = "" if not at else "clock" if len(at) <= len("HH:MM") else "moment"
    preset = next((code for code in PRESETS if _limit_of(code) == _asked_limit(asked)), OWN)
    seconds = asked["measure"] == "seconds"
    return Form(
        title=asked["title"],
        area=asked["area"] or "",
        demand=pair_of(asked["demand"], asked["weight"]),
        kind=asked["kinds"],
        facility=asked["facilities"],
        also=[status for status in asked["statuses"] if status in ALSO],
        limit=preset,
        within=f"{asked['limit'] / (60 if seconds else 1):g}",
        unit="min" if seconds else "m",
        by=asked["by"],
        hour=hour,
        clock=at if hour == "clock" else "",
        # As browsers write it: minutes, and no offset.
        moment=at[:16] if hour == "moment" else "",
    )


def ask_of(
    form: Form, demands: Sequence[DemandSet], areas: Collection[str], site: SiteAsk | None = None
) -> Ask:
    """Return the question of a form.

    Parameters
    ----------
    site : SiteAsk, optional
        What it asks about new stations.

    Raises
    ------
    InputError
        Naming the field.
    """
    by, limit, measure = _limit(form)
    demand, column = _demand(form, demands)
    check_known("also", form.also, ALSO)
    check_known("hour", [form.hour], ("", "clock", "moment"))
    if form.area and form.area not in areas:
        raise InputError("没有代码为“%(value)s”的区划", parameter="area", value=form.area[: params.SHOWN])
    return Ask(
        demand=demand,
        weight=column,
        area=form.area or None,
        kinds=form.kind,
        facilities=form.facility,
        statuses=[*SERVING, *form.also] if form.also else (),
        by=by,
        limit=limit,
        measure=measure,
        at=_at(form),
        title=" ".join("".join(char if char.isprintable() else " " for char in form.title).split()),
        site=site,
    )


def _limit(form: Form) -> tuple[str, float, Literal["metres", "seconds"]]:
    check_known("limit", [form.limit], (*PRESETS, OWN))
    if form.limit != OWN:
        return _limit_of(form.limit)
    check_known("unit", [form.unit], UNITS)
    number = params.as_float(form.within)
    if number is None:
        raise InputError(
            "距离或时间应是一个数字,如 800,现在是“%(value)s”",
            parameter="within",
            value=form.within[: params.SHOWN],
        )
    return (form.by, *limit_of(number, form.unit))


def _limit_of(preset: str) -> tuple[str, float, Literal["metres", "seconds"]]:
    return (PRESETS[preset].by, *parse_within(PRESETS[preset].within))


def _asked_limit(asked: Asked) -> tuple[str, float, str]:
    return asked["by"], asked["limit"], asked["measure"]


def _demand(form: Form, demands: Sequence[DemandSet]) -> tuple[str, str]:
    for one in demands:
        for column, _ in one.weights:
            if form.demand == pair_of(one.name, column):
                return one.name, column
    raise InputError("请选择一份需求", parameter="demand")


def _at(form: Form) -> str | None:
    if not form.hour:
        return None
    at = form.clock if form.hour == "clock" else form.moment
    if not at:
        raise InputError("请写明几点", parameter=form.hour)
    return at.strip()
