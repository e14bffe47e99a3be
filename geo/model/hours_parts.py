"""The tokens of an opening-hours text put in order before they are read as clauses.

Brackets that say something of their own (节假日休息) become parts of their own, those that name the days of
the times before them (周一至周五) become labels; lunch breaks and exceptions become one token each.
"""

from collections.abc import Sequence
from itertools import pairwise

from geo.errors import InputError
from geo.model.hours_words import Token

__all__ = ["parts", "unclear"]

# A bracket with one of these says something of its own; any other only completes what stands around it.
_SOFT = {"notice", "host", "remark"}
_TELLING = {"off", "excepted", "on", "except", "break", "named", *_SOFT}


def unclear(text: str) -> InputError:
    """Return the error for a stretch of text that has no meaning where it stands."""
    return InputError("看不懂“%(text)s”", text=text)


def parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the tokens outside, and then of each of, the brackets that say something of their own.

    Kinds beyond those of `geo.model.hours_words`: ``break`` (a range in which it is closed), ``except`` (days
    said with 除…外), ``of days`` and ``of season`` (labels behind their times).

    Raises
    ------
    InputError
        Brackets in brackets, or 除 without days.

    Examples
    --------
    >>> from geo.model.hours_words import tokens
    >>> [[token.kind for token in part] for part in parts(tokens("8:00-18:00(12:00-14:00休息)"))]
    [['span'], ['break']]
    >>> parts([])
    [[]]
    """
    return _sides(_with_exceptions(_with_breaks(tokens)))


def _with_breaks(tokens: Sequence[Token]) -> list[Token]:
    """Make one ``break`` of ``12:00-14:00休息`` and of ``午休12:00-14:00``."""
    result: list[Token] = []
    for token, after in pairwise([*tokens, Token("end", None, "")]):
        before = result[-1].kind if result else ""
        if before == "lunch" and token.kind == "span":
            result[-1] = token._replace(kind="break")
        elif token.kind == "lunch" and after.kind == "span":
            result.append(token)
        elif before == "span" and token.kind in ("lunch", "off", "excepted"):
            result[-1] = result[-1]._replace(kind="break")
        else:
            result.append(token)
    return result


def _with_exceptions(tokens: Sequence[Token]) -> list[Token]:
    """Make ``except`` of the days in ``除周一外``."""
    result: list[Token] = []
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        if token.kind != "but":
            result.append(token)
            continue
        excepted = []
        while rest and rest[0].kind in ("days", "named") and not (excepted and rest[0].parted):
            excepted.append(rest.pop(0))
        while rest and excepted and rest[0].kind in ("off", "out"):
            rest.pop(0)
        if not excepted:
            raise unclear(token.text)
        result += [one._replace(kind="except") if one.kind == "days" else one for one in excepted]
    return result


def _sides(tokens: Sequence[Token]) -> list[list[Token]]:
    main: list[Token] = []
    asides: list[list[Token]] = []
    inside: list[Token] | None = None
    for token in [*tokens, Token(")", None, "")]:
        if token.kind not in ("(", ")"):
            (main if inside is None else inside).append(token)
        elif token.kind == "(" and inside is None:
            inside = []
        elif token.kind == ")" and inside is not None:
            before = main[-1].kind if main else ""
            if not _is_aside(inside):
                main += _labels(inside) if before in ("span", "allday") else inside
            # 周末(以公告为准): said of those days alone.
            elif before in ("days", "season") and any(token.kind in _SOFT for token in inside):
                raise unclear(inside[0].text)
            else:
                asides.append(inside)
            inside = None
        elif token.text:
            raise unclear(token.text)
    return [main, *asides]


def _is_aside(tokens: list[Token]) -> bool:
    kinds = {token.kind for token in tokens}
    return bool(kinds & _TELLING or (kinds & {"span", "allday"} and kinds & {"days", "season"}))


def _labels(tokens: list[Token]) -> list[Token]:
    """Mark what stands in brackets behind times, 9:00-17:00(周一至周五): it belongs to them alone."""
    return [token._replace(kind=f"of {token.kind}") for token in tokens if token.kind != "opening"]
