"""Chinese, and English under it."""

import gettext
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.messages import CATALOGUE, messages, read_catalogue

HELP = "run: python -m tests.web.messages"
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def test_every_message_has_an_english_one():
    found = messages()
    catalogue = {message.id: message.string for message in read_catalogue() if message.id}
    # A scan that finds nothing would be content with anything.
    assert {"离我最近", "今天按补班日开放", "没有编号为 %(code)s 的站点", "开放时间", "国庆节"} <= set(found)
    assert {message: found[message] for message in found if not catalogue.get(message)} == {}, HELP
    assert set(catalogue) == set(found), HELP


def test_every_translation_has_the_places_of_its_message():
    for message in read_catalogue():
        if message.id:
            assert sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(message.string)), (
                message.id
            )


def test_every_translation_can_be_filled_in():
    """A bare per cent sign is a place of its own, which no value fills."""
    for message in read_catalogue():
        if message.id and (names := PLACEHOLDER.findall(message.id)):
            values = {name[2:-2]: "x" for name in names}
            assert "x" in message.string % values
            assert "x" in message.id % values


def test_no_translation_is_left_in_chinese():
    for message in read_catalogue():
        # Names of columns stay as a clerk's file has them.
        if message.id and "列" not in message.id:
            rest = re.sub(r"次日|上午|下午|、", "", message.string)
            assert not re.search(r"[\u4e00-\u9fff]", rest), message.id


def test_what_the_web_reads_is_what_the_catalogue_says():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in read_catalogue():
        if message.id:
            assert compiled.gettext(message.id) == message.string, HELP


def test_a_page_is_in_chinese_unless_the_reader_wants_english(client: FlaskClient):
    for headers in ({}, {"Accept-Language": "fr"}, {"Accept-Language": "*"}, {"Accept-Language": "zh-TW"}):
        assert '<html lang="zh-CN">' in client.get("/", headers=headers).text
    assert '<html lang="en">' in client.get("/", headers=ENGLISH).text


@pytest.mark.parametrize(
    ("asked", "lang"), [("zh", "zh-CN"), ("zh-Hans", "zh-CN"), ("en", "en"), ("EN-us", "en")]
)
def test_the_address_wins_over_the_browser(client: FlaskClient, asked: str, lang: str):
    for headers in ({}, ENGLISH):
        answer = client.get("/", query_string={"lang": asked}, headers=headers)
        assert f'<html lang="{lang}">' in answer.text
        assert answer.headers["Content-Language"] == lang[:2]


def test_links_keep_the_language_the_address_asks_for(client: FlaskClient):
    english = client.get("/?q=样城站&lang=en").text
    links = re.findall(r'href="(/(?:s/[^"]*|\?[^"]*|))"', english)
    assert len(links) > 10
    assert [link for link in links if "lang=" not in link] == []
    assert 'name="lang" value="en"' in english
    preferred = client.get("/?q=样城站", headers=ENGLISH).text
    assert re.findall(r'href="[^"]*lang=[^"]*"', preferred) == re.findall(r'href="[^"]*lang=zh"', preferred)


def test_the_other_language_is_one_tap_away_and_asks_the_same(client: FlaskClient):
    page = client.get("/?q=样城站&kind=care_station&lang=en").text
    link = re.search(r'<a class="language" href="([^"]+)"', page)[1].replace("&amp;", "&")
    other = client.get(link).text
    assert '<html lang="zh-CN">' in other
    assert 'value="样城站"' in other
    assert re.search(r'value="care_station"\s+checked', other)


def test_the_api_is_in_chinese_whoever_asks(client: FlaskClient):
    assert "经度" in client.get("/api/v1/nearest?lon=200&lat=0", headers=ENGLISH).json["detail"]
    reasons = client.get(
        "/api/v1/nearest?lon=113.612&lat=34.722&k=1&kind=nursing_room&open_at=2026-10-10T09:00"
    )
    assert reasons.json["features"][0]["properties"]["open"]["reason"] == "今天按补班日开放"


def test_holidays_are_named_in_english(client: FlaskClient):
    answer = client.get("/api/v1/stations/YZ-0003?open_at=2026-10-02T09:00&lang=en").json
    assert answer["properties"]["open"]["reason"] == "National Day holiday"


def test_the_catalogue_lies_where_the_wheel_takes_it():
    import web

    assert CATALOGUE.is_relative_to(Path(web.__file__).parent)
