"""Pairs that may be one: told to be different, merged, and taken back."""

import re

import pytest
from sqlalchemy import insert, select

from geo.db.engine import reading, writing
from geo.db.tables import station
from geo.db.upkeep_tables import apart, photo
from geo.registry.write import add_stations
from tests.registry.conftest import station_row
from tests.web.registry import HOSTILE

ONE, TWO, THREE = "ZZ-0001", "ZZ-0002", "ZZ-0003"
PAIR = {"one": ONE, "other": TWO}


@pytest.fixture
def twins(office):
    """The office with three records of one place in the east, the last with a hostile name."""
    names = ("文化路爱心驿站", "文化路工会驿站", f"文化路{HOSTILE}")
    rows = [
        station_row(
            number,
            code=f"ZZ-{number:04d}",
            name=name,
            lon=113.69,
            lat=34.79 + number * 1e-5,
            unit_code="410101",
        )
        for number, name in enumerate(names, 1)
    ]
    with writing(office.engine) as session:
        add_stations(session, rows, who="tester")
    office.refresh()
    return office


def html_of(client, path="/admin/merge"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def listed(html):
    return set(re.findall(r'<tr id="pair-(\S+-\d+)-([A-Z]+-\d+)">', html))


def test_one_click_says_that_two_are_not_one_and_another_takes_it_back(twins):
    client = twins.client("east")
    html = html_of(client)
    assert (ONE, TWO) in listed(html)
    assert "已标记为不同的" not in html
    form = re.search(rf'<form method="post" action="(/admin/merge/apart)">(.*?{TWO}.*?)</form>', html, re.S)
    assert set(re.findall(r'name="(one|other)" value="([^"]+)"', form[2])) == set(PAIR.items())
    answer = twins.post(client, form[1], PAIR | {"next": "pair-x"})
    assert (answer.status_code, answer.location) == (303, "/admin/merge#pair-x")
    told = html_of(client)
    assert f"{ONE} 和 {TWO} 不是同一个" in told
    assert listed(told) == listed(html) - {(ONE, TWO)}
    assert "已标记为不同的(1 对)" in told
    assert "东编辑" in told
    # Nobody is asked again, and whoever else may edit both can take it back.
    admin = twins.client("admin")
    assert (ONE, TWO) not in listed(html_of(admin))
    assert twins.post(admin, "/admin/merge/apart/end", PAIR).status_code == 303
    assert (ONE, TWO) in listed(html_of(client))
    log = html_of(admin, "/admin/log")
    for act in ("标记为不同的站点", "取消“不同的站点”的标记"):
        assert act in log


def test_what_is_not_wholly_his_nobody_marks(twins):
    theirs = {"one": ONE, "other": "YZ-0010"}
    for path in ("/admin/merge/apart", "/admin/merge/apart/end"):
        for login, sent, status in (
            ("east", theirs, 404),
            ("west", theirs, 404),
            ("west", PAIR, 404),
            ("keeper", PAIR, 403),
            ("reader", PAIR, 403),
            ("east", {"one": ONE}, 404),
            ("east", {"one": ONE, "other": ONE}, 400),
        ):
            assert twins.post(twins.client(login), path, sent).status_code == status
    with reading(twins.engine) as session:
        assert session.execute(select(apart)).all() == []


def test_names_are_shown_as_they_are(twins):
    client = twins.client("east")
    html = html_of(client)
    assert "<script>alert" not in html
    twins.post(client, "/admin/merge/apart", {"one": ONE, "other": THREE})
    assert "<script>alert" not in html_of(client)


def test_undoing_in_the_history_gives_back_what_followed(twins):
    client = twins.client("east")
    with writing(twins.engine) as session:
        ids = dict(session.execute(select(station.c.code, station.c.id)).all())
        picture = {"at": "2026-10-10T00:00:00Z", "caption": "红色招牌", "width": 1, "height": 1}
        session.execute(insert(photo).values(**picture, station_id=ids[ONE], body=b"x", thumb=b"x"))
    html = html_of(client, f"/admin/merge?code={TWO}&code={ONE}")
    assert "归过去的也还回来" in html
    versions = {
        name: re.search(rf'name="{name}" value="(\d+)"', html)[1] for name in ("kept_version", "lost_version")
    }
    assert twins.post(client, "/admin/merge", {"kept": TWO, "lost": ONE, **versions}).status_code == 303
    assert "红色招牌" in html_of(client, f"/admin/stations/{TWO}/photos")
    history = f"/admin/stations/{ONE}/history"
    path = re.search(r'href="(/admin/bulk/\d+)"', html_of(client, history))[1]
    assert twins.post(client, f"{path}/undo", {}).status_code == 303
    assert "红色招牌" in html_of(client, f"/admin/stations/{ONE}/photos")
    assert "红色招牌" not in html_of(client, f"/admin/stations/{TWO}/photos")
    # Undone twice is told, and does nothing.
    assert twins.post(client, f"{path}/undo", {}).status_code == 303
    assert "已经全部撤销了" in html_of(client, path)
    assert "红色招牌" in html_of(client, f"/admin/stations/{ONE}/photos")


def test_who_has_compared_two_can_say_there_that_they_differ(twins):
    client = twins.client("east")
    html = html_of(client, f"/admin/merge?code={TWO}&code={ONE}")
    form = re.search(r'<form method="post" action="/admin/merge/apart">(.*?)</form>', html, re.S)[1]
    sent = dict(re.findall(r'name="(one|other)" value="([^"]+)"', form))
    assert twins.post(client, "/admin/merge/apart", sent).location == "/admin/merge"
    assert (ONE, TWO) not in listed(html_of(client))
