"""Personal data as it may be shown to those who need not know all of it."""

import re

__all__ = ["hide_name", "hide_phones"]

# A mobile number or one of a landline, with or without its area code, however it is divided.
_PHONE = re.compile(r"(?<![\d.])(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|(?:0\d{2,3}[\s-]?)?\d{7,8})(?![\d.])")
_FIRST, _LAST = 3, 4


def hide_phones(text: str) -> str:
    """Return the text with the middle of every telephone number starred out.

    Examples
    --------
    >>> hide_phones("张师傅 138-1234-5678、0371-67181234")
    '张师傅 138****5678、037****1234'
    >>> hide_phones("113.6651234"), hide_phones("")
    ('113.6651234', '')
    """
    return _PHONE.sub(lambda found: _starred(found[0]), text)


def hide_name(text: str) -> str:
    """Return a person's name with only its first character left.

    Examples
    --------
    >>> hide_name("张三"), hide_name("")
    ('张**', '')
    """
    return f"{text[0]}**" if text else ""


def _starred(number: str) -> str:
    figures = "".join(filter(str.isdigit, number))
    return f"{figures[:_FIRST]}****{figures[-_LAST:]}"
