"""Big type: asked for in the address, kept by the links and forms of the pages."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

POSITION = {"lon": "113.6126789", "lat": "34.7216789"}
PAGES = [
    "/?",
    "/?q=样城站&",
    "/?q=人民公园&",
    "/s/YZ-0001?",
    "/s/YZ-0001/way?",
    "/s/YZ-9999?",
    "/embed/make?",
]
# What is no page, or has a size of its own.
NOT_BIG = re.compile(r"/static/|/api/|/oembed|/embed(\?|$)|#|\w+:")


def links(page: str) -> list[str]:
    body = page.split("<body")[1]
    found = map(unescape, re.findall(r'(?:href|formaction)="([^"]*)"', body))
    return [link for link in found if not NOT_BIG.match(link) and ".pdf" not in link]


def opposite(page: str) -> list[str]:
    """Return the links of a page that change its size."""
    return [unescape(link) for link in re.findall(r'class="size" href="([^"]*)"', page)]


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_big_page_leads_to_a_big_one(client: FlaskClient, path: str):
    page = client.get(f"{path}big=1&lang=zh").text
    assert '<html lang="zh-CN" class="big">' in page
    assert "css/big.css" in page
    small = opposite(page)
    assert len(small) == 1
    assert [link for link in links(page) if "big=1" not in link] == small


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_link_to_its_big_one_and_back(client: FlaskClient, path: str):
    page = client.get(f"{path}lang=en").text
    assert "css/big.css" not in page
    [big] = opposite(page)
    [small] = opposite(client.get(big).text)
    assert "big" not in small
    assert opposite(client.get(small).text) == [big]


def test_forms_keep_it(client: FlaskClient):
    for path in ("/?big=1", "/s/YZ-0001/way?big=1", "/s/YZ-9999?big=1", "/embed/make?big=1"):
        forms = re.findall(r"<form.*?</form>", client.get(path).text, re.DOTALL)
        assert forms
        for form in forms:
            assert '<input type="hidden" name="big" value="1">' in form


def test_a_posted_position_stays_posted(client: FlaskClient):
    page = client.post("/?lang=en", data=POSITION | {"open_at": "now"}).text
    form = re.search(r'<form class="language".*?</form>', page, re.DOTALL)[0]
    target = unescape(re.search(r'formaction="([^"]*)"', form)[1])
    assert target == "/?big=1&lang=en"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert fields == POSITION | {"open_at": "now"}
    big = client.post(target, data=fields).text
    assert 'class="big"' in big
    assert "Stations nearest to you" in big
    assert re.search(r'formaction="/\?lang=en"', big)


def test_a_place_typed_on_a_big_page_leads_to_a_big_list(client: FlaskClient):
    answer = client.post("/?big=1", data=POSITION | {"q": "样城站"})
    assert "big=1" in answer.location


@pytest.mark.parametrize("value", ["0", "true", "2", ""])
def test_only_one_value_asks_for_it(client: FlaskClient, value: str):
    assert "big.css" not in client.get(f"/?big={value}").text


def test_addresses_that_leave_the_page_do_not_carry_it(client: FlaskClient):
    page = client.get("/s/YZ-0001?big=1").text
    assert '<link rel="canonical" href="http://localhost/s/YZ-0001">' in page
    assert "/s/YZ-0001/sign.pdf?" not in page
    assert "big" not in re.search(r'data-url="([^"]*)"', page)[1]
    code = re.search(r"<textarea.*?</textarea>", client.get("/embed/make?big=1").text, re.DOTALL)[0]
    assert "big" not in code


def test_no_cookie_is_needed(client: FlaskClient):
    assert "Set-Cookie" not in client.get("/?big=1").headers
