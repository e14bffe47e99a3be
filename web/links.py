"""去这里: links that hand a way over to a map app, each in the coordinate system and order it reads.

AMap, Tencent and Apple read GCJ-02 in mainland China, Baidu what ``coord_type`` says, ``geo:`` (RFC 5870)
WGS-84 alone. The forms are those of the providers' own pages: AMap's URI API and its app's OnRideNavi,
Baidu's ``marker``, Tencent's ``routeplan`` and ``marker``, Apple's map links. Apple does not document its
system for China; GCJ-02 is what its maps there are drawn in.
"""

import unicodedata
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from geo.crs import Crs, from_wgs84
from geo.finder import check_known
from geo.model.place import Point
from geo.settings import Settings
from web.language import lazy_gettext

__all__ = ["TRAVEL", "Link", "Target", "links_of"]

TRAVEL = ("walk", "ride", "ebike")
"""The ways of going there: on foot, by bicycle, by e-bike."""

_APP = "yizhan"
_BAIDU_APP = f"webapp.{_APP}.{_APP}"
# More decimals than the providers read would be refused by some.
_MOST_DECIMALS = 6
_LONGEST = 60
# What parts the fields within one parameter; a name that holds it would end early.
_PARTING = str.maketrans(",|;:()", "\uff0c\uff5c\uff1b\uff1a\uff08\uff09")
_NOT_IN_WECHAT = lazy_gettext("微信和 QQ 里打不开,请先用浏览器打开本页;手机上要装有高德地图")
_CHOOSE = lazy_gettext("打开后再选出行方式")
_ON_PHONE = lazy_gettext("电脑上可能只显示地点")
_AS_BICYCLE = lazy_gettext("按自行车算路")


class Target(NamedTuple):
    """Where to: the entrance in WGS-84 degrees, the name on the signboard, the address."""

    point: Point
    name: str
    address: str = ""


class Link(NamedTuple):
    """A link: its key (unique in a list), its label and, perhaps empty, what to know before; both lazy."""

    key: str
    label: Any
    href: str
    note: Any = ""


def links_of(station: Target, by: str, settings: Settings) -> list[Link]:
    """Return the links that lead to a station, the most used first.

    Parameters
    ----------
    station : Target
    by : str
        One of `TRAVEL`.
    settings : Settings
        ``public_decimals`` rounds every position. Where the public system is shifted no link is in WGS-84.

    Raises
    ------
    InputError
        ``by`` is none of them.
    """
    check_known("by", [by], TRAVEL)
    made = [make(station, by, settings) for make in (_amap, _baidu, _tencent, _apple)]
    if by == "ebike":
        made.insert(0, _amap_app(station, settings))
    if Crs(settings.public_crs) in (Crs.WGS84, Crs.CGCS2000):
        made.append(_geo(station, settings))
    return made


def _amap(station: Target, by: str, settings: Settings) -> Link:
    lon, lat = _degrees(station, Crs.GCJ02, settings)
    query = {
        "to": f"{lon},{lat},{_name(station)}",
        "mode": "walk" if by == "walk" else "ride",
        "src": _APP,
        "coordinate": "gaode",
        "callnative": "1",
    }
    note = {"walk": _ON_PHONE, "ride": _ON_PHONE, "ebike": _AS_BICYCLE}[by]
    return Link("amap", lazy_gettext("高德地图"), _uri("https://uri.amap.com/navigation", query), note)


def _amap_app(station: Target, settings: Settings) -> Link:
    """Return the one link that knows e-bikes: turn by turn in AMap's app, 8.26 or later."""
    lon, lat = _degrees(station, Crs.GCJ02, settings)
    query = {"featureName": "OnRideNavi", "rideType": "elebike", "sourceApplication": _APP}
    # dev=0: the position is GCJ-02 already.
    query |= {"lat": lat, "lon": lon, "dev": "0"}
    label = lazy_gettext("高德地图 App(电动车导航)")
    return Link("amap_app", label, _uri("amapuri://openFeature", query), _NOT_IN_WECHAT)


def _baidu(station: Target, by: str, settings: Settings) -> Link:
    # Its direction page wants a starting point, which this program must not know.
    lon, lat = _degrees(station, Crs.GCJ02, settings)
    query = {
        "location": f"{lat},{lon}",
        "title": _name(station),
        "content": _clean(station.address) or _name(station),
        "output": "html",
        "coord_type": "gcj02",
        "src": _BAIDU_APP,
    }
    return Link("baidu", lazy_gettext("百度地图"), _uri("https://api.map.baidu.com/marker", query), _CHOOSE)


def _tencent(station: Target, by: str, settings: Settings) -> Link:
    lon, lat = _degrees(station, Crs.GCJ02, settings)
    label = lazy_gettext("腾讯地图")
    if by == "walk":
        query = {"type": "walk", "to": _name(station), "tocoord": f"{lat},{lon}", "coord_type": "2"}
        query |= {"referer": _APP}
        return Link("tencent", label, _uri("https://apis.map.qq.com/uri/v1/routeplan", query), _ON_PHONE)
    # Its pages plan no cycling.
    marker = f"coord:{lat},{lon};title:{_name(station)};addr:{_clean(station.address)}"
    query = {"marker": marker, "coord_type": "2", "referer": _APP}
    return Link("tencent", label, _uri("https://apis.map.qq.com/uri/v1/marker", query), _CHOOSE)


def _apple(station: Target, by: str, settings: Settings) -> Link:
    lon, lat = _degrees(station, Crs.GCJ02, settings)
    label = lazy_gettext("苹果地图")
    query = {"daddr": f"{lat},{lon}"}
    if by == "walk":
        return Link("apple", label, _uri("https://maps.apple.com/", query | {"dirflg": "w"}))
    # Its links name no cycling; without a way of travel the app takes the one used last.
    return Link("apple", label, _uri("https://maps.apple.com/", query), _CHOOSE)


def _geo(station: Target, settings: Settings) -> Link:
    lon, lat = _degrees(station, Crs.WGS84, settings)
    name = quote(_name(station), safe="")
    return Link("geo", lazy_gettext("其他地图应用"), f"geo:{lat},{lon}?q={lat},{lon}({name})")


def _degrees(station: Target, crs: Crs, settings: Settings) -> tuple[str, str]:
    """Return lon and lat in a system, as text: providers read no exponents."""
    decimals = min(settings.public_decimals, _MOST_DECIMALS)
    lon, lat = from_wgs84(station.point.lon, station.point.lat, crs)
    return f"{lon:.{decimals}f}", f"{lat:.{decimals}f}"


def _name(station: Target) -> str:
    return _clean(station.name)


def _clean(text: str) -> str:
    """Return a text that stays one field: no separators, controls or direction marks; not too long."""
    seen = "".join(" " if char.isspace() else char for char in text.translate(_PARTING))
    kept = "".join(char for char in seen if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn"))
    return " ".join(kept.split())[:_LONGEST]


def _uri(base: str, query: dict[str, str]) -> str:
    return f"{base}?{urlencode(query, quote_via=quote)}"
