"""The stations of the demo city, each as the cells a careful clerk would fill in."""

from collections.abc import Iterator
from random import Random

from geo.demo import names
from geo.demo.chance import happens, number, pick, pick_weighted, stream
from geo.demo.landmarks import LANDMARKS, Landmark
from geo.demo.particulars import Cells, building, life, offers, opening, people, rank, season
from geo.demo.spots import Spot, address_cells, spot_beside, spots

__all__ = ["make_stations"]

_CARE_STATIONS, _WATER_POINTS, _NURSING_ROOMS = 300, 90, 60
_CARE_ACCESS = {"自由进入": 75, "扫码": 10, "联系工作人员": 8, "刷身份证": 4, "人脸识别": 3}
_NURSING_ACCESS = {"自由进入": 60, "按铃": 20, "联系工作人员": 15, "借钥匙": 5}
# A venue's first room is low, its second high: no two of one venue are on one floor.
_FLOORS = ({"1F": 60, "2F": 30, "B1": 10}, {"3F": 60, "4F": 25, "5F": 15}, {"6F": 1})
_VENUE_HOSTS = {"医院": "医院", "商场": "商超", "市场": "商超", "公园": "公园", "政务": "政务大厅"}


def make_stations(seed: int) -> list[Cells]:
    """Return the cells of every station, in the order of their codes; positions are WGS-84.

    Examples
    --------
    >>> cells = make_stations(0)[0]
    >>> cells["编号"], cells["坐标系"]
    ('YX-0001', 'WGS84')
    """
    rng = stream(seed, "stations")
    found = [*_care_stations(rng), *_water_points(rng), *_nursing_rooms(rng)]
    _tell_apart(found)
    return [{"编号": f"YX-{count:04}", **cells} for count, cells in enumerate(found, 1)]


def _care_stations(rng: Random) -> Iterator[Cells]:
    for spot in spots(rng, _CARE_STATIONS):
        host_type, host, place = _hosted(rng, names.CARE_HOSTS, spot)
        area_m2 = number(rng, 6, 45)
        yield {
            "类别": "爱心驿站",
            **_called(place, pick(rng, host.signs)),
            **address_cells(spot),
            **life(rng),
            **building(rng, host_type, place),
            "使用面积(㎡)": str(area_m2),
            "可容纳人数": str(max(3, area_m2 // 2)),
            **opening(rng, pick(rng, host.hours)),
            **offers(rng, names.CARE_OFFERS, toilet=0.45, wifi=0.6),
            "服务对象": pick_weighted(rng, {"户外劳动者": 70, "不限": 25, "工会会员": 5}),
            "进入方式": pick_weighted(rng, _CARE_ACCESS),
            **rank(rng),
            **people(rng),
        }


def _water_points(rng: Random) -> Iterator[Cells]:
    for spot in spots(rng, _WATER_POINTS):
        host_type, host, place = _hosted(rng, names.WATER_HOSTS, spot)
        hours, months = season(rng, pick(rng, host.hours))
        yield {
            "类别": "爱心派水点",
            **_called(place, pick(rng, host.signs)),
            **address_cells(spot),
            **life(rng),
            **building(rng, host_type, place),
            **opening(rng, hours),
            "开放季节": months,
            **offers(rng, names.WATER_OFFERS, toilet=0.05, wifi=0),
            "服务对象": "不限",
            "进入方式": "自由进入",
            "供水方式": pick_weighted(rng, names.WATER_SUPPLY),
            **people(rng),
        }


def _nursing_rooms(rng: Random) -> Iterator[Cells]:
    venues = [landmark for landmark in LANDMARKS if landmark.category in names.NURSING_VENUES]
    for count in range(_NURSING_ROOMS):
        venue = venues[count % len(venues)]
        rooms, hours = names.NURSING_VENUES[venue.category]
        floor = pick_weighted(rng, _FLOORS[count // len(venues)])
        yield {
            "类别": "母婴关爱室",
            **_called(f"{venue.name}{floor}", pick(rng, rooms)),
            **address_cells(spot_beside(venue.at)),
            **life(rng),
            **building(rng, _VENUE_HOSTS.get(venue.category, "其他"), venue.name),
            "楼层": floor,
            "入口说明": _way_in(rng, floor, venue),
            "使用面积(㎡)": pick(rng, ("3.5", "4", "5", "6", "8", "10", "10", "12", "15")),
            **opening(rng, pick(rng, hours)),
            **offers(rng, names.NURSING_OFFERS, toilet=0.1, wifi=0.2),
            "可上锁": pick_weighted(rng, {"√": 80, "×": 10, "": 10}),
            "服务对象": pick_weighted(rng, {"母婴": 85, "女职工": 15}),
            "进入方式": pick_weighted(rng, _NURSING_ACCESS),
            "执行标准": pick_weighted(rng, {"national_nursing_2016": 60, "": 40}),
            **people(rng),
        }


def _hosted(rng: Random, hosts: dict[str, names.Host], spot: Spot) -> tuple[str, names.Host, str]:
    host_type = pick_weighted(rng, {key: host.share for key, host in hosts.items()})
    host = hosts[host_type]
    return host_type, host, pick(rng, host.places).format(road=spot.road, cross=spot.cross)


def _called(place: str, sign: str) -> Cells:
    return {"站点名称": f"{place}{sign}(演示)", "门头名称": sign}


def _way_in(rng: Random, floor: str, venue: Landmark) -> str:
    where = pick(rng, ("东侧电梯旁", "西侧扶梯后", "服务台右侧", "靠近南门", "客梯厅北侧"))
    toilet = pick(rng, ("紧邻卫生间", "卫生间对面", "与无障碍卫生间相邻"))
    gate = "过安检后," if venue.category == "车站" and happens(rng, 0.5) else ""
    return f"{gate}{floor}{where},{toilet}"


def _tell_apart(stations: list[Cells]) -> None:
    """Number namesakes, as branches of one shop on one street are."""
    met: dict[str, int] = {}
    for cells in stations:
        name = cells["站点名称"]
        met[name] = met.get(name, 0) + 1
        if met[name] > 1:
            cells["站点名称"] = name.replace("(演示)", f"{met[name]}号(演示)")
