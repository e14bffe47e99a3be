"""Signed links: for one purpose, for some time, whatever the clocks say within five minutes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.model.people import Person, Role
from geo.upkeep import signed
from geo.upkeep.signed import form_token, sign, unsign

SECRET = b"0123456789abcdef0123456789abcdef"
DAY_S = 86_400


@given(st.recursive(st.none() | st.integers(-(2**50), 2**50) | st.text(), st.lists, max_leaves=5))
def test_what_was_signed_comes_back(value):
    assert unsign(SECRET, "confirm", sign(SECRET, "confirm", value), max_age_s=60) == value


@given(st.data())
def test_one_letter_altered_is_refused(data):
    token = sign(SECRET, "confirm", {"person": 3, "station": "YZ-0001"})
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCDEFabcdef0123456789-_."))
    forged = token[:at] + letter + token[at + 1 :]
    if _bits(forged) == _bits(token):
        return
    with pytest.raises(InputError, match="链接"):
        unsign(SECRET, "confirm", forged, max_age_s=60)


def _bits(token: str) -> list[bytes]:
    # The last letter of a part in base64 has bits that mean nothing.
    return [base64.urlsafe_b64decode(part + "==") for part in token.split(".") if len(part) % 4 != 1]


@pytest.mark.parametrize(("secret", "purpose"), [(b"another" * 5, "confirm"), (SECRET, "feed")])
def test_a_token_is_good_for_its_purpose_and_secret_alone(secret, purpose):
    with pytest.raises(InputError, match="不完整或不对"):
        unsign(secret, purpose, sign(SECRET, "confirm", 1), max_age_s=60)


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "x" * 5000, "链接"])
def test_what_is_no_token_is_said_to_be_none(token):
    with pytest.raises(InputError, match="不完整或不对"):
        unsign(SECRET, "confirm", token, max_age_s=60)


@pytest.mark.parametrize(
    ("later_s", "good"), [(0, True), (DAY_S - 2, True), (DAY_S + 2, False), (-299, True), (-302, False)]
)
def test_it_is_good_for_a_time_and_clocks_may_differ_by_five_minutes(monkeypatch, later_s, good):
    token = sign(SECRET, "confirm", 1)
    now = signed.time.time()
    monkeypatch.setattr(signed.time, "time", lambda: now + later_s)
    if good:
        assert unsign(SECRET, "confirm", token, max_age_s=DAY_S) == 1
    else:
        with pytest.raises(InputError, match="已经过期"):
            unsign(SECRET, "confirm", token, max_age_s=DAY_S)


def test_a_forms_token_is_a_persons_until_all_his_sessions_end():
    li = Person(1, "li", "李", None, Role.EDITOR, None, True, "key")
    assert form_token(SECRET, li) == form_token(SECRET, li._replace(name="李四"))
    others = [li._replace(id=2), li._replace(session_key="new")]
    assert len({form_token(SECRET, one) for one in (li, *others)}) == 3
