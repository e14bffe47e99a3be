"""Being told: by e-mail, asked for here and proved by a link, or by a feed."""

from datetime import datetime
from http import HTTPStatus
from xml.etree import ElementTree

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.model.notices import NOTICES
from geo.model.people import Person
from geo.upkeep.links import feed_token, read_feed
from geo.upkeep.mail import one_line
from geo.upkeep.messages import Message, read_messages
from geo.upkeep.notices import Subscription, end_subscription, find_subscription, subscribe
from geo.upkeep.secret import secret_of
from web.admin import session
from web.language import gettext, say
from web.state import base_url, state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_notices", __name__, url_prefix="/admin")

_ATOM = "http://www.w3.org/2005/Atom"
_BEFORE_ALL = "2019-01-14T00:00:00Z"


@blueprint.get("/notices")
def page() -> str:
    """Show what somebody is told, and how."""
    return _page()


@blueprint.post("/notices")
def change() -> Response | tuple[str, int]:
    """Keep what somebody wants to be told by e-mail: nothing ends it."""
    me, wanted = session.person(), request.form.getlist("what")
    try:
        with writing_aside(state().engine) as db:
            found = subscribe(db, me, wanted) if wanted else _end(db, me)
    except InputError as error:
        return _page(gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    flash(_said(found))
    return redirect(url_for("admin_notices.page"), HTTPStatus.SEE_OTHER)


@blueprint.get("/feed/<token>.xml")
def feed(token: str) -> Response:
    """Answer with what somebody was told last, for programs that read feeds (Atom, RFC 4287).

    Raises
    ------
    InputError
        The token is none, or its account has ended.
    """
    here = state()
    with reading(here.engine) as db:
        me = read_feed(db, secret_of(here.settings), token)
        messages = read_messages(db, me)
    answer = Response(_atom(messages, me.id), mimetype="application/atom+xml")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def _end(db: Session, me: Person) -> None:
    found = find_subscription(db, me)
    if found is not None:
        end_subscription(db, found.id)


def _said(found: Subscription | None) -> str:
    if found is None:
        return gettext("不再用邮件通知您")
    if found.confirmed_at is None:
        return gettext("几分钟内会有确认邮件发到 %(email)s,点开里面的链接才开始通知", email=found.email)
    return gettext("改好了")


def _page(fault: str = "") -> str:
    here, me = state(), session.person()
    with reading(here.engine) as db:
        wish = find_subscription(db, me)
        messages = read_messages(db, me)
    token = feed_token(secret_of(here.settings), me)
    return render_template(
        "admin/notices.html",
        kinds=[(code, say(word), bool(wish) and code in wish.what) for code, word in NOTICES.items()],
        wish=wish,
        messages=[(one, _moment(one.at)) for one in messages],
        feed=base_url(here.settings) + url_for("admin_notices.feed", token=token, lang=None),
        fault=fault,
    )


def _moment(at: str) -> str:
    return format_datetime(datetime.fromisoformat(at), "yyyy-MM-dd HH:mm")


def _atom(messages: list[Message], person_id: int) -> bytes:
    here = state()
    base = base_url(here.settings)
    root = ElementTree.Element("feed", xmlns=_ATOM)
    _add(root, "id", f"{base}/admin/feed/{person_id}")
    _add(root, "title", one_line(f"{here.settings.name} · {gettext('待办')}"))
    _add(root, "updated", messages[0].at if messages else _BEFORE_ALL)
    ElementTree.SubElement(root, "link", href=f"{base}/admin/todo")
    ElementTree.SubElement(_add(root, "author", ""), "name").text = one_line(here.settings.name)
    for one in messages:
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "id", f"{base}/admin/feed/{person_id}#{one.id}")
        # Controls, which XML cannot hold, are gone with the ends of lines.
        _add(entry, "title", one_line(one.title))
        _add(entry, "updated", one.at)
        _add(entry, "summary", one_line(one.body))
        ElementTree.SubElement(entry, "link", href=base + one.link)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = text
    return child
