"""Every setting: its name in the environment, its default, and what it does. Read once, then passed on."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import SettingError

__all__ = ["Settings", "settings_table"]

_CRS = ("wgs84", "cgcs2000", "gcj02", "bd09")


def _default_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "yizhan"


def _setting(default: Any, help: str, *, shown: str | None = None) -> Any:
    metadata = {"help": help, "shown": shown if shown is not None else str(default)}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process; each is ``YIZHAN_`` and its name in capitals in the environment.

    Examples
    --------
    >>> Settings.from_env({"YIZHAN_PORT": "9000"}).port
    9000
    >>> Settings.from_env({}).public_crs
    'wgs84'
    >>> Settings.from_env({"YIZHAN_PORT": "many"})
    Traceback (most recent call last):
        ...
    geo.errors.SettingError: 设置 YIZHAN_PORT 应为整数,现在是“many”
    """

    home: Path = _setting(
        _default_home, "数据目录:内嵌数据库和最近一次快照都在这里", shown="~/.local/share/yizhan"
    )
    database_url: str = _setting("", "数据库地址;空着就用数据目录里的一个 SQLite 文件", shown="")
    name: str = _setting("爱心驿站", "登记册的名称,显示在页面上")
    code_prefix: str = _setting("YZ", "新站点编号的字母,如 HB 得到 HB-0417")
    host: str = _setting("127.0.0.1", "网页服务监听的地址")
    port: int = _setting(8000, "网页服务监听的端口")
    workers: int = _setting(2, "网页服务的进程数")
    public_url: str = _setting("", "对外网址,用来生成绝对链接;空着就用访问时的网址")
    public_crs: str = _setting("wgs84", "公众能下载的坐标系:wgs84、cgcs2000、gcj02 或 bd09")
    public_decimals: int = _setting(6, "公众能下载的坐标小数位数,0 到 8")
    max_file_mb: int = _setting(200, "导入文件的最大兆字节数")
    summer: str = _setting("05-01/09-30", "开放时间只写“夏季”时所指的日期")
    hotline: str = _setting("12351", "页面上的服务热线")

    def __post_init__(self) -> None:
        if self.public_crs not in _CRS:
            raise SettingError(
                "设置 YIZHAN_PUBLIC_CRS 应为 %(known)s 之一,现在是“%(value)s”",
                known="、".join(_CRS),
                value=self.public_crs,
            )
        if not 0 <= self.public_decimals <= 8:
            raise SettingError(
                "设置 YIZHAN_PUBLIC_DECIMALS 应在 0 到 8 之间,现在是 %(value)s", value=self.public_decimals
            )
        if not (self.code_prefix.isascii() and self.code_prefix.isalpha() and len(self.code_prefix) <= 4):
            raise SettingError(
                "设置 YIZHAN_CODE_PREFIX 应为 1 到 4 个英文字母,现在是“%(value)s”", value=self.code_prefix
            )

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings from an environment; an empty value means the default.

        Raises
        ------
        SettingError
            A value that is not of the setting's type or range.
        """
        given = {
            item.name: _convert(item, text)
            for item in dataclasses.fields(cls)
            if (text := env.get(_variable(item), "").strip())
        }
        return cls(**given)

    @property
    def url(self) -> str:
        """The database URL as SQLAlchemy takes it."""
        if not self.database_url:
            return f"sqlite:///{self.home / 'yizhan.sqlite'}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg://{rest}"
        return self.database_url


def settings_table() -> list[tuple[str, str, str]]:
    """Return (variable, default, help) of every setting, in order.

    Examples
    --------
    >>> settings_table()[0][0]
    'YIZHAN_HOME'
    """
    return [
        (_variable(item), item.metadata["shown"], item.metadata["help"])
        for item in dataclasses.fields(Settings)
    ]


def _variable(item: dataclasses.Field) -> str:
    return f"YIZHAN_{item.name.upper()}"


def _convert(item: dataclasses.Field, text: str) -> Any:
    if item.type is int or item.type == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingError(
                "设置 %(name)s 应为整数,现在是“%(value)s”", name=_variable(item), value=text
            ) from None
    return Path(text).expanduser() if item.name == "home" else text
