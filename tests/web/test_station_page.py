"""The page of one station."""

import html
import re

import pytest
from flask.testing import FlaskClient

from geo.model.facilities import FACILITIES
from geo.model.standards import STANDARDS
from tests.web.registry import STATIONS


def words(page: str) -> str:
    main = page.split('<main id="main">')[1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_it_says_all_the_public_may_know(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    for expected in ("样城第1驿站", "YZ-0001", "爱心驿站", "样城市文化路1号", "24小时", 
                     "户外劳动者可进 · 直接进", "站前驿站", "星级 5", "113.6101, 34.7201"):  # fmt: skip
        assert expected in page


def test_facilities_are_there_not_there_or_not_known(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    assert "有 卫生间 · WiFi 没有 微波炉(热饭)" in page
    unknown = page.split("项不清楚有没有")[1].split("登记资料")[0]
    named = [item.strip() for item in unknown.split("·")]
    assert set(named) == {item.zh for item in FACILITIES.values()} - {"卫生间", "WiFi", "微波炉(热饭)"}


def test_the_checklist_of_its_standard(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    standard = STANDARDS["shandong_2022"]
    assert standard.zh in page
    for item in standard.items:
        assert item.zh in page
    street_front = next(item for item in standard.items if item.code == "street_front")
    assert f"{street_front.zh} 符合" in page
    assert "未知" in page
    english = words(client.get("/s/YZ-0001?lang=en").text)
    assert f"{street_front.en} Met" in english


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YZ-0004", "暂停开放 装修到年底"),
        ("YZ-0005", "已撤销 房屋到期"),
        ("YZ-0007", "在建"),
        ("YZ-0003", "试运行"),
    ],
)
def test_a_station_one_cannot_count_on_says_why(client: FlaskClient, code: str, said: str):
    page = words(client.get(f"/s/{code}").text)
    assert said in page
    assert page.count("装修到年底") <= 1


def test_every_station_has_its_page_in_both_languages(client: FlaskClient):
    for row in STATIONS:
        for lang in ("zh", "en"):
            assert client.get(f"/s/{row['code']}?lang={lang}").status_code == 200


def test_unknown_hours_lead_to_the_phone(client: FlaskClient):
    page = client.get("/s/YZ-0006").text
    assert "时间未知 建议电话确认 没有登记开放时间" in words(page)
    assert 'href="tel:0371-5550106"' in page


def test_either_case_of_a_code_is_one_page(client: FlaskClient):
    page = client.get("/s/yz-0001").text
    assert '<link rel="canonical" href="/s/YZ-0001">' in page


def test_a_code_nobody_has_is_not_found_and_one_can_search_on(client: FlaskClient):
    answer = client.get("/s/YZ-9999")
    assert answer.status_code == 404
    assert "没有编号为 YZ-9999 的站点" in answer.text
    assert 'type="search"' in answer.text
