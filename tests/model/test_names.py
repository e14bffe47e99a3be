"""When two names are one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.names import normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("工会驿站(金苑社区)", "工会驿站（金苑社区）"),
        ("工会驿站【金苑社区】", "工会驿站[金苑社区]"),
        ("工会 驿站", "工会驿站"),
        ("Ａ座１楼驿站", "a座1楼驿站"),
        ("“暖心”驿站", "暖心驿站"),
        ("郑州工会爱心驿站·蜜蜂张", "郑州工会爱心驿站蜜蜂张"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1号驿站", "11号驿站"), ("74-3号驿站", "743号驿站"), ("东门驿站", "西门驿站")]
)
def test_different_names(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


@given(name=st.text())
def test_normalising_twice_is_normalising_once(name: str) -> None:
    assert normalise_name(normalise_name(name)) == normalise_name(name)
