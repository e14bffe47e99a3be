"""Pages in a real browser, on a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo.errors import UnavailableError
from tests.services.browser import DESKTOP, PHONE, running_browser, watched_page
from tests.services.finder import DEMO_CITY, warm
from tests.services.server import running_server
from tests.web.registry import build

# A busy machine takes several times as long as an idle one; what never comes fails all the same.
expect.set_options(timeout=20_000)


# Not for the whole session: while Playwright runs, no other test can run an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; a test fails where there is none."""
    try:
        with running_browser() as chromium:
            yield chromium
    except UnavailableError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture
def expected_errors() -> list[str]:
    """Texts that may occur in console errors, page errors and foreign requests; the test appends to it."""
    return []


@pytest.fixture
def page(browser: Browser, expected_errors: list[str]) -> Iterator[Page]:
    """A page on a desk, 1440 x 900 px."""
    with watched_page(browser, expected_errors, **DESKTOP) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, expected_errors: list[str]) -> Iterator[Page]:
    """A page on a phone with a touch screen, 360 x 740 px at 2 device pixels each."""
    with watched_page(browser, expected_errors, **PHONE) as page:
        yield page


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the demo city, which has streets."""
    with running_server(tmp_path_factory.mktemp("demo") / "home", "--demo") as url:
        warm(url, DEMO_CITY)
        yield url


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the small registry, which has none."""
    home: Path = tmp_path_factory.mktemp("small") / "home"
    build(home)
    with running_server(home) as url:
        yield url
