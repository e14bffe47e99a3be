"""Names are found by what their characters sound like, however many ways that is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.pinyin import initials, spelled, spelling, syllables
from tests.model import pinyin_table

CHARS = "西安站重庆长行银a1 "


def test_the_table_is_the_one_that_is_made():
    assert pinyin_table.PATH.read_text("utf-8") == pinyin_table.table()


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("西安站", "xianzhan", "xaz"),
        ("重庆北站", "chongqingbeizhan", "cqbz"),
        ("厦门", "xiamen", "xm"),
        ("六安路", "luanlu", "lal"),
        ("蚌埠", "bengbu", "bb"),
        ("行知路", "xingzhilu", "xzl"),
        ("长安区", "changanqu", "caq"),
        ("银行", "yinhang", "yh"),
        ("灞桥", "baqiao", "bq"),
        ("鄠邑区", "huyiqu", "hyq"),
        ("绿地中心", "lvdizhongxin", "ldzx"),
        ("女人街", "nurenjie", "nrj"),
        ("a座1楼", "azuo1lou", "az1l"),
    ],
)
def test_names_of_places(name: str, full: str, short: str):
    assert spelled(name, full) == 0
    assert spelled(name, short) == 0


def test_every_reading_counts():
    assert spelled("重庆", "zhongqing") == spelled("重庆", "chongqing") == 0


@pytest.mark.parametrize(
    ("query", "fit"),
    [
        ("xianzhan", 0),
        ("xianzhangu", 1),
        ("xianzh", 1),
        ("zhanguang", 2),
        ("xz", None),
        ("xianz", 1),
        ("anz", 2),
        ("xiz", None),
        ("zg", 2),
    ],
)
def test_a_spelling_is_whole_or_begins_or_is_a_part(query: str, fit: int | None):
    name = "西安站" if fit == 0 else "西安站广场"
    assert spelled(name, query) == fit


def test_nothing_reaches_across_what_is_never_typed():
    assert spelled("西安(站)", "xianzhan") is None
    assert spelled("西安 站", "xaz") is None


@pytest.mark.parametrize("text", ["", "x", "西安", "1a", "xi-an", "é", "xian.", "\ud800", "1"])
def test_what_is_no_spelling(text: str):
    assert spelling(text) is None


@pytest.mark.parametrize("text", ["xian", "Xi'an", "XI AN", "ｘｉ’ａｎ", " xi  an "])
def test_the_same_spelling(text: str):
    assert spelling(text) == "xian"


def sounds(char: str, *, short: bool) -> list[str]:
    own = [char] if char.isascii() and char.isalnum() else []
    read = [syllable for syllable, chars in syllables().items() if char in chars and char not in own]
    return own + [one[:1] if short else one for one in read]


def brute_force(name: str, query: str) -> int | None:
    """Write out every way to say every stretch of the name."""
    fits = []
    for short, start in itertools.product((False, True), range(len(name))):
        for end in range(start + 1, len(name) + 1):
            for said in itertools.product(*(sounds(char, short=short) for char in name[start:end])):
                text = "".join(said)
                within = not short and text.startswith(query) and len(text) - len(query) < len(said[-1])
                if text == query:
                    fits.append(2 if start else int(end < len(name)))
                elif within:
                    fits.append(2 if start else 1)
    return min(fits, default=None)


@given(name=st.text(CHARS, max_size=5), query=st.text("xianzhguq1", min_size=2, max_size=8))
def test_as_if_every_way_of_saying_it_were_written_out(name: str, query: str):
    if spelling(query) is None:
        return
    assert spelled(name, query) == brute_force(name, query)


@given(data=st.data())
def test_what_a_name_says_is_found(data: st.DataObject):
    name = data.draw(st.text("西安站重庆长行银", min_size=2, max_size=6))
    short = data.draw(st.booleans())
    query = "".join(data.draw(st.sampled_from(sounds(char, short=short))) for char in name)
    assert spelled(name, query) == 0


def test_initials_are_those_of_syllables():
    assert set("一亚云") <= initials()["y"]
    assert "云" not in initials()["u"]
