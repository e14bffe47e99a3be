"""Addresses of frames that stand in pages of others: each keeps answering, and keeps its meaning.

Nothing here is ever changed or taken away; a new parameter is a new line.
"""

import re

import pytest
from flask.testing import FlaskClient

# Address, codes it must show, codes it must not.
FRAMES: list[tuple[str, set[str], set[str]]] = [
    ("/embed", {"YZ-0001", "YZ-0002", "YZ-0011", "YZ-0099"}, {"YZ-0004", "YZ-0005", "YZ-0007"}),
    ("/embed?area=410000", {"YZ-0001", "YZ-0011"}, {"YZ-0099"}),
    ("/embed?area=410100", {"YZ-0001", "YZ-0011"}, {"YZ-0099"}),
    ("/embed?area=410101", {"YZ-0001"}, {"YZ-0011"}),
    ("/embed?code=YZ-0001", {"YZ-0001"}, {"YZ-0002"}),
    ("/embed?code=yz-0001", {"YZ-0001"}, {"YZ-0002"}),
    ("/embed?code=YZ-0004", {"YZ-0004"}, {"YZ-0001"}),
    ("/embed?kind=care_station", {"YZ-0001"}, {"YZ-0002", "YZ-0003"}),
    ("/embed?kind=water_point", {"YZ-0002"}, {"YZ-0001", "YZ-0003"}),
    ("/embed?kind=nursing_room", {"YZ-0003"}, {"YZ-0001", "YZ-0002"}),
    ("/embed?kind=water_point&kind=nursing_room", {"YZ-0002", "YZ-0003"}, {"YZ-0001"}),
    ("/embed?kind=water_point,nursing_room", {"YZ-0002", "YZ-0003"}, {"YZ-0001"}),
    ("/embed?kind=water_point%2Cnursing_room", {"YZ-0002", "YZ-0003"}, {"YZ-0001"}),
    ("/embed?facility=toilet", {"YZ-0001", "YZ-0002"}, {"YZ-0003"}),
    ("/embed?facility=toilet&facility=wifi", {"YZ-0001"}, {"YZ-0002", "YZ-0003"}),
    ("/embed?facility=toilet,wifi", {"YZ-0001"}, {"YZ-0002", "YZ-0003"}),
    ("/embed?open_at=now", {"YZ-0001", "YZ-0006"}, {"YZ-0004"}),
    ("/embed?area=410101&kind=water_point&facility=drinking_water&show=list", {"YZ-0002"}, {"YZ-0001"}),
    ("/embed?area=410101&show=both&zoom=fit", {"YZ-0001"}, {"YZ-0011"}),
    ("/embed?area=410101&zoom=14", {"YZ-0001"}, {"YZ-0011"}),
    ("/embed?area=410101&utm_source=wechat&from=singlemessage", {"YZ-0001"}, {"YZ-0011"}),
    ("/embed?page=1", {"YZ-0001"}, set()),
]
# Address, what the page must hold.
LOOKS: list[tuple[str, str]] = [
    ("/embed?lang=zh", '<html lang="zh-CN">'),
    ("/embed?lang=en", '<html lang="en">'),
    ("/embed?theme=light", '<html lang="zh-CN" class="light">'),
    ("/embed?theme=dark", '<html lang="zh-CN" class="dark">'),
    ("/embed?show=both", 'id="map"'),
    ("/embed?show=map", 'id="map"'),
    ("/embed?show=list", 'class="frame show-list"'),
    ("/embed?zoom=4", 'data-zoom="4"'),
    ("/embed?zoom=18", 'data-zoom="18"'),
]
# What the loader takes from its own tag.
LOADER = [
    "area",
    "code",
    "kind",
    "facility",
    "openAt",
    "show",
    "zoom",
    "theme",
    "lang",
    "title",
    "width",
    "height",
]


def shown(page: str) -> set[str]:
    return set(re.findall(r'<li class="card"[^>]* data-code="([^"]+)"', page))


@pytest.mark.parametrize(("address", "there", "absent"), FRAMES)
def test_a_frame_shows_what_it_always_showed(
    client: FlaskClient, address: str, there: set[str], absent: set[str]
):
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'class="notice"' not in answer.text
    assert there <= shown(answer.text)
    assert not absent & shown(answer.text)


@pytest.mark.parametrize(("address", "held"), LOOKS)
def test_a_frame_looks_as_it_always_looked(client: FlaskClient, address: str, held: str):
    answer = client.get(address)
    assert answer.status_code == 200
    assert held in answer.text


def test_the_loader_is_where_it_always_was_and_knows_its_words(client: FlaskClient):
    answer = client.get("/embed.js")
    assert answer.status_code == 200
    for word in LOADER:
        assert re.search(rf"\b{word}\b", answer.text), word
    assert client.get("/embed.js?v=1").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost/",
        "http://localhost/s/YZ-0001",
        "http://localhost/embed?area=410101&kind=water_point",
    ],
)
def test_oembed_knows_every_kind_of_page_it_always_knew(client: FlaskClient, address: str):
    document = client.get("/oembed", query_string={"url": address, "format": "json"}).json
    assert document["type"] == "rich"
    assert document["html"].startswith('<iframe src="http://localhost/embed')
