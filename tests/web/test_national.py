"""A country of 340 cities: the start is small, leads to a table, and a phone learns which pack it needs."""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from geo.finder.cities import MOST_TOGETHER
from geo.registry.live import open_live
from geo.settings import Settings
from tests.web.registry import build
from tests.web.test_budgets import NO_SCRIPTS, cost, files
from tests.web.test_cities_page import rows, station
from web import create_app

PROVINCES, CITIES, EACH = 31, 340, 6
COLUMNS, APART, WEST, SOUTH = 20, 1.2, 98.0, 22.0
# A table that a phone fetches when its position is known, or keeps behind its owner's back.
TABLE = 30_000
# Where people live there are so many cells: a seventh of the country's.
CELLS = 15_000


def corner(number: int) -> tuple[float, float]:
    return WEST + number % COLUMNS * APART, SOUTH + number // COLUMNS * APART


def areas() -> list[dict[str, Any]]:
    found = [
        {
            "code": f"{11 + n}0000",
            "name": f"第{n}省",
            "level": "province",
            "parent_code": None,
            "box": (0, 0, 1, 1),
        }
        for n in range(PROVINCES)
    ]
    for number in range(CITIES):
        west, south = corner(number)
        parent = found[number % PROVINCES]["code"]
        found.append(
            {
                "code": f"{parent[:2]}{number // PROVINCES + 1:02d}00",
                "name": f"第{number}市",
                "level": "city",
                "parent_code": parent,
                "box": (west, south, west + 1, south + 1),
            }
        )
    return found


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client over the country."""
    home: Path = tmp_path_factory.mktemp("national")
    rng = np.random.default_rng(3)
    places = [
        np.array(corner(city)) + rng.uniform(0.3, 0.7, 2) for city in range(CITIES) for _ in range(EACH)
    ]
    build(
        home, [station(n, *place.tolist()) for n, place in enumerate(places, 1)], areas=areas(), landmarks=[]
    )
    settings = Settings(home=home)
    return create_app(settings, open_live(settings)).test_client()


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/cities"])
def test_pages_are_light_however_large_the_country(national: FlaskClient, path: str):
    page = national.get(path).text
    assert cost(national, path) + sum(cost(national, name) for name in files(page)) <= NO_SCRIPTS


def test_the_start_leads_to_every_city(national: FlaskClient):
    assert 'href="/cities"' in national.get("/").text
    table = rows(national.get("/cities").text)
    assert len([name for name in table if re.fullmatch(r"第\d+市", name)]) == CITIES
    assert sum(table["合计"]) == CITIES * EACH


def test_a_phones_table_is_light_and_is_not_sent_twice(national: FlaskClient):
    answer = national.get("/cities.json")
    assert len(answer.json) == CITIES
    cells = sum(len(steps) - 1 for steps in map(list, answer.json))
    each = len(gzip.compress(answer.data, 6)) / cells
    assert each * CELLS <= TABLE
    again = national.get("/cities.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_pack_holds_its_city_alone(national: FlaskClient):
    city = national.get("/cities.json").json[7][0]
    assert len(national.get(f"/api/v1/packs/{city}").json["names"]) == EACH


def test_as_many_cities_as_meet_are_one_pack_and_no_more(national: FlaskClient):
    some = [code for code, *_ in national.get("/cities.json").json[: MOST_TOGETHER + 1]]
    together = "+".join(some[:MOST_TOGETHER])
    for part in ("stations", "texts"):
        assert national.get(f"/api/v1/packs/{together}?part={part}").json["city"]["code"] == together
    assert len(national.get(f"/api/v1/packs/{together}").json["names"]) == MOST_TOGETHER * EACH
    assert national.get(f"/api/v1/live/{together}").status_code == 200
    for wrong in ("+".join(some), "+".join(reversed(some[:2])), f"{some[0]}+", f"{some[0]}+nowhere"):
        assert national.get(f"/api/v1/packs/{wrong}").status_code == 404
