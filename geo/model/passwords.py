"""What a password must be: long, not what everybody tries first, and not the account's own name.

Long counts for more than odd characters: nobody is made to use digits or capitals. The list of what everybody
tries (``data/passwords.txt``) holds only what is long enough to pass otherwise.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from geo.errors import InputError

__all__ = ["check_password", "plain_password"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "passwords.txt"
_SHORTEST = 10
_LONGEST = 128
_FEWEST_DIFFERENT = 5
# Shorter names are in many words by chance.
_SHORTEST_NAME = 3
_AT = "password"


def check_password(password: str, *, login: str, name: str) -> None:
    """Let a new password pass.

    Raises
    ------
    InputError
        It is too short or too long, has too few different characters, holds the login or the name of its
        owner, or is one that everybody tries.

    Examples
    --------
    >>> check_password("correct horse 7", login="li", name="李明")
    >>> check_password("Password123", login="li", name="李明")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 这个密码很多人在用,最先被猜到;请换一个
    """
    text = plain_password(password).casefold()
    if len(text) < _SHORTEST:
        raise InputError(
            "密码至少要 %(least)s 个字符;几个不相干的词连起来就很好", parameter=_AT, least=_SHORTEST
        )
    if len(text) > _LONGEST:
        raise InputError("密码最多 %(most)s 个字符", parameter=_AT, most=_LONGEST)
    if len(set(text)) < _FEWEST_DIFFERENT:
        raise InputError("密码里不同的字符太少,至少要 %(least)s 种", parameter=_AT, least=_FEWEST_DIFFERENT)
    own = (plain_password(word).casefold() for word in (login, name))
    if any(len(word) >= _SHORTEST_NAME and word in text for word in own):
        raise InputError("密码里不能有账号名或姓名", parameter=_AT)
    if "".join(text.split()) in _common():
        raise InputError("这个密码很多人在用,最先被猜到;请换一个", parameter=_AT)


def plain_password(password: str) -> str:
    """Return a password as it is compared: full-width letters, as input methods make them, are plain ones.

    Examples
    --------
    >>> plain_password("ｈｏｒｓｅ７")
    'horse7'
    """
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_FILE.read_text(encoding="utf-8").split())
