"""The finder as its browser tests handle it: where one is, what is asked for, what a phone keeps."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Page, Request, expect

__all__ = [
    "DEMO_CITY",
    "DIGITS",
    "HERE",
    "OFFLINE",
    "all_is_kept",
    "allow_position",
    "answer_position_with",
    "caches_are_gone",
    "codes",
    "kept",
    "nearest",
    "requests_of",
    "streets_are_there",
    "wait_until",
    "warm",
]

HERE = {"longitude": 102.3012347, "latitude": 40.6034561, "accuracy": 18}
"""A place in the demo city, with digits that occur nowhere else."""

DEMO_CITY = "990100"
"""The code of the demo city."""

DIGITS = ("102.3012", "40.6034", "102.301", "40.603")
OFFLINE = ["Failed to load resource", "ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
"""What a browser writes to its console for lack of a network."""

_KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => url).sort();
  }
  return found;
}"""


def allow_position(page: Page, here: Mapping[str, float] = HERE) -> None:
    """Let the browser know and tell a position."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(dict(here))


def answer_position_with(page: Page, script: str) -> None:
    """Let the browser's own way to a position be this script; it gets ``resolve`` and ``reject``."""
    page.add_init_script(
        "Object.defineProperty(navigator, 'geolocation', {value: {"
        f"getCurrentPosition: (resolve, reject) => {{ {script} }}}}}})"
    )


def warm(url: str, *cities: str) -> None:
    """Ask all of a server's processes, most likely, for cities' packs and streets, which take long at first.

    A page has patience for some seconds, and then asks the server for the list.
    """
    for path in ("", "?part=texts", "/streets") * 4:
        for city in cities:
            with suppress(HTTPError), urlopen(f"{url}/api/v1/packs/{quote(city)}{path}") as answer:
                answer.read()


def requests_of(page: Page) -> list[Request]:
    """Return a list that gets every request of a page's context from now on, its worker's too."""
    seen: list[Request] = []
    page.context.on("request", lambda request: seen.append(request))
    return seen


def codes(page: Page) -> list[str]:
    """Return the codes of the stations listed, in order."""
    return [row.get_attribute("data-code") for row in page.locator(".card").all()]


def nearest(page: Page) -> None:
    """Ask for what is near, and wait for the list."""
    page.get_by_role("button", name="离我最近").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("离您最近的站点")


def streets_are_there(page: Page) -> None:
    """Wait until the list is measured along streets."""
    expect(page.locator("#found h2").first).to_contain_text("沿街道的距离和时间")


def kept(page: Page) -> dict[str, list[str]]:
    """Return the addresses of what each cache of a page's origin holds."""
    return page.evaluate(_KEPT)


def wait_until(page: Page, true: Callable[[dict[str, list[str]]], bool]) -> None:
    """Wait until something is true of what the caches hold."""
    end = monotonic() + 30
    while not true(found := kept(page)):
        assert monotonic() < end, found
        page.wait_for_timeout(50)


def caches_are_gone(page: Page, part: str) -> None:
    """Wait until no cache has a part in its name; none is opened: what has just gone would be there anew."""
    for _ in range(600):
        if not any(part in name for name in page.evaluate("caches.keys()")):
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate("caches.keys()"))


def all_is_kept(page: Page) -> None:
    """Wait until a phone has the data of the demo city, its streets, and the map's libraries."""

    def whole(found: dict[str, list[str]]) -> bool:
        libraries = [name for files in found.values() for name in files if "/vendor/" in name]
        return len(found.get("yizhan-data", [])) >= 5 and len(libraries) == 3

    wait_until(page, whole)
