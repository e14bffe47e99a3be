"""The published vectors, the way there and back, and where the offset stops."""

import numpy as np
import pyproj
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.crs import Crs, from_wgs84, offset_applies, parse_crs, to_wgs84
from geo.errors import InputError

ELLIPSOID = pyproj.Geod(ellps="WGS84")
SHIFTED = (Crs.GCJ02, Crs.BD09)

# WGS-84, GCJ-02, BD-09: longitude, latitude of one place in the three.
VECTORS = {
    "上海": (121.5272106, 31.1774276, 121.53154186, 31.17530398, 121.53801569, 31.18132861),
    "深圳": (113.9123160, 22.5438470, 113.91717648, 22.54079613, 113.92368473, 22.54666744),
    "北京": (116.3778170, 39.9119540, 116.38404722, 39.91334546, 116.39045471, 39.91957555),
    "105E 35N": (105, 35, 105.00328624, 34.99909863, 105.00966683, 35.00540367),
    "西安": (108.9402, 34.2610, 108.94485016, 34.25940939, 108.95127864, 34.26563887),
    "郑州": (113.6650, 34.7520, 113.67110304, 34.75088586, 113.67759874, 34.75686302),
    "120E 40N": (120, 40, 120.00567568, 40.00130479, 120.01207669, 40.00765427),
}
# What AMap's own conversion answers.
AMAP_SAMPLES = (
    (116.481499, 39.990475, 116.487585177952, 39.991754014757),
    (116.481499, 39.990375, 116.487585177952, 39.991653917101),
)
MAINLAND_PLACES = {
    "丹东": (124.385, 40.124),
    "集安": (126.194, 41.125),
    "长白": (128.201, 41.420),
    "图们": (129.844, 42.968),
    "防川": (130.610, 42.420),
    "珲春": (130.366, 42.863),
    "绥芬河": (131.152, 44.412),
    "抚远": (134.308, 48.365),
    "乌苏镇": (134.680, 48.270),
    "黑河": (127.528, 50.245),
    "漠河北极村": (122.350, 53.480),
    "室韦": (119.885, 51.337),
    "满洲里": (117.379, 49.598),
    "阿尔山": (119.944, 47.177),
    "二连浩特": (111.977, 43.653),
    "额济纳旗": (101.069, 41.954),
    "阿拉山口": (82.574, 45.168),
    "塔城": (82.986, 46.746),
    "喀纳斯": (87.020, 48.700),
    "霍尔果斯": (80.415, 44.205),
    "吐尔尕特": (75.400, 40.520),
    "塔什库尔干": (75.229, 37.772),
    "红其拉甫": (75.427, 36.850),
    "狮泉河": (80.105, 32.501),
    "普兰": (81.177, 30.294),
    "樟木": (85.983, 27.990),
    "亚东": (88.907, 27.485),
    "错那": (91.957, 27.991),
    "察隅": (97.467, 28.661),
    "瑞丽": (97.855, 24.013),
    "打洛": (100.043, 21.690),
    "磨憨": (101.690, 21.190),
    "河口": (103.940, 22.529),
    "麻栗坡": (104.703, 23.126),
    "凭祥": (106.766, 22.094),
    "友谊关": (106.711, 21.976),
    "东兴": (107.972, 21.547),
    "三亚": (109.512, 18.253),
    "永兴岛": (112.338, 16.834),
    "珠海拱北": (113.552, 22.220),
    "珠海横琴": (113.535, 22.130),
    "深圳福田": (114.057, 22.543),
    "深圳罗湖": (114.119, 22.534),
    "深圳蛇口": (113.915, 22.483),
    "深圳盐田": (114.237, 22.557),
    "厦门": (118.089, 24.480),
    "平潭": (119.791, 25.503),
    "舟山东极岛": (122.689, 30.196),
    "成山头": (122.700, 37.400),
    "大连": (121.615, 38.914),
}
OUTSIDE_PLACES = {
    "首尔": (126.978, 37.567),
    "平壤": (125.754, 39.020),
    "罗先": (130.300, 42.250),
    "海参崴": (131.885, 43.115),
    "伯力": (135.072, 48.480),
    "乌兰巴托": (106.906, 47.886),
    "达兰扎德嘎德": (104.430, 43.570),
    "阿拉木图": (76.930, 43.238),
    "奥什": (72.800, 40.514),
    "列城": (77.577, 34.164),
    "加德满都": (85.324, 27.717),
    "廷布": (89.640, 27.472),
    "密支那": (97.396, 25.383),
    "河江": (104.983, 22.823),
    "老街": (103.971, 22.480),
    "高平": (106.258, 22.666),
    "谅山": (106.761, 21.853),
    "河内": (105.854, 21.029),
    "台北": (121.565, 25.034),
    "高雄": (120.302, 22.627),
    "马公": (119.566, 23.566),
    "香港岛": (114.158, 22.282),
    "香港机场": (113.915, 22.309),
    "上水": (114.128, 22.502),
    "澳门": (113.544, 22.193),
    "氹仔": (113.560, 22.156),
    "马尼拉": (120.984, 14.600),
    "东京": (139.767, 35.681),
    "巴黎": (2.352, 48.857),
    "北极": (0.0, 90.0),
}

places = st.tuples(st.floats(73.4, 135.0), st.floats(3.5, 53.7))
mainland = places.filter(lambda place: bool(offset_applies(*place)))


def metres(a, b):
    return ELLIPSOID.inv(*a, *b)[2]


@pytest.mark.parametrize("place", VECTORS)
def test_published_vectors(place):
    wgs, gcj, bd = np.array(VECTORS[place]).reshape(3, 2)
    assert from_wgs84(*wgs, Crs.GCJ02) == pytest.approx(tuple(gcj), abs=1e-8)
    assert from_wgs84(*wgs, Crs.BD09) == pytest.approx(tuple(bd), abs=1e-8)
    # Eight decimals of a degree hold back up to 0.8 mm of what the inverse is given.
    assert to_wgs84(*gcj, Crs.GCJ02) == pytest.approx(tuple(wgs), abs=1.2e-8)
    assert to_wgs84(*bd, Crs.BD09) == pytest.approx(tuple(wgs), abs=1.2e-8)


@pytest.mark.parametrize("sample", AMAP_SAMPLES)
def test_amaps_own_answers_within_a_decimetre(sample):
    assert metres(from_wgs84(*sample[:2], Crs.GCJ02), sample[2:]) < 0.1


def test_at_105_east_35_north_the_offset_is_300_m_east_and_100_m_south():
    lon, lat = from_wgs84(105, 35, Crs.GCJ02)
    assert metres((105, 35), (lon, 35)) == pytest.approx(300, abs=0.1)
    assert metres((105, 35), (105, lat)) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("crs", SHIFTED)
@given(place=mainland)
def test_there_and_back_is_within_a_micrometre(crs, place):
    assert metres(to_wgs84(*from_wgs84(*place, crs), crs), place) <= 1e-6


@pytest.mark.parametrize("crs", SHIFTED)
@given(inside=mainland, outside=places)
def test_there_and_back_holds_on_the_last_metre_before_the_border(crs, inside, outside):
    assume(not offset_applies(*outside))
    inside, outside = np.array(inside), np.array(outside)
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if offset_applies(*middle) else (inside, middle)
    assert metres(to_wgs84(*from_wgs84(*inside, crs), crs), inside) <= 1e-6


@given(place=mainland)
def test_the_offset_is_18_to_711_m_and_baidus_moves_about_another_kilometre(place):
    gcj = from_wgs84(*place, Crs.GCJ02)
    assert 15 < metres(place, gcj) < 715
    assert 700 < metres(gcj, from_wgs84(*place, Crs.BD09)) < 1150


@pytest.mark.parametrize("place", MAINLAND_PLACES)
def test_the_offset_reaches_border_towns_and_islands(place):
    assert offset_applies(*MAINLAND_PLACES[place])


@pytest.mark.parametrize("place", OUTSIDE_PLACES)
@pytest.mark.parametrize("crs", SHIFTED)
def test_outside_the_mainland_nothing_moves(place, crs):
    position = OUTSIDE_PLACES[place]
    assert not offset_applies(*position)
    assert from_wgs84(*position, crs) == position
    assert to_wgs84(*position, crs) == position


@pytest.mark.parametrize("crs", [Crs.WGS84, Crs.CGCS2000])
@given(place=places)
def test_the_national_system_is_taken_as_wgs84(crs, place):
    assert from_wgs84(*place, crs) == place
    assert to_wgs84(*place, crs) == place


@pytest.mark.parametrize("crs", list(Crs))
@given(some=st.lists(places, max_size=6))
def test_arrays_give_what_single_positions_give(crs, some):
    lon, lat = np.array(some, float).reshape(-1, 2).T
    for convert in (from_wgs84, to_wgs84):
        x, y = convert(lon, lat, crs)
        singly = np.array([convert(*place, crs) for place in some]).reshape(-1, 2)
        # Vectorised sines may differ from single ones in the last bit.
        np.testing.assert_allclose(np.column_stack([x, y]), singly, rtol=0, atol=1e-12)


@pytest.mark.parametrize("crs", list(Crs))
def test_numbers_in_floats_out_and_shapes_kept(crs):
    assert all(type(value) is float for value in from_wgs84(114, 30, crs))
    lon, lat = to_wgs84(np.full((2, 3), 114.0), np.full((2, 3), 30.0), crs)
    assert lon.shape == lat.shape == (2, 3)


@pytest.mark.parametrize("crs", SHIFTED)
def test_arguments_are_left_as_they_were(crs):
    lon, lat = np.array([114.0]), np.array([30.0])
    from_wgs84(lon, lat, crs)
    to_wgs84(lon, lat, crs)
    assert (lon[0], lat[0]) == (114.0, 30.0)


@pytest.mark.parametrize("crs", SHIFTED)
def test_what_is_no_number_stays_none(crs):
    lon, lat = to_wgs84([np.nan, 114.0], [30.0, np.nan], crs)
    assert np.isnan(lon[0])
    assert np.isnan(lat[1])
    assert not offset_applies([np.nan, np.inf], [30, 30]).any()


@pytest.mark.parametrize(
    ("crs", "words"),
    [
        (Crs.WGS84, "GPS|WGS84|WGS-84|wgs 84|EPSG:4326|epsg:4326|GPS(WGS-84)|WGS84坐标系|WGS84"),
        (Crs.GCJ02, "高德|腾讯|火星坐标|GCJ02|GCJ-02|gcj_02|高德/腾讯 GCJ-02|高德地图坐标"),
        (Crs.BD09, "百度|BD09|BD-09|BD09LL|bd09ll|百度(BD-09)|百度坐标系"),
        (Crs.CGCS2000, "CGCS2000|国家2000|2000国家大地坐标系|EPSG:4490|CGCS 2000|天地图"),
    ],
)
def test_the_usual_words(crs, words):
    for word in words.split("|"):
        assert parse_crs(word) is crs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "本地坐标",
        "西安80",
        "高德转WGS84",
        "2000",
        "EPSG:3857",
        "BD09MC",
        "百度墨卡托",
        "CGCS2000高斯投影",
    ],
)
def test_words_that_name_no_system_or_two_are_refused(text):
    with pytest.raises(InputError, match="坐标系") as caught:
        parse_crs(text)
    assert caught.value.parameter == "crs"
    assert caught.value.params["value"] == text
