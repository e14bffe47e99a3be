"""A frame for other sites: what its address says, what it is called, and the code that puts it into a page.

Addresses of frames stand in pages nobody here can change: what a parameter means today it means for ever
(tests/web/test_embed_contract.py). No parameter is a position, so that no frame's address ever holds one.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import orjson
from flask import url_for
from markupsafe import Markup

from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.registry.snapshot import KINDS, Snapshot
from geo.settings import Settings
from web import params
from web.state import base_url
from web.words import SHORT_KINDS, facility_name

__all__ = [
    "SHOWS",
    "THEMES",
    "ZOOMS",
    "Frame",
    "Size",
    "area_name",
    "described",
    "frame_address",
    "iframe_code",
    "read_frame",
    "script_code",
    "title_of",
]

SHOWS = ("both", "list", "map")
THEMES = ("light", "dark")
ZOOMS = range(4, 19)
_MOST_PAGES = 10_000


class Frame(NamedTuple):
    """What a frame shows: one station, or those of an area (empty: of all), and how.

    ``zoom`` None fits the map to the stations; ``theme`` and ``lang`` empty follow the reader's browser.
    """

    area: str = ""
    code: str = ""
    kinds: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    open_now: bool = False
    show: str = "both"
    zoom: int | None = None
    theme: str = ""
    lang: str = ""
    page: int = 1

    def query(self, **changed: Any) -> dict[str, Any]:
        """Return the parameters of the frame's address; what goes without saying is left out."""
        own = {
            "area": "" if self.code else self.area,
            "code": self.code,
            "kind": list(self.kinds),
            "facility": list(self.facilities),
            "open_at": "now" if self.open_now else "",
            "show": self.show if self.show != SHOWS[0] else "",
            "zoom": self.zoom,
            "theme": self.theme,
            "lang": self.lang,
        }
        return {name: value for name, value in {**own, **changed}.items() if value}


class Size(NamedTuple):
    """How large a frame is: its width in pixels, None for all there is, its height in pixels."""

    width_px: int | None = None
    height_px: int = 480


def read_frame(values: params.Values) -> tuple[Frame, list[InputError]]:
    """Return the frame that parameters ask for, and what was wrong with them.

    Nobody who sees a frame can mend its address: what is wrong is left out, and told.

    Examples
    --------
    >>> frame, faults = read_frame({"area": ["410101"], "kind": ["water_point"], "zoom": ["99"]})
    >>> frame.query(), [fault.parameter for fault in faults]
    ({'area': '410101', 'kind': ['water_point']}, ['zoom'])
    >>> read_frame({})
    (Frame(area='', code='', kinds=(), facilities=(), open_now=False, show='both', zoom=None, theme='', \
lang='', page=1), [])
    """
    faults: list[InputError] = []

    def taken(read: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read()
        except InputError as error:
            faults.append(error)
            return otherwise

    def word(name: str, known: Collection[str]) -> str:
        return taken(lambda: (params.one(values, name) and params.choices(values, name, known)[0]) or "", "")

    frame = Frame(
        area=taken(lambda: (params.one(values, "area") or "").strip(), ""),
        code=taken(lambda: (params.one(values, "code") or "").strip(), ""),
        kinds=tuple(taken(lambda: params.choices(values, "kind", KINDS), ())),
        facilities=tuple(taken(lambda: params.choices(values, "facility", FACILITIES), ())),
        open_now=bool(word("open_at", ("now",))),
        show=word("show", SHOWS) or SHOWS[0],
        zoom=taken(lambda: _zoom(values), None),
        theme=word("theme", THEMES),
        lang=taken(lambda: _lang(values), ""),
        page=taken(lambda: params.whole(values, "page", default=1, low=1, high=_MOST_PAGES), 1),
    )
    return frame, faults


def _zoom(values: params.Values) -> int | None:
    if params.one(values, "zoom") in (None, "fit"):
        return None
    return params.whole(values, "zoom", default=0, low=ZOOMS[0], high=ZOOMS[-1])


def _lang(values: params.Values) -> str:
    text = params.one(values, "lang")
    return params.language_of(text) if text else ""


def title_of(snapshot: Snapshot, site_name: str, frame: Frame) -> str:
    """Return what a frame is called: its station or area, and the registry.

    Raises
    ------
    NotFoundError, InputError
        There is no such station, or no such area.
    """
    place = ""
    if frame.code:
        place = orjson.loads(snapshot.doc(snapshot.row(frame.code)))["name"]
    elif frame.area:
        place = area_name(snapshot, frame.area)
    return f"{place} · {site_name}" if place else site_name


def area_name(snapshot: Snapshot, code: str) -> str:
    """Return the name of an area.

    Raises
    ------
    InputError
        There is none of this code.
    """
    for area in snapshot.areas:
        if area["code"] == code:
            return area["name"]
    raise InputError("没有代码为“%(value)s”的区划", parameter="area", value=code[: params.SHOWN])


def described(frame: Frame) -> list[str]:
    """Return in words what the stations of a frame are chosen by, apart from the area."""
    if frame.code:
        return []
    return [
        *(str(SHORT_KINDS[kind]) for kind in frame.kinds),
        *(facility_name(code) for code in frame.facilities),
    ]


def frame_address(settings: Settings, frame: Frame) -> str:
    """Return the absolute address of a frame."""
    query = frame.query()
    # Its language is its own, not that of the page that tells its address.
    query["lang"] = frame.lang or None
    return base_url(settings) + url_for("embed.page", **query)


def iframe_code(address: str, title: str, size: Size) -> str:
    """Return the HTML of a frame.

    Examples
    --------
    >>> iframe_code("https://a.cn/embed?area=1&kind=x", 'A "B"', Size(None, 300))
    '<iframe src="https://a.cn/embed?area=1&amp;kind=x" title="A &#34;B&#34;" width="100%" height="300" \
style="border:0;max-width:100%" allow="geolocation" loading="lazy"></iframe>'
    """
    code = Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%"'
        ' allow="geolocation" loading="lazy"></iframe>'
    )
    return str(code.format(address, title, size.width_px or "100%", size.height_px))


def script_code(base: str, frame: Frame, title: str, size: Size) -> str:
    """Return the HTML of a script that puts a frame where it stands.

    Examples
    --------
    >>> script_code("https://a.cn", Frame(kinds=("water_point",), open_now=True), "B", Size(600, 300))
    '<script src="https://a.cn/embed.js" data-kind="water_point" data-open-at="now" data-title="B" \
data-width="600" data-height="300" async></script>'
    """
    data = {
        name.replace("_", "-"): ",".join(value) if isinstance(value, list) else value
        for name, value in frame.query().items()
    }
    data |= {"title": title, "width": size.width_px or "100%", "height": size.height_px}
    told = Markup(" ").join(Markup('data-{}="{}"').format(*item) for item in data.items())
    return str(Markup('<script src="{}/embed.js" {} async></script>').format(base, told))
