"""Who is told what, by which mail, until when; and the links in the mails."""

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from geo.db.engine import reading, writing
from geo.db.tables import station
from geo.db.upkeep_tables import message, subscription, work_order
from geo.errors import ForbiddenError, InputError, SettingError, UnavailableError
from geo.model.hours import CHINA
from geo.model.people import Person, Role
from geo.registry.rows import stamp
from geo.registry.write import add_stations
from geo.settings import Settings
from geo.upkeep.links import confirm_token, feed_token, read_confirm, read_feed
from geo.upkeep.mail import compose, one_line, send_all
from geo.upkeep.messages import read_messages, tell
from geo.upkeep.notices import (
    confirm_subscription,
    end_subscription,
    end_token,
    find_subscription,
    proof_token,
    read_end,
    read_proof,
    subscribe,
)
from geo.upkeep.people import change_person, set_active, set_password
from geo.upkeep.post import send_mail
from geo.upkeep.rounds import do_round
from geo.upkeep.signed import sign
from tests.registry.conftest import station_row
from tests.upkeep.mailbox import links_in, mail_in, text_of
from tests.upkeep.people import make_person

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
SECRET = b"s" * 32
HOSTILE = "坏\r\nBcc: all@example.cn\r\n\r\n<script>alert(1)</script>"


@pytest.fixture
def registry(sqlite_engine: Engine) -> Engine:
    """A registry with three stations: one nearly stale, one stale, one fresh."""
    days = ("2026-01-20", "2025-01-01", "2026-10-01")
    rows = [station_row(n, verified_on=day) for n, day in enumerate(days, 1)]
    with writing(sqlite_engine) as session:
        add_stations(session, rows, who="li")
    return sqlite_engine


@pytest.fixture
def home(registry: Engine) -> Settings:
    """The settings of that registry: no mail server, so a maildir."""
    folder = Path(registry.url.database).parent
    return Settings(home=folder, public_url="https://yz.example.cn/", secret=SECRET.decode())


def id_of(engine: Engine, code: str) -> int:
    with reading(engine) as session:
        return session.scalar(select(station.c.id).where(station.c.code == code))


def made(engine: Engine, login: str, role: Role = Role.KEEPER, **given) -> Person:
    with writing(engine) as session:
        return make_person(session, login, role, **given)


def subscribed(engine: Engine, person: Person, *what: str) -> int:
    with writing(engine) as session:
        id_ = subscribe(session, person, what).id
        confirm_subscription(session, id_)
        # The mail that asks for the proof is not what these tests are about.
        session.execute(update(message).values(mailed_at=stamp(NOW)))
    return id_


def told(engine: Engine, key: str = "report:1", *, title: str = "驿站1:门锁着", code: str = "YZ-0001") -> int:
    with writing(engine) as session:
        return tell(
            session, id_of(engine, code), "report", key, title, "有人反映门锁着。", "/admin/tickets/1"
        )


def later(**delta: int) -> datetime:
    """Return a moment after now: messages are stamped with the clock of the machine."""
    return datetime.now(UTC) + timedelta(minutes=1, **delta)


def test_nobody_is_told_the_same_twice(registry: Engine):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    made(registry, "other", keeps=("YZ-0002",))
    assert [told(registry), told(registry), told(registry, "report:2")] == [1, 0, 1]
    with reading(registry) as session:
        assert [one.what for one in read_messages(session, keeper)] == ["report", "report"]


def test_mail_goes_to_whoever_asked_for_it_and_proved_his_address(registry: Engine, home: Settings):
    wants = made(registry, "wants", keeps=("YZ-0001",))
    subscribed(registry, wants, "report")
    subscribed(registry, made(registry, "others", keeps=("YZ-0001",)), "overdue")
    unproved = made(registry, "unproved", keeps=("YZ-0001",))
    with writing(registry) as session:
        subscribe(session, unproved, ["report"])
        session.execute(update(message).values(mailed_at=stamp(NOW)))
    told(registry)
    told(registry, "report:2")
    assert send_mail(registry, home, now=later()) == 1
    [mail] = mail_in(home)
    assert mail["To"] == "wants@example.cn"
    assert mail["Subject"] == "[爱心驿站] 2 条通知:驿站1:门锁着"
    assert "https://yz.example.cn/admin/tickets/1" in text_of(mail)
    assert send_mail(registry, home, now=later()) == 0


def test_a_name_that_is_an_attack_stays_words(registry: Engine, home: Settings):
    subscribed(registry, made(registry, "keeper", keeps=("YZ-0001",), name="柯负责"), "report")
    told(registry, title=HOSTILE)
    send_mail(registry, home, now=later())
    [mail] = mail_in(home)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "[爱心驿站] 坏 Bcc: all@example.cn <script>alert(1)</script>"
    assert mail.get_content_type() == "text/plain"
    assert "\u202e" not in text_of(mail)


def test_the_address_is_proved_by_a_link_and_the_mails_end_by_one(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    with writing(registry) as session:
        wish = subscribe(session, keeper, ["report"])
    assert send_mail(registry, home, now=later()) == 1
    [mail] = mail_in(home)
    [path] = links_in(mail, "/notices/confirm/")
    assert read_proof(SECRET, path.rpartition("/")[2]) == wish.id
    with writing(registry) as session:
        confirm_subscription(session, wish.id)
        assert find_subscription(session, keeper).confirmed_at
    told(registry)
    send_mail(registry, home, now=later())
    [news] = [one for one in mail_in(home) if one["List-Unsubscribe"]]
    [end] = links_in(news, "/notices/end/")
    assert news["List-Unsubscribe"] == f"<https://yz.example.cn{end}>"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with writing(registry) as session:
        end_subscription(session, read_end(SECRET, end.rpartition("/")[2]))
        end_subscription(session, wish.id)
        assert find_subscription(session, keeper) is None
        with pytest.raises(InputError, match="已经取消"):
            confirm_subscription(session, wish.id)
    told(registry, "report:2")
    assert send_mail(registry, home, now=later()) == 0


def test_whoever_ends_it_gets_not_even_what_waits(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    id_ = subscribed(registry, keeper, "report")
    told(registry)
    with writing(registry) as session:
        end_subscription(session, id_)
    assert (send_mail(registry, home, now=later()), mail_in(home)) == (0, [])


def test_an_address_that_is_no_longer_his_gets_nothing(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    subscribed(registry, keeper, "report")
    told(registry)
    with writing(registry) as session:
        change_person(session, keeper.id, name="柯", role=Role.KEEPER, email="new@example.cn", unit_code=None)
    assert (send_mail(registry, home, now=later()), mail_in(home)) == (0, [])


def test_a_changed_wish_keeps_the_proof_a_changed_address_does_not(registry: Engine):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    subscribed(registry, keeper, "report")
    with writing(registry) as session:
        assert subscribe(session, keeper, ["overdue"]).confirmed_at
        assert find_subscription(session, keeper).what == ("overdue",)
        moved = subscribe(session, keeper._replace(email="new@example.cn"), ["overdue"])
        assert (moved.email, moved.confirmed_at) == ("new@example.cn", None)
        living = select(subscription.c.id).where(subscription.c.ended_at.is_(None))
        assert session.scalars(living).all() == [moved.id]


def test_what_cannot_be_subscribed_is_refused(registry: Engine):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    with writing(registry) as session:
        for person, what, fault in (
            (keeper._replace(email=None), ["report"], InputError),
            (keeper, [], InputError),
            (keeper, ["gossip"], InputError),
            (keeper._replace(role=Role.READER), ["report"], ForbiddenError),
        ):
            with pytest.raises(fault):
                subscribe(session, person, what)
        for _ in range(20):
            subscribe(session, keeper, ["report"])
        with pytest.raises(InputError, match="次数太多"):
            subscribe(session, keeper, ["report"])


# Links


def test_a_link_confirms_one_station_for_one_person(registry: Engine):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    token = confirm_token(SECRET, keeper, id_of(registry, "YZ-0001"))
    with reading(registry) as session:
        assert read_confirm(session, SECRET, token) == (keeper, "YZ-0001")
        assert read_feed(session, SECRET, feed_token(SECRET, keeper)) == keeper
        for wrong in (
            token[:-1],
            token + "A",
            feed_token(SECRET, keeper),
            proof_token(SECRET, 1),
            end_token(SECRET, 1),
            "",
        ):
            with pytest.raises(InputError):
                read_confirm(session, SECRET, wrong)
        with pytest.raises(InputError):
            read_confirm(session, b"another" * 8, token)
    assert keeper.session_key not in token


def test_links_end_with_the_account_and_with_the_password(registry: Engine):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    station_id = id_of(registry, "YZ-0001")
    token = confirm_token(SECRET, keeper, station_id)
    with writing(registry) as session:
        set_password(session, keeper.id, "another horse 8")
        with pytest.raises(InputError, match="已经失效"):
            read_confirm(session, SECRET, token)
    with writing(registry) as session:
        renewed = make_person(session, "second", keeps=("YZ-0001",))
        second = confirm_token(SECRET, renewed, station_id), feed_token(SECRET, renewed)
        set_active(session, renewed.id, False)
        for token, read in zip(second, (read_confirm, read_feed), strict=True):
            with pytest.raises(InputError, match="已经失效"):
                read(session, SECRET, token)


def test_a_link_of_nobody_is_refused(registry: Engine):
    with reading(registry) as session, pytest.raises(InputError):
        read_confirm(session, SECRET, sign(SECRET, "confirm", [99, "0" * 16, 1]))


# Reminders


def test_keepers_are_reminded_once_a_standing_and_editors_once_a_week(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001", "YZ-0002", "YZ-0003"))
    editor = made(registry, "editor", Role.EDITOR)
    subscribed(registry, keeper, "stale_soon")
    done = do_round(registry, home, now=NOW)
    assert (done.told, done.faults) == (3, ())
    with reading(registry) as session:
        titles = [one.title for one in read_messages(session, keeper)]
        [summary] = read_messages(session, editor)
    assert titles == ["驿站2(YZ-0002)超过核实期限", "驿站1(YZ-0001)快到核实期限"]
    assert summary.title == "有 2 个站点要核实"
    assert summary.body == "其中超过核实期限的 1 个、快到核实期限的 1 个。"
    assert do_round(registry, home, now=NOW + timedelta(days=1)).told == 0
    assert do_round(registry, home, now=NOW + timedelta(days=7)).told == 1
    # 90 days on the first is stale, too, and so is told once more; the third is soon to be.
    assert do_round(registry, home, now=NOW + timedelta(days=300)).told == 3


def test_a_reminder_holds_the_link_that_confirms(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    subscribed(registry, keeper, "stale_soon")
    do_round(registry, home, now=NOW)
    send_mail(registry, home, now=later())
    [mail] = mail_in(home)
    [path] = links_in(mail, "/confirm/")
    with reading(registry) as session:
        assert read_confirm(session, SECRET, path.rpartition("/")[2]) == (keeper, "YZ-0001")


def test_an_order_past_its_deadline_is_told(registry: Engine, home: Settings):
    keeper = made(registry, "keeper", keeps=("YZ-0001",))
    subscribed(registry, keeper, "overdue")
    with writing(registry) as session:
        due = {"at": stamp(NOW - timedelta(hours=50)), "due_at": stamp(NOW - timedelta(hours=2))}
        order = {"station_id": id_of(registry, "YZ-0001"), "reason": "两人反映门锁着", "state": "open", **due}
        session.execute(insert(work_order).values(order))
    done = do_round(registry, home, now=NOW, whole=False)
    assert done.lapsed == 1
    send_mail(registry, home, now=later())
    [mail] = mail_in(home)
    assert "工单" in mail["Subject"]
    assert do_round(registry, home, now=NOW, whole=False).lapsed == 0


# The server


class _Server(socketserver.StreamRequestHandler):
    """As little of SMTP (RFC 5321) as sending needs; refuses recipients that begin with "no"."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            word = line.split()[0].upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refused = word == b"RCPT" and b"<no" in line
            self.wfile.write(b"550 nobody\r\n" if refused else b"250 fine\r\n")


@pytest.fixture
def server() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server; ``taken`` holds what it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as made:
        made.taken = []
        made.daemon_threads = True
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_a_server_takes_what_it_takes(server: socketserver.ThreadingTCPServer, home: Settings):
    port = server.server_address[1]
    there = Settings(home=home.home, smtp=f"smtp://127.0.0.1:{port}", mail_from="驿站 <yizhan@example.cn>")
    mails = [
        compose(there, to, "题目", "正文\n.\n") for to in ("li@example.cn", "no@example.cn", "wu@example.cn")
    ]
    assert send_all(there, mails) == [True, False, True]
    assert len(server.taken) == 2
    assert b"To: li@example.cn" in server.taken[0]


def test_addresses_of_the_web_stay_whole_in_headings(home: Settings):
    end = f"<https://yz.example.cn/notices/end/{'A.b-c_' * 40}>"
    raw = compose(home, "li@example.cn", "很长的题目" * 30, "正文", {"List-Unsubscribe": end}).as_bytes()
    assert f"\r\nList-Unsubscribe: {end}\r\n".encode() in raw
    assert all(len(line) <= 78 for line in raw.splitlines() if not line.startswith(b"List-"))
    assert raw.isascii()


def test_what_a_server_does_not_take_is_tried_later_and_then_no_more(registry: Engine, home: Settings):
    away = Settings(home=home.home, smtp="smtp://127.0.0.1:1", public_url=home.public_url, secret=home.secret)
    subscribed(registry, made(registry, "keeper", keeps=("YZ-0001",)), "report")
    told(registry)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="邮件服务器"):
            send_mail(registry, away, now=later(hours=1))
    assert send_mail(registry, home, now=later()) == 0
    assert send_mail(registry, home, now=later(hours=1)) == 1
    done = do_round(registry, away, now=later(), whole=False)
    assert done.faults == ()


def test_a_round_goes_on_when_the_mail_server_is_away(registry: Engine, home: Settings):
    away = Settings(home=home.home, smtp="smtp://127.0.0.1:1", secret=home.secret)
    made(registry, "editor", Role.EDITOR)
    subscribed(registry, made(registry, "keeper", keeps=("YZ-0001",)), "report")
    told(registry)
    done = do_round(registry, away, now=later())
    assert done.told
    assert [type(fault) for fault in done.faults] == [UnavailableError]


def test_a_password_is_not_sent_for_all_to_read(monkeypatch: pytest.MonkeyPatch, home: Settings):
    class Plain(smtplib.SMTP):
        def __init__(self, *_args, **_kwargs):
            self.sock = self.file = None

        def ehlo(self, name: str = ""):
            self.esmtp_features = {"auth": "PLAIN"}
            return 250, b""

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    there = Settings(home=home.home, smtp="smtp://li:secret@mail.example.cn:25")
    with pytest.raises(SettingError, match="不加密") as caught:
        send_all(there, [compose(there, "li@example.cn", "题目", "正文")])
    assert "secret" not in str(caught.value)


def test_headings_are_one_line():
    assert one_line(HOSTILE) == "坏 Bcc: all@example.cn <script>alert(1)</script>"
    assert len(one_line("长" * 1000)) == 200
