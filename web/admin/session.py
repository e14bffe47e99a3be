"""Who is signed in to the back office, and where the request comes from."""

import ipaddress
import time

from flask import current_app, request, session
from flask_login import UserMixin, current_user, login_user, logout_user

from geo.model.people import Person
from geo.upkeep.names import who_of
from geo.upkeep.signed import form_token
from web.state import state

__all__ = ["Signed", "leave", "network", "person", "welcome", "who"]

# A household or a phone has all of such a part to itself (RFC 6177).
_IPV6_PREFIX = 64


class Signed(UserMixin):
    """Somebody signed in, as Flask-Login carries him: his number and the key that ends all his sessions."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.session_key}"


def person() -> Person:
    """Return who is signed in; only of requests that the gate has let pass with a right."""
    return current_user.person


def welcome(found: Person) -> None:
    """Begin a session of somebody's, in place of whatever session there was."""
    session.clear()
    session.permanent = True
    # The cookie is signed anew whenever something is written into it: it tells no session's age.
    session["since"] = time.time()
    login_user(Signed(found))
    # Forms he had open before the session ended can still be sent, by him alone.
    session["csrf_token"] = form_token(current_app.secret_key, found)


def leave() -> None:
    """End the session."""
    logout_user()
    session.clear()


def who() -> str:
    """Return under which name the history of stations keeps who is signed in: no person's name."""
    return who_of(person())


def network() -> str | None:
    """Return the address, of IPv6 the network, that the request comes from; None where that is not known.

    What proxies say is believed of our own alone, as many as the settings count: anybody can write a header.
    Only for making marks (`geo.upkeep.marks`): it is kept nowhere.
    """
    proxies = state().settings.trusted_proxies
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    text = hops[-proxies] if 0 < proxies <= len(hops) else request.remote_addr
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
