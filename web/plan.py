"""The planner's page: what is to be studied, and the studies there are."""

from flask import Blueprint, Response, redirect, render_template, url_for

from geo import jobs
from geo.db.engine import reading
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.registry.demand import DemandSet, list_demand
from web import params, plan_compare, plan_files, plan_study
from web.embed_make import areas_to_choose
from web.language import gettext
from web.plan_form import FIELDS, Form, ask_of, form_of, pair_of, read_form
from web.plan_store import engine, kept_study, open_store, studies
from web.plan_words import ALSO, UNITS, WAYS, preset_words
from web.same_site import check_same_site
from web.state import state
from web.words import SHORT_KINDS, facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
for part in (plan_compare, plan_files, plan_study):
    blueprint.register_blueprint(part.blueprint)
blueprint.record_once(open_store)


@blueprint.get("/")
def page() -> str:
    """Answer with the form and the studies; ``from`` fills it with the question of a study."""
    from_ = params.one(params.given({"from", "lang"}, strict=False), "from")
    return _shown(form_of(kept_study(from_).asked) if from_ else Form(), from_=from_)


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
    form = read_form(params.given(FIELDS | {"lang", "big"}))
    areas = {area["code"] for area in state().live.index.snapshot.areas}
    try:
        asked = ask_of(form, _demands(), areas).asked()
    except InputError as error:
        return _shown(form, error=error), 400
    id_ = jobs.submit(engine(), state().settings, asked)
    return redirect(url_for("plan.study.page", id=id_), 303)


def _shown(form: Form, *, error: InputError | None = None, from_: str | None = None) -> str:
    snapshot = state().live.index.snapshot
    demands = _demands()
    return render_template(
        "plan.html",
        form=form,
        from_=from_,
        fault=gettext(error.message, **error.params) if error else "",
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
        studies=studies(),
    )


def _demands() -> tuple[DemandSet, ...]:
    with reading(engine()) as session:
        return list_demand(session)
