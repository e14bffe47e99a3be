"""Cells whose words mean one of a few things: kind, status, who may enter, what there is."""

import json
import re
from typing import Any

from geo.ingest.cells import Reading, read_text, read_yes_no
from geo.ingest.problems import shown
from geo.ingest.words import lookup_table, plain, read_words
from geo.model.facilities import FACILITIES, facility_code

__all__ = ["kind_of_name", "read_facilities", "read_facility", "read_mapping", "read_type", "read_word"]


def read_word(vocabulary: str, text: str) -> Reading:
    """Return what a cell means in one of the vocabularies of ``data/words.json``.

    A host, or a way of building, that is not listed stays as written; in the others it is a doubt.

    Examples
    --------
    >>> read_word("status", "正常开放").value, read_word("kind", "户外劳动者服务站点").value
    ('open', 'care_station')
    >>> read_word("access_who", "环卫工人、快递员等").value, read_word("host_type", "药店").value
    ('outdoor_workers', '药店')
    >>> read_word("status", "待定").doubt
    '认不出这个词,没有导入这一格;请写规划、在建、试运行、开放、暂停、关闭之一'
    >>> read_word("status", "").value is None
    True
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    word = plain(value)
    meaning = _WORDS[vocabulary].get(word) or _contained(vocabulary, word)
    if meaning:
        return Reading(meaning)
    if vocabulary in _OPEN_ENDED:
        return Reading(value)
    return Reading(None, f"认不出这个词,没有导入这一格;请写{_CHOICES[vocabulary]}之一")


def read_type(text: str) -> Reading:
    """Return the fields that a column called no more than 类型 fills: kind, way of building or host.

    Examples
    --------
    >>> read_type("母婴室").value, read_type("共建").value, read_type("银行网点").value
    ({'kind': 'nursing_room'}, {'build_type': '共建'}, {'host_type': '银行'})
    >>> read_type("").value is None
    True
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    for vocabulary in ("build_type", "kind", "host_type"):
        if meaning := _WORDS[vocabulary].get(plain(value)):
            return Reading({vocabulary: meaning})
    if meaning := _contained("kind", plain(value)):
        return Reading({"kind": meaning})
    return Reading(None, "认不出是哪种类型,没有导入这一格;请把列名写清楚,如“类别”“建设方式”“依托类型”")


def kind_of_name(name: str) -> str | None:
    """Return the kind that a station's name tells, or None.

    The last word for a kind counts, those in brackets only where there is none outside.

    Examples
    --------
    >>> kind_of_name("郑州站母婴室(2楼)"), kind_of_name("母婴用品店工会驿站")
    ('nursing_room', 'care_station')
    >>> kind_of_name("中原路12号") is None
    True
    """
    bare = _BRACKETED.sub("", name)
    found = _KIND_WORD.findall(bare) or _KIND_WORD.findall(name)
    return _WORDS["kind"][plain(found[-1])] if found else None


def read_facility(code: str, text: str) -> Reading:
    """Return ``{code: yes or no}`` from a column about one facility, None where it says nothing.

    Examples
    --------
    >>> read_facility("toilet", "×").value, read_facility("toilet", "").value
    ({'toilet': 'no'}, None)
    """
    answer, doubt = read_yes_no(text)
    return Reading({code: answer} if answer else None, doubt)


def read_facilities(text: str) -> Reading:
    """Return the facilities that a cell lists: ``yes`` for each, ``no`` where it is denied.

    Examples
    --------
    >>> read_facilities("饮水机、微波炉|充电和WiFi").value
    {'drinking_water': 'yes', 'microwave': 'yes', 'phone_charging': 'yes', 'wifi': 'yes'}
    >>> read_facilities("无线网;没有厕所,空调:无").value
    {'wifi': 'yes', 'toilet': 'no', 'air_conditioning': 'no'}
    >>> value, doubt = read_facilities("饮水、台球桌")
    >>> value, doubt
    ({'drinking_water': 'yes'}, '不认识设施“台球桌”,没有导入它;请改用“饮水”“微波炉”这样的说法')
    >>> read_facilities("").value is None
    True
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    if value.startswith("{"):
        answers = _json_mapping(value, {"yes", "no"})
        return Reading({code: answer for code, answer in answers.items() if code in FACILITIES} or None)
    found: dict[str, str] = {}
    unknown: list[str] = []
    for piece in _BETWEEN.split(value):
        found.update(_facilities_in(piece.strip(), unknown))
    words = "、".join(f"“{shown(word)[:_SHOWN]}”" for word in dict.fromkeys(unknown[:_MOST_SHOWN]))
    return Reading(
        found or None, f"不认识设施{words},没有导入它;请改用“饮水”“微波炉”这样的说法" if unknown else None
    )


def read_mapping(text: str, answers: frozenset[str] | None = None) -> Reading:
    """Return a JSON object of texts, as exports write checklists and map numbers.

    Examples
    --------
    >>> read_mapping('{"amap": "B0FF"}').value, read_mapping("").value
    ({'amap': 'B0FF'}, None)
    >>> read_mapping("B0FF").doubt
    '认不出这一格,没有导入;应当是导出文件里的写法'
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    mapping = _json_mapping(value, answers)
    return Reading(mapping or None, None if mapping else "认不出这一格,没有导入;应当是导出文件里的写法")


_VOCABULARIES = read_words("words")
_WORDS = {name: lookup_table(words) for name, words in _VOCABULARIES.items()}
_ORDER = {name: list(words) for name, words in _VOCABULARIES.items()}
# The first word of each meaning is the one to recommend.
_CHOICES = {name: "、".join(words[0] for words in known.values()) for name, known in _VOCABULARIES.items()}
_OPEN_ENDED = ("host_type", "build_type")
# Where a cell says several things: for kinds the particular before the general, else as listed in the data.
_ORDER["kind"] = ["nursing_room", "water_point", "care_station"]
_DENIAL = re.compile("[未不没无非]")

_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_KIND_WORD = re.compile(
    "|".join(sorted((word for word in _WORDS["kind"] if not word.isascii()), key=len, reverse=True))
)

_SHOWN, _MOST_SHOWN = 20, 5
# Not inside brackets, whose words belong to the word before them.
_BETWEEN = re.compile(r"[、,，;；|｜/\n①-⑳](?![^(（]*[)）])")
_BETWEEN_SMALLER = re.compile(r"[\s和及与+&]+")
_NOT_HERE = re.compile(
    r"(.+?)\s*[:：(（]?\s*(?:无|没有|暂无|否|×|╳|✗|✘|损坏|已坏|坏|故障|停用|维修中?)\s*[)）]?"
)
_IS_HERE = re.compile(r"(.+?)\s*[:：(（]\s*(?:有|是|√|✓|✔)\s*[)）]?")
_DENIED = re.compile(r"(?:没有|暂无|不提供|不含|未配备|未设|无|缺|没)(.+)")
_SAYS_NOTHING = frozenset(["其他", "其它", "等", "齐全", "完善", "完备", "无", "没有", "暂无", ""])


def _contained(vocabulary: str, word: str) -> str | None:
    found = [known for known in _WORDS[vocabulary] if len(known) > 1 and known in word]
    # 女职工 holds 职工, but does not mean it.
    longest = [one for one in found if not any(one != other and one in other for other in found)]
    if _DENIAL.search(word) and not any(_DENIAL.search(known) for known in longest):
        return None
    meanings = {_WORDS[vocabulary][known] for known in longest}
    return next((meaning for meaning in _ORDER[vocabulary] if meaning in meanings), None)


def _facilities_in(piece: str, unknown: list[str]) -> dict[str, str]:
    if (answer := _one_facility(piece)) is not None:
        return answer
    parts = [part for part in _BETWEEN_SMALLER.split(piece) if part]
    if len(parts) < 2:
        unknown.append(piece)
        return {}
    found: dict[str, str] = {}
    for part in parts:
        if (answer := _one_facility(part)) is None:
            unknown.append(part)
        found.update(answer or {})
    return found


def _one_facility(word: str) -> dict[str, str] | None:
    """Return what one word says; None when it is not understood."""
    if plain(word) in _SAYS_NOTHING:
        return {}
    for pattern, answer in ((_NOT_HERE, "no"), (_IS_HERE, "yes")):
        if (match := pattern.fullmatch(word)) and (code := facility_code(match[1])):
            return {code: answer}
    if code := facility_code(word):
        return {code: "yes"}
    if (match := _DENIED.fullmatch(word)) and (code := facility_code(match[1])):
        return {code: "no"}
    return None


def _json_mapping(text: str, answers: set[str] | frozenset[str] | None) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    texts = {key: value for key, value in content.items() if isinstance(value, str) and value}
    return texts if answers is None else {key: value for key, value in texts.items() if value in answers}
