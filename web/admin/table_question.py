"""The question that an address of the table asks: filters and order, and back into an address."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA
from geo.model.station import Kind, Status
from geo.model.verification import Standing
from geo.upkeep.stations import ORDERS, Measure, Wanted
from geo.upkeep.verify import policy_of
from web import params
from web.state import state

__all__ = [
    "FILTERS",
    "address_kept",
    "address_of",
    "measure",
    "plain_query",
    "query_of",
    "read_kept",
    "read_wanted",
]

FILTERS = (
    "q", "kind", "status", "unit", "area", "facility", "lacking", "checked", "hours", "reported", "load",
    "order", "down",
)  # fmt: skip
"""The parameters of a question, in the order in which an address has them."""

# The largest number of an import that both stores hold.
_BOTH = ("page", "lang", "big")


def read_wanted(values: params.Values | None = None) -> Wanted:
    """Return what the request's address asks the table for.

    Raises
    ------
    InputError
        A filter has a value that it cannot have.
    """
    asked = params.given((*FILTERS, *_BOTH), strict=False) if values is None else values
    return Wanted(
        text=params.one(asked, "q") or "",
        kinds=tuple(params.choices(asked, "kind", list(Kind))),
        statuses=tuple(params.choices(asked, "status", list(Status))),
        unit=params.one(asked, "unit") or "",
        area=params.one(asked, "area") or "",
        facilities=tuple(params.choices(asked, "facility", FACILITIES)),
        lacking=tuple(params.choices(asked, "lacking", FACILITIES)),
        standings=tuple(Standing(word) for word in params.choices(asked, "checked", list(Standing))),
        hours_unknown=params.one(asked, "hours") == "unknown",
        reported=params.one(asked, "reported") is not None,
        load=params.whole(asked, "load", default=0, low=0, high=params.LARGEST) or None,
        order=(params.choices(asked, "order", ORDERS) or ["code"])[0],
        downwards=params.one(asked, "down") is not None,
    )


def read_kept(query: str) -> Wanted:
    """Return what a query asks that a form has kept, which anybody may have written.

    Raises
    ------
    InputError
        As `read_wanted`.
    """
    values = parse_qs(query)
    if any("\0" in text for texts in values.values() for text in texts):
        raise InputError("内容里有看不见的空字符,请删去后重试", parameter="back")
    return read_wanted(values)


def measure() -> Measure:
    """Return by what verifications are measured today."""
    return Measure(policy_of(state().settings), datetime.now(CHINA).date())


def query_of(wanted: Wanted, **changed: Any) -> str:
    """Return the query of an address that asks this, and further parameters; what is not asked is left out.

    Examples
    --------
    >>> query_of(Wanted(text="驿站", statuses=("open",), reported=True), page=2)
    'q=%E9%A9%BF%E7%AB%99&status=open&reported=1&page=2'
    >>> query_of(Wanted())
    ''
    """
    order = "" if wanted.order == "code" else wanted.order
    texts: dict[str, Any] = {
        "q": wanted.text,
        "kind": wanted.kinds,
        "status": wanted.statuses,
        "unit": wanted.unit,
        "area": wanted.area,
        "facility": wanted.facilities,
        "lacking": wanted.lacking,
        "checked": [str(one) for one in wanted.standings],
        "hours": "unknown" if wanted.hours_unknown else "",
        "reported": "1" if wanted.reported else "",
        "load": wanted.load,
        "order": order,
        "down": "1" if wanted.downwards else "",
    }
    return urlencode({name: text for name, text in {**texts, **changed}.items() if text}, doseq=True)


def address_of(wanted: Wanted, **changed: Any) -> str:
    """Return the address of the table that asks this."""
    query = query_of(wanted, **changed)
    return f"/admin/?{query}" if query else "/admin/"


def plain_query(query: str) -> str:
    """Return a query that a form has kept as an address has it: no line end in it ends a header.

    Examples
    --------
    >>> plain_query("q=驿站&down=1"), plain_query("q=a\\r\\nSet-Cookie: b=c"), plain_query("x")
    ('q=%E9%A9%BF%E7%AB%99&down=1', 'q=a%0D%0ASet-Cookie%3A+b%3Dc', '')
    """
    return urlencode(parse_qs(query), doseq=True)


def address_kept(query: str) -> str:
    """Return the address of the table with a query that a form has kept."""
    plain = plain_query(query)
    return f"/admin/?{plain}" if plain else "/admin/"
