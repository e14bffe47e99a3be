"""The country: a table of cities."""

import html
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient


def area(code: str, name: str, parent: str | None, box: tuple[float, ...]) -> dict[str, Any]:
    level = "city" if parent else "province"
    return {"code": code, "name": name, "level": level, "parent_code": parent, "box": box}


AREAS = [
    area("410000", "样省", None, (113, 34, 114, 35)),
    area("410100", "样城市", "410000", (113, 34, 113.5, 35)),
    area("410200", "邻城市", "410000", (113.5, 34, 114, 35)),
    area("420000", "远省", None, (120, 30, 121, 31)),
    area("420100", "远城市", "420000", (120, 30, 121, 31)),
    area("420200", "空城市", "420000", (122, 30, 123, 31)),
]


def station(number: int, lon: float, lat: float, **given: Any) -> dict[str, Any]:
    return {
        "code": f"YZ-{number:04d}",
        "name": f"站{number}",
        "lon": lon,
        "lat": lat,
        "hours_osm": "24/7",
        "source": "试",
        "source_ref": str(number),
    } | given


PLACED = [
    station(1, 113.2, 34.5),
    station(2, 113.2, 34.6, kind="water_point"),
    station(3, 113.2, 34.7, kind="water_point", status="trial"),
    station(4, 113.2, 34.8, status="suspended"),
    station(5, 113.8, 34.5, kind="nursing_room"),
    station(6, 120.5, 30.5),
    station(7, 100.0, 30.0),
]


def rows(page: str) -> dict[str, list[int]]:
    """Return the numbers of each line of the table, under its name."""
    table = page.split('<table class="cities">')[1].split("</table>")[0]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL):
        cells = re.findall(r"<td>(\d+)</td>", row)
        if cells:
            found[html.unescape(re.sub(r"<[^>]+>", "", row.split("</th>")[0])).strip()] = list(
                map(int, cells)
            )
    return found


def test_every_city_with_stations_is_counted_by_kind(client_over: Callable[..., FlaskClient]):
    page = client_over(*PLACED, areas=AREAS).get("/cities").text
    assert rows(page) == {
        "样城市": [1, 2, 0],
        "邻城市": [0, 0, 1],
        "远城市": [1, 0, 0],
        "其他地方": [1, 0, 0],
        "合计": [3, 2, 1],
    }
    assert "3 个城市" in page
    assert list(rows(page)) == ["样城市", "邻城市", "远城市", "其他地方", "合计"]


def test_provinces_part_the_table(client_over: Callable[..., FlaskClient]):
    page = client_over(*PLACED, areas=AREAS).get("/cities").text
    names = re.findall(r'class="province" id="(p\d+)"[^>]*>([^<]*)<', page)
    assert [name for _, name in names] == ["样省", "远省"]
    for place, name in names:
        assert f'<a href="#{place}">{name}</a>' in page


def test_a_city_leads_to_its_own_start(client_over: Callable[..., FlaskClient]):
    client = client_over(*PLACED, areas=AREAS)
    page = client.get("/cities?lang=en").text
    links = [html.unescape(link) for link in re.findall(r'<th scope="row"><a href="([^"]*)"', page)]
    assert len(links) == 3
    for link, code in zip(links, ("YZ-000", "YZ-0005", "YZ-0006"), strict=True):
        first = re.search(r'data-code="([^"]*)"', client.get(link).text)[1]
        assert first.startswith(code)
        assert "lang=en" in link


def test_the_start_leads_to_the_table(client_over: Callable[..., FlaskClient]):
    assert 'href="/cities"' in client_over(*PLACED, areas=AREAS).get("/").text


def test_one_city_needs_no_table(client_over: Callable[..., FlaskClient]):
    client = client_over(*PLACED[:4], PLACED[-1], areas=AREAS)
    assert 'href="/cities"' not in client.get("/").text
    answer = client.get("/cities?lang=en&big=1")
    assert answer.status_code == 302
    assert sorted(answer.location.removeprefix("/?").split("&")) == ["big=1", "lang=en"]


def test_without_areas_everything_is_one_city(client_over: Callable[..., FlaskClient]):
    assert client_over(*PLACED, areas=[]).get("/cities").status_code == 302


def test_an_empty_registry_has_no_cities(client_over: Callable[..., FlaskClient]):
    assert client_over(areas=[], landmarks=[]).get("/cities").status_code == 302


def test_hostile_names_are_text(client_over: Callable[..., FlaskClient]):
    name = '<b onclick="x">城</b>'
    areas = [item | {"name": name} if item["level"] == "city" else item for item in AREAS]
    page = client_over(*PLACED, areas=areas).get("/cities").text
    assert "<b onclick" not in page
    assert name in rows(page)
