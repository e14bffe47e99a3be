"""What a rider types is a place, and what is wanted there."""

import pytest

from geo.model.facilities import FACILITIES
from geo.model.wishes import Wish, read_wish, wish_words, words_of


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("热饭", Wish(facilities=("microwave",))),
        ("充电", Wish(facilities=("phone_charging",))),
        ("喂奶", Wish(facilities=("nursing_seat",))),
        ("附近", Wish(when=("near",))),
        ("24小时", Wish(when=("all_day",))),
        ("２４小时", Wish(when=("all_day",))),
        ("现在开门", Wish(when=("now",))),
        ("现在开门的驿站", Wish(kinds=("care_station",), when=("now",))),
        ("母婴室", Wish(kinds=("nursing_room",))),
        ("西安站 充电", Wish(facilities=("phone_charging",), rest="西安站")),
        ("西安站附近能热饭的地方", Wish(facilities=("microwave",), when=("near",), rest="西安站")),
        ("哪里可以喝水?", Wish(facilities=("drinking_water",))),
        ("去西安站", Wish(rest="西安站")),
        ("找水", Wish(facilities=("drinking_water",))),
        ("厕所,wifi、24小时", Wish(facilities=("toilet", "wifi"), when=("all_day",))),
        ("WiFi near me", Wish(facilities=("wifi",), when=("near",))),
        ("Xi'an open now toilet", Wish(facilities=("toilet",), when=("now",), rest="xi'an")),
        ("hot meal", Wish(facilities=("hot_meal",))),
        ("a step-free access, 24 hours", Wish(facilities=("step_free",), when=("all_day",))),
        ("first aid kit near West Lake", Wish(facilities=("first_aid",), when=("near",), rest="west lake")),
        ("stationery", Wish(rest="stationery")),
        (") 24h", Wish(when=("all_day",), rest=")")),
        ("xaz", Wish(rest="xaz")),
        ("", Wish()),
        ("  ,。 ", Wish()),
    ],
)
def test_words_that_ask_for_something(text: str, wish: Wish):
    assert read_wish(text) == wish


def test_a_name_is_left_whole():
    names = {"热水街", "人民公园厕所"}
    assert read_wish("热水街 充电", names.__contains__) == Wish(facilities=("phone_charging",), rest="热水街")
    assert read_wish("人民公园厕所", names.__contains__).rest == "人民公园厕所"
    assert read_wish("人民公园厕所") == Wish(facilities=("toilet",), rest="人民公园")


def test_a_name_of_several_words_is_left_whole():
    def is_name(text: str) -> bool:
        return text in "west railway station"

    assert read_wish("West Railway Station", is_name) == Wish(rest="west railway station")
    assert read_wish("West  Railway", is_name) == Wish(rest="west railway")
    assert read_wish("West Railway Station toilet", is_name).facilities == ("toilet",)


def test_the_words_of_a_text_that_wishes_for_nothing_are_what_is_left():
    for text in ("西安站、东门", " ＹＺ-0001", "xaz", "", "。"):
        assert read_wish(text) == Wish(rest=" ".join(words_of(text)))


def test_a_word_that_means_something_means_it_whatever_it_is_the_name_of():
    assert read_wish("充电", lambda word: True) == Wish(facilities=("phone_charging",))


@pytest.mark.parametrize("code", FACILITIES)
def test_every_facility_can_be_asked_for(code: str):
    assert f"facility:{code}" in wish_words().values()


def test_words_are_as_they_are_looked_up():
    assert all(word and word == word.lower() and word.isalnum() for word in wish_words())
