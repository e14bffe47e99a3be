"""What people of the demo city say when they say where they are."""

from typing import NamedTuple

from geo.demo.grid import crossing
from geo.demo.skeleton import Metres

__all__ = ["LANDMARKS", "Landmark"]


class Landmark(NamedTuple):
    """A place everybody knows, its other names, what it is, and where."""

    name: str
    category: str
    aliases: tuple[str, ...]
    at: Metres


def _landmark(
    name: str, category: str, aliases: str, corner: tuple[int, int], aside: tuple[int, int] = (0, 0)
) -> Landmark:
    near = crossing(*corner)
    return Landmark(
        name, category, tuple(aliases.split()), Metres(near.east_m + aside[0], near.north_m + aside[1])
    )


# Corner: which avenue and which street; aside: metres east and north of their crossing.
LANDMARKS = (
    _landmark("云栖站", "车站", "云栖火车站 火车站 高铁站", (8, 4), (180, -240)),
    _landmark("云栖汽车总站", "车站", "汽车站 长途汽车站 客运站", (7, 2), (150, 120)),
    _landmark("听泉客运站", "车站", "听泉汽车站 西站", (3, 8), (-130, 110)),
    _landmark("星野地铁换乘站", "车站", "星野站", (11, 8), (40, 40)),
    _landmark("云栖广场", "广场", "市民广场 中心广场", (6, 6), (120, 190)),
    _landmark("鼓楼", "广场", "老鼓楼 鼓楼广场", (5, 3), (-170, 180)),
    _landmark("落霞广场", "广场", "落霞新城广场", (11, 2), (130, 170)),
    _landmark("书院广场", "广场", "大学城广场", (2, 8), (-150, 160)),
    _landmark("云栖市第一人民医院", "医院", "市一院 人民医院 一医院", (7, 9), (-170, 140)),
    _landmark("云栖市妇幼保健院", "医院", "妇幼 妇保院 妇幼医院", (6, 8), (160, -130)),
    _landmark("云栖市中医院", "医院", "中医院", (4, 3), (140, -150)),
    _landmark("落霞区人民医院", "医院", "落霞医院", (12, 3), (-160, 130)),
    _landmark("听泉区人民医院", "医院", "听泉医院", (1, 7), (150, 140)),
    _landmark("栖云里购物中心", "商场", "栖云里", (6, 7), (-160, -150)),
    _landmark("长亭街市", "商场", "街市", (7, 6), (170, -140)),
    _landmark("鼓楼百货大楼", "商场", "百货大楼 鼓楼百货", (5, 4), (-140, -160)),
    _landmark("星野汇", "商场", "星野商场", (10, 8), (160, 150)),
    _landmark("落霞里广场", "商场", "落霞里", (11, 3), (-150, -140)),
    _landmark("书香里商业街", "商场", "书香里", (2, 7), (140, -120)),
    _landmark("南埠批发市场", "市场", "南埠市场 批发市场", (7, 1), (-150, 130)),
    _landmark("云溪公园", "公园", "滨河公园 溪畔公园", (6, 5), (-190, 160)),
    _landmark("望山公园", "公园", "望山", (3, 1), (170, -160)),
    _landmark("白鹭湿地公园", "公园", "白鹭湿地 湿地公园", (12, 1), (150, -170)),
    _landmark("采薇园", "公园", "采薇公园", (1, 9), (-160, -150)),
    _landmark("星野体育公园", "公园", "体育公园 体育场", (12, 8), (-170, 180)),
    _landmark("云栖大学", "大学", "云栖大学本部", (2, 9), (180, -170)),
    _landmark("云栖理工学院", "大学", "理工学院", (1, 8), (170, 160)),
    _landmark("云栖职业技术学院", "大学", "职院 职业学院", (3, 10), (-150, -140)),
    _landmark("云栖市政务服务中心", "政务", "市民中心 政务中心", (5, 6), (-160, 150)),
    _landmark("云栖市工人文化宫", "政务", "文化宫 工人文化宫", (5, 5), (150, 140)),
    _landmark("落霞区政务服务中心", "政务", "落霞市民中心", (12, 2), (-140, 150)),
    _landmark("云栖图书馆", "文化", "图书馆 市图书馆", (7, 7), (150, 140)),
    _landmark("云栖博物馆", "文化", "博物馆", (4, 6), (160, -150)),
    _landmark("云栖高新区管委会", "政务", "高新区 管委会", (11, 9), (-150, -140)),
    _landmark("星野软件园", "园区", "软件园", (10, 9), (160, -140)),
    _landmark("望溪物流园", "园区", "物流园 快递分拨中心", (2, 2), (-190, 160)),
    _landmark("长亭大道与鹿鸣路路口", "路口", "长亭鹿鸣路口", (4, 6)),
    _landmark("临溪大道与云栖大道路口", "路口", "临溪云栖路口", (6, 4)),
    _landmark("折柳街与星野路路口", "路口", "折柳星野路口", (11, 8)),
    _landmark("知微街与白鹭路路口", "路口", "知微白鹭路口", (12, 2)),
    _landmark("石榴街与采薇路路口", "路口", "石榴采薇路口", (1, 1)),
)
