"""Being told by mail and feed; and where the links of the mails lead, without signing in."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import update

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import person
from geo.registry.rows import id_of
from geo.registry.stations import get_station
from geo.settings import Settings
from geo.upkeep.keeping import keep_stations
from geo.upkeep.links import confirm_token, feed_token
from geo.upkeep.messages import tell
from geo.upkeep.notices import end_token, find_subscription, proof_token
from geo.upkeep.people import set_active
from geo.upkeep.post import send_mail
from geo.upkeep.secret import secret_of
from geo.upkeep.signed import sign
from tests.upkeep.mailbox import links_in, mail_in
from tests.web.admin.office import Office
from tests.web.registry import HOSTILE

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def keeper(office: Office) -> FlaskClient:
    """The keeper of YZ-0001, who has an address."""
    with writing(office.engine) as session:
        session.execute(update(person).where(person.c.login == "keeper").values(email="ke@example.cn"))
    return office.client("keeper")


def secret(office: Office) -> bytes:
    return secret_of(Settings(home=office.home))


def confirm_path(office: Office, login: str = "keeper", code: str = "YZ-0001") -> str:
    with reading(office.engine) as session:
        station_id = id_of(session, code)
    return f"/confirm/{confirm_token(secret(office), office.person(login), station_id)}"


def wish(office: Office):
    with reading(office.engine) as session:
        return find_subscription(session, office.person("keeper"))


def post_all(office: Office) -> int:
    later = datetime.now(UTC) + timedelta(minutes=1)
    return send_mail(office.engine, Settings(home=office.home), now=later)


# Subscribing


def test_from_wanting_to_be_told_to_the_end_of_it(office: Office, keeper: FlaskClient):
    assert office.post(keeper, "/admin/notices", {"what": ["report", "overdue"]}).status_code == 303
    assert wish(office).confirmed_at is None
    assert post_all(office) == 1
    [mail] = mail_in(Settings(home=office.home))
    [path] = links_in(mail, "/notices/confirm/")
    anybody = office.client()
    # A mail program that looks at the link proves nothing.
    assert anybody.get(path).status_code == 200
    assert wish(office).confirmed_at is None
    assert anybody.post(path).status_code == 200
    assert wish(office).confirmed_at
    with writing(office.engine) as session:
        tell(
            session,
            get_station(session, "YZ-0001")[0],
            "report",
            "report:1",
            HOSTILE,
            HOSTILE,
            "/admin/tickets/1",
        )
    assert post_all(office) == 1
    [news] = [one for one in mail_in(Settings(home=office.home)) if one["List-Unsubscribe"]]
    [end] = links_in(news, "/notices/end/")
    assert anybody.get(end).status_code == 200
    assert wish(office) is not None
    # As mail programs do it themselves: from nowhere, with a body of their own.
    assert anybody.post(end, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wish(office) is None


def test_ticking_nothing_ends_it(office: Office, keeper: FlaskClient):
    office.post(keeper, "/admin/notices", {"what": ["report"]})
    office.post(keeper, "/admin/notices", {})
    assert wish(office) is None


def test_without_an_address_there_is_nothing_to_tick(office: Office):
    page = office.client("keeper").get("/admin/notices?lang=zh").text
    assert "没有登记邮箱" in page
    assert 'name="what"' not in page


# Confirming a station from a mail


def test_a_link_asks_and_one_tap_answers(office: Office):
    path, anybody = confirm_path(office), office.client()
    page = anybody.get(path)
    assert page.status_code == 200
    assert "样城第1驿站" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0001")[1]["verified_on"] is None
    answer = anybody.post(path, data={"answer": "yes", "checked": ["exists", "door"]})
    assert answer.status_code == 200
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0001")[1]["verified_by"] == f"账号 {office.person('keeper').id}"


def test_a_link_takes_a_doubt_and_keeps_what_was_typed(office: Office):
    path, anybody = confirm_path(office), office.client()
    assert anybody.post(path, data={"answer": "no", "note": "周末不开"}).status_code == 200
    wrong = anybody.post(path, data={"answer": "no", "note": "长" * 501})
    assert wrong.status_code == 400
    assert "长" * 501 in wrong.text


def test_forged_and_foreign_links_change_nothing(office: Office):
    anybody, good = office.client(), confirm_path(office)
    me = office.person("keeper")
    foreign = sign(b"another" * 8, "confirm", [me.id, "0" * 16, 1])
    others = (
        good[:-1],
        good + "x",
        f"/confirm/{foreign}",
        f"/confirm/{feed_token(secret(office), me)}",
        "/confirm/x",
    )
    for path in others:
        for answer in (anybody.get(path), anybody.post(path, data={"answer": "yes", "checked": ["door"]})):
            assert answer.status_code == 400, path
    for path in ("/notices/confirm/x", f"/notices/end/{proof_token(secret(office), 1)}",
                 f"/notices/confirm/{end_token(secret(office), 1)}", "/admin/feed/x.xml"):  # fmt: skip
        assert anybody.get(path).status_code == 400, path


def test_a_link_ends_with_the_account_and_with_the_keeping(office: Office):
    anybody, path, me = office.client(), confirm_path(office), office.person("keeper")
    with writing(office.engine) as session:
        keep_stations(session, me, ["YZ-0002"])
    assert anybody.get(path).status_code == 404
    path = confirm_path(office, code="YZ-0002")
    assert anybody.get(path).status_code == 200
    with writing(office.engine) as session:
        set_active(session, me.id, False)
    assert anybody.get(path).status_code == 400


@pytest.mark.parametrize(
    ("shift_s", "status"), [(-31 * 86_400, 400), (-29 * 86_400, 200), (290, 200), (900, 400)]
)
def test_a_link_is_good_for_30_days_and_clocks_may_differ_by_five_minutes(
    office: Office, monkeypatch: pytest.MonkeyPatch, shift_s: int, status: int
):
    now = TimestampSigner.get_timestamp
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) + shift_s)
        path = confirm_path(office)
    assert office.client().get(path).status_code == status


# The feed


def test_the_feed_is_read_without_signing_in_and_holds_words_alone(office: Office, keeper: FlaskClient):
    with writing(office.engine) as session:
        id_ = get_station(session, "YZ-0001")[0]
        for n in (1, 2):
            tell(session, id_, "report", f"report:{n}", f"{n}{HOSTILE}\x00", HOSTILE, f"/admin/tickets/{n}")
    [address] = {
        line.split('"')[1]
        for line in keeper.get("/admin/notices").text.split("href=")[1:]
        if "/feed/" in line
    }
    path = address.removeprefix("http://localhost")
    answer = office.client().get(path)
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert [one.text[0] for one in feed.findall("a:entry/a:title", ATOM)] == ["2", "1"]
    ids = [one.text for one in feed.findall("a:entry/a:id", ATOM)]
    assert len(set(ids)) == 2
    again = office.client().get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_feed_ends_with_the_account(office: Office):
    me = office.person("keeper")
    token = feed_token(secret(office), me)
    assert office.client().get(f"/admin/feed/{token}.xml").status_code == 200
    with writing(office.engine) as session:
        set_active(session, me.id, False)
    assert office.client().get(f"/admin/feed/{token}.xml").status_code == 400


def test_another_key_makes_another_feed(office: Office):
    me = office.person("keeper")
    other = me._replace(session_key="another")
    assert feed_token(secret(office), me) != feed_token(secret(office), other)
    assert office.client().get(f"/admin/feed/{feed_token(secret(office), other)}.xml").status_code == 400
