"""Chromium, watched: a page that complains or reaches for another host is a fault."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from geo.errors import UnavailableError

__all__ = [
    "DESKTOP",
    "PACKAGE",
    "PHONE",
    "find_chromium",
    "running_browser",
    "save_screenshot",
    "unexpected",
    "watch",
    "watched_page",
]

PACKAGE = "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LOCAL = ("127.0.0.1", "localhost")
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that reaches outside fails its test; the request itself goes nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_CHINA = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
DESKTOP: dict[str, Any] = {**_CHINA, "viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    **_CHINA,
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def find_chromium() -> Path | None:
    """Return the program of a Chromium that can be driven, or None.

    One from a snap cannot: it sees another /tmp than we do. Playwright's own download is the last choice.
    """
    on_path = (Path(found) for name in _NAMES if (found := shutil.which(name)))
    downloads = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")
    downloaded = sorted(Path(downloads).expanduser().glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    return next((path for path in (*on_path, *downloaded) if not _is_snap(path)), None)


def _is_snap(program: Path) -> bool:
    target = program.resolve()
    with target.open("rb") as file:
        return target.name == "snap" or b"/snap/bin/" in file.read(4096)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Yield a headless Chromium.

    Raises
    ------
    UnavailableError
        There is no Chromium here.
    """
    chromium = find_chromium()
    if chromium is None:
        raise UnavailableError(
            "没有找到 Chromium:请运行 make services,或以 root 运行 apt-get install %(package)s",
            package=PACKAGE,
        )
    with sync_playwright() as playwright:
        # Without its sandbox, which root and most containers cannot have: it only ever sees our own pages.
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(_ARGUMENTS), chromium_sandbox=False
        )
        yield browser
        browser.close()


def watch(context: BrowserContext) -> list[str]:
    """Return a list that gets a line for each complaint and each foreign request of a context's pages."""
    troubles: list[str] = []

    def note_console(said: ConsoleMessage) -> None:
        if said.type == "error":
            troubles.append(f"console: {said.text}")

    def note_request(request: Request) -> None:
        if _is_foreign(request.url):
            troubles.append(f"foreign: {request.url}")

    context.on("console", note_console)
    context.on("weberror", lambda error: troubles.append(f"page error: {error.error}"))
    context.on("request", note_request)
    return troubles


def _is_foreign(url: str) -> bool:
    return urlsplit(url).hostname not in (None, *_LOCAL)


def unexpected(troubles: Iterable[str], expected: Iterable[str]) -> list[str]:
    """Return the troubles that contain none of the expected texts.

    Examples
    --------
    >>> unexpected(["console: 404 (Not Found)", "page error: x"], ["404"])
    ['page error: x']
    >>> unexpected([], ["404"])
    []
    """
    expected = list(expected)
    return [trouble for trouble in troubles if not any(text in trouble for text in expected)]


@contextmanager
def watched_page(browser: Browser, expected: list[str], **device: Any) -> Iterator[Page]:
    """Yield a page of its own context; fail at the end on troubles not in ``expected``.

    Raises
    ------
    AssertionError
        The page wrote an error to the console, threw, or asked a host other than this machine.
    """
    context = browser.new_context(**device)
    try:
        troubles = watch(context)
        yield context.new_page()
        for page in context.pages:
            page.evaluate("0")  # what the page has said so far arrives before this answer
    finally:
        context.close()
    assert not (left := unexpected(troubles, expected)), "\n".join(left)


def save_screenshot(page: Page, name: str) -> None:
    """Keep the whole page as NAME.png in the folder YIZHAN_SCREENSHOTS names, if it names one."""
    if folder := os.environ.get("YIZHAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
