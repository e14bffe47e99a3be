"""What every form about stations sends beside its fields: which version it showed, and why it was changed."""

from flask import request

from geo.errors import InputError
from web.language import gettext

__all__ = ["faults_of", "sent_version", "sent_why"]

# More is no number of a change.
_DIGITS = 18
_LONGEST_WHY = 200


def sent_version(name: str = "version") -> int:
    """Return which version the form showed; where it does not say, one that never was."""
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def sent_why() -> str | None:
    """Return why somebody changes something, in one line; None where he does not say."""
    return " ".join(request.form.get("why", "").split())[:_LONGEST_WHY] or None


def faults_of(error: InputError, keys: tuple[str, ...]) -> dict[str, str]:
    """Return what is wrong under the key of its input; under none, where the form has no such input."""
    key = error.parameter if error.parameter in keys else ""
    return {key or "": gettext(error.message, **error.params)}
