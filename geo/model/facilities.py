"""What a station can offer: the codes, their labels, and the words people use for them.

The list is data (``data/facilities.json``): a new facility is a new entry there.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["FACILITIES", "Facility", "facility_code"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "facilities.json"


class Facility(NamedTuple):
    """A facility: its code, its labels, and other words for it."""

    code: str
    zh: str
    en: str
    words: tuple[str, ...]


FACILITIES: Mapping[str, Facility] = MappingProxyType(
    {
        item["code"]: Facility(item["code"], item["zh"], item["en"], tuple(item["words"]))
        for item in json.loads(_FILE.read_text(encoding="utf-8"))
    }
)
"""Every facility by its code, in the order in which they are shown."""

_BRACKETED = re.compile(r"\([^()]*\)")
_PLAIN = re.compile(r"[\W_]+")
_COUNT = r"(?:[\d一二两三四五六七八九十]+[台个张把套部组间只件处块]?)"
_AROUND = re.compile(
    rf"^(?:免费提供|免费|提供|配备|配有|设有|备有|可以|可|有|{_COUNT})*(.+?)"
    rf"(?:若干|{_COUNT}|服务|设备|设施|功能|等)*$"
)


@lru_cache(maxsize=4096)
def facility_code(word: str) -> str | None:
    """Return the code of the facility that a word of a clerk or a rider means, or None.

    Width, case, spaces, remarks in brackets, counts and phrases such as 免费提供 do not matter.

    Examples
    --------
    >>> facility_code("卫生间"), facility_code("WI-FI"), facility_code("微波炉2台")
    ('toilet', 'wifi', 'microwave')
    >>> facility_code("first_aid"), facility_code("免费提供热水(冬季)")
    ('first_aid', 'hot_water')
    >>> facility_code("台球桌") is None, facility_code("") is None
    (True, True)
    """
    whole = unicodedata.normalize("NFKC", word)
    for text in (whole, _BRACKETED.sub("", whole)):
        plain = _plain(text)
        if (code := _CODES.get(plain)) is not None:
            return code
        core = _AROUND.match(plain)
        if core and (code := _CODES.get(core[1])) is not None:
            return code
    return None


def _plain(text: str) -> str:
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text)).casefold()


_CODES = {
    _plain(word): facility.code
    for facility in FACILITIES.values()
    for word in (facility.code, facility.zh, _BRACKETED.sub("", facility.zh), facility.en, *facility.words)
}
