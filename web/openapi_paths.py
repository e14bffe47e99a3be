"""Every address of the API: what it is for, its parameters, and what it answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from geo.crs import Crs
from web.api import GEOJSON
from web.downloads import FORMATS, formats
from web.language import gettext
from web.openapi_words import PATTERNS

__all__ = ["Operation", "operations"]

_JSON = "application/json"


class Operation(NamedTuple):
    """One address of the API.

    Attributes
    ----------
    path : str
        As the app has it, each variable in angle brackets.
    names : tuple of str
        Its parameters, those in the path left out.
    content : dict
        What it answers: the schema's name by the media type, empty where there is no schema.
    required : tuple of str
    posted : bool
        Whether the parameters may be posted, too.
    tagged : bool
        Whether an answer has a tag, and is not sent again to whoever has it.
    errors : tuple of int
        What else than 400 it may answer.
    own : dict
        The schemas of parameters that are its own in this place.
    """

    path: str
    summary: str
    description: str
    names: tuple[str, ...]
    content: dict[str, str]
    required: tuple[str, ...] = ()
    posted: bool = False
    tagged: bool = False
    errors: tuple[int, ...] = ()
    own: Mapping[str, dict[str, Any]] = MappingProxyType({})


def operations(public: Crs) -> list[Operation]:
    """Return all of them, in the request's language, for a registry's public coordinate system."""
    return [*_questions(), *_registry(), *_files(public), *_packs()]


def _questions() -> list[Operation]:
    return [
        Operation(
            "/api/v1/nearest",
            gettext("最近的站点"),
            gettext("由近到远,GeoJSON。用 POST 时位置不进网址和日志。"),
            ("lon", "lat", "k", "kind", "facility", "status", "open_at", "by", "crs", "lang"),
            {GEOJSON: "Nearest"},
            required=("lon", "lat"),
            posted=True,
            own={"open_at": {"type": "string", "pattern": PATTERNS["moment_or_arrival"]}},
        ),
        Operation(
            "/api/v1/route",
            gettext("到一个站点的路线"),
            gettext("GeoJSON 的线,properties.steps 是每一步的话。用 POST 时位置不进网址和日志。"),
            ("lon", "lat", "code", "by", "crs", "lang"),
            {GEOJSON: "Route"},
            required=("lon", "lat", "code"),
            posted=True,
            errors=(404,),
        ),
    ]


def _registry() -> list[Operation]:
    return [
        Operation(
            "/api/v1/stations",
            gettext("站点列表和改动"),
            gettext("GeoJSON,按编号排列,一页一页地给。给了 updated_since 就是改动,供镜像用。"),
            (
                "bbox", "kind", "facility", "area", "status", "q", "open_at", "updated_since", "limit",
                "cursor", "crs", "lang",
            ),
            {GEOJSON: "Stations"},
            tagged=True,
        ),
        Operation(
            "/api/v1/stations/<code>",
            gettext("一个站点"),
            gettext("GeoJSON,带现在或 open_at 那时开不开。"),
            ("open_at", "crs", "lang"),
            {GEOJSON: "FeatureWithData"},
            errors=(404,),
        ),
        Operation(
            "/api/v1/areas",
            gettext("区划的树和站点数"),
            gettext("一级套一级,每个区划的数目包括下级。"),
            ("lang",),
            {_JSON: "Areas"},
        ),
        Operation(
            "/api/v1/areas/<code>",
            gettext("一个区划"),
            gettext("它和它的下级,带站点数。"),
            ("lang",),
            {_JSON: "Area"},
            errors=(404,),
        ),
    ]  # fmt: skip


def _files(public: Crs) -> list[Operation]:
    types = {FORMATS[ending].partition(";")[0]: "" for ending in formats(public)}
    return [
        Operation(
            "/api/v1/downloads/stations.<format>",
            gettext("整个登记册"),
            gettext(
                "一个文件,含已撤销的站点,不含内部字段;写明资料时间、许可和坐标系。"
                "大的登记册改动之后要几秒才生成,这时回答 503,请按 Retry-After 再来。"
            ),
            ("lang",),
            types | {GEOJSON: "Registry"},
            tagged=True,
            errors=(404, 503),
        ),
        Operation(
            "/api/v1/openapi.json",
            gettext("这份说明"),
            gettext("OpenAPI 3.1。"),
            ("lang",),
            {_JSON: ""},
            tagged=True,
        ),
        Operation(
            "/basemap/<digest>/<z>/<x>/<y>.mvt",
            gettext("底图的矢量瓦片"),
            gettext("由导入的街道生成;没有内容的地方是 204。"),
            (),
            {"application/vnd.mapbox-vector-tile": ""},
            errors=(204, 404),
        ),
    ]


def _packs() -> list[Operation]:
    return [
        Operation(
            "/api/v1/packs/<city>",
            gettext("一个城市的站点包"),
            gettext("手机取一次,以后自己查找、排序、判断开不开,位置不离开手机。格式会随程序改变。"),
            ("part", "lang"),
            {_JSON: ""},
            tagged=True,
            errors=(404,),
            own={"part": {"type": "string", "enum": ["stations", "texts"], "default": "stations"}},
        ),
        Operation(
            "/api/v1/packs/<city>/streets",
            gettext("一个城市的街道包"),
            gettext("目录;给了 block 就是那一块的街道,或站点在街道上的位置。格式会随程序改变。"),
            ("block", "part", "digest", "lang"),
            {_JSON: "", "application/octet-stream": ""},
            tagged=True,
            errors=(404,),
            own={"part": {"type": "string", "enum": ["streets", "stands"], "default": "streets"}},
        ),
        Operation(
            "/api/v1/live/<city>",
            gettext("一个城市此刻的情况"),
            gettext("很小,常常来问:登记册变了没有,哪些站点可能没开门、暂停开放,什么坏了,预告了什么。"),
            ("lang",),
            {_JSON: "Facts"},
            tagged=True,
            errors=(404,),
        ),
    ]
