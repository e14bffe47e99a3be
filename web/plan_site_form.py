"""The question about new stations as the planner's form holds it, and back."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from geo.errors import InputError
from geo.model.plan import Site
from geo.planner.site_question import CORNERS, DEMAND, OWN, SET, SiteAsk
from web import params
from web.language import gettext, lazy_gettext

__all__ = [
    "MORE",
    "SITE_FIELDS",
    "SiteForm",
    "fault_words",
    "read_site_form",
    "site_form_of",
    "site_form_words",
    "site_of",
]

_OBJECTIVES = {
    "cover": (lazy_gettext("尽量多覆盖"), lazy_gettext("建这么多个,范围内有站点可去的需求最多")),
    "all": (lazy_gettext("用最少站点全覆盖"), lazy_gettext("够得到的需求都覆盖到;要几个由计算得出")),
    "distance": (lazy_gettext("平均路程最短"), lazy_gettext("所有人到最近站点的路程加起来最短")),
    "farthest": (lazy_gettext("最远的人尽量近"), lazy_gettext("离站点最远的人,路程也尽量短")),
}
_CANDIDATES = {CORNERS: lazy_gettext("每个路口"), DEMAND: lazy_gettext("需求所在的点")}
_EXISTING = {
    "fixed": (lazy_gettext("保留"), lazy_gettext("新站点补它们的缺")),
    "none": (lazy_gettext("不计"), lazy_gettext("当作一个也没有,从头布局")),
    "closable": (lazy_gettext("可以关停并搬迁"), lazy_gettext("关停一个,就在更好的地方多建一个")),
}
# In seconds. One study is worked on at a time: whoever asks for more makes others wait.
_PATIENCE = {
    "20": lazy_gettext("20 秒"),
    "60": lazy_gettext("1 分钟"),
    "300": lazy_gettext("5 分钟"),
    "900": lazy_gettext("15 分钟"),
    "3600": lazy_gettext("1 小时"),
}
_NAMES = {
    "p": lazy_gettext("新建几个"),
    "moves": lazy_gettext("至多搬迁几个"),
    "close_cost": lazy_gettext("关停一个的费用"),
    "per_area": lazy_gettext("每个区县至少几个站点"),
    "spacing": lazy_gettext("站点之间至少相隔几米"),
    "backup": lazy_gettext("几个站点够得到才算覆盖"),
    "budget": lazy_gettext("预算"),
    "capacity": lazy_gettext("一个站点最多服务多少需求"),
    "upgrades": lazy_gettext("至多把几个已有站点改为 24 小时开放"),
    "must": lazy_gettext("必选的候选地点编号"),
    "never": lazy_gettext("不选的候选地点编号"),
    "curve": lazy_gettext("曲线算到几个"),
    "phases": lazy_gettext("分期:每期末一共几个"),
    "pool": lazy_gettext("另要几个差不多一样好的方案"),
    "seconds": lazy_gettext("最多算多久"),
}

MORE = (
    "per_area", "spacing", "backup", "budget", "capacity", "own_capacity", "all_day", "upgrades", "must",
    "never",
)  # fmt: skip
"""Fields that few fill in."""

_COUNTS = frozenset({"p", "moves", "per_area", "backup", "upgrades", "curve", "pool"})
_NUMBERS = _COUNTS | {"close_cost", "spacing", "budget", "capacity"}
_TICKS = frozenset({"planned", "all_day", "fairness"})
# What is wrong with a field, for messages that call fields what programs call them.
_FAULTS = {
    "p": lazy_gettext("请填写“新建几个”,或者“预算”"),
    "moves": lazy_gettext("已有的站点“可以关停并搬迁”时,请填写“至多搬迁几个”"),
    "existing": lazy_gettext(
        "“已有的站点”和别的条件矛盾:“至多搬迁几个”和“关停一个的费用”只用于“可以关停并搬迁”,"
        "它不能和“用最少站点全覆盖”一起选;“不计”时不能算规划中和在建的,也不能改已有站点的时间"
    ),
    "backup": lazy_gettext("“几个站点够得到才算覆盖”只用于“尽量多覆盖”和“用最少站点全覆盖”"),
    "all_day": lazy_gettext("按开放时间来算只用于“尽量多覆盖”和“用最少站点全覆盖”"),
    "capacity": lazy_gettext(
        "容量只用于“尽量多覆盖”和“平均路程最短”,不能和“几个站点够得到才算覆盖”或开放时间一起用"
    ),
    "must": lazy_gettext("必选的候选地点比“新建几个”还多;请多建几个,或减少必选的"),
    "phases": lazy_gettext(
        "“分期:每期末一共几个”应是 3, 6, 10 这样从小到大的整数,至多十个,最后一个不大于“新建几个”"
    ),
}
_PROGRAMS_NAME, _PLACEHOLDER = re.compile(r"[A-Za-z]"), re.compile(r"%\(\w+\)s")
_CODES = re.compile(r"[\s,,、;;]+")
_PHASES = re.compile(r"[0-9\s,,、]*")


class SiteForm(NamedTuple):
    """What the fields about new stations hold, right or wrong; a field that says nothing is empty.

    Attributes
    ----------
    site : str
        ``1`` if new stations are asked about at all.
    planned, all_day, own_capacity, fairness : str
        ``1`` for yes.
    must, never, phases : str
        Codes or counts, parted by blanks or commas.
    """

    site: str = ""
    objective: str = "cover"
    p: str = "10"
    candidates: str = CORNERS
    existing: str = "fixed"
    planned: str = ""
    moves: str = ""
    close_cost: str = ""
    per_area: str = ""
    spacing: str = ""
    backup: str = ""
    budget: str = ""
    capacity: str = ""
    own_capacity: str = ""
    all_day: str = ""
    upgrades: str = ""
    must: str = ""
    never: str = ""
    curve: str = "20"
    phases: str = ""
    pool: str = "5"
    fairness: str = "1"
    seconds: str = "60"

    @property
    def special(self) -> bool:
        """Whether more is said than most say."""
        return any(getattr(self, name) for name in MORE)


SITE_FIELDS = frozenset(SiteForm._fields)
"""The names of the fields."""


def read_site_form(values: params.Values) -> SiteForm:
    """Return the fields as they were sent; one that is left out is empty.

    Raises
    ------
    InputError
        A field was given several times.
    """
    return SiteForm(**{name: params.one(values, name) or "" for name in SiteForm._fields})


def site_form_of(site: Site | None) -> SiteForm:
    """Return the fields that ask what a study asked about new stations.

    Examples
    --------
    >>> site_form_of(None).site
    ''
    >>> site_form_of(SiteAsk(p=3, backup=2, phases=[1, 3]).site())[:3]
    ('1', 'cover', '3')
    """
    if site is None:
        return SiteForm()
    values: dict[str, Any] = {**site, "own_capacity": site["capacity"] == OWN}
    if values["own_capacity"]:
        values["capacity"] = None
    if values["backup"] == 1:
        values["backup"] = None
    return SiteForm(**{name: _text(values.get(name, True)) for name in SiteForm._fields})


def site_of(form: SiteForm, sets: Sequence[str]) -> SiteAsk | None:
    """Return the question of the fields; None where new stations are not asked about.

    What the objective leaves no room for is left out if the form itself proposes it.

    Parameters
    ----------
    sets : sequence of str
        Names of loaded candidates.

    Raises
    ------
    InputError
        Naming the field.
    """
    if not form.site:
        return None
    if form.candidates not in (CORNERS, DEMAND, *(SET + name for name in sets)):
        raise InputError("请选择新站点可以建在哪里", parameter="candidates")
    if form.seconds not in _PATIENCE:
        raise InputError("请选择最多算多久", parameter="seconds")
    _check_own(form)
    values: dict[str, Any] = {name: _number(form, name) for name in _NUMBERS}
    values = {name: number for name, number in values.items() if number is not None}
    values |= {name: bool(getattr(form, name)) for name in _TICKS}
    values |= {name: tuple(filter(None, _CODES.split(getattr(form, name)))) for name in ("must", "never")}
    if form.own_capacity:
        values["capacity"] = OWN
    if form.objective == "all":
        values["curve"] = 0
    values["fairness"] &= form.objective == "cover"
    values["planned"] &= form.existing != "none"
    return SiteAsk(
        objective=form.objective,  # type: ignore[arg-type]
        candidates=form.candidates,
        existing=form.existing,  # type: ignore[arg-type]
        phases=_phases(form.phases),
        seconds=float(form.seconds),
        **values,
    )


def site_form_words(sets: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return what the form says: of each field its name, of each choice its values and words.

    Parameters
    ----------
    sets : sequence of (str, int)
        Names of loaded candidates, and how many each has.
    """
    loaded = [(SET + name, f"{name} ({count:,})") for name, count in sets]
    return {
        "names": _NAMES,
        "objectives": _OBJECTIVES,
        "candidates": [*_CANDIDATES.items(), *loaded],
        "existing": _EXISTING,
        "patience": _PATIENCE,
    }


def fault_words(error: InputError) -> str:
    """Return what is wrong, with the field called what the form calls it, and its value as it was typed."""
    if error.parameter in _FAULTS and _PROGRAMS_NAME.search(_PLACEHOLDER.sub("", error.message)):
        return str(_FAULTS[error.parameter])
    told = {name: _typed(value) for name, value in error.params.items()}
    if error.parameter in _NAMES and "name" in told:
        told["name"] = str(_NAMES[error.parameter])
    return gettext(error.message, **told)


def _typed(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_own(form: SiteForm) -> None:
    """Refuse capacities of candidates that have none, and two kinds of capacity at once."""
    if form.own_capacity and form.candidates in (CORNERS, DEMAND):
        raise InputError("只有导入的名单写了各自的容量;请换一份名单,或填写一个容量", parameter="own_capacity")
    if form.own_capacity and form.capacity:
        raise InputError("容量或用一个数,或用名单里各自写的,不能都选", parameter="own_capacity")


def _number(form: SiteForm, name: str) -> float | None:
    text = getattr(form, name)
    if not text:
        return None
    number = params.as_float(text)
    if name in _COUNTS and (number is None or not number.is_integer()):
        raise _wrong("“%(name)s”应是一个整数,现在是“%(value)s”", name, text)
    if number is None:
        raise _wrong("“%(name)s”应是一个数字,现在是“%(value)s”", name, text)
    return int(number) if name in _COUNTS else number


def _phases(text: str) -> list[int]:
    if not _PHASES.fullmatch(text):
        raise _wrong("“%(name)s”应是 3, 6, 10 这样从小到大的整数,现在是“%(value)s”", "phases", text)
    return [int(part) for part in _CODES.split(text) if part]


def _wrong(message: str, name: str, text: str) -> InputError:
    return InputError(message, parameter=name, name=_NAMES[name], value=text[: params.SHOWN])


def _text(value: object) -> str:
    if not value:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
