"""A study's report on paper: A4, a few pages, with the words and figures of the one on a screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from geo.model.hours import Reason
from geo.report.paper import set_pages, shown
from geo.report.plan_section import PlanSection, plan_section
from geo.report.study_figures import figures, question_lines
from geo.report.study_parts import StudyParts
from geo.report.study_sketch import legend, sketch
from geo.report.study_tables import (
    Table,
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

__all__ = ["study_pdf"]

_GAPS, _AREAS, _SITES, _CURVE = 15, 40, 60, 20


def study_pdf(parts: StudyParts, *, fonts: Path, say: Say = str, lang: str = "zh") -> bytes:
    """Return the report as PDF.

    Parameters
    ----------
    fonts : Path
        A folder that may hold fonts besides those of the system; it need not exist.
    lang : str
        Of the words that ``say`` gives.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font.
    """
    words = _words(parts, say) | {"lang": lang}
    plan = plan_section(parts, say)
    content = {
        **shown(words),
        "picture": sketch(parts),
        "marks": _marks(legend(say)),
        "plan": None if plan is None else _plan(plan, say),
    }
    return set_pages("study.typ", orjson.dumps(content).decode(), fonts=fonts)


def _words(parts: StudyParts, say: Say) -> dict[str, Any]:
    study = parts.study
    title = titles(study, say)
    gaps, areas = gap_table(study, say).brief(), area_table(study, say).brief()
    return {
        "title": headline(study, say),
        "registry": "",
        "kicker": title.kicker,
        "headline": headline(study, say),
        "made": f"{title.made} {parts.link}".strip(),
        "foot": f"{headline(study, say)} · {title.made}",
        "words": title._asdict(),
        "figures": [figure._asdict() for figure in figures(study, say)],
        "by_line": line_words(study, say),
        "question": question_lines(study, say),
        "areas": _listed(areas, title.areas_note, most=_AREAS, say=say),
        "gaps": _listed(gaps, title.gaps_note, most=_GAPS, say=say),
        "distances": _listed(distance_table(study, say)),
        "week": _week(week_table(study, say), title.week_note),
        "upgrades": _listed(upgrade_table(study, say), title.upgrades_note),
        "findings": _listed(finding_table(study, say), title.findings_note, most=_GAPS, say=say),
        "sources": _listed(source_table(study, say), title.sources),
        "assumptions": assumption_lines(study["assumptions"], say),
        "limits": limit_lines(study, say),
    }


def _plan(plan: PlanSection, say: Say) -> dict[str, Any]:
    """Return a plan for its template; pictures are not text that might be broken."""
    words = plan.words
    told = {
        "words": words._asdict(),
        "headline": plan.headline,
        "lines": plan.lines,
        "figures": [figure._asdict() for figure in plan.figures],
        "question": plan.question,
        "sites": _listed(plan.sites, words.sites_note, most=_SITES, say=say),
        "curve": _listed(plan.curve, words.curve_table, most=_CURVE, say=say),
        "phases": _listed(plan.phases, words.phases_note),
        "pool": _listed(plan.pool, words.pool_note),
        "fairness": _listed(plan.fairness, words.fairness_note),
    }
    pictures = {"picture": plan.picture, "curve_picture": plan.curve_picture}
    marks = {"marks": _marks(plan.marks), "curve_marks": _marks(plan.curve_marks)}
    return {**shown(told), **pictures, **marks}


def _listed(table: Table, caption: str = "", *, most: int | None = None, say: Say = str) -> dict[str, Any]:
    rows = table.texts()[:most]
    left = len(table.rows) - len(rows)
    note = say(Reason("还有 %(count)s 行,见工作簿", {"count": left})) if left else ""
    return {"columns": _columns(table), "rows": rows, "caption": caption, "note": note}


def _week(table: Table, caption: str) -> dict[str, Any]:
    return {"columns": _columns(table), "rows": table.rows, "caption": caption}


def _columns(table: Table) -> list[dict[str, Any]]:
    return [{"name": column.name, "form": column.form} for column in table.columns]


def _marks(marks: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-11 -11 22 22" width="22" height="22">'
    return [(f"{box}{drawn}</svg>", told) for drawn, told in marks]
