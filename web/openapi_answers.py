"""What the answers of the API are made of, as JSON schemas; a station's properties are those of the model."""

from typing import Any

from geo.crs import Crs
from geo.finder import PROFILES
from geo.model.facts import What
from geo.model.people import RIGHTS, Right
from geo.model.station import FIELDS, Field, Kind, Status
from geo.model.verification import CHECKED
from geo.registry.verified import VERIFIED
from web.language import gettext
from web.words import HOW, LEVELS, WHO

__all__ = ["schemas"]

_NO_PROPERTY = ("lon", "lat", "entrance_lon", "entrance_lat")
_ENUMS = {"kind": [*Kind], "status": [*Status], "access_who": [*WHO], "access_how": [*HOW]}
# Whoever may say that he looked.
_LOOKERS = [role for role, rights in RIGHTS.items() if Right.VERIFY in rights]
_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    list: {"type": "array", "items": {"type": "string"}},
    dict: {"type": "object", "additionalProperties": {"type": "string"}},
}
_TEXT, _NUMBER, _WHOLE, _FLAG = ({"type": name} for name in ("string", "number", "integer", "boolean"))
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_NUMBER = {"type": ["number", "null"]}
_POSITION = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_MEASURED = {"distance_m": _NUMBER, "duration_s": _MAYBE_NUMBER}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by name, with descriptions in the request's language."""
    return _small() | _stations() | _others()


def _small() -> dict[str, dict[str, Any]]:
    return {
        "Problem": _object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": _WHOLE,
                "detail": _TEXT,
                "parameter": _told(_MAYBE_TEXT, gettext("哪个参数不对")),
            },
            description=gettext("错误,RFC 9457"),
        ),
        "Point": _object({"type": {"const": "Point"}, "coordinates": _POSITION}),
        "Open": _object(
            {
                "state": {"enum": ["open", "closed", "suspended", "unknown"]},
                "until": _told(_MAYBE_TEXT, gettext("到什么时候")),
                "reason": _MAYBE_TEXT,
            },
            description=gettext("那时开不开:时间未知不算关门"),
        ),
        "Tombstone": _object(
            {"code": _TEXT, "updated_at": _TEXT, "status": {"enum": [*Status]}},
            description=gettext("镜像里应当去掉的站点和它现在的状态;镜像里没有它就不用管"),
        ),
    }


def _stations() -> dict[str, dict[str, Any]]:
    shown = [field for field in FIELDS if field.public and field.name not in _NO_PROPERTY]
    known = {field.name: _property(field) for field in shown}
    more = {
        VERIFIED: _object(
            {"role": _words(_LOOKERS), "checked": _list(_words(CHECKED))},
            description=gettext("最近一次核实:什么角色的人,看了哪些;日期是 verified_on"),
        ),
        "updated_at": _told(_TEXT, gettext("最近一次改动的时间")),
        "open": _ref("Open"),
        "live": _ref("Live"),
        "distance_m": _told(_NUMBER, gettext("距离,米")),
        "duration_s": _told(_MAYBE_NUMBER, gettext("时间,秒;按直线量时没有")),
    }
    station = _object(known | more, required=["code", "kind", "status", "name"])
    station["description"] = gettext("一个站点可以公开的资料;不知道的没有")
    feature = {
        "type": {"const": "Feature"},
        "id": _TEXT,
        "geometry": _ref("Point"),
        "properties": _ref("Station"),
    }
    listed = _about_data() | {
        "matched": _told(_WHOLE, gettext("一共有几个")),
        "next": _told(_MAYBE_TEXT, gettext("下一页的网址,没有了是 null")),
    }
    changed = {"tombstones": {"type": "array", "items": _ref("Tombstone")}}
    near = {
        "by": _words(PROFILES),
        "notices": _told(_list(_TEXT), gettext("要知道的,如没有街道所以按直线")),
        **_without_licence(),
    }
    streets = {"snap_m": _NUMBER, "attribution": _MAYBE_TEXT}
    return {
        "Station": station,
        "Feature": _object(feature),
        "FeatureWithData": _object(feature | _about_data()),
        "Stations": _collection(listed, changed),
        "Nearest": _collection(near, streets),
        "Registry": _collection({"coordinate_system": _words(Crs), "licence": _TEXT}, {"as_of": _TEXT}),
    }


def _others() -> dict[str, dict[str, Any]]:
    area = {
        "code": _TEXT,
        "name": _TEXT,
        "level": _words(LEVELS),
        "parent_code": _MAYBE_TEXT,
        "stations": _told(_WHOLE, gettext("登记的站点数")),
        "serving": _told(_WHOLE, gettext("能去的站点数")),
        "children": _list(_ref("Area")),
    }
    dated = {"as_of": _TEXT, "stale": _FLAG}
    return {
        "Area": _object(area | dated, required=[*area]),
        "Areas": _object({"areas": _list(_ref("Area")), "stations_outside": _WHOLE} | dated),
        "Route": _object(
            {
                "type": {"const": "Feature"},
                "geometry": _object({"type": {"const": "LineString"}, "coordinates": _list(_POSITION)}),
                "properties": _way(),
                **_without_licence(),
                "attribution": _MAYBE_TEXT,
                "notices": _list(_TEXT),
            }
        ),
        **_facts(),
    }


def _facts() -> dict[str, dict[str, Any]]:
    lasting = {"since": _TEXT, "until": _MAYBE_TEXT}
    announced = _object(lasting | {"reason": _MAYBE_TEXT})
    fact = {
        "station": _told(_TEXT, gettext("站点编号")),
        "what": {"enum": [*What]},
        "facility": _told(_MAYBE_TEXT, gettext("坏了的是哪样设备")),
        "since": _told(_TEXT, gettext("从什么时候;还没到的是预告")),
        "until": _told(_MAYBE_TEXT, gettext("到什么时候,不知道是 null")),
        "reason": _MAYBE_TEXT,
    }
    return {
        "Live": _object(
            {
                "maybe_locked": _told(_object(lasting), gettext("有人反映门锁着,可能没开门")),
                "broken": _told(_list(_TEXT), gettext("坏了、现在用不了的设备")),
                "suspended": _told(announced, gettext("暂停开放,或预告的暂停开放")),
                "visit": _told(announced, gettext("正在进行或预告的活动")),
            },
            required=[],
            description=gettext("临时情况:只在有的时候有;镜像不含它,请按需要来问"),
        ),
        "Facts": _object({"revision": _WHOLE, "at": _TEXT, "stale": _FLAG, "facts": _list(_object(fact))}),
    }


def _way() -> dict[str, Any]:
    step = {"text": _TEXT, "turn": _TEXT, "street": _MAYBE_TEXT, "start": _POSITION, **_MEASURED}
    return _object(
        {
            "code": _TEXT,
            "by": _words(PROFILES),
            **_MEASURED,
            "snap_from_m": _MAYBE_NUMBER,
            "snap_to_m": _MAYBE_NUMBER,
            "arrival": _TEXT,
            "open": _ref("Open"),
            "steps": _list(_object(step)),
        }
    )


def _property(field: Field) -> dict[str, Any]:
    schema = {"enum": _ENUMS[field.name]} if field.name in _ENUMS else _TYPES[field.type]
    return _told(schema, gettext(field.zh))


def _about_data() -> dict[str, Any]:
    return _without_licence() | {"licence": _told(_TEXT, gettext("数据的许可"))}


def _without_licence() -> dict[str, Any]:
    return {
        "coordinate_system": _words(Crs),
        "as_of": _told(_TEXT, gettext("资料的时间")),
        "stale": _told(_FLAG, gettext("数据库连不上,这是最近一次的资料")),
    }


def _collection(members: dict[str, Any], sometimes: dict[str, Any]) -> dict[str, Any]:
    always = {"type": {"const": "FeatureCollection"}, "features": _list(_ref("Feature")), **members}
    return _object(always | sometimes, required=[*always])


def _object(
    properties: dict[str, Any], *, required: list[str] | None = None, description: str = ""
) -> dict[str, Any]:
    told = {"description": description} if description else {}
    names = [*properties] if required is None else required
    return {"type": "object", **told, "properties": properties, "required": names}


def _told(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description}


def _words(values: Any) -> dict[str, Any]:
    return {"enum": [str(value) for value in values]}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
