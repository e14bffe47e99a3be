"""Links that carry their own proof: signed for one purpose, good for some time."""

import hashlib
import hmac
import time
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from geo.errors import InputError
from geo.model.people import Person

__all__ = ["Signer", "form_token", "sign", "unsign"]

_SKEW_S = 300


class Signer(TimestampSigner):
    """Signs with the time; the clocks of the machines that sign and check may differ by five minutes."""

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, at = super().unsign(signed_value, return_timestamp=True)
        age_s = time.time() - at.timestamp()
        if max_age is not None and not -_SKEW_S <= age_s <= max_age:
            raise SignatureExpired(f"signed {age_s:.0f} s ago", payload=value, date_signed=at)
        return (value, at) if return_timestamp else value


def sign(secret: bytes, purpose: str, value: Any) -> str:
    """Return a token that holds a JSON value, readable by all, made by us alone.

    Parameters
    ----------
    purpose : str
        What it is good for: a token of one purpose is worth nothing for another.
    """
    return _serializer(secret, purpose).dumps(value)


def unsign(secret: bytes, purpose: str, token: str, *, max_age_s: int) -> Any:
    """Return the value of a token.

    Raises
    ------
    InputError
        It is forged, damaged, of another purpose, or older than ``max_age_s``; or from the future, beyond
        what clocks that differ explain.

    Examples
    --------
    >>> unsign(b"s", "confirm", sign(b"s", "confirm", {"id": 1}), max_age_s=60)
    {'id': 1}
    """
    try:
        return _serializer(secret, purpose).loads(token, max_age=max_age_s)
    except SignatureExpired:
        raise InputError("这个链接已经过期,请用新的链接", parameter="token") from None
    except BadSignature:
        raise InputError("这个链接不完整或不对,请检查是否复制完整", parameter="token") from None


def form_token(secret: bytes, person: Person) -> str:
    """Return what the forms of a person carry, the same in all his sessions until they are all ended."""
    text = f"form.{person.id}.{person.session_key}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _serializer(secret: bytes, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"yizhan.{purpose}", signer=Signer)
