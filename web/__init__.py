"""The web: a page for people, an API for programs. Nothing happens when it is imported."""

import os
import threading

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter, Map

from geo.db.engine import open_engine
from geo.finder import warm
from geo.registry.kernels import keep_kernels
from geo.registry.live import Live, open_live
from geo.settings import Settings
from web import (
    admin,
    api,
    areas,
    assets,
    basemap,
    big,
    cities,
    confirm,
    downloads,
    embed,
    embed_files,
    embed_make,
    errors,
    express,
    finder,
    gate,
    headers,
    health,
    language,
    limits,
    oembed,
    openapi,
    packs,
    page,
    params,
    phone,
    photos,
    plan,
    plan_tables,
    privacy,
    report,
    sheets,
    state,
    stations,
    street_packs,
    tickets,
    way,
    whole,
)
from web.admin import menu

__all__ = ["create_app", "create_app_from_env"]

_MAX_BODY_BYTES = 64 * 1024


# In this order: what comes first sees a request first.
_INITS = (
    language.init_language,
    big.init_big,
    errors.init_errors,
    headers.init_headers,
    gate.init_gate,
    limits.init_limits,
    assets.init_assets,
    page.init_page,
    menu.init_menu,
    express.init_express,
    whole.init_whole,
)
_MODULES = (
    api,
    areas,
    basemap,
    cities,
    confirm,
    downloads,
    embed,
    embed_files,
    embed_make,
    finder,
    health,
    oembed,
    openapi,
    packs,
    phone,
    photos,
    plan,
    plan_tables,
    privacy,
    report,
    sheets,
    stations,
    street_packs,
    tickets,
    way,
    *admin.MODULES,
)


class _RowNumber(IntegerConverter):
    """A number in an address, no larger than the stores hold: what is larger is the number of nothing."""

    regex = r"[0-9]{1,10}"

    def __init__(self, rules: Map) -> None:
        super().__init__(rules, max=params.LARGEST)


def create_app(settings: Settings, live: Live | None = None) -> Flask:
    """Return the application.

    Parameters
    ----------
    settings : Settings
    live : Live, optional
        The snapshot to answer from; by default that of the settings' database, watched by a thread.

    Raises
    ------
    UnavailableError
        The database cannot be reached, and no snapshot of it was ever saved here.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.extensions[state.KEY] = state.State(
        settings, live or open_live(settings).start(), open_engine(settings)
    )
    app.url_map.converters["int"] = _RowNumber
    for init in _INITS:
        init(app)
    for module in _MODULES:
        app.register_blueprint(module.blueprint)
    gate.check_rules(app)
    return app


def create_app_from_env() -> Flask:
    """Return the application that the YIZHAN_* settings of this process's environment describe."""
    settings = Settings.from_env(os.environ)
    keep_kernels(settings.home)
    app = create_app(settings)
    index = app.extensions[state.KEY].live.index
    if index.snapshot.streets:
        # Beside the first answers, not before them: a worker serves from the moment it starts.
        threading.Thread(target=warm, args=(index,), name="yizhan-warm", daemon=True).start()
    return app
