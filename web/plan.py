"""The planner's page: what is to be studied, and the studies there are."""

from flask import Blueprint, Response, redirect, render_template, url_for

from geo import jobs
from geo.db.engine import reading
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.registry.candidates import list_candidate_sets
from geo.registry.demand import DemandSet, list_demand
from web import params, plan_compare, plan_files, plan_site, plan_study
from web.embed_make import areas_to_choose
from web.plan_form import FIELDS, Form, ask_of, form_of, pair_of, read_form
from web.plan_site_form import (
    MORE,
    SITE_FIELDS,
    SiteForm,
    fault_words,
    read_site_form,
    site_form_of,
    site_form_words,
    site_of,
)
from web.plan_store import engine, kept_study, studies
from web.plan_words import ALSO, UNITS, WAYS, preset_words
from web.same_site import check_same_site
from web.state import state
from web.words import SHORT_KINDS, facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
for part in (plan_compare, plan_files, plan_site, plan_study):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/")
def page() -> str:
    """Answer with the form and the studies; ``from`` fills it with the question of a study."""
    from_ = params.one(params.given({"from", "lang"}, strict=False), "from")
    if not from_:
        return _shown(Form(), SiteForm())
    asked = kept_study(from_).asked
    return _shown(form_of(asked), site_form_of(asked.get("site")), from_=from_)


@blueprint.post("/")
def submit() -> Response | tuple[str, int]:
    """Have a study made, and lead to its page; a form that is wrong is shown again.

    Raises
    ------
    Forbidden
        Another site sent it.
    UnavailableError
        Too many wait already.
    """
    check_same_site()
    values = params.given(FIELDS | SITE_FIELDS | {"lang", "big"})
    form, site = read_form(values), read_site_form(values)
    areas = {area["code"] for area in state().live.index.snapshot.areas}
    try:
        asked = ask_of(form, _demands(), areas, site_of(site, [name for name, _ in _candidates()])).asked()
    except InputError as error:
        return _shown(form, site, error=error), 400
    id_ = jobs.submit(engine(), state().settings, asked)
    return redirect(url_for("plan.study.page", id=id_), 303)


def _shown(form: Form, site: SiteForm, *, error: InputError | None = None, from_: str | None = None) -> str:
    snapshot = state().live.index.snapshot
    demands = _demands()
    return render_template(
        "plan.html",
        form=form,
        from_=from_,
        fault=fault_words(error) if error else "",
        wrong=getattr(error, "parameter", None),
        demands=[
            (one.name, [(pair_of(one.name, column), column, total) for column, total in one.weights])
            for one in demands
        ],
        areas=areas_to_choose(snapshot, empty=True),
        streets=bool(snapshot.streets),
        presets=preset_words(),
        kinds=SHORT_KINDS,
        facilities=[(code, facility_name(code)) for code in FACILITIES],
        ways=WAYS,
        units=UNITS,
        also=ALSO,
        site=site,
        site_words=site_form_words(_candidates()),
        site_more=MORE,
        studies=studies(),
    )


def _demands() -> tuple[DemandSet, ...]:
    with reading(engine()) as session:
        return list_demand(session)


def _candidates() -> list[tuple[str, int]]:
    with reading(engine()) as session:
        return [(one.name, one.count) for one in list_candidate_sets(session)]
