"""What changes something is only taken from our own pages."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from web.state import state

__all__ = ["check_same_site"]

# "none": a person who loads the answer to a form again.
_OURS = ("same-origin", "none")


def check_same_site() -> None:
    """Let a request pass that one of our own pages sent.

    Browsers say where a request comes from, and no page can make them say otherwise. This is what keeps
    the pages of others from acting in the name of whoever can reach this server; it is no protection
    against those who can reach it themselves.

    Raises
    ------
    Forbidden
        It came from elsewhere, or does not say.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in _OURS:
            return
        raise Forbidden
    # Only told over https and to one's own machine; before 2023 not by Safari.
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = {request.host, urlsplit(state().settings.public_url).netloc} - {""}
    if urlsplit(sent_from).netloc not in ours:
        raise Forbidden
