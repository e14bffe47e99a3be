"""Small ways out and back of the back office: errors, bulk changes taken up again, merged stations."""

from geo.db.engine import reading
from geo.upkeep.choices import unit_of_area
from web.admin.collision import clashes, settled


def test_an_error_in_the_back_office_leads_back_into_it(office):
    answer = office.client("east").get("/admin/stations/NOPE")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert 'class="menu"' in html
    assert '<a class="button" href="/admin/"' in html
    public = office.client().get("/nothing-there").get_data(as_text=True)
    assert 'class="menu"' not in public


def test_a_bulk_change_is_filled_in_again_with_what_was_typed(office):
    client = office.client("admin")
    given = {"code": ["YZ-0001", "YZ-0002"], "hours_raw": "每天 6:00-7:00", "facilities.wifi": "yes"}
    again = office.post(client, "/admin/bulk", {**given, "again": "1"}).get_data(as_text=True)
    assert 'value="每天 6:00-7:00"' in again
    assert '<option value="yes" selected>' in again
    assert again.count('name="code" value="YZ-000') == 2


def test_a_bulk_closure_without_a_reason_is_told_on_the_form(office):
    client = office.client("admin")
    answer = office.post(client, "/admin/bulk", {"code": "YZ-0001", "status": "suspended"})
    assert answer.status_code == 400
    assert 'id="e-closed_reason"' in answer.get_data(as_text=True)


def test_a_keeper_begins_with_what_waits(office):
    client = office.client("keeper")
    assert client.get("/admin/sign-in").location == "/admin/todo"


def test_an_area_belongs_to_the_nearest_unit_above(office):
    with reading(office.engine) as session:
        assert unit_of_area(session, "410101") == "东区总工会"
        assert unit_of_area(session, "410100") == "样城市总工会"
        assert unit_of_area(session, "999999") is None
        assert unit_of_area(session, None) is None


def test_a_place_is_one_choice_for_two_editors():
    before = {"lon": "113.6", "lat": "34.7", "name": "驿站"}
    [clash] = clashes(before, before | {"lon": "113.7"}, before | {"lat": "34.8"})
    assert clash.both
    assert (clash.mine, clash.theirs) == ("113.7, 34.7", "113.6, 34.8")
    assert dict(clash.sent) == {"lon": "113.7", "lat": "34.7"}
    assert settled(dict(clash.sent), {"keep.lon": "theirs"}) == {}
    assert settled(dict(clash.sent), {"keep.lon": "mine"}) == dict(clash.sent)
