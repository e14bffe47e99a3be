"""The secret that sessions and links are signed with."""

import os
import secrets

from geo.errors import SettingError
from geo.settings import Settings

__all__ = ["secret_of"]

_BYTES = 32
_SHORTEST = 32


def secret_of(settings: Settings) -> bytes:
    """Return the secret: that of the settings, else one made once and kept in the data folder.

    Raises
    ------
    SettingError
        It is too short, or its file cannot be read or written.
    """
    if settings.secret:
        if len(settings.secret) < _SHORTEST:
            raise SettingError("设置 YIZHAN_SECRET 至少要 %(least)s 个字符", least=_SHORTEST)
        return settings.secret.encode()
    path = settings.home / "secret"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(settings)
        return path.read_bytes()
    except OSError as error:
        raise SettingError(
            "不能读写签名密钥 %(file)s(%(detail)s),请检查数据目录的权限",
            file=str(path),
            detail=error.strerror or "",
        ) from error


def _make(settings: Settings) -> None:
    # Several processes start at once: whole under a name of its own first, then the first link wins.
    draft = settings.home / f".secret.{os.getpid()}.{secrets.token_hex(4)}"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as content:
        content.write(secrets.token_hex(_BYTES))
    try:
        os.link(draft, settings.home / "secret")
    except FileExistsError:
        pass
    finally:
        draft.unlink()
