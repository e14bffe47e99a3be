"""In what a plan's figures are told: shares, stations, metres or minutes, and what tables call them."""

import math
from typing import NamedTuple

from geo.model.hours import Reason
from geo.model.plan import CurvePoint, Plan
from geo.model.study import Asked
from geo.report.study_tables import Form
from geo.report.study_words import NOTHING

__all__ = ["Unit", "before_of", "curve_points", "known", "mean_of", "part_of", "people", "unit_of"]

_MINUTE_S = 60


class Unit(NamedTuple):
    """How values of a plan are told, and differences between them.

    Attributes
    ----------
    name, bound, gain, loss : Reason
        Headings: of values, of bounds, of what a place adds, of what is lost against the best.
    value_form, gain_form, loss_form : Form
    value_per, gain_per, loss_per : float
        What figures are divided by to be in that form; 0 where there is nothing to divide by.
    """

    name: Reason
    bound: Reason
    gain: Reason
    loss: Reason
    value_form: Form
    gain_form: Form
    loss_form: Form
    value_per: float = 1.0
    gain_per: float = 1.0
    loss_per: float = 1.0

    def value(self, value: float | None) -> float | None:
        """Return a value or a bound in its form."""
        return part_of(value, self.value_per)

    def added(self, gain: float | None) -> float | None:
        """Return what something adds in its form."""
        return _counted(part_of(gain, self.gain_per), self.gain_form)

    def lost(self, loss: float | None) -> float | None:
        """Return what is lost in its form."""
        return _counted(part_of(loss, self.loss_per), self.loss_form)


def known(value: float | None) -> float | None:
    """Return a figure, None where it is not known or, as the way to a place that none leads to, not finite.

    Examples
    --------
    >>> known(2.0), known(None), known(float("inf"))
    (2.0, None, None)
    """
    return value if value is not None and math.isfinite(value) else None


def part_of(value: float | None, whole: float) -> float | None:
    """Return a figure as a part of another; None where one is not known or the other nothing.

    Examples
    --------
    >>> part_of(1.0, 4.0), part_of(1.0, 0.0), part_of(None, 4.0)
    (0.25, None, None)
    """
    found = known(value)
    return None if found is None or not whole else found / whole


def people(value: float | None) -> str:
    """Return a weight of demand as whole people.

    Examples
    --------
    >>> people(722_166.4), people(0.2), people(None)
    ('722,166', '0', '—')
    """
    return NOTHING if value is None else f"{round(value):,}"


def before_of(plan: Plan) -> float | None:
    """Return the value as things are; None where there is none, or where what stands is not counted."""
    return None if plan["site"]["existing"] == "none" else known(plan["before"])


def _counted(value: float | None, form: Form) -> float | None:
    """Return people as whole ones."""
    return value if value is None or form != "weight" else float(round(value))


def curve_points(plan: Plan) -> list[CurvePoint]:
    """Return what each number of new stations comes to, from none on where that is known."""
    points, before = plan["curve"] or [], known(plan["before"])
    # Without a new station nothing may change but by longer hours or by moving.
    changes = plan["site"]["upgrades"] or plan["site"]["moves"]
    if not points or points[0]["p"] != 1 or before is None or changes:
        return points
    return [CurvePoint(p=0, value=before, bound=before, gain=None, price=None), *points]


def mean_of(plan: Plan, value: float | None) -> float | None:
    """Return metres or seconds of one: where a value is their sum over the demand, the mean."""
    if plan["site"]["objective"] == "distance":
        return part_of(value, plan["coverable"])
    return known(value)


def unit_of(plan: Plan, asked: Asked | None) -> Unit:
    """Return in what a plan's figures are told.

    Parameters
    ----------
    asked : Asked or None
        The question of the study that the plan belongs to; None where it stands alone, on costs of any unit.
    """
    objective = plan["site"]["objective"]
    if objective == "cover":
        return _cover(plan)
    if objective == "all":
        return _all()
    mean = objective == "distance"
    minutes = asked is not None and asked["measure"] == "seconds"
    unit = {"unit": Reason("成本") if asked is None else Reason("分钟") if minutes else Reason("米")}
    per = (plan["coverable"] if mean else 1.0) * (_MINUTE_S if minutes else 1.0)
    # A place changes a mean by little: whole metres would hide it.
    form: Form = "minutes" if minutes else "number" if mean or asked is None else "metres"
    words = (
        (
            Reason("到最近的站点平均(%(unit)s)", unit),
            Reason("平均的下限(%(unit)s)", unit),
            Reason("平均近了(%(unit)s)", unit),
            Reason("平均远了(%(unit)s)", unit),
        )
        if mean
        else (
            Reason("最远的(%(unit)s)", unit),
            Reason("最远的下限(%(unit)s)", unit),
            Reason("最远的近了(%(unit)s)", unit),
            Reason("最远的远了(%(unit)s)", unit),
        )
    )
    return Unit(*words, form, form, form, per, per, per)


def _cover(plan: Plan) -> Unit:
    return Unit(
        Reason("覆盖率"),
        Reason("覆盖率的上限"),
        Reason("多覆盖的需求"),
        Reason("少覆盖的需求"),
        "share",
        "weight",
        "weight",
        value_per=plan["whole"],
    )


def _all() -> Unit:
    return Unit(
        Reason("站点数"),
        Reason("站点数的下限"),
        Reason("多覆盖的需求"),
        Reason("多用的站点"),
        "count",
        "weight",
        "count",
    )
