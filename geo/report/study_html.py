"""A study's report as one HTML file that opens from a stick, asks nothing of any host, and prints on A4."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from geo.report.plan_section import plan_section
from geo.report.study_figures import figures, question_lines
from geo.report.study_map import study_map
from geo.report.study_parts import StudyParts
from geo.report.study_sketch import legend, sketch
from geo.report.study_tables import (
    area_table,
    distance_table,
    finding_table,
    gap_table,
    source_table,
    upgrade_table,
    week_table,
)
from geo.report.study_titles import titles
from geo.report.study_words import Say, assumption_lines, headline, limit_lines, line_words

__all__ = ["study_html"]

_FOLDER = Path(__file__).parent / "templates"
_HEATS = 10


def study_html(parts: StudyParts, *, say: Say = str, lang: str = "zh-CN") -> str:
    """Return the report; whatever a name holds, it is text there.

    Parameters
    ----------
    lang : str
        Of the words that ``say`` gives.
    """
    study = parts.study

    return _environment().get_template("study.html").render(
        lang=lang,
        study=study,
        link=parts.link,
        words=titles(study, say),
        headline=headline(study, say),
        figures=figures(study, say),
        by_line=line_words(study, say),
        question=question_lines(study, say),
        picture=sketch(parts),
        map=study_map(parts, say=say, lang=lang),
        marks=legend(say),
        areas=area_table(study, say).brief(),
        distances=distance_table(study, say),
        within=sum(edge <= study["asked"]["limit"] for edge in study["distances"]["edges"]),
        gaps=gap_table(study, say).brief(),
        upgrades=upgrade_table(study, say),
        findings=finding_table(study, say),
        sources=source_table(study, say),
        week=week_table(study, say),
        assumptions=assumption_lines(study["assumptions"], say),
        limits=limit_lines(study, say),
        plan=plan_section(parts, say),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["heat"] = _heat
    # Pictures of numbers alone, and words of ours.
    made.filters["drawn"] = Markup
    made.filters["whole"] = lambda share: "—" if share is None else f"{share * 100:.0f}"
    return made


def _heat(share: float | None) -> str:
    """Return how warm a share is, for the style: 0 to 9, or none."""
    return "none" if share is None else str(min(int(share * _HEATS), _HEATS - 1))
