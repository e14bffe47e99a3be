"""What a password must be."""

from pathlib import Path

import pytest

from geo.errors import InputError
from geo.model.passwords import check_password

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("password", ["correct horse 7", "三个不相干的词连起来", "gF4-x9Zq!w"])
def test_a_long_password_of_its_own_passes(password: str):
    check_password(password, login="li.ming", name="李明")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "至少要 10"),
        ("gF4-x9Zq!", "至少要 10"),
        ("gF4-x9Zq!" * 20, "最多 128"),
        ("aaaaaaaaaaaaaaaa", "太少"),
        ("1212121212121212", "太少"),
        ("my LI.MING secret", "账号名或姓名"),
        ("我就是李明明,没有别人", "账号名或姓名"),
        ("1234567890", "很多人在用"),
        ("QwertyUiop", "很多人在用"),
        ("Pass word 123", "很多人在用"),
        ("ｐａｓｓｗｏｒｄ１２３", "很多人在用"),
    ],
)
def test_a_password_easy_to_guess_is_refused_with_the_reason(password: str, said: str):
    with pytest.raises(InputError, match=said) as refused:
        check_password(password, login="li.ming", name="李明明")
    assert refused.value.parameter == "password"


def test_a_name_so_short_that_words_hold_it_by_chance_is_no_reason():
    check_password("a linden and a pear tree", login="li", name="李明")


def test_the_list_holds_only_what_would_pass_otherwise():
    for word in (ROOT / "data" / "passwords.txt").read_text("utf-8").split():
        assert len(word) >= 10
        assert word == word.lower()
