"""Everything that can go wrong on purpose.

    GeoError
    ├── InputError          a value someone gave is wrong: names it and says what to do
    │   └── FileError       a whole file cannot be read: nothing of it was taken
    ├── NotFoundError       no such station, area or change
    ├── ForbiddenError      whoever asks is known, and may not
    ├── ConflictError       the registry no longer is as the request assumes
    ├── SettingError        a YIZHAN_* setting is wrong
    └── UnavailableError    the database cannot be reached

A message is a Chinese sentence with named ``%(placeholders)s``; it is also the key under
which the web finds the English one. No class carries an HTTP status: one dict in ``web`` maps them.
"""

__all__ = [
    "ConflictError",
    "FileError",
    "ForbiddenError",
    "GeoError",
    "InputError",
    "NotFoundError",
    "SettingError",
    "UnavailableError",
]


class GeoError(Exception):
    """A fault with a message made for the person who can mend it.

    Parameters
    ----------
    message : str
        Chinese sentence, with ``%(name)s`` where a value belongs.
    **params
        The values.

    Examples
    --------
    >>> str(GeoError("没有编号为 %(code)s 的站点", code="HB-0417"))
    '没有编号为 HB-0417 的站点'
    >>> str(GeoError("一句没有参数的话"))
    '一句没有参数的话'
    """

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class InputError(GeoError):
    """A wrong value; ``parameter`` is the name its giver knows it by."""

    def __init__(self, message: str, *, parameter: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.parameter = parameter


class FileError(InputError):
    """A file that cannot be read at all."""


class NotFoundError(GeoError):
    """Nothing is kept under that code."""


class ForbiddenError(GeoError):
    """Whoever asks is known, and may not do this."""


class ConflictError(GeoError):
    """The registry has moved on since the request was made."""


class SettingError(GeoError):
    """A setting that cannot be used."""


class UnavailableError(GeoError):
    """The database cannot be reached; reads may go on from the snapshot."""
