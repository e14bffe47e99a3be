"""Opening hours spelled out."""

import pytest
from flask import Flask

from web.hours_words import hours_words


@pytest.mark.parametrize(
    ("osm", "said"),
    [
        ("24/7", "24 小时"),
        ("08:00-20:00", "8:00–20:00"),
        ("20:00-26:00", "20:00–次日 2:00"),
        ("08:00-24:00", "8:00–24:00"),
        ("Mo-Fr 08:30-17:30; PH off", "周一至周五 8:30–17:30;法定节假日 休息"),
        ("Mo,We-Th 08:00-12:00,14:00-18:00", "周一、周三至周四 8:00–12:00、14:00–18:00"),
        ("Sa-Su,PH 09:00-16:00", "周六至周日、法定节假日 9:00–16:00"),
        # Said in part it would be said wrongly.
        ("May-Sep 05:30-20:00", "May-Sep 05:30-20:00"),
        ("Mo[1] 08:00-12:00", "Mo[1] 08:00-12:00"),
        ('08:00-20:00 "请先打电话"', '08:00-20:00 "请先打电话"'),
        ("这不是时间", "这不是时间"),
        (None, "未登记"),
    ],
)
def test_a_plain_week_is_spelled_out_and_all_else_left_as_it_is(app: Flask, osm: str | None, said: str):
    with app.test_request_context("/?lang=zh"):
        assert hours_words({"hours_osm": osm}) == said


def test_chinese_says_it_as_it_was_given(app: Flask):
    doc = {"hours_raw": "早8点至晚8点", "hours_osm": "08:00-20:00"}
    with app.test_request_context("/?lang=zh"):
        assert hours_words(doc) == "早8点至晚8点"
    with app.test_request_context("/?lang=en"):
        assert hours_words(doc) == "8:00–20:00"
        assert hours_words({"hours_raw": "随商场"}) == "随商场"
