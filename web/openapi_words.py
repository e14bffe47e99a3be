"""The parameters of the API, each once: what it means, and which values it takes, as the code has them."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo.crs import Crs
from geo.finder import MAX_K, PROFILES
from geo.model.facilities import FACILITIES
from web.api import LIMIT, MOST
from web.downloads import formats
from web.language import gettext
from web.words import KINDS, STATUSES, facility_name

__all__ = ["PATTERNS", "parameters"]

_DATE = r"(?:199[0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:Z|[+-](?:0[0-9]|1[0-4]):(?:00|30))?"
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?"
PATTERNS = {
    "moment": f"^(?:now|{_DATE}T{_TIME})$",
    "moment_or_arrival": f"^(?:now|arrival|{_DATE}T{_TIME})$",
    "since": f"^{_DATE}(?:T{_TIME})?$",
    "box": f"^{_NUMBER}(?:,{_NUMBER}){{3}}$",
    "code": "^[A-Za-z]{1,4}-[0-9]{4,7}$",
    "cursor": "^[A-Za-z0-9_-]{8,}$",
    "digest": "^[0-9a-f]{8,64}$",
    "area": "^[0-9]{2,12}$",
}
"""Of texts that have a form."""


def parameters(public: Crs) -> dict[str, dict[str, Any]]:
    """Return every parameter by its name, with ``description`` and ``schema``, in the request's language.

    Parameters
    ----------
    public : Crs
        The registry's public coordinate system, on which it depends what may be asked for.
    """
    return _positions(public) | _filters() | _pages() | _files(public)


def _positions(public: Crs) -> dict[str, dict[str, Any]]:
    shifted = public not in (Crs.WGS84, Crs.CGCS2000)
    systems = [crs for crs in Crs if not shifted or crs not in (Crs.WGS84, Crs.CGCS2000)]
    return {
        "lon": _about(gettext("经度,度"), {"type": "number", "minimum": -180, "maximum": 180}),
        "lat": _about(gettext("纬度,度"), {"type": "number", "minimum": -90, "maximum": 90}),
        "crs": _about(
            gettext("所给位置和回答的坐标系;不给时位置是 WGS-84,回答是登记册公布的坐标系"), _one_of(systems)
        ),
        "by": _about(
            gettext("怎样量距离:line 直线,walk 步行,ebike 电动车;没有街道的地方按直线,并说明"),
            _one_of(PROFILES),
        ),
        "k": _about(gettext("要几个"), {"type": "integer", "minimum": 1, "maximum": MAX_K, "default": 5}),
        "bbox": _about(
            gettext("范围:西,南,东,北,按 crs 的坐标系,度;西不大于东,南不大于北"), _text(PATTERNS["box"])
        ),
    }


def _filters() -> dict[str, dict[str, Any]]:
    return {
        "kind": _about(gettext("类别,可以几个"), _some_of(KINDS)),
        "facility": _about(
            gettext("设施,可以几个,都要有"), _some_of({code: facility_name(code) for code in FACILITIES})
        ),
        "status": _about(gettext("状态,可以几个"), _some_of(STATUSES)),
        "area": _about(gettext("区划代码:在它里面或它下级里面的"), _text(PATTERNS["area"])),
        "q": _about(
            gettext("名称、地址或编号里的字,照字面找;要什么类别、设施和时间,请用 kind、facility 和 open_at"),
            {"type": "string", "minLength": 1},
        ),
        "open_at": _about(
            gettext(
                "那时开放的,时间未知的也留下:now,或北京时间(可写明时差);nearest 还可以是 arrival,按到达的时刻"
            ),
            _text(PATTERNS["moment"]),
        ),
        "code": _about(gettext("编号,大小写都行"), _text(PATTERNS["code"])),
    }


def _pages() -> dict[str, dict[str, Any]]:
    return {
        "updated_since": _about(
            gettext(
                "这时起改动过的,按改动时间排列;仍符合条件的在 features,已撤销的和不再符合的在 tombstones。"
                "没写 status 就是要所有未撤销的。镜像从 1970-01-01 开始,以后每一轮给上一轮第一页的 as_of"
            ),
            _text(PATTERNS["since"]),
        ),
        "limit": _about(
            gettext("一页几个"), {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
        ),
        "cursor": _about(gettext("下一页:原样取自上一页的 next"), _text(PATTERNS["cursor"])),
        "lang": _about(gettext("文字的语言"), {"type": "string", "enum": ["zh", "en"], "default": "zh"}),
    }


def _files(public: Crs) -> dict[str, dict[str, Any]]:
    place = _about(gettext("瓦片的编号"), {"type": "integer", "minimum": 0})
    return dict.fromkeys("zxy", place) | {
        "format": _about(gettext("文件的格式"), _one_of(formats(public))),
        "city": _about(
            gettext("城市的区划代码,相邻的至多四个可以由小到大用 + 连接;没有区划的登记册是 rest"),
            {"type": "string", "minLength": 1},
        ),
        "part": _about(gettext("要哪一部分"), {"type": "string"}),
        "block": _about(gettext("第几块,从 0 数起"), {"type": "integer", "minimum": 0, "maximum": 9999}),
        "digest": _about(gettext("目录里这一块的摘要:内容永远不变,可以一直保存"), _text(PATTERNS["digest"])),
    }


def _about(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "schema": schema}


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(value) for value in values]}


def _some_of(named: Mapping[str, Any]) -> dict[str, Any]:
    # What each value means, as Redoc and our own page show it.
    words = {str(code): str(name) for code, name in named.items()}
    return {"type": "array", "items": _one_of(words) | {"x-enumDescriptions": words}}
