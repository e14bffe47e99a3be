"""Big type: the same pages, larger, for those who need it; asked for in the address and kept by its links."""

from typing import Any

from flask import Flask, request

from web.params import address

__all__ = ["init_big"]

_BIG = "1"
# A frame's address is a contract with the pages it stands in, and its size is theirs.
_FRAME = "embed.page"
# Forms, and what follows when they are sent.
_FORMS = frozenset({"report.form", "report.send", "tickets.more", "tickets.take_back"})


def init_big(app: Flask) -> None:
    """Tell templates whether a page is big, and let its links lead to big pages."""
    app.url_defaults(_keep)
    app.context_processor(_for_templates)


def _asked() -> bool:
    # From the address alone, as of the language: the form of a refused request cannot be read again.
    return request.args.get("big") == _BIG


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    keeps = endpoint in _FORMS or (endpoint.endswith(".page") and endpoint != _FRAME)
    if keeps and "big" not in values and _asked():
        values["big"] = _BIG


def _for_templates() -> dict[str, Any]:
    return {"big": _BIG if _asked() else None, "other_size": address(big=None if _asked() else _BIG)}
