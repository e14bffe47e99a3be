"""What clerks add beside a station's record: photos; and beside the table: views under a name."""

import pytest
from sqlalchemy import select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import photo
from geo.errors import ForbiddenError, InputError, NotFoundError
from geo.ingest.pictures import Picture
from geo.upkeep import photos, views
from geo.upkeep.photos import add_photo, drop_photo, photos_of, read_photo, rename_photo
from geo.upkeep.views import drop_view, list_views, save_view
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish

PICTURE = Picture(b"whole", b"small", 4, 3)


@pytest.fixture
def people(engine):
    return furnish(engine, [station_row(1, unit_code="UE"), station_row(2, unit_code="UW")])


def test_a_photo_is_shown_captioned_and_taken_away_for_good(engine, people):
    east = people["east"]
    with writing(engine) as session:
        number = add_photo(session, east, "YZ-0001", PICTURE, " 门头 \n照片 ")
        rename_photo(session, east, "YZ-0001", number, "入口")
        [kept] = photos_of(session, "yz-0001")
        assert (kept.id, kept.caption, kept.width, kept.height) == (number, "入口", 4, 3)
        assert read_photo(session, "YZ-0001", number) == b"whole"
        assert read_photo(session, "yz-0001", number, thumb=True) == b"small"
        drop_photo(session, east, "YZ-0001", number)
        assert photos_of(session, "YZ-0001") == []
        # Somebody may be on it: nothing of the picture stays.
        assert session.execute(select(photo.c.body, photo.c.thumb)).all() == [(b"", b"")]
        with pytest.raises(NotFoundError):
            read_photo(session, "YZ-0001", number)
        with pytest.raises(NotFoundError):
            drop_photo(session, east, "YZ-0001", number)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_photos_are_those_of_ones_own_stations(engine, people, monkeypatch):
    with writing(engine) as session:
        number = add_photo(session, people["west"], "YZ-0002", PICTURE, "")
        for act in (
            lambda: add_photo(session, people["east"], "YZ-0002", PICTURE, ""),
            lambda: drop_photo(session, people["east"], "YZ-0002", number),
            # Of another station, under the address of one's own.
            lambda: drop_photo(session, people["east"], "YZ-0001", number),
            lambda: read_photo(session, "YZ-0001", number),
        ):
            with pytest.raises(NotFoundError):
                act()
        with pytest.raises(ForbiddenError):
            add_photo(session, people["reader"], "YZ-0001", PICTURE, "")
        with pytest.raises(InputError, match="最多 60 个字"):
            add_photo(session, people["west"], "YZ-0002", PICTURE, "字" * 61)
        monkeypatch.setattr(photos, "MOST", 1)
        with pytest.raises(InputError, match="最多 1 张照片"):
            add_photo(session, people["west"], "YZ-0002", PICTURE, "")
    with reading(engine) as session:
        assert [one.id for one in photos_of(session, "YZ-0002")] == [number]


def test_views_are_somebodys_own(engine, people, monkeypatch):
    with writing(engine) as session:
        save_view(session, people["east"], " 要核实 的 ", "checked=never")
        save_view(session, people["east"], "要核实 的", "checked=stale")
        [view] = list_views(session, people["east"])
        assert (view.name, view.query) == ("要核实 的", "checked=stale")
        assert list_views(session, people["west"]) == []
        with pytest.raises(NotFoundError):
            drop_view(session, people["west"], view.id)
        for name in ("", " ", "字" * 41):
            with pytest.raises(InputError, match="起个名字"):
                save_view(session, people["east"], name, "")
        with pytest.raises(InputError, match="太长"):
            save_view(session, people["east"], "长", "q" * 2001)
        monkeypatch.setattr(views, "_MOST", 1)
        with pytest.raises(InputError, match="最多保存 1 个"):
            save_view(session, people["east"], "又一个", "")
        drop_view(session, people["east"], view.id)
        assert list_views(session, people["east"]) == []
