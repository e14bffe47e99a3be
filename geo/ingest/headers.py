"""What a column of a file holds, told by its header."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from geo.crs import Crs, parse_crs
from geo.errors import InputError
from geo.ingest.words import lookup_table, plain, read_words
from geo.model.facilities import facility_code
from geo.model.station import FIELDS

__all__ = ["COORDINATES", "Heading", "heading_as", "heading_of", "is_known", "when_of"]

COORDINATES = ("x", "y", "xy")
"""The fields that hold a position."""


class Heading(NamedTuple):
    """The meaning of a header cell.

    Parameters
    ----------
    field : str
        A name of `geo.model.station.FIELDS`, or one that only files know: ``ref`` (the row's own number),
        ``x``, ``y``, ``xy`` (both in one cell), ``crs``, ``is_24h``, ``type`` (kind, way of building or
        host), ``services``, ``manager`` (an organisation or a person), ``map_ids.<platform>``,
        ``yes:<facility>``, or ``ignored``.
    crs : Crs or None
        The coordinate system that the header of a position names.
    factor : float
        What a number must be multiplied by: 10000 where the header says 万元.
    """

    field: str
    crs: Crs | None = None
    factor: float = 1


@lru_cache(maxsize=4096)
def heading_of(cell: str) -> Heading | None:
    """Return what a header cell means, or None when it is not known.

    Examples
    --------
    >>> heading_of("＊站点名称（必填）").field, heading_of("是否有空调").field
    ('name', 'yes:air_conditioning')
    >>> heading_of("lng_gcj02") == heading_of("经度(高德)") == Heading("x", Crs.GCJ02)
    True
    >>> heading_of("投入资金（万元）")
    Heading(field='invested_yuan', crs=None, factor=10000)
    >>> heading_of("") is None
    True
    """
    text = unicodedata.normalize("NFKC", cell)
    if len(text) > _LONGEST:
        return None
    bracketless = plain(_BRACKETED.sub("", text))
    for key in (plain(text), bracketless, _UNIT.sub("", bracketless)):
        if (field := _FIELDS.get(key)) is not None:
            return _heading(text, field)
        bare = _CRS_WORDS.sub("", key)
        for rest in (bare, bare.replace("坐标", "")):
            if (field := _FIELDS.get(rest)) in COORDINATES:
                return Heading(field, _crs_of(text, field))
    if when_of(text) and _FIELDS.get(plain(_WHEN.sub("", text))) == "hours_raw":
        return Heading("hours_raw")
    code = facility_code(_ASKING.sub("", plain(_BRACKETED.sub("", text))))
    return Heading(f"yes:{code}") if code else None


def heading_as(cell: str, field: str) -> Heading:
    """Return what a header cell means where somebody says which field it is.

    Examples
    --------
    >>> heading_as("投入（万元）", "invested_yuan").factor, heading_as("X(高德)", "x").crs
    (10000, <Crs.GCJ02: 'gcj02'>)
    >>> heading_as("", "name")
    Heading(field='name', crs=None, factor=1)
    """
    return _heading(unicodedata.normalize("NFKC", cell), field)


def when_of(cell: str) -> str:
    """Return the season or the days that the header of opening hours limits them to, or an empty text.

    Examples
    --------
    >>> when_of("开放时间（夏季）"), when_of("周末开放时间"), when_of("开放时间")
    ('夏季', '周末', '')
    """
    found = _WHEN.search(unicodedata.normalize("NFKC", cell))
    return found[0] if found else ""


def is_known(cell: str) -> bool:
    """Tell whether a cell is the header of something about a station."""
    return heading_of(cell) is not None


_LONGEST = 40
_UNIT = re.compile(r"(?:m2|平方米|平方|平米|万元|元)$")
_BRACKETED = re.compile(r"[(\[{【〔][^)\]}】〕]*[)\]}】〕]")
_CRS_WORDS = re.compile(
    r"gcj0?2|wgs84|bd09(?:ll)?|cgcs2000|(?:高德|百度|腾讯)(?:地图)?|火星|天地图|amap|baidu|tencent|gps|地图"
    r"|2000国家大地|国家大地2000|国家2000|epsg\d+|坐标系"
)
_WHEN = re.compile(
    r"[夏冬](?:季|令时)|工作日|周末|双休日|(?:法定)?节假日|周[一二三四五六日][一二三四五六日周、至到-]*"
)
_ASKING = re.compile(r"^(?:是否(?:有|配备|提供|具备|设有|可)?|有无)|(?:数量|个数|台数|情况|有无|是否配备)$")


def _heading(text: str, field: str) -> Heading:
    return Heading(field, _crs_of(text, field), 10_000 if "万" in text else 1)


def _crs_of(text: str, field: str) -> Crs | None:
    if field not in COORDINATES:
        return None
    try:
        return parse_crs(text)
    except InputError:
        return None


def _field_table() -> dict[str, str]:
    words = read_words("headers")
    # The loader, not the file, says where a row came from and what its position was.
    own = {"code": "ref", "lon": "x", "lat": "y", "crs_given": "crs"}
    kept_out = {"position_given", "source", "source_ref"}
    for field in FIELDS:
        if field.name not in kept_out:
            words.setdefault(own.get(field.name, field.name), []).extend([field.name, field.zh])
    return lookup_table(words)


_FIELDS = _field_table()
