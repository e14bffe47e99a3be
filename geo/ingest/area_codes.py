"""Codes, levels and parents of administrative areas, from what a file says of them."""

import re

from geo.ingest.cells import clean
from geo.ingest.words import lookup_table, plain

__all__ = [
    "LEVELS",
    "level_below",
    "level_of_code",
    "level_of_name",
    "level_of_word",
    "parent_of_code",
    "whole_code",
]

LEVELS = ("province", "city", "district", "street", "community")
"""From the largest to the smallest."""

_CODE_LENGTHS = {6: "district", 9: "street", 12: "community"}
_LEVEL_WORDS = lookup_table(
    {
        "province": ["省", "省级", "自治区", "直辖市"],
        "city": ["市", "地市", "市级", "地级", "prefecture"],
        "district": ["区县", "区", "县", "县级", "county"],
        "street": ["街道", "乡镇", "镇", "乡", "乡级", "town", "township"],
        "community": ["社区", "村", "村级", "居委会", "village"],
    }
)
_NAME_ENDINGS = (
    ("community", re.compile(r"(?:社区|村|居委会|村委会|居民委员会|村民委员会)$")),
    ("street", re.compile(r"(?:街道|街道办事处|镇|乡|苏木)$")),
    ("province", re.compile(r"(?:省|自治区|特别行政区)$|^(?:北京|天津|上海|重庆)市?$")),
    ("district", re.compile(r"(?:区|县|旗)$")),
    ("city", re.compile(r"(?:市|州|盟|地区)$")),
)
_IN_BRACKETS = re.compile(r"[(（][^)）]*[)）]")


def whole_code(text: str) -> str:
    """Return a code of GB/T 2260 in its usual length: 6, 9 or 12 figures; other codes as they are.

    Examples
    --------
    >>> whole_code("4101"), whole_code("410102000000"), whole_code("410102001000"), whole_code("410102.0")
    ('410100', '410102', '410102001', '410102')
    >>> whole_code("GX-01"), whole_code("")
    ('GX-01', '')
    """
    code = re.sub(r"^(\d+)\.0+$", r"\1", clean(text))
    if not (code.isascii() and code.isdecimal()):
        return code
    if len(code) in (2, 4):
        return code.ljust(6, "0")
    for length in (12, 9):
        if len(code) == length and code.endswith("000"):
            code = code[:-3]
    return code


def level_of_code(code: str) -> str | None:
    """Return the level that the shape of a whole code tells (GB/T 2260, GB/T 10114), or None.

    Examples
    --------
    >>> [level_of_code(code) for code in ("410000", "410100", "410102", "410102001", "410102001002")]
    ['province', 'city', 'district', 'street', 'community']
    >>> level_of_code("GX-01") is None
    True
    """
    if not (code.isascii() and code.isdecimal()):
        return None
    if len(code) == 6 and code.endswith("00"):
        return "province" if code.endswith("0000") else "city"
    return _CODE_LENGTHS.get(len(code))


def parent_of_code(code: str) -> str | None:
    """Return the code of the area above, told from the shape of a whole code, or None.

    Examples
    --------
    >>> [parent_of_code(code) for code in ("410000", "410100", "410102", "410102001", "410102001002")]
    [None, '410000', '410100', '410102', '410102001']
    """
    level = level_of_code(code)
    if level in (None, "province"):
        return None
    kept = {"city": 2, "district": 4}.get(level)
    return code[:kept].ljust(6, "0") if kept else code[:-3]


def level_of_word(text: str) -> str | None:
    """Return the level that a word means, or None.

    Examples
    --------
    >>> level_of_word("区县"), level_of_word("City"), level_of_word("") is None
    ('district', 'city', True)
    """
    return _LEVEL_WORDS.get(plain(text))


def level_of_name(name: str) -> str | None:
    """Return the level that the ending of a name tells, or None.

    Examples
    --------
    >>> [level_of_name(name) for name in ("河南省", "郑州市", "二七区", "岭军峪镇", "兴隆社区", "甲")]
    ['province', 'city', 'district', 'street', 'community', None]
    """
    bare = _IN_BRACKETS.sub("", name)
    return next((level for level, ending in _NAME_ENDINGS if ending.search(bare)), None)


def level_below(level: str) -> str | None:
    """Return the next smaller level, None below the smallest.

    Examples
    --------
    >>> level_below("city"), level_below("community") is None
    ('district', True)
    """
    at = LEVELS.index(level) + 1
    return LEVELS[at] if at < len(LEVELS) else None
