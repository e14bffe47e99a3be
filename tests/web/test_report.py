"""Reporting from a station's page, with scripts and without, and the ticket that shows what became of it."""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from geo.db.engine import reading
from geo.db.upkeep_tables import ticket
from geo.registry.live import open_live
from geo.settings import Settings
from tests.web.registry import HOSTILE, build
from web import create_app, report, tickets
from web.state import KEY

OURS = {"Sec-Fetch-Site": "same-origin"}
SCRIPT = OURS | {"Accept": "application/json"}
OPEN_NOW, HOSTILE_ONE = "YZ-0001", "YZ-0008"


class Rider:
    """A browser on a phone, at an address."""

    def __init__(self, client: FlaskClient, address: str = "10.0.0.1") -> None:
        self.client = client
        self.where = {"REMOTE_ADDR": address}

    def get(self, path: str, **further: Any) -> TestResponse:
        return self.client.get(path, environ_overrides=self.where, **further)

    def post(self, path: str, data: dict[str, Any], **headers: str) -> TestResponse:
        return self.client.post(path, data=data, headers=headers, environ_overrides=self.where)

    def report(self, kind: str = "locked", code: str = OPEN_NOW, *, script: bool = False, **more: Any):
        """Open the form and send it; ``more`` are further fields, or other ones."""
        stamp = re.search(r'name="stamp" value="([^"]+)"', self.get(f"/s/{code}/report").text)[1]
        data = {"kind": kind, "stamp": stamp, **more}
        return self.post(f"/s/{code}/report", data, **(SCRIPT if script else OURS))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client over a registry that the tests of this file alone write to."""
    folder = tmp_path_factory.mktemp("reports")
    build(folder)
    return _client(folder)


@pytest.fixture
def rider(shared: FlaskClient, quick: None, addresses: Iterator[str]) -> Rider:
    """Somebody at an address of his own, who may be quick."""
    return Rider(shared, next(addresses))


@pytest.fixture(scope="module")
def addresses() -> Iterator[str]:
    return (f"10.0.1.{number}" for number in range(1, 255))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let forms be sent as soon as they are shown."""
    monkeypatch.setattr(report, "_LEAST_S", 0)


def _client(home: Path, **settings: Any) -> FlaskClient:
    chosen = Settings(home=home, **settings)
    return create_app(chosen, open_live(chosen)).test_client()


def rows(client: FlaskClient) -> list[Any]:
    with reading(client.application.extensions[KEY].engine) as session:
        return session.execute(select(ticket).order_by(ticket.c.id)).all()


def picture(**options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(file, "JPEG", **options)
    return file.getvalue()


# The buttons and the form


def test_every_station_one_can_go_to_has_all_the_buttons_and_each_leads_to_its_form(rider: Rider):
    page = rider.get(f"/s/{OPEN_NOW}").text
    for kind, words in (("locked", "门锁着"), ("no_water", "没水了"), ("broken", "设备坏了"),
                        ("wrong_place", "位置不对"), ("suggestion", "建议")):  # fmt: skip
        [link] = re.findall(rf'<a class="go" href="([^"]+)" data-kind="{kind}"[^>]*>{words}</a>', page)
        form = rider.get(link).text
        assert re.search(rf'value="{kind}" required checked', form)


def test_of_a_station_that_is_not_there_only_its_place_can_be_wrong(rider: Rider):
    for code in ("YZ-0005", "YZ-0007"):
        found = re.findall(r'data-kind="(\w+)" rel', rider.get(f"/s/{code}").text)
        assert found == ["wrong_place", "suggestion"]
        answer = rider.report("locked", code)
        assert (answer.status_code, "请选一样要反馈的情况" in answer.text) == (400, True)


def test_the_buttons_keep_the_language(rider: Rider):
    links = re.findall(r'href="(/s/[^"]+/report[^"]*)"', rider.get(f"/s/{OPEN_NOW}?lang=en").text)
    assert len(links) == 5
    assert all("lang=en" in link for link in links)


def test_no_page_of_it_sets_a_cookie_or_is_kept(rider: Rider):
    sent = rider.report()
    for answer in (sent, rider.get(f"/s/{OPEN_NOW}/report"), rider.get(sent.location), rider.get("/t/none")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_names_that_are_markup_are_names(rider: Rider):
    sent = rider.report("suggestion", HOSTILE_ONE, text=HOSTILE)
    for path in (f"/s/{HOSTILE_ONE}/report", sent.location, f"/s/{HOSTILE_ONE}/report?kind={HOSTILE}"):
        assert "<script>alert" not in rider.get(path).text


# Sending


def test_without_scripts_one_is_led_to_the_ticket(rider: Rider):
    answer = rider.report("no_water", text="桶空了")
    assert answer.status_code == 303
    page = rider.get(answer.location).text
    assert "没水了:已收到" in page
    assert "桶空了" in page
    assert 'name="robots" content="noindex"' in page


def test_a_script_is_told_where_the_ticket_is(rider: Rider):
    answer = rider.report(script=True, device="a" * 32)
    assert answer.status_code == 201
    assert set(answer.json) == {"page", "more", "back"}
    assert rider.get(answer.json["page"]).status_code == 200


def test_it_is_kept_whether_the_door_should_be_open(rider: Rider):
    for code, expected in (("YZ-0001", True), ("YZ-0006", None), ("YZ-0004", False)):
        assert rider.report("locked", code).status_code == 303
        assert rows(rider.client)[-1].within_hours is expected


def test_nothing_of_who_reports_is_kept_as_it_is(rider: Rider):
    rider.report(device="d" * 32, text="x")
    kept = str(rows(rider.client)[-1])
    assert rider.where["REMOTE_ADDR"] not in kept
    assert "d" * 32 not in kept
    assert "Werkzeug" not in kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": ""}, "请选一样要反馈的情况"),
        ({"kind": "explode"}, "请选一样要反馈的情况"),
        ({"text": "长" * 501}, "最多写 500 个字,现在是 501 个"),
        ({"website": "http://spam.example"}, "请把“网址”那一格清空"),
        ({"stamp": ""}, "这一页放得太久了"),
        ({"stamp": "forged.x.y"}, "这一页放得太久了"),
        ({"kind": "suggestion", "text": ""}, "请写一写您的建议"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(rider: Rider, given: dict, said: str):
    before = len(rows(rider.client))
    sent = {"kind": "locked", "text": "我写的话", **given}
    page, script = rider.report(**sent), rider.report(script=True, **sent)
    assert (page.status_code, script.status_code) == (400, 400)
    assert said in page.text
    assert sent["text"] in page.text
    assert said in script.json["detail"]
    assert len(rows(rider.client)) == before


def test_a_stamp_of_another_station_is_worth_nothing(rider: Rider):
    stamp = re.search(r'name="stamp" value="([^"]+)"', rider.get("/s/YZ-0002/report").text)[1]
    assert rider.report(stamp=stamp).status_code == 400


def test_what_comes_faster_than_people_tap_is_asked_for_again(
    shared: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(report, "_LEAST_S", 3600)
    rider = Rider(shared)
    answer = rider.report(text="我写的话")
    assert answer.status_code == 400
    assert "发得太快了" in answer.text
    assert "我写的话" in answer.text


@pytest.mark.parametrize("skew", [timedelta(minutes=-4), timedelta(minutes=4)])
def test_clocks_of_two_machines_may_differ(
    shared: FlaskClient, monkeypatch: pytest.MonkeyPatch, skew: timedelta
):
    rider = Rider(shared)
    stamp = re.search(r'name="stamp" value="([^"]+)"', rider.get(f"/s/{OPEN_NOW}/report").text)[1]

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + skew

    monkeypatch.setattr(report, "datetime", Skewed)
    assert rider.post(f"/s/{OPEN_NOW}/report", {"kind": "broken", "stamp": stamp}, **OURS).status_code == 303


@pytest.mark.parametrize("path", [f"/s/{OPEN_NOW}/report", "/t/{ticket}/more", "/t/{ticket}/back"])
def test_other_sites_cannot_report_in_anybodys_name(rider: Rider, path: str):
    address = path.format(ticket=rider.report().location.rpartition("/")[2])
    before = rows(rider.client)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert rider.post(address, {"kind": "locked", "text": "x"}, **headers).status_code == 403
    assert rows(rider.client) == before


def test_a_station_nobody_knows_is_not_found(rider: Rider):
    assert rider.get("/s/YZ-9999/report").status_code == 404
    answer = rider.post("/s/YZ-9999/report", {"kind": "locked"}, **SCRIPT)
    assert (answer.status_code, "YZ-9999" in answer.json["detail"]) == (404, True)


# Photos


def test_a_photo_is_written_anew_and_shown_to_nobody_else(rider: Rider):
    sent = picture(comment=b"N 34.7201")
    answer = rider.report("broken", photo=(io.BytesIO(sent), "../../x.php"))
    kept = rows(rider.client)[-1].photo
    assert Image.open(io.BytesIO(kept)).format == "JPEG"
    assert b"34.7201" not in kept
    page = rider.get(answer.location).text
    assert "照片收到了" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not a picture", "只收 JPEG、PNG 和 WebP"),
        (picture() + bytes(20 * 1024**2), "照片有 20.0 MB,最多 12 MB"),
        (picture() + bytes(33 * 1024**2), "照片太大,最多 12 MB"),
        (picture()[:300], "没有传完"),
    ],
    ids=["no picture", "20 MB", "33 MB", "cut off"],
)
def test_a_photo_that_cannot_be_taken_says_why(rider: Rider, body: bytes, said: str):
    before = len(rows(rider.client))
    for script in (False, True):
        answer = rider.report("broken", script=script, photo=(io.BytesIO(body), "photo.jpg"))
        assert answer.status_code == 400
        assert said in (answer.json["detail"] if script else answer.text)
    assert len(rows(rider.client)) == before


def test_no_photo_is_decoded_of_a_report_that_is_not_taken(rider: Rider, monkeypatch: pytest.MonkeyPatch):
    decoded: list[bytes] = []
    monkeypatch.setattr(report, "clean_picture", lambda body: decoded.append(body) or pytest.fail("decoded"))

    def photo() -> tuple[io.BytesIO, str]:
        return io.BytesIO(picture()), "p.jpg"

    for wrong in ({"stamp": "forged"}, {"website": "x"}, {"kind": ""}, {"text": "长" * 501}):
        assert rider.report(**({"kind": "broken", "photo": photo()} | wrong)).status_code == 400
    links = rider.report(script=True).json
    rider.post(links["back"], {}, **SCRIPT)
    assert rider.post(links["more"], {"photo": photo()}, **SCRIPT).status_code == 409
    monkeypatch.setattr(report, "is_flooded", lambda *_, **__: True)
    assert rider.report("broken", photo=photo()).status_code == 429
    assert not decoded


# The ticket


def test_words_and_a_photo_follow_a_tap(rider: Rider):
    links = rider.report(script=True).json
    answer = rider.post(
        links["more"], {"text": "侧门也锁", "photo": (io.BytesIO(picture()), "p.jpg")}, **SCRIPT
    )
    assert answer.json == {"said": "补充的内容收到了。"}
    kept = rows(rider.client)[-1]
    assert (kept.text, kept.photo is not None) == ("侧门也锁", True)
    # Without scripts.
    answer = rider.post(links["more"], {"text": "前门也锁"}, **OURS)
    page = rider.get(answer.location).text
    assert "补充的内容收到了" in page
    assert "前门也锁" in page
    assert rider.post(links["more"], {"text": " "}, **OURS).status_code == 400
    wrong = rider.post(links["more"], {"text": "字" * 501}, **OURS)
    assert "最多写 500 个字" in wrong.text
    assert "字" * 501 in wrong.text


def test_a_mistaken_tap_can_be_taken_back_once(rider: Rider):
    links = rider.report(script=True).json
    assert rider.post(links["back"], {}, **SCRIPT).json == {"said": "已经撤回。"}
    assert "您撤回了反馈" in rider.get(links["page"]).text
    again = rider.post(links["back"], {}, **SCRIPT)
    assert (again.status_code, "已经处理完了" in again.json["detail"]) == (409, True)


def test_tickets_that_are_none_look_all_alike(rider: Rider):
    code = rider.report().location.rpartition("/")[2]
    wrong = [code[:-1], code[::-1] if code[::-1] != code else "A" * 26, "1", "%25", "x" * 300, code + "A"]
    pages = set()
    for one in wrong:
        answer = rider.get(f"/t/{one}")
        assert answer.status_code == 404
        # But for its own address, in the link to the other language.
        pages.add(re.sub(r"/t/[^\"?]+", "/t/", answer.text))
    assert len(pages) == 1


def test_a_ticket_offers_what_is_open_now(rider: Rider):
    assert "附近现在开着的" in rider.get(rider.report("broken", "YZ-0002").location).text


# Too much


def test_a_device_that_reports_without_end_is_asked_to_wait(tmp_path: Path, quick: None):
    build(tmp_path)
    rider = Rider(_client(tmp_path))
    for _ in range(12):
        assert rider.report("suggestion", text="x", device="e" * 32).status_code == 303
    page = rider.report("suggestion", text="x", device="e" * 32)
    script = rider.report("suggestion", text="x", device="e" * 32, script=True)
    assert (page.status_code, script.status_code) == (429, 429)
    assert page.headers["Retry-After"] == script.headers["Retry-After"]
    for text in (page.text, script.json["detail"]):
        assert "这里收到的请求太多了" in text
    assert len(rows(rider.client)) == 12
    assert Rider(rider.client, "10.0.0.9").report("suggestion", text="x").status_code == 303


def test_codes_cannot_be_tried_one_after_another(tmp_path: Path):
    build(tmp_path)
    rider = Rider(_client(tmp_path))
    seen = [rider.get(f"/t/{number}").status_code for number in range(61)]
    assert seen == [404] * 60 + [429]
    assert Rider(rider.client, "10.0.0.9").get("/t/1").status_code == 404
    # Nothing else is counted.
    assert rider.get(f"/s/{OPEN_NOW}").status_code == 200


@pytest.mark.parametrize(("proxies", "told"), [(0, 1), (1, 2)])
def test_addresses_told_by_proxies_count_where_the_settings_trust_them(
    tmp_path: Path, quick: None, proxies: int, told: int
):
    build(tmp_path)
    rider = Rider(_client(tmp_path, trusted_proxies=proxies))
    for number, device in enumerate("ab"):
        stamp = re.search(r'name="stamp" value="([^"]+)"', rider.get(f"/s/{OPEN_NOW}/report").text)[1]
        data = {"kind": "locked", "stamp": stamp, "device": device * 32}
        rider.post(f"/s/{OPEN_NOW}/report", data, **OURS, **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert len({row.network for row in rows(rider.client)}) == told


# A door that may be locked


def test_two_riders_turn_the_station_amber_without_another_snapshot(tmp_path: Path, quick: None):
    build(tmp_path)
    client = _client(tmp_path)
    live = client.application.extensions[KEY].live
    before = live.index.bare
    for address, device in (("10.0.0.1", "a"), ("10.0.0.2", "b")):
        assert "可能没开门" not in client.get(f"/s/{OPEN_NOW}").text
        assert Rider(client, address).report(device=device * 32).status_code == 303
        live.refresh()
    assert "可能没开门" in client.get(f"/s/{OPEN_NOW}").text
    assert live.index.bare is before


def test_what_is_reported_is_in_no_public_answer(rider: Rider):
    sentinel = "只给驿站看的话"
    rider.report("broken", text=sentinel)
    rider.client.application.extensions[KEY].live.refresh()
    for path in ("/", f"/s/{OPEN_NOW}", f"/api/v1/stations/{OPEN_NOW}", "/api/v1/stations?limit=1000",
                 f"/embed?code={OPEN_NOW}", f"/api/v1/stations?q={sentinel}"):  # fmt: skip
        assert sentinel not in rider.get(path).text.replace(f"q={sentinel}", "")


def test_ticket_times_are_those_of_china(app: Flask):
    now = datetime.fromisoformat("2026-10-10T00:30+08:00")
    with app.test_request_context("/"):
        said = [tickets.time_words(at, now) for at in ("2026-10-09T16:05:00Z", "2026-10-09T15:59:00Z")]
        said += [tickets.time_words(at, now) for at in ("2026-10-08T15:59:00Z", "2025-12-31T15:59:00Z")]
    assert said == ["今天 0:05", "昨天 23:59", "10月8日 23:59", "2025-12-31 23:59"]
