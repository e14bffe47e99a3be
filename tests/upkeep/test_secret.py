"""The secret: made once, for the eyes of the program alone."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.errors import SettingError
from geo.settings import Settings
from geo.upkeep.secret import secret_of


def test_many_that_start_at_once_agree_on_one(tmp_path):
    settings = Settings(home=tmp_path / "home")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret_of(settings), range(32)))
    [secret] = found
    assert len(secret) == 64
    assert [path.name for path in settings.home.iterdir()] == ["secret"]
    assert stat.S_IMODE((settings.home / "secret").stat().st_mode) == 0o600


def test_two_folders_have_two(tmp_path):
    assert secret_of(Settings(home=tmp_path / "a")) != secret_of(Settings(home=tmp_path / "b"))


def test_that_of_the_settings_goes_first_and_is_long_enough(tmp_path):
    assert secret_of(Settings(home=tmp_path, secret="s" * 32)) == b"s" * 32
    assert not (tmp_path / "secret").exists()
    with pytest.raises(SettingError, match="至少要 32 个字符") as told:
        secret_of(Settings(home=tmp_path, secret="short-secret"))
    assert "short-secret" not in str(told.value)
