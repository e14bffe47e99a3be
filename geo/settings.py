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


def _about(help: str, shown: object) -> dict[str, str]:
    return {"help": help, "shown": str(shown)}


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

    home: Path = field(
        default_factory=_default_home,
        metadata=_about("数据目录:内嵌数据库和最近一次快照都在这里", "~/.local/share/yizhan"),
    )
    database_url: str = field(
        default="", metadata=_about("数据库地址;空着就用数据目录里的一个 SQLite 文件", "")
    )
    name: str = field(default="爱心驿站", metadata=_about("登记册的名称,显示在页面上", "爱心驿站"))
    code_prefix: str = field(default="YZ", metadata=_about("新站点编号的字母,如 HB 得到 HB-0417", "YZ"))
    host: str = field(default="127.0.0.1", metadata=_about("网页服务监听的地址", "127.0.0.1"))
    port: int = field(default=8000, metadata=_about("网页服务监听的端口", 8000))
    workers: int = field(default=2, metadata=_about("网页服务的进程数", 2))
    public_url: str = field(default="", metadata=_about("对外网址,用来生成绝对链接;空着就用访问时的网址", ""))
    public_crs: str = field(
        default="wgs84", metadata=_about("公众能下载的坐标系:wgs84、cgcs2000、gcj02 或 bd09", "wgs84")
    )
    public_decimals: int = field(default=6, metadata=_about("公众能下载的坐标小数位数,0 到 8", 6))
    max_file_mb: int = field(default=200, metadata=_about("导入文件的最大兆字节数", 200))
    summer: str = field(
        default="05-01/09-30", metadata=_about("开放时间只写“夏季”时所指的日期", "05-01/09-30")
    )
    hotline: str = field(default="12351", metadata=_about("页面上的服务热线", "12351"))

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
