"""The options of site, in the order of its help."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from geo.finder import PROFILES

__all__ = ["site_options"]

_option = click.option
_folder = click.Path(path_type=Path, file_okay=False)
_OPTIONS = [
    _option("-p", type=int, help="新建几个站点;objective 是 all 或写了预算时可以不写。"),
    _option("--within", metavar="1000m|15min", help="多远算覆盖,默认 1000m;用 --costs 时是一个数。"),
    _option("--by", default="walk", show_default=True, metavar="|".join(PROFILES), help="怎样量距离。"),
    _option(
        "--objective",
        default="cover",
        show_default=True,
        metavar="cover|all|distance|farthest",
        help="覆盖最多、覆盖全部而站点最少、总路程最短、最远的最近。",
    ),
    _option("--demand", metavar="N", help="已导入的需求的名称,或一个文件;只导入过一份时可以不写。"),
    _option(
        "--weight",
        multiple=True,
        metavar="[K=]COLUMN",
        help="用需求的哪一列,默认第一列;合建时可以每类写一次,如 nursing_room=母亲。",
    ),
    _option("--area", metavar="CODE", help="只算这个区划里的需求。"),
    _option(
        "--candidates",
        metavar="FILE",
        help="候选地点:一个文件、已导入的名称、corners(路口,默认)或 demand(需求所在的地方)。",
    ),
    _option(
        "--existing",
        default="fixed",
        show_default=True,
        metavar="fixed|none|closable",
        help="现有站点保留、不算、或可以关停(关一个可多建一个)。",
    ),
    _option("--planned", is_flag=True, help="规划和在建的站点也算现有。"),
    _option("--moves", type=int, help="closable 时至多关停几个,默认与 -p 相同。"),
    _option("--close-cost", default=0.0, metavar="C", help="关停一个的费用,算在预算里。"),
    _option("--budget", type=float, metavar="B", help="预算;候选地点没有写费用时每个按 1 算。"),
    _option("--capacity", metavar="COLUMN", help="容量:候选地点文件里的一列,或对所有站点一样的一个数。"),
    _option("--backup", default=1, show_default=True, metavar="K", help="几个站点都到得了才算覆盖。"),
    _option("--per-area", default=0, metavar="N", help="每个区划至少几个站点。"),
    _option("--spacing", default=0.0, metavar="METRES", help="站点之间至少隔多少米(直线)。"),
    _option("--must", multiple=True, metavar="CODE", help="必选的候选地点,可重复。"),
    _option("--never", multiple=True, metavar="CODE", help="不选的候选地点,可重复。"),
    _option("--all-day", is_flag=True, help="按一天 24 小时算:新站点全天开放,现有站点按登记的时间。"),
    _option("--upgrades", default=0, metavar="N", help="至多把几个现有站点改为全天开放;也按 24 小时算。"),
    _option("--kind", "kinds", multiple=True, metavar="K", help="只算这一类站点,可重复。"),
    _option("--together", is_flag=True, help="几类站点(--kind)合建在一处:各算各的需求,p 是楼的个数。"),
    _option(
        "--kind-cost",
        "kind_costs",
        multiple=True,
        metavar="K=NUMBER",
        help="合建时一类站点在一处的费用,算在预算里,可重复;候选地点的费用是楼的。",
    ),
    _option("--facility", "facilities", multiple=True, metavar="F", help="站点必须有的设施,可重复。"),
    _option("--status", "statuses", multiple=True, metavar="S", help="状态,可重复;默认 open 和 trial。"),
    _option("--at", metavar="HH:MM|ISO", help="现有站点只算那时开放的;默认不看时间。"),
    _option(
        "--costs",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="用别处算好的距离:CSV 或 Parquet,每行 candidate,demand,cost;不需要坐标和街道。",
    ),
    _option(
        "--curve",
        type=int,
        is_flag=False,
        flag_value=60,
        default=0,
        metavar="[N]",
        help="新建 1 到 N 个各能多好,默认到 60。",
    ),
    _option("--phases", default="", metavar="3,6,10", help="分期建设,各期末一共几个。"),
    _option(
        "--pool",
        type=int,
        is_flag=False,
        flag_value=10,
        default=0,
        metavar="[N]",
        help="差不多好而尽量不同的 N 个方案,默认 10。",
    ),
    _option("--fairness", is_flag=True, help="与让最差的区划尽量好的方案相比。"),
    _option(
        "--seconds",
        default=60.0,
        show_default=True,
        help="方案至多算多久;另外要的(曲线、分期等)合起来再算这么久。",
    ),
    _option("--iterations", default=2000, show_default=True, help="局部搜索至多多少轮。"),
    _option("--seed", default=0, show_default=True, help="随机数的种子;时间够时,种子相同答案就相同。"),
    _option("--out", type=_folder, help="报告、表格、图层和 plan.json 写到这个文件夹。"),
]


def site_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of site."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
