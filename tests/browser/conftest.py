"""Pages in a real browser, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from geo.errors import UnavailableError
from tests.services.browser import DESKTOP, PHONE, running_browser, watched_page


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
