"""What is kept of people, why, and how long: the page that says so."""

from flask import Blueprint, render_template

from geo.model.privacy import KEPT, NOT_KEPT, days_of
from web.language import gettext, say
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def page() -> str:
    """Show the table that the retention command follows, too."""
    settings = state().settings
    rows = [
        {
            "code": kept.code,
            "what": say(kept.what),
            "why": say(kept.why),
            "until": gettext(kept.until.message, days=days_of(kept, settings)),
        }
        for kept in KEPT
    ]
    return render_template("privacy.html", rows=rows, not_kept=[say(words) for words in NOT_KEPT])
