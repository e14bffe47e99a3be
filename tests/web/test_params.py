"""What a request says is read in one way, however it is written."""

import pytest

from web import params


@pytest.mark.parametrize(
    "text", ["toilet,wifi", "toilet\uff0cwifi", "toilet、wifi", " toilet , wifi ", ",toilet,\uff0cwifi、"]
)
def test_a_list_is_parted_by_the_commas_of_both_scripts(text: str):
    assert params.many({"facility": [text]}, "facility") == ["toilet", "wifi"]
    assert params.choices({"facility": [text]}, "facility", ("wifi", "toilet")) == ["toilet", "wifi"]
