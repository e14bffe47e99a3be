"""What a form is shown again with: what was typed, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Mapping

from geo.errors import GeoError
from web.language import gettext

__all__ = ["faults_of", "texts"]


def texts(values: Mapping[str, str | None] | None = None) -> defaultdict[str, str]:
    """Return texts by the names of fields; a field without one has an empty one."""
    return defaultdict(str, {name: value or "" for name, value in (values or {}).items()})


def faults_of(error: GeoError, at: str) -> defaultdict[str, str]:
    """Return an error beside the field it names, else beside the field ``at``."""
    return texts({getattr(error, "parameter", None) or at: gettext(error.message, **error.params)})
