"""The only reader of what a request says: its query, its form, its JSON."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import g, request

from geo.errors import InputError
from geo.finder import check_known

__all__ = [
    "LARGEST",
    "SHOWN",
    "Values",
    "address",
    "as_float",
    "asked_language",
    "choices",
    "given",
    "language_of",
    "many",
    "number",
    "one",
    "row",
    "whole",
]

Values = Mapping[str, list[str]]
"""Each parameter given and its texts; blank texts are left out, as an empty field of a form says nothing."""

LARGEST = 2**31 - 1
"""The largest number of a row that both stores hold."""

SHOWN = 80
"""How many characters of a wrong value an answer repeats."""

_POSITION = frozenset({"lon", "lat", "accuracy_m"})
_COMMAS = re.compile("[,\uff0c、]")


def given(known: Collection[str], *, strict: bool = True) -> Values:
    """Return the parameters of the request: those of its URL and, of a POST, those of its body.

    Parameters
    ----------
    known : collection of str
        The names that mean something.
    strict : bool
        An unknown name is an error, so that a typing mistake never silently answers another question.
        Otherwise unknown names are left out: messengers add their own to the links people share.

    Raises
    ------
    InputError
        Naming the parameter; or a body that is no JSON object.
    """
    values: dict[str, list[str]] = {}
    _take(values, request.args.lists())
    if request.method == "POST":
        _take(values, _json_items() if request.is_json else request.form.lists())
    unknown = [name for name in values if name not in known]
    if strict and unknown:
        raise InputError(
            "没有“%(value)s”这个参数,可以用的是 %(known)s",
            parameter=unknown[0],
            value=unknown[0][:SHOWN],
            known="、".join(sorted(known)),
        )
    for name in unknown:
        del values[name]
    if "lang" in values:
        g.lang = language_of(one(values, "lang") or "")
    return values


def one(values: Values, name: str) -> str | None:
    """Return the one text of a parameter, None when it is not given.

    Examples
    --------
    >>> one({"k": ["5"]}, "k"), one({}, "k")
    ('5', None)
    >>> one({"k": ["5", "6"]}, "k")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 参数 k 只能给一次,现在给了 2 次
    """
    texts = values.get(name)
    if not texts:
        return None
    if len(texts) > 1:
        raise InputError(
            "参数 %(name)s 只能给一次,现在给了 %(count)s 次", parameter=name, name=name, count=len(texts)
        )
    return texts[0]


def many(values: Values, name: str) -> list[str]:
    """Return all values of a parameter, given repeatedly, as a list with commas, or both.

    Examples
    --------
    >>> many({"facility": ["toilet,wifi", "aed"]}, "facility"), many({}, "facility")
    (['toilet', 'wifi', 'aed'], [])
    """
    return [word for text in values.get(name, ()) for part in _COMMAS.split(text) if (word := part.strip())]


def choices(values: Values, name: str, known: Collection[str]) -> list[str]:
    """Return all values of a parameter, each one of the known ones.

    Examples
    --------
    >>> choices({"kind": ["water"]}, "kind", ["water_point"])
    Traceback (most recent call last):
        ...
    geo.errors.InputError: kind 没有“water”这个值,可以是 water_point
    """
    words = many(values, name)
    check_known(name, [word[:SHOWN] for word in words], known)
    return words


def number(values: Values, name: str) -> float | None:
    """Return a finite number, None when it is not given.

    Examples
    --------
    >>> number({"lon": ["113.6"]}, "lon"), number({}, "lon")
    (113.6, None)
    >>> number({"lon": ["nan"]}, "lon")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: lon 应为数字,现在是“nan”
    """
    text = one(values, name)
    if text is None:
        return None
    found = as_float(text)
    if found is None:
        raise InputError("%(name)s 应为数字,现在是“%(value)s”", parameter=name, name=name, value=text[:SHOWN])
    return found


def as_float(text: str) -> float | None:
    """Return the finite number that a text is, None when it is none.

    Examples
    --------
    >>> as_float(" 113.6"), as_float("1e2"), as_float("inf"), as_float("")
    (113.6, 100.0, None, None)
    """
    # float() would also take 1_000 and digits of other scripts.
    if not text.isascii() or "_" in text:
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def whole(values: Values, name: str, *, default: int, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``; out of range is an error, never clamped.

    Examples
    --------
    >>> whole({}, "k", default=5, low=1, high=100)
    5
    >>> whole({"k": ["0"]}, "k", default=5, low=1, high=100)
    Traceback (most recent call last):
        ...
    geo.errors.InputError: k 应为 1 到 100 的整数,现在是“0”
    """
    text = one(values, name)
    if text is None:
        return default
    found = int(text) if re.fullmatch(r"\s*[+-]?[0-9]{1,10}\s*", text) else None
    if found is None or not low <= found <= high:
        raise InputError(
            "%(name)s 应为 %(low)s 到 %(high)s 的整数,现在是“%(value)s”",
            parameter=name,
            name=name,
            low=low,
            high=high,
            value=text[:SHOWN],
        )
    return found


def row(values: Values, name: str) -> int | None:
    """Return the number of a row of the stores, None when it is not given.

    Examples
    --------
    >>> row({"before": ["17"]}, "before"), row({}, "before")
    (17, None)
    >>> row({"before": ["2147483648"]}, "before")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: before 应为 1 到 2147483647 的整数,现在是“2147483648”
    """
    return whole(values, name, default=0, low=1, high=LARGEST) or None


def language_of(text: str) -> str:
    """Return ``zh`` or ``en`` for a language tag.

    Examples
    --------
    >>> language_of("zh-CN"), language_of("EN")
    ('zh', 'en')
    >>> language_of("")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: lang 应为 zh 或 en,现在是“”
    """
    primary = re.split(r"[-_]", text.strip().lower())[0]
    if primary not in ("zh", "en"):
        raise InputError("lang 应为 zh 或 en,现在是“%(value)s”", parameter="lang", value=text[:SHOWN])
    return primary


def asked_language() -> str | None:
    """Return the language the request asks for, None when it asks for none that there is."""
    if "lang" in g:
        return g.lang
    try:
        return language_of(request.args.get("lang", ""))
    except InputError:
        return None


def address(**changed: str | None) -> str:
    """Return the request's own address, some parameters changed (None: left out), never with a position."""
    kept = {name: texts for name, texts in request.args.lists() if name not in _POSITION}
    query = urlencode({name: text for name, text in {**kept, **changed}.items() if text}, doseq=True)
    return f"{request.path}?{query}"


def _take(values: dict[str, list[str]], items: Iterable[tuple[str, list[str]]]) -> None:
    for name, texts in items:
        if kept := [text for text in texts if text and not text.isspace()]:
            values.setdefault(name, []).extend(kept)


def _json_items() -> Iterable[tuple[str, list[str]]]:
    try:
        document = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise InputError('请求正文应是一个 JSON 对象,如 {"lon": 113.6, "lat": 34.7}', parameter="body")
    return [(name, _texts(name, value)) for name, value in document.items() if value is not None]


def _texts(name: str, value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, bool) or not isinstance(item, str | int | float) for item in items):
        raise InputError("%(name)s 应为文字、数字或它们的列表", parameter=name, name=name[:SHOWN])
    return [item if isinstance(item, str) else _written(item) for item in items]


def _written(number: float) -> str:
    # To JSON 5.0 is as whole as 5.
    return repr(int(number)) if isinstance(number, float) and number.is_integer() else repr(number)
