"""The page on which a clerk puts a frame together and gets the code for a website."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, render_template

from geo.errors import GeoError, InputError, NotFoundError
from geo.model.facilities import FACILITIES
from geo.registry.snapshot import Snapshot
from web import params
from web.areas import counted_areas
from web.embed import FRAME_PARAMETERS
from web.frames import (
    Frame,
    Size,
    frame_address,
    iframe_code,
    read_frame,
    script_code,
    title_of,
)
from web.language import gettext, lazy_gettext
from web.state import base_url, state
from web.words import SHORT_KINDS, facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("embed_make", __name__)

_KNOWN = FRAME_PARAMETERS - {"page"} | {"width", "height", "frame_lang"}
_LEAST_PX, _MOST_PX = 200, 4000
# More are too long to choose from: then only the larger ones are offered.
_MOST_AREAS = 1500
_LEVELS = ("province", "city", "district", "street", "community")
_SHOWS = {
    "both": lazy_gettext("列表和地图"),
    "list": lazy_gettext("只要列表"),
    "map": lazy_gettext("只要地图"),
}
_THEMES = {
    "": lazy_gettext("跟着读者的设备"),
    "light": lazy_gettext("浅色"),
    "dark": lazy_gettext("深色"),
}
_LANGUAGES = {"": lazy_gettext("跟着读者的浏览器"), "zh": "中文", "en": "English"}
_ZOOMS = {
    "": lazy_gettext("自动:正好放下所有站点"),
    "11": lazy_gettext("整个城市"),
    "13": lazy_gettext("一个区"),
    "15": lazy_gettext("几个街区"),
    "17": lazy_gettext("一条街"),
}


class Pick(NamedTuple):
    """An area one can choose: how deep it lies, and how many stations one can go to lie in it."""

    code: str
    name: str
    depth: int
    serving: int


@blueprint.get("/embed/make")
def page() -> str:
    """Answer with the form, and the code for what it says."""
    here = state()
    snapshot = here.live.index.snapshot
    values = params.given(_KNOWN, strict=False)
    frame, faults = read_frame({**values, "lang": values.get("frame_lang", [])})
    size, size_faults = _size(values)
    frame, title, missing = _titled(snapshot, gettext(here.settings.name), frame)
    base = base_url(here.settings)
    address = frame_address(here.settings, frame)
    return render_template(
        "embed_make.html",
        frame=frame,
        size=size,
        title=title,
        faults=[gettext(fault.message, **fault.params) for fault in (*faults, *size_faults, *missing)],
        address=address,
        preview=address.removeprefix(base),
        codes=(iframe_code(address, title, size), script_code(base, frame, title, size)),
        base=base,
        secure=urlsplit(base).scheme == "https",
        sites=here.settings.framing_sites,
        areas=areas_to_choose(snapshot),
        kinds=SHORT_KINDS,
        facilities=[(code, facility_name(code)) for code in FACILITIES],
        looks={"show": _SHOWS, "theme": _THEMES, "frame_lang": _LANGUAGES, "zoom": _ZOOMS},
    )


def areas_to_choose(snapshot: Snapshot, *, empty: bool = False) -> list[Pick]:
    """Return the areas with stations, each after the one it lies in, as far down as it is not too long.

    Parameters
    ----------
    empty : bool
        Those without stations as well.

    Examples
    --------
    Without areas there is nothing to choose: the list is empty.
    """
    picks: list[tuple[int, Pick]] = []

    def add(nodes: list[dict[str, Any]], depth: int) -> None:
        for node in nodes:
            if node["serving"] or empty:
                level = _LEVELS.index(node["level"]) if node["level"] in _LEVELS else len(_LEVELS)
                picks.append((level, Pick(node["code"], node["name"], depth, node["serving"])))
                add(node["children"], depth + 1)

    add(counted_areas(snapshot), 0)
    finest = next(
        (
            last
            for last in range(len(_LEVELS), 0, -1)
            if sum(level <= last for level, _ in picks) <= _MOST_AREAS
        ),
        0,
    )
    return [pick for level, pick in picks if level <= finest]


def _titled(snapshot: Snapshot, name: str, frame: Frame) -> tuple[Frame, str, list[GeoError]]:
    """Return a frame of what there is, its title, and what is missing."""
    try:
        return frame, title_of(snapshot, name, frame), []
    except (InputError, NotFoundError) as error:
        return frame._replace(area="", code=""), name, [error]


def _size(values: params.Values) -> tuple[Size, list[InputError]]:
    usual, faults = Size(), []

    def pixels(name: str, otherwise: int | None) -> int | None:
        text = re.sub(r"\s*px$", "", (params.one(values, name) or "").strip())
        if text in ("", "100%"):
            return otherwise
        try:
            return params.whole({name: [text]}, name, default=0, low=_LEAST_PX, high=_MOST_PX)
        except InputError as error:
            faults.append(error)
            return otherwise

    return Size(pixels("width", usual.width_px), pixels("height", usual.height_px)), faults
