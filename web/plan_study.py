"""One study: how far it is, or what it found."""

import hashlib
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, render_template, url_for

from geo import jobs
from geo.model.study import Study
from geo.registry.studies import Kept
from geo.report.study_figures import figures, question_lines
from geo.report.study_tables import (
    area_table,
    distance_table,
    finding_table,
    gap_table,
    source_table,
    upgrade_table,
)
from geo.report.study_words import LIMITS, WEEKDAYS, assumption_lines, headline
from web import params
from web.conditional import conditional
from web.language import gettext, say
from web.plan_files import FORMATS
from web.plan_site import plan_shown
from web.plan_site_wait import trace_of, trace_words
from web.plan_store import Row, count_before, engine, kept_study, shown_state, studies
from web.plan_words import STATES, error_words, study_name, when_words
from web.same_site import check_same_site
from web.state import state

__all__ = ["blueprint", "heat", "study_words"]

blueprint = Blueprint("study", __name__)

_KNOWN = frozenset({"lang"})
_HEATS = 5
_WEDNESDAY = 2


@blueprint.get("/<id>")
def page(id: str) -> str:
    """Answer with a study: its results, or how far it is."""
    params.given(_KNOWN, strict=False)
    kept = kept_study(id)
    shown = shown_state(kept)
    common = {
        "id": kept.id,
        "name": study_name(kept.asked, state().live.index.snapshot),
        "made": when_words(kept.made_at),
    }
    if kept.state != "done" or kept.found is None:
        return render_template(
            "plan_wait.html",
            **common,
            state=shown,
            state_name=STATES[shown],
            percent=round(100 * kept.progress),
            step=_step(kept),
            before=count_before(kept) if shown == "waiting" else 0,
            error=error_words(kept.error),
            siting="site" in kept.asked,
            said=_siting(kept),
        )
    return render_template("plan_study.html", **common, **study_words(kept.found), others=_others(kept.id))


@blueprint.get("/<id>/state.json")
def progress(id: str) -> Response:
    """Answer with how far a study is, for its page to follow."""
    params.given(_KNOWN)
    kept = kept_study(id)
    shown = shown_state(kept)
    told = orjson.dumps(
        {
            "state": shown,
            "name": str(STATES[shown]),
            "percent": round(100 * kept.progress),
            "step": _step(kept),
            "trace": trace_of(kept),
            "said": _siting(kept),
        }
    )
    tag = hashlib.sha256(told).hexdigest()[:20]
    return conditional(tag, lambda: Response(told, content_type="application/json"))


@blueprint.post("/<id>/cancel")
def cancel(id: str) -> Response:
    """Have a study ended, and lead to its page."""
    check_same_site()
    jobs.cancel(engine(), kept_study(id).id)
    return redirect(url_for("plan.study.page", id=id), 303)


@blueprint.post("/<id>/again")
def again(id: str) -> Response:
    """Have a study that came to nothing made once more, and lead to its page."""
    check_same_site()
    jobs.again(engine(), state().settings, kept_study(id).id)
    return redirect(url_for("plan.study.page", id=id), 303)


@blueprint.get("/<id>/delete")
def ask_delete(id: str) -> str:
    """Answer with the question whether a study is to be removed."""
    params.given(_KNOWN, strict=False)
    kept = kept_study(id)
    name = study_name(kept.asked, state().live.index.snapshot)
    return render_template("plan_delete.html", id=kept.id, name=name, made=when_words(kept.made_at))


@blueprint.post("/<id>/delete")
def delete(id: str) -> Response:
    """Remove a study and its files, and lead to those that are left."""
    check_same_site()
    jobs.remove(engine(), state().settings, kept_study(id).id)
    return redirect(url_for("plan.page"), 303)


def study_words(study: Study) -> dict[str, Any]:
    """Return what a study found as a template shows it."""
    asked = study["asked"]
    return {
        "study": study,
        "headline": headline(study, say),
        "basis": " · ".join(value for _, value in question_lines(study, say)),
        "question": question_lines(study, say),
        "figures": figures(study, say),
        "areas": area_table(study, say).brief(),
        "gaps": gap_table(study, say).brief(),
        "distances": distance_table(study, say),
        "upgrades": upgrade_table(study, say),
        "findings": finding_table(study, say),
        "sources": source_table(study, say),
        "assumptions": assumption_lines(study["assumptions"], say),
        "limits": [say(limit) for limit in LIMITS],
        "weekdays": [say(day) for day in WEEKDAYS],
        "heat": heat,
        "asked_hour": (_WEDNESDAY, int(asked["at"][:-3])) if asked["at"] and len(asked["at"]) <= 5 else None,
        "formats": FORMATS,
        "plan": plan_shown(study),
    }


def heat(share: float | None) -> str:
    """Return how warm a share is, for the style: 0 to 4, or none.

    Examples
    --------
    >>> heat(0.0), heat(0.784), heat(1.0), heat(None)
    ('0', '3', '4', 'none')
    """
    return "none" if share is None else str(min(int(share * _HEATS), _HEATS - 1))


def _step(kept: Kept) -> str:
    return gettext(kept.step) if kept.step else ""


def _siting(kept: Kept) -> str:
    trace = trace_of(kept)
    return trace_words(kept.asked, trace, _step(kept)) if trace else ""


def _others(id_: str) -> list[Row]:
    """Return the studies one can be compared with."""
    return [one for one in studies() if one.state == "done" and one.id != id_]
