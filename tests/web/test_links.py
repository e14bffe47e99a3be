"""去这里: every link against the form its provider documents, read back and measured."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pyproj import Geod

from geo.crs import Crs, to_wgs84
from geo.errors import InputError
from geo.model.place import Point
from geo.settings import Settings
from web.links import TRAVEL, Link, Target, links_of

GEOD = Geod(ellps="WGS84")
# Wide of each other by hundreds of metres in the three systems.
XIAN = Point(108.9402, 34.2610)
STATION = Target(XIAN, "西安站 驿站", "环城北路1号")
# The table of published pairs: WGS-84 above in GCJ-02.
XIAN_GCJ02 = (108.94485016, 34.25940939)


def made(by: str, target: Target = STATION, **settings: object) -> dict[str, Link]:
    links = links_of(target, by, Settings(**settings))
    found = {link.key: link for link in links}
    assert len(found) == len(links)
    return found


def asked(link: Link) -> dict[str, str]:
    return {
        name: values[0] for name, values in parse_qs(urlsplit(link.href).query, strict_parsing=True).items()
    }


def place(link: Link) -> tuple[float, float, Crs]:
    """Return lon, lat and the system, as the provider's own page tells to read the link."""
    if link.key == "geo":
        lat, lon = map(float, re.match(r"geo:([^,?]+),([^,?]+)", link.href).groups())
        return lon, lat, Crs.WGS84
    query = asked(link)
    if link.key == "amap":
        lon, lat, _ = query["to"].split(",")
        return float(lon), float(lat), Crs.GCJ02
    if link.key == "amap_app":
        assert query["dev"] == "0"
        return float(query["lon"]), float(query["lat"]), Crs.GCJ02
    if link.key == "baidu":
        assert query["coord_type"] == "gcj02"
    text = query.get("location") or query.get("tocoord") or query.get("daddr")
    lat, lon = (text or re.match(r"coord:([^;]+);", query["marker"])[1]).split(",")
    return float(lon), float(lat), Crs.GCJ02


@pytest.mark.parametrize("by", TRAVEL)
@pytest.mark.parametrize(
    "point", [XIAN, Point(121.5272106, 31.1774276), Point(114.17, 22.32), Point(0.0, 0.0)]
)
def test_every_link_leads_to_the_place_within_a_metre(by: str, point: Point):
    for link in made(by, STATION._replace(point=point)).values():
        lon, lat, crs = place(link)
        back = to_wgs84(lon, lat, crs)
        assert GEOD.inv(*point, *back)[2] < 1


@pytest.mark.parametrize("by", TRAVEL)
def test_the_system_is_the_published_one_not_only_our_own_inverse(by: str):
    for link in made(by).values():
        lon, lat, crs = place(link)
        assert GEOD.inv(lon, lat, *(XIAN if crs == Crs.WGS84 else XIAN_GCJ02))[2] < 1


def test_the_forms_are_those_documented():
    walk, ride, ebike = (made(by) for by in TRAVEL)
    named = "%E8%A5%BF%E5%AE%89%E7%AB%99%20%E9%A9%BF%E7%AB%99"
    assert walk["amap"].href == (
        f"https://uri.amap.com/navigation?to=108.944850%2C34.259409%2C{named}"
        "&mode=walk&src=yizhan&coordinate=gaode&callnative=1"
    )
    assert ride["amap"].href == ebike["amap"].href == walk["amap"].href.replace("mode=walk", "mode=ride")
    assert ebike["amap_app"].href == (
        "amapuri://openFeature?featureName=OnRideNavi&rideType=elebike&sourceApplication=yizhan"
        "&lat=34.259409&lon=108.944850&dev=0"
    )
    assert walk["baidu"].href == (
        f"https://api.map.baidu.com/marker?location=34.259409%2C108.944850&title={named}"
        "&content=%E7%8E%AF%E5%9F%8E%E5%8C%97%E8%B7%AF1%E5%8F%B7&output=html&coord_type=gcj02"
        "&src=webapp.yizhan.yizhan"
    )
    assert walk["tencent"].href == (
        f"https://apis.map.qq.com/uri/v1/routeplan?type=walk&to={named}&tocoord=34.259409%2C108.944850"
        "&coord_type=2&referer=yizhan"
    )
    assert asked(ride["tencent"]) == {
        "marker": "coord:34.259409,108.944850;title:西安站 驿站;addr:环城北路1号",
        "coord_type": "2",
        "referer": "yizhan",
    }
    assert walk["apple"].href == "https://maps.apple.com/?daddr=34.259409%2C108.944850&dirflg=w"
    assert asked(ride["apple"]) == {"daddr": "34.259409,108.944850"}
    assert walk["geo"].href == f"geo:34.261000,108.940200?q=34.261000,108.940200({named})"


def test_only_an_e_bike_gets_the_e_bike_link_and_it_comes_first():
    assert ["amap_app" in made(by) for by in TRAVEL] == [False, False, True]
    assert next(iter(made("ebike"))) == "amap_app"


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
@pytest.mark.parametrize("by", TRAVEL)
def test_a_registry_that_publishes_shifted_positions_gives_no_other_away(crs: str, by: str):
    links = made(by, public_crs=crs)
    assert "geo" not in links
    for link in links.values():
        assert place(link)[2] == Crs.GCJ02
        assert "34.261" not in link.href
        assert "108.940" not in link.href


def test_no_link_is_finer_than_what_is_public():
    for link in made("ebike", public_decimals=3).values():
        assert not re.search(r"\d\.\d{4}", unquote(link.href))
    for link in made("walk", public_decimals=8).values():
        assert not re.search(r"\d\.\d{7}", unquote(link.href))


def test_a_tiny_number_is_written_out():
    for link in made("walk", STATION._replace(point=Point(0.000001, 0.0))).values():
        assert "e-" not in link.href


@examples(deadline=None, max_examples=50)
@given(name=st.text(min_size=1), address=st.text())
def test_no_name_breaks_out_of_its_field(name: str, address: str):
    target = Target(XIAN, name, address)
    for by in TRAVEL:
        for link in made(by, target).values():
            assert link.href.isascii()
            assert not set(link.href) & set(" \"'<>\\")
            before = place(made(by)[link.key])
            assert place(link) == before
            if link.key != "geo":
                assert set(asked(link)) <= set(asked(made(by)[link.key]))


def test_a_name_of_separators_stays_one_name():
    links = made("ride", Target(XIAN, "甲,乙|丙;丁:戊(己)&x=1#y \u202e" + "长" * 300))
    assert len(asked(links["amap"])["to"].split(",")) == 3
    assert asked(links["tencent"])["marker"].count(";") == 2
    assert "x" not in asked(links["baidu"])
    assert "\u202e" not in unquote(links["geo"].href)
    assert all(len(unquote(link.href)) < 400 for link in links.values())


def test_another_way_of_travel_is_refused():
    with pytest.raises(InputError) as error:
        links_of(STATION, "car", Settings())
    assert error.value.parameter == "by"


def test_labels_and_notes_speak(app: Flask):
    with app.test_request_context("/?lang=zh"):
        links = made("ebike")
        assert str(links["amap_app"].label) == "高德地图 App(电动车导航)"
        assert "微信" in str(links["amap_app"].note)
