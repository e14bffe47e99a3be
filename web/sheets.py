"""Printed matter: the sign for a station's door, the poster with an area's stations for a wall."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import format_datetime
from numpy.typing import NDArray

from geo.crs import Crs
from geo.errors import NotFoundError
from geo.finder import CHINA
from geo.model.station import SERVING, Kind
from geo.registry.nearest import Index
from geo.registry.selection import Filter
from geo.registry.snapshot import Snapshot
from geo.report.sheets import Entry, Group, Part, Poster, Sign, printed
from web import params
from web.embed_make import areas_to_choose
from web.facts_words import suspended_words
from web.hours_words import hours_words
from web.language import gettext, language, lazy_gettext
from web.listing import Wanted, matching_rows
from web.page import is_demo
from web.sheet_words import entry_sentence, key_facilities, notice, pair, place_words
from web.state import State, base_url, state
from web.words import KINDS, facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("sheets", __name__)

_KNOWN = frozenset({"lang"})
# Some eight pages: more hangs on no wall.
_MOST = 120
_MAX_AGE_S = 300
_LISTED_KINDS = lazy_gettext("爱心驿站 · 派水点 · 母婴关爱室")
_COLUMNS = (lazy_gettext("站点"), lazy_gettext("开放时间"), lazy_gettext("有什么"), lazy_gettext("编号"))


@blueprint.get("/posters", endpoint="page")
def posters() -> str:
    """Answer with the page that leads to the posters of all areas with stations."""
    params.given((), strict=False)
    return render_template("posters.html", areas=areas_to_choose(state().live.index.snapshot))


@blueprint.get("/s/<code>/sign.pdf")
def sign(code: str) -> Response:
    """Answer with the sign of one station.

    Raises
    ------
    NotFoundError
        No station has the code.
    UnavailableError
        The server has no Chinese font.
    """
    params.given(_KNOWN, strict=False)
    here = state()
    snapshot = here.live.index.snapshot
    doc = orjson.loads(snapshot.doc(snapshot.row(code)))
    return _pdf(here, _sign(here, doc), gettext("%(name)s 门牌", name=f"{doc['code']} {doc['name']}"))


@blueprint.get("/areas/<code>/poster.pdf")
def poster(code: str) -> Response:
    """Answer with the poster of one area, the areas in it included.

    Raises
    ------
    NotFoundError
        No area has the code.
    UnavailableError
        The server has no Chinese font.
    """
    params.given(_KNOWN, strict=False)
    here = state()
    area = next((item for item in here.live.index.snapshot.areas if item["code"] == code), None)
    if area is None:
        raise NotFoundError("没有代码为 %(code)s 的区划", code=code)
    return _pdf(here, _poster(here, area), gettext("%(name)s 站点海报", name=area["name"]))


def _pdf(here: State, sheet: Sign | Poster, name: str) -> Response:
    answer = Response(printed(sheet, fonts=here.settings.home / "fonts"), mimetype="application/pdf")
    # RFC 6266: the plain name for the few that cannot read the other.
    answer.headers["Content-Disposition"] = (
        f"inline; filename=sheet.pdf; filename*=UTF-8''{_quoted(name)}.pdf"
    )
    answer.headers["Cache-Control"] = f"public, max-age={_MAX_AGE_S}"
    answer.headers["Vary"] = "Accept-Language"
    answer.add_etag()
    return answer.make_conditional(request)


def _quoted(name: str) -> str:
    # A file's name holds no separators and no invisible characters.
    plain = "".join(char if char.isalnum() or char in "-_().·" else " " for char in name[: params.SHOWN])
    return quote(" ".join(plain.split()), safe="")


def _sign(here: State, doc: Mapping[str, Any]) -> Sign:
    remarks = [doc.get("hours_note"), gettext("按国家调休上班") if doc.get("hours_makeup") else None]
    there = [code for code, answer in doc.get("facilities", {}).items() if answer == "yes"]
    return Sign(
        **_common(here),
        title=f"{doc['code']} {doc['name']}",
        registry=gettext(here.settings.name),
        kind=pair(KINDS[doc["kind"]]),
        name=doc["name"],
        place=place_words(doc),
        notice=notice(doc),
        entry=Part(pair(lazy_gettext("谁能进,怎么进")), entry_sentence(doc)),
        hours=Part(pair(lazy_gettext("开放时间")), hours_words(doc), " · ".join(filter(None, remarks))),
        facilities=Part(pair(lazy_gettext("有什么"))),
        words=tuple(map(facility_name, there)) or (gettext("没有登记"),),
        code=doc["code"],
        code_heading=pair(lazy_gettext("编号")),
        scan=pair(lazy_gettext("扫码看现在开没开、怎么走")),
        date=_as_of(here.live.index.snapshot),
        url=base_url(here.settings) + url_for("stations.page", code=doc["code"], lang=None),
    )


def _poster(here: State, area: Mapping[str, Any]) -> Poster:
    index = here.live.index
    rows = _rows(index, area["code"])
    shown = rows[:_MOST]
    words = {"count": len(rows), "shown": len(shown)}
    cut = gettext("这里列出前 %(shown)s 处,其余请扫码查看,或打印下级区划的海报", **words)
    foot = (gettext(here.settings.name), _as_of(index.snapshot), gettext("临时变动以扫码所见为准"))
    return Poster(
        **_common(here),
        title=gettext("%(name)s 站点海报", name=area["name"]),
        registry=gettext(here.settings.name),
        subject=pair(_LISTED_KINDS),
        name=area["name"],
        summary=gettext("共 %(count)s 处,渴了、累了、饭凉了、手机没电了,都可以来", **words),
        cut=cut if len(rows) > len(shown) else "",
        nothing=gettext("这里还没有开放的站点"),
        columns=tuple(map(pair, _COLUMNS)),
        groups=_groups(index.snapshot, shown),
        scan=pair(lazy_gettext("扫码找最近、现在开着的")),
        foot=" · ".join(filter(None, foot)),
        # By its code, which is nobody else's, and shorter as a QR code than a name.
        url=base_url(here.settings) + url_for("finder.page", q=area["code"], lang=None),
    )


def _common(here: State) -> dict[str, Any]:
    return {
        "lang": language(),
        "demo": gettext("演示") if is_demo(here.live.index.snapshot, here.settings.name) else "",
        "hotline": here.settings.hotline,
        "hotline_heading": pair(lazy_gettext("服务热线")),
    }


def _as_of(snapshot: Snapshot) -> str:
    if not snapshot.at:
        return ""
    return gettext(
        "资料截至 %(date)s", date=format_datetime(datetime.fromisoformat(snapshot.at), "yyyy-MM-dd")
    )


def _rows(index: Index, area: str) -> list[int]:
    """Return the stations of an area one can go to, by the smallest area that holds them, then by code."""
    wanted = Wanted(Filter(statuses=SERVING), None, Crs.WGS84, area, None, None)
    rows: NDArray[np.int64] = matching_rows(index, wanted)
    return rows[np.argsort(index.snapshot.area[rows], kind="stable")].tolist()


def _groups(snapshot: Snapshot, rows: Sequence[int]) -> tuple[Group, ...]:
    """Return the list of a poster, under the names of the areas within unless all lie in one."""
    found: dict[int, list[Entry]] = {}
    above = {place: _names_above(snapshot, place) for place in set(snapshot.area[rows].tolist())}
    for row in rows:
        area = int(snapshot.area[row])
        shut = suspended_words(snapshot.facts.get(row, ()), datetime.now(CHINA))
        found.setdefault(area, []).append(_entry(orjson.loads(snapshot.doc(row)), above[area], shut))
    return tuple(
        Group(snapshot.areas[area]["name"] if len(found) > 1 else "", tuple(entries))
        for area, entries in found.items()
    )


def _names_above(snapshot: Snapshot, place: int) -> list[str]:
    """Return the names of an area and those it lies in, the largest first."""
    areas = {area["code"]: area for area in snapshot.areas}
    names, area = [], snapshot.areas[place]
    while area is not None and area["name"] not in names:
        names.append(area["name"])
        area = areas.get(area["parent_code"])
    return names[::-1]


def _entry(doc: Mapping[str, Any], above: Iterable[str], shut: str) -> Entry:
    there = [code for code, answer in doc.get("facilities", {}).items() if answer == "yes"]
    kind = "" if doc["kind"] == Kind.CARE_STATION else str(KINDS[doc["kind"]])
    place = place_words(doc)
    for name in above:
        # What the poster's own title says is not said again in every line.
        place = place.removeprefix(name)
    return Entry(
        code=doc["code"],
        name=doc["name"],
        kind="" if kind in doc["name"] else kind,
        place=place.strip(),
        hours=shut or hours_words(doc),
        words=key_facilities(there),
    )
