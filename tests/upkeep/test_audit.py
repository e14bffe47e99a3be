"""The log: what is in it stays as it is, whoever asks the database otherwise."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import audit
from geo.upkeep.audit import note, read_acts


@pytest.fixture
def three(engine):
    with writing(engine) as session:
        note(session, "sign_in", person_id=7, network="ab")
        note(session, "sign_in.refused", person_id=None)
        note(session, "export", person_id=7, object="stations.xlsx", detail={"rows": 3})
    return engine


def test_acts_are_told_the_newest_first_and_by_their_word(three):
    with reading(three) as session:
        acts = read_acts(session)
        assert [act.act for act in acts] == ["export", "sign_in.refused", "sign_in"]
        assert acts[0].detail == {"rows": 3}
        assert acts[2].network == "ab"
        assert [act.act for act in read_acts(session, act="sign_in")] == ["sign_in.refused", "sign_in"]
        assert [act.act for act in read_acts(session, before=acts[0].id, most=1)] == ["sign_in.refused"]
        assert read_acts(session, act="%") == []


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(act="nothing"),
        update(audit).where(audit.c.person_id == 7).values(person_id=8),
        delete(audit),
        text("DELETE FROM audit WHERE id = 1"),
    ],
)
def test_the_database_refuses_to_change_or_delete_them(three, statement):
    # On SQLite it comes up as any fault of a constraint does, on PostGIS as one raised by the trigger.
    with pytest.raises(DatabaseError, match="never"), writing(three) as session:
        session.execute(statement)
    with reading(three) as session:
        assert len(read_acts(session)) == 3
