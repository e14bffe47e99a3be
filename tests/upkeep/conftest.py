"""Accounts that cost nothing to make."""

from collections.abc import Iterator

import pytest

from geo.upkeep import hashing
from tests.registry.conftest import sqlite_engine
from tests.web.admin.office import cheap_hashes

__all__ = ["sqlite_engine"]


@pytest.fixture(autouse=True, scope="package")
def _cheap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "HASHER", cheap_hashes())
        yield
