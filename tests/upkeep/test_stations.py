"""The table of stations, against a plain reading of each filter over all rows."""

from itertools import pairwise

import pytest
from sqlalchemy import insert

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import ticket
from geo.errors import InputError
from geo.model.verification import Standing, standing
from geo.registry.rows import read_rows
from geo.upkeep import stations
from geo.upkeep.stations import NONE, ORDERS, Wanted, find_codes, ids_of, list_stations
from tests.registry.conftest import station_row
from tests.upkeep.desk import BY, furnish, id_at

KINDS = ("care_station", "water_point", "nursing_room")
STATUSES = ("open", "trial", "closed")


def _rows() -> list[dict]:
    return [
        station_row(
            number,
            name=f"驿站{number % 5}号100%",
            kind=KINDS[number % 3],
            status=STATUSES[number % 3],
            closed_reason="房屋到期" if number % 3 == 2 else None,
            area_code=(None, "410101", "410102", "410100")[number % 4],
            unit_code=("U", "UE", None, "UW", "")[number % 5],
            district_name=("东区", None)[number % 2],
            facilities=({"wifi": "yes"}, {"wifi": "no"}, {}, {"wifi": "yes", "toilet": "yes"})[number % 4],
            hours_osm=("24/7", None)[number % 2],
            verified_on=(None, "2026-10-01", "2026-01-15", "2024-01-01", "")[number % 5],
        )
        for number in range(1, 41)
    ]


@pytest.fixture
def people(engine):
    people = furnish(engine, _rows())
    with writing(engine) as session:
        for number, state in ((3, "new"), (4, "closed"), (5, "assigned"), (5, "new")):
            values = {
                "code": f"t{number}{state}",
                "kind": "locked",
                "at": "2026-01-01T00:00:00Z",
                "state": state,
            }
            session.execute(insert(ticket).values(station_id=id_at(engine, f"YZ-{number:04d}"), **values))
    return people


def _belongs(row: dict, units: tuple[str, ...], areas: tuple[str, ...]) -> bool:
    # Of one of the units, or nobody's and in their areas.
    return row["unit_code"] in units or (not row["unit_code"] and row["area_code"] in areas)


CASES = [
    (Wanted(), lambda row: True),
    (Wanted(text="驿站3号"), lambda row: "驿站3号" in row["name"]),
    (Wanted(text="100% ３号"), lambda row: "3号100%" in row["name"]),
    (Wanted(text="100_"), lambda row: False),
    (Wanted(text="yz-001"), lambda row: row["code"].startswith("YZ-001")),
    (Wanted(kinds=("water_point", "nursing_room")), lambda row: row["kind"] != "care_station"),
    (Wanted(statuses=("closed",)), lambda row: row["status"] == "closed"),
    (Wanted(unit="UE"), lambda row: _belongs(row, ("UE",), ("410101",))),
    (Wanted(unit="U"), lambda row: _belongs(row, ("U", "UE", "UW"), ("410100", "410101", "410102"))),
    (Wanted(unit="nobody"), lambda row: False),
    (Wanted(unit=NONE), lambda row: not row["unit_code"]),
    (Wanted(area="410100"), lambda row: row["area_code"] is not None),
    (Wanted(area="410102"), lambda row: row["area_code"] == "410102"),
    (Wanted(area=NONE), lambda row: row["area_code"] is None),
    (Wanted(facilities=("wifi", "toilet")), lambda row: row["facilities"].get("toilet") == "yes"),
    (Wanted(lacking=("wifi",)), lambda row: (row["facilities"] or {}).get("wifi") != "yes"),
    (Wanted(hours_unknown=True), lambda row: row["hours_osm"] is None),
    (Wanted(reported=True), lambda row: row["code"] in ("YZ-0003", "YZ-0005")),
    *(
        (
            Wanted(standings=(one,)),
            lambda row, one=one: row["status"] != "closed"
            and standing(row["verified_on"], BY.today, BY.policy) == one,
        )
        for one in Standing
    ),
]  # fmt: skip


def test_filters_find_what_a_plain_reading_of_all_rows_finds(engine, people):
    with reading(engine) as session:
        rows = [row for _, row in read_rows(session)]
        for wanted, passes in CASES:
            for pages in ORDERS if wanted == Wanted() else ("code",):
                found = list_stations(session, people["admin"], wanted._replace(order=pages), BY, most=100)
                want = {row["code"] for row in rows if passes({**row, "facilities": row["facilities"] or {}})}
                assert {line.code for line in found.lines} == want, wanted
                assert found.total == len(want) == len(found.lines), wanted


def test_whoever_works_for_a_unit_finds_its_stations_alone(engine, people):
    with reading(engine) as session:
        found = list_stations(session, people["east"], Wanted(), BY, most=100)
        for line in found.lines:
            # Of the unit, or nobody's and in its area.
            assert line.area_code in (None, "410101", "410102", "410100")
        codes = {line.code for line in found.lines}
        rows = [row for _, row in read_rows(session)]
        want = {
            row["code"]
            for row in rows
            if row["unit_code"] == "UE" or (not row["unit_code"] and row["area_code"] == "410101")
        }
        assert codes == want
        assert ids_of(session, people["east"], ["YZ-0002", "YZ-0003", "nothing"]).keys() == (
            want & {"YZ-0002", "YZ-0003"}
        )
        assert list_stations(session, people["keeper"], Wanted(), BY).lines == []


@pytest.mark.parametrize("counted", [10, 10_000])
def test_pages_follow_each_other_in_the_order_asked_for(engine, people, monkeypatch, counted):
    """Many and few stations are found in two ways; whoever reads cannot tell which."""
    monkeypatch.setattr(stations, "COUNTED", counted)
    with reading(engine) as session:
        for order in ORDERS:
            for down in (False, True):
                wanted = Wanted(order=order, downwards=down)
                pages = [
                    list_stations(session, people["admin"], wanted, BY, offset=at, most=4) for at in (0, 4, 8)
                ]
                shown = [line for page in pages for line in page.lines]
                keys = [_key(line, order) for line in shown]
                assert keys == sorted(keys, reverse=down), order
                assert len({line.code for line in shown}) == 12
                for one, other in pairwise(zip(keys, shown, strict=True)):
                    assert order == "code" or one[0] != other[0] or one[1].code < other[1].code
                assert pages[0].total == min(40, counted + 1)


def _key(line, order):
    names = {
        "district": "district_name",
        "unit": "unit_name",
        "verified": "verified_on",
        "updated": "updated_at",
    }
    return getattr(line, names.get(order, order)) or ""


def test_the_table_says_how_many_reports_wait(engine, people):
    with reading(engine) as session:
        found = list_stations(session, people["admin"], Wanted(text="YZ-000"), BY)
    assert {line.code: line.reports for line in found.lines if line.reports} == {"YZ-0003": 1, "YZ-0005": 2}


def test_what_cannot_be_ordered_or_is_too_much_is_refused(engine, people):
    with reading(engine) as session:
        with pytest.raises(InputError, match="不能按“keeper_phone”排序"):
            list_stations(session, people["admin"], Wanted(order="keeper_phone"), BY)
        with pytest.raises(InputError, match="只显示前"):
            list_stations(session, people["admin"], Wanted(), BY, offset=stations.COUNTED)
        assert len(find_codes(session, people["admin"], Wanted(), BY, most=40)) == 40
        with pytest.raises(InputError, match="一次最多处理 39 个"):
            find_codes(session, people["admin"], Wanted(), BY, most=39)
