"""All that a study's report says of its plan, put together once for the screen and for paper."""

from typing import NamedTuple

from geo.report.plan_curve import curve_legend, curve_picture
from geo.report.plan_figures import plan_figures, site_lines
from geo.report.plan_sketch import plan_legend, plan_sketch
from geo.report.plan_tables import (
    area_names,
    curve_table,
    fairness_table,
    phase_table,
    pool_table,
    site_table,
)
from geo.report.plan_titles import PlanTitles, plan_titles
from geo.report.plan_words import plan_headline, plan_lines
from geo.report.study_figures import Figure
from geo.report.study_parts import StudyParts
from geo.report.study_tables import Table
from geo.report.study_words import Say

__all__ = ["PlanSection", "plan_section"]


class PlanSection(NamedTuple):
    """A plan as it is shown; a picture (SVG) is empty and a table without rows where nothing is to be shown.

    Marks are what each of a picture's means: drawn around the origin (SVG, 22 units wide), and its words.
    """

    words: PlanTitles
    headline: str
    lines: list[str]
    figures: list[Figure]
    question: list[tuple[str, str]]
    picture: str
    marks: list[tuple[str, str]]
    sites: Table
    curve_picture: str
    curve_marks: list[tuple[str, str]]
    curve: Table
    phases: Table
    pool: Table
    fairness: Table


def plan_section(parts: StudyParts, say: Say = str) -> PlanSection | None:
    """Return what is told of a study's plan; None where it has none."""
    plan = parts.study.get("plan")
    if plan is None:
        return None
    asked = parts.study["asked"]
    return PlanSection(
        words=plan_titles(plan, asked, say),
        headline=plan_headline(plan, asked, say),
        lines=plan_lines(plan, asked, say, assumptions=parts.study["assumptions"]),
        figures=plan_figures(plan, asked, say),
        question=site_lines(plan, say),
        picture=plan_sketch(parts, plan),
        marks=plan_legend(plan, say),
        sites=site_table(plan, asked, say, areas=area_names(parts.study)).brief(),
        curve_picture=curve_picture(plan, asked),
        curve_marks=curve_legend(plan, asked, say),
        curve=curve_table(plan, asked, say).brief(),
        phases=phase_table(plan, asked, say).brief(),
        pool=pool_table(plan, asked, say).brief(),
        fairness=fairness_table(plan, asked, say).brief(),
    )
