"""Compiled kernels have a place to be kept, also where the program lies in a folder nobody may write."""

import os
from pathlib import Path

import pytest

from geo.registry.kernels import keep_kernels


@pytest.mark.parametrize("writable", [True, False])
def test_only_a_folder_that_may_not_be_written_moves_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(os, "access", lambda path, mode: writable)
    keep_kernels(tmp_path)
    assert os.environ.get("NUMBA_CACHE_DIR") == (None if writable else str(tmp_path / "kernels"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


def test_a_cache_folder_that_is_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/elsewhere")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    keep_kernels(tmp_path)
    assert os.environ["NUMBA_CACHE_DIR"] == "/elsewhere"
