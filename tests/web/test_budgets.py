"""What a first visit costs, in bytes: files are counted as gzip at level 6 makes them."""

import gzip
import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo.db.engine import open_engine
from geo.db.upgrade import upgrade
from geo.demo.load import load_demo
from geo.registry.live import open_live
from geo.settings import Settings
from web import create_app

PAGES = ["/", "/?q=云栖站&open_at=now", "/?lang=en", "/?q=云栖站&lang=en"]
NO_SCRIPTS, APP, WITH_MAP = 30_000, 77_000, 150_000
IMPORTS = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"')
# The library that draws tiles counts with them.
ASIDE = ("streetmap.js", "protomaps")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client over the demo city."""
    settings = Settings(home=tmp_path_factory.mktemp("budgets"))
    engine = open_engine(settings)
    upgrade(engine)
    load_demo(engine, settings)
    engine.dispose()
    return create_app(settings, open_live(settings)).test_client()


def cost(client: FlaskClient, address: str) -> int:
    answer = client.get(address, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200, address
    return len(gzip.compress(answer.data, 6))


def files(page: str) -> set[str]:
    """Return the files that a page fetches by itself, without scripts."""
    sheets = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"#]+)"', page)
    return {html.unescape(name) for name in (*sheets, *re.findall(r'<use href="([^"#]+)', page))}


def modules(client: FlaskClient, address: str) -> set[str]:
    """Return a module and all that it leads to, also what it imports later."""
    found, left = set(), [address]
    while left:
        at = left.pop()
        if at not in found and not any(part in at for part in ASIDE):
            found.add(at)
            names = IMPORTS.findall(client.get(at).text)
            left += [str(Path(at).parent / name).replace("/js/../", "/") for name in names]
    return found


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_a_page_is_light(city: FlaskClient, path: str):
    spent = cost(city, path) + sum(cost(city, name) for name in files(city.get(path).text))
    assert spent <= NO_SCRIPTS


@pytest.mark.parametrize("path", PAGES)
def test_the_app_is_light_and_the_map_fits_beside_it(city: FlaskClient, path: str):
    page = city.get(path).text
    scripts = re.findall(r'<script type="module" src="([^"]+)"', page)
    assert scripts
    names = files(page) | {"/sw.js", "/manifest.webmanifest"}
    for script in scripts:
        names |= modules(city, script)
    assert any(name.endswith("js/app.js") for name in names)
    app = cost(city, path) + sum(cost(city, name) for name in names)
    assert app <= APP
    [script] = re.findall(r'data-script="([^"]+)"', page)
    [styles] = re.findall(r'data-styles="([^"]+)"', page)
    drawn = (modules(city, script) | set(styles.split())) - names
    assert any("leaflet.js" in name for name in drawn)
    assert app + sum(cost(city, name) for name in drawn) <= WITH_MAP


def test_the_worker_keeps_what_the_app_is_made_of(city: FlaskClient):
    page = city.get("/").text
    worker = city.get("/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    kept = set(re.findall(r'"(/static/[^"]+\.\w+)"', worker.text))
    [script] = re.findall(r'<script type="module" src="([^"]+)"', page)
    [drawn] = re.findall(r'data-script="([^"]+)"', page)
    seen = {name for name in files(page) if "noscript" not in name}
    assert modules(city, script) | modules(city, drawn) | seen <= kept
    assert all(city.get(name).status_code == 200 for name in kept)


def test_the_worker_knows_its_version(city: FlaskClient):
    [digest] = set(re.findall(r"/static/([0-9a-f]{12})/", city.get("/sw.js").text))
    assert f"/static/{digest}/js/page.js" in city.get("/").text
