"""Every setting: its name in the environment, its default, and what it does. Read once, then passed on."""

import dataclasses
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import SettingError

__all__ = ["Settings", "basemap_warning", "settings_table"]

_CRS = ("wgs84", "cgcs2000", "gcj02", "bd09")
# Only the publisher can grant anything: until he does, the data say so themselves.
_NO_LICENCE = "没有声明许可,转载请先征得发布单位同意"
_BASEMAPS = ("builtin", "tianditu", "none")
_BASEMAP_CRS = ("wgs84", "gcj02")
# A host of its own, so that the pages' policy can name it; {s} stands for a, b and c.
_TILES = re.compile(r"https?://(?:[\w.-]|\{s\})+(?::\d+)?/[!-~]*", re.ASCII)
_TILE_PLACE = ("{z}", "{x}", "{y}")
# A website as a Content-Security-Policy names it; its host is ASCII (punycode).
_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?", re.ASCII)
# What the templates in a WMTS server's capabilities call them.
_WMTS_PLACE = {"{TileMatrix}": "{z}", "{TileCol}": "{x}", "{TileRow}": "{y}"}


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
        metadata=_about("数据目录:内嵌数据库、最近一次快照、街道和底图文件都在这里", "~/.local/share/yizhan"),
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
    licence: str = field(
        default=_NO_LICENCE,
        metadata=_about(
            "数据的许可,如 CC BY 4.0,或用一句话写明怎样可以用;写在接口的回答和下载的文件里", _NO_LICENCE
        ),
    )
    basemap: str = field(
        default="builtin",
        metadata=_about(
            "地图页的底图:builtin(用导入的街道画)、tianditu(天地图)、none(不要底图),"
            "或者 XYZ、WMTS 的瓦片网址,其中写 {z}、{x}、{y},子域名写 {s}",
            "builtin",
        ),
    )
    basemap_key: str = field(default="", metadata=_about("天地图的密钥(tk),会写进网页", ""))
    basemap_attribution: str = field(
        default="", metadata=_about("底图的版权说明,显示在地图上;用瓦片网址时必填", "")
    )
    basemap_approval: str = field(
        default="", metadata=_about("底图的审图号,显示在地图上;对外服务时应当有", "")
    )
    basemap_crs: str = field(default="wgs84", metadata=_about("瓦片网址所用的坐标系:wgs84 或 gcj02", "wgs84"))
    max_file_mb: int = field(
        default=200, metadata=_about("导入文件的最大兆字节数;街道文件至少可以有 1000", 200)
    )
    summer: str = field(
        default="05-01/09-30", metadata=_about("开放时间只写“夏季”时所指的日期", "05-01/09-30")
    )
    hotline: str = field(default="12351", metadata=_about("页面上的服务热线", "12351"))
    frame_ancestors: str = field(
        default="*",
        metadata=_about(
            "哪些网站可以嵌入 /embed:* 是所有网站,self 是只有自己;"
            "也可以写几个网站,用空格或逗号分开,如 https://www.example.cn https://*.example.cn",
            "*",
        ),
    )

    secret: str = field(
        default="",
        metadata=_about(
            "登录和链接的签名密钥,至少 32 个字符;空着就在数据目录里生成一个。几台机器要用同一个", ""
        ),
    )
    trusted_proxies: int = field(
        default=0, metadata=_about("前面有几层自己的代理;大于 0 才相信 X-Forwarded-For", 0)
    )
    sign_in_hours: int = field(default=12, metadata=_about("登录多少小时后要重新登录", 12))
    stale_soon_days: int = field(default=275, metadata=_about("多少天没有核实算快要过期", 275))
    stale_days: int = field(default=365, metadata=_about("多少天没有核实算过期", 365))
    amber_hours: int = field(default=24, metadata=_about("“可能没开门”没有人答复时,多少小时后自己消失", 24))
    order_hours: int = field(default=48, metadata=_about("工单要在多少小时内答复", 48))
    keep_days: int = field(default=365, metadata=_about("反馈的文字、照片保存多少天", 365))
    smtp: str = field(
        default="",
        metadata=_about(
            "发邮件的服务器,如 smtp://用户:密码@mail.example.cn:587 或 smtps://…:465;空着就存进数据目录",
            "",
        ),
    )
    mail_from: str = field(default="", metadata=_about("邮件的发件人,如 驿站 <yizhan@example.cn>", ""))

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
        _check_basemap(self)
        _check_frame_ancestors(self)
        _check_upkeep(self)

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

    @property
    def framing_sites(self) -> tuple[str, ...]:
        """Who may frame /embed beside this site itself: ``*`` alone, or the origins named.

        Examples
        --------
        >>> Settings().framing_sites, Settings(frame_ancestors="self").framing_sites
        (('*',), ())
        >>> Settings(frame_ancestors="https://a.cn, https://*.b.cn:8443").framing_sites
        ('https://a.cn', 'https://*.b.cn:8443')
        """
        return tuple(word for word in _words(self.frame_ancestors) if word != "self")

    @property
    def basemap_shown(self) -> str:
        """The basemap that pages show, ``none`` where it would give away positions that are not public.

        On a map in WGS-84 a person could read a position that is only published as GCJ-02 or BD-09.
        """
        shifted = self.public_crs in ("gcj02", "bd09")
        return "none" if shifted and self.basemap_crs != "gcj02" else self.basemap

    @property
    def basemap_tiles(self) -> str:
        """The template of the tiles' addresses with {z}, {x}, {y} and {s}; empty where `basemap` is a word.

        Examples
        --------
        >>> tiles = "https://maps.example.cn/wmts/{TileMatrix}/{TileRow}/{TileCol}.png"
        >>> Settings(basemap=tiles, basemap_attribution="某市地图").basemap_tiles
        'https://maps.example.cn/wmts/{z}/{y}/{x}.png'
        """
        template = "" if self.basemap in _BASEMAPS else self.basemap
        for there, here in _WMTS_PLACE.items():
            template = template.replace(there, here)
        return template


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


def basemap_warning(settings: Settings) -> str | None:
    """Return what whoever starts the server should know about its basemap, in Chinese; None when all is well.

    Examples
    --------
    >>> basemap_warning(Settings())
    >>> "审图号" in basemap_warning(Settings(host="0.0.0.0"))
    True
    """
    if settings.basemap != settings.basemap_shown:
        return (
            f"YIZHAN_PUBLIC_CRS 是 {settings.public_crs},不能配 WGS-84 的底图(会泄露真实位置),"
            "地图页只画示意图;要底图,请用 GCJ-02 的瓦片网址,并把 YIZHAN_BASEMAP_CRS 设为 gcj02"
        )
    if settings.basemap != "none" and not settings.basemap_approval and _is_public(settings):
        return (
            "网页对外公开,而底图没有审图号:请在 YIZHAN_BASEMAP 选用经过审核的底图(如 tianditu),"
            "把它页面上的审图号写进 YIZHAN_BASEMAP_APPROVAL;不要底图就把 YIZHAN_BASEMAP 设为 none"
        )
    return None


def _is_public(settings: Settings) -> bool:
    if settings.public_url:
        return True
    try:
        return not ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        return settings.host != "localhost"


def _check_frame_ancestors(settings: Settings) -> None:
    words = _words(settings.frame_ancestors)
    # These words go into a header: nothing but origins may.
    if words != ["*"] and not (words and all(word == "self" or _ORIGIN.fullmatch(word) for word in words)):
        raise SettingError(
            "设置 YIZHAN_FRAME_ANCESTORS 应为 *、self,或用空格或逗号分开的网站,"
            "如 https://www.example.cn https://*.example.cn(不带路径),现在是“%(value)s”",
            value=settings.frame_ancestors,
        )


def _check_upkeep(settings: Settings) -> None:
    least = {
        "trusted_proxies": 0,
        "sign_in_hours": 1,
        "stale_soon_days": 1,
        "stale_days": settings.stale_soon_days,
        "amber_hours": 1,
        "order_hours": 1,
        "keep_days": 1,
    }
    for name, number in least.items():
        if getattr(settings, name) < number:
            raise SettingError(
                "设置 %(name)s 至少是 %(least)s,现在是 %(value)s",
                name=f"YIZHAN_{name.upper()}",
                least=number,
                value=getattr(settings, name),
            )
    if settings.smtp and not settings.smtp.startswith(("smtp://", "smtps://")):
        # It may hold a password: not repeated.
        raise SettingError("设置 YIZHAN_SMTP 应以 smtp:// 或 smtps:// 开头")


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,\uff0c]+", text) if word]


def _check_basemap(settings: Settings) -> None:
    if settings.basemap_crs not in _BASEMAP_CRS:
        raise SettingError(
            "设置 YIZHAN_BASEMAP_CRS 应为 %(known)s 之一,现在是“%(value)s”(百度的瓦片是另一套网格,不能用)",
            known="、".join(_BASEMAP_CRS),
            value=settings.basemap_crs,
        )
    if settings.basemap not in _BASEMAPS:
        _check_tiles(settings)
    elif settings.basemap_crs != "wgs84":
        raise SettingError(
            "YIZHAN_BASEMAP 是 %(value)s,不是 GCJ-02 的底图:"
            "请去掉 YIZHAN_BASEMAP_CRS,或把 YIZHAN_BASEMAP 改成瓦片网址",
            value=settings.basemap,
        )
    if settings.basemap == "tianditu" and not settings.basemap_key:
        raise SettingError("用天地图要有密钥:请在天地图网站申请浏览器端的 tk,写进 YIZHAN_BASEMAP_KEY")


def _check_tiles(settings: Settings) -> None:
    template = settings.basemap_tiles
    places = re.findall(r"\{[^}]*\}", template)
    if not (
        _TILES.fullmatch(template)
        and all(places.count(place) == 1 for place in _TILE_PLACE)
        and set(places) <= {*_TILE_PLACE, "{s}"}
    ):
        raise SettingError(
            "设置 YIZHAN_BASEMAP 应为 %(known)s 之一,或者 http(s):// 开头、有 {z}、{x}、{y} 各一处的瓦片网址"
            "(WMTS 的 {TileMatrix}、{TileCol}、{TileRow} 也行),现在是“%(value)s”",
            known="、".join(_BASEMAPS),
            value=settings.basemap,
        )
    if not settings.basemap_attribution:
        raise SettingError("用瓦片网址作底图要写明来源:请把它的版权说明写进 YIZHAN_BASEMAP_ATTRIBUTION")


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
    # Absolute: two ways to write one folder are one registry.
    return Path(text).expanduser().absolute() if item.name == "home" else text
