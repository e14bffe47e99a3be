"""What every page has around it: the registry's name, the language, how old the data is."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response
from flask_babel import format_datetime

from geo.registry.snapshot import Snapshot
from web.language import gettext, language
from web.params import address, asked_language
from web.state import age_s, base_url, state
from web.words import age_words

__all__ = ["init_page", "is_demo", "no_store"]

# What a demonstration calls itself, in its areas' names or in the registry's own.
_DEMO = "演示"
_TOP_LEVELS = ("province", "city")


def init_page(app: Flask) -> None:
    """Give every template of the app what surrounds a page."""
    app.context_processor(_surroundings)


def is_demo(snapshot: Snapshot, name: str) -> bool:
    """Tell whether a registry is a demonstration: its name, or that of a city in it, says so."""
    tops = (area["name"] for area in snapshot.areas if area["level"] in _TOP_LEVELS)
    return _DEMO in name or any(_DEMO in top for top in tops)


def no_store(response: Response) -> Response:
    """Keep an answer that depends on a person's position out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _surroundings() -> dict[str, Any]:
    here = state()
    snapshot = here.live.index.snapshot
    lang = language()
    return {
        "lang": lang,
        "asked_lang": asked_language(),
        "other_lang": "en" if lang == "zh" else "zh",
        "other_address": address(lang="en" if lang == "zh" else "zh"),
        "site_name": gettext(here.settings.name),
        "base": base_url(here.settings),
        "hotline": here.settings.hotline,
        "demo": is_demo(snapshot, here.settings.name),
        "as_of": _as_of(snapshot.at),
        "stale_age": _stale_age(snapshot.at) if here.stale else None,
    }


def _as_of(at: str) -> str:
    return format_datetime(datetime.fromisoformat(at), "yyyy-MM-dd HH:mm") if at else ""


def _stale_age(at: str) -> str:
    seconds = age_s(at, now=datetime.now(UTC))
    return "" if seconds is None else age_words(seconds)
