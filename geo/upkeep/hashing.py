"""Passwords as they are kept: Argon2id, slow on purpose."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.model.passwords import plain_password

__all__ = ["HASHER", "hash_password", "is_password"]

HASHER = PasswordHasher()
"""The parameters of RFC 9106 for machines with little memory; tests put a cheap one in its place."""


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return HASHER.hash(_bytes(password))


def is_password(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one of which ``kept`` is kept.

    None, of nobody's, takes as long: time must not tell whether there is an account.
    """
    if kept is None:
        HASHER.hash(_bytes(password))
        return False
    try:
        return HASHER.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    # A terminal can hand over what is no text.
    return plain_password(password).encode("utf-8", "replace")
