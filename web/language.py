"""Chinese, which is what the program says, and English, which is looked up under it.

A page is in the language ``?lang=`` names, else in the one the browser prefers. The API is in Chinese unless
``?lang=en``, so that an answer never depends on who asks.
"""

from typing import Any

from flask import Flask, request
from flask_babel import Babel, gettext, lazy_gettext

from geo.model.hours import Reason
from web.params import asked_language

__all__ = ["gettext", "init_language", "language", "lazy_gettext", "say"]

_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def init_language(app: Flask) -> None:
    """Teach the app both languages; every link of a page keeps the language its address asked for."""
    Babel(
        app,
        default_locale=_LOCALES["zh"],
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: _LOCALES[language()],
    )
    app.url_defaults(_keep_language)


def language() -> str:
    """Return ``zh`` or ``en``, the language of the answer."""
    asked = asked_language()
    if asked or request.path.startswith("/api/v1/"):
        return asked or "zh"
    return request.accept_languages.best_match(_LOCALES) or "zh"


def say(reason: Reason) -> str:
    """Return a reason in the language of the answer, the names and reasons within it included."""
    return gettext(reason.message, **{name: _word(value) for name, value in reason.params.items()})


def _word(value: Any) -> Any:
    if isinstance(value, Reason):
        return say(value)
    # The empty message is the catalogue's own head.
    return gettext(value) if isinstance(value, str) and value else value


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if not endpoint.startswith(("api.", "static")) and "lang" not in values and (asked := asked_language()):
        values["lang"] = asked
