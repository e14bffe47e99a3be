"""An import on either store: kept, checked, loaded, taken back."""

from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.model.people import Role
from geo.settings import Settings
from geo.upkeep.exports import count_stations, export_rows
from geo.upkeep.import_drafts import Reading, add_draft, find_draft, list_drafts, mend_draft, open_draft
from geo.upkeep.import_look import look_at
from geo.upkeep.imports import check_draft, load_draft, undo_draft
from geo.upkeep.scope import stations_of
from tests.upkeep.people import make_person

BODY = "编号,站点名称,经度,纬度\n1,一号驿站,113.61512,34.71012\n2,,113.61612,34.71112\n".encode()


def test_a_file_is_kept_checked_loaded_and_taken_back(engine: Engine):
    settings = Settings()
    with writing(engine) as session:
        me = make_person(session, "li", Role.ADMINISTRATOR)
        id_ = add_draft(
            session, me, file="台账.csv", body=BODY, reading=Reading({}, "wgs84", "", "台账", "", 0)
        )
    with reading(engine) as session:
        assert look_at(session, settings, me, id_).rows == 1
        assert check_draft(session, settings, me, id_).counts["refused"] == 1
    with writing(engine) as session:
        mend_draft(session, open_draft(session, me, id_), {"3": {"1": "=二号驿站"}})
    with writing(engine) as session:
        report = load_draft(session, settings, me, id_, who="账号 1", network=None)
    assert (report.added, report.refused) == (2, 0)
    with reading(engine) as session:
        [draft] = list_drafts(session, me)
        assert (draft.state, draft.size, draft.report["counts"]["added"]) == ("loaded", 0, 2)
        ours = [stations_of(session, me)]
        assert count_stations(session, ours) == 2
        assert [row["name"] for row in export_rows(session, me, ours)] == ["一号驿站", "=二号驿站"]
    with writing(engine) as session:
        assert undo_draft(session, me, find_draft(session, me, id_).id, who="账号 1", network=None) == 2
