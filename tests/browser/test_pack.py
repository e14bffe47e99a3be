"""The pack in a real browser: what the phone computes is what the server answers."""

import json
import random
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from pyproj import Geod

from geo.crs import Crs, from_wgs84, offset_applies, to_wgs84
from geo.db.engine import open_engine
from geo.finder import Question, find_nearest
from geo.finder.pack import Packing, pack_city, pack_city_texts
from geo.finder.pack_hours import compile_hours
from geo.model.facilities import FACILITIES
from geo.model.facts import Fact, What, broken_at
from geo.model.facts_state import MAYBE_LOCKED, SUSPENDED
from geo.model.holidays import shipped_calendar
from geo.model.hours import CHINA, Reason
from geo.model.pinyin import syllables
from geo.model.place import Point
from geo.model.wishes import wish_words
from geo.registry.feature import positions
from geo.registry.nearest import Index
from geo.registry.openings import state_at
from geo.registry.search import find_places, search_rows, wish_of
from geo.registry.snapshot import KINDS, Schedule
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.finder.test_pack import AUTUMN, MADE, WINTER
from tests.services.browser import PHONE, watched_page
from tests.services.finder import DEMO_CITY
from tests.services.server import running_server
from tests.web.registry import HOSTILE, build

pytestmark = pytest.mark.browser

CITY = "410100"
GEOD = Geod(ellps="WGS84")
MIDDLE = Point(102.30, 40.60)
# One millimetre: nothing is lost by rounding.
FINE = 8
SCRIPTS = Path(__file__).resolve().parents[2] / "web" / "static" / "js"
OURS = ("crs.js", "facts.js", "find.js", "hours.js", "near.js", "pack.js", "spelling.js")
# What came after ES2019, in syntax and in what every object has.
LATER = re.compile(
    r"\?\.(?!\d)|\?\?|\|\|=|&&=|\.at\(|replaceAll|replaceChildren|matchAll|allSettled|Promise\.any|globalThis"
    r"|\bstatic\s*\{|#\w+\s*[=(]|\d_\d|\b\d+n\b|structuredClone|hasOwn\b|findLast|toSorted|toReversed"
)

LOAD = """async () => {
  const names = ["crs", "facts", "find", "hours", "near", "pack", "spelling"];
  const modules = await Promise.all(names.map((name) => import(`/static/test/js/${name}.js`)));
  window.js = Object.assign({}, ...modules);
}"""
KEEP = """([pack, texts]) => {
  window.pack = js.decodePack(pack);
  window.texts = js.decodeTexts(texts, window.pack);
  window.search = js.searchable(window.pack, window.texts);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Base URL and folder of the real server over the demo city."""
    home: Path = tmp_path_factory.mktemp("pack") / "home"
    with running_server(home, "--demo") as url:
        yield url, home


@pytest.fixture(scope="module")
def index(site: tuple[str, Path]) -> Iterator[Index]:
    """What the server answers from."""
    engine = open_engine(Settings(home=site[1]))
    yield Index(read_snapshot(engine), site[1])
    engine.dispose()


@pytest.fixture(scope="module")
def phone_page(browser: Browser, site: tuple[str, Path]) -> Iterator[Page]:
    """A phone's page of the site, with the modules as ``js``."""
    # One test asks for a city that there is not.
    with watched_page(browser, ["404"], **PHONE) as page:
        page.goto(site[0])
        page.evaluate(LOAD)
        yield page


@pytest.fixture
def loaded(phone_page: Page, index: Index) -> Page:
    """That page with the demo city's pack of an autumn day as ``pack``, ``texts`` and ``search``."""
    phone_page.evaluate(KEEP, parts(index))
    return phone_page


def parts(index: Index, code: str = DEMO_CITY, **given: Any) -> list[Any]:
    packing = Packing(AUTUMN, "登记册", **{"decimals": FINE, **given})
    return [
        json.loads(pack_city(index, code, packing, str)),
        json.loads(pack_city_texts(index, code, packing)),
    ]


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def spots(chance: random.Random, many: int, km: float) -> list[Point]:
    found = []
    for _ in range(many):
        lon, lat, _ = GEOD.fwd(*MIDDLE, chance.uniform(0, 360), chance.uniform(0, km * 1000))
        found.append(Point(lon, lat))
    return found


def code_of(script: Path) -> str:
    return re.sub(r"//.*", "", script.read_text("utf-8"))


# Who keeps records or plans sits at a desk; the pages do without scripts.
FOR_DESKS = ("admin_", "plan_")


@pytest.mark.parametrize(
    "script",
    [
        SCRIPTS.parent / "sw.js",
        *(one for one in sorted(SCRIPTS.glob("*.js")) if not one.name.startswith(FOR_DESKS)),
    ],
    ids=lambda script: script.name,
)
def test_old_phones_can_read_the_scripts(script: Path):
    assert not LATER.search(code_of(script))


@pytest.mark.parametrize("word", ["a?.b", "a ?? b", "a ??= b", "a.at(-1)", "box.replaceChildren()"])
def test_words_too_new_for_old_phones_are_found(word: str):
    assert LATER.search(word)


@pytest.mark.parametrize("name", OURS)
def test_the_modules_need_no_page(name: str):
    assert not re.search(r"document|eval|\bimport\(", code_of(SCRIPTS / name))


def test_a_phone_fetches_both_parts_from_the_server(phone_page: Page, index: Index):
    day = datetime.now(CHINA).date()
    fetched = phone_page.evaluate(
        """async (city) => {
          const pack = await js.fetchPack(city);
          const texts = await js.fetchTexts(city, pack);
          const live = await js.fetchLive(city);
          const missing = await js.fetchPack("nowhere?").catch((error) => error.message);
          const stations = pack.codes.map((_, row) => js.stationOf(pack, row, texts));
          const fresh = live.revision === pack.revision;
          return { stations, fresh, missing, streets: pack.streets, day: pack.day };
        }""",
        DEMO_CITY,
    )
    assert fetched["fresh"]
    assert fetched["streets"]
    assert fetched["missing"].endswith(": 404")
    assert fetched["day"] in {str(day), str(datetime.now(CHINA).date())}
    rows = range(len(index.snapshot))
    places = positions(index.snapshot, list(rows), crs=Crs.WGS84, decimals=6)
    for row, place, station in zip(rows, places, fetched["stations"], strict=True):
        doc = json.loads(index.snapshot.doc(row))
        assert (station["lon"], station["lat"]) == place
        answers = dict.fromkeys(station["yes"], "yes") | dict.fromkeys(station["no"], "no")
        assert answers == doc["facilities"]
        assert station["area"]["code"] == doc["area_code"]
        for ours, field, none in (
            ("code", "code", None),
            ("name", "name", None),
            ("kind", "kind", None),
            ("status", "status", None),
            ("who", "access_who", None),
            ("how", "access_how", None),
            ("star", "star", 0),
            ("address", "address", ""),
            ("signboard", "signboard_name", ""),
            ("given", "hours_raw", ""),
            ("aliases", "aliases", []),
            ("floor", "floor", ""),
            ("entrance", "entrance_note", ""),
            ("closure", "closed_reason", ""),
            ("phone", "public_phone", ""),
        ):
            assert station[ours] == doc.get(field, none)


@pytest.mark.parametrize("day", [AUTUMN, WINTER])
def test_hours_are_the_servers_for_fourteen_days(phone_page: Page, index: Index, day: date):
    calendar, schedules = shipped_calendar(), [*MADE, *index.snapshot.schedules]
    hours = compile_hours(schedules, calendar, day, lambda reason: f"<{reason}>")
    chance = random.Random(str(day))
    begin = datetime.combine(day, datetime.min.time(), CHINA)
    asked = [
        (chance.randrange(len(schedules)), begin + timedelta(milliseconds=chance.randrange(14 * 86_400_000)))
        for _ in range(1500)
    ]
    told = phone_page.evaluate(
        """([json, asked]) => {
          const hours = js.decodeHours(json);
          return asked.map(([schedule, ms]) => {
            const state = js.stateAt(hours, schedule, ms);
            const all = js.statesAt(hours, ms)[schedule];
            const spans = js.dayOf(hours, schedule, Math.floor((ms - hours.start) / 86400000));
            const minute = Math.floor(((ms - hours.start) % 86400000) / 60000);
            const span = spans.find(({ start, end }) => start <= minute && minute < end);
            const same = JSON.stringify(all) === JSON.stringify(state) && span.state === state.state;
            return { ...state, same };
          });
        }""",
        [hours._asdict() | {"day": day.isoformat(), "days": 28}, [(n, ms(at)) for n, at in asked]],
    )
    for (number, at), found in zip(asked, told, strict=True):
        state = state_at(schedules[number], calendar, at)
        reason = state.reason and {"zh": str(state.reason), "en": f"<{state.reason}>"}
        expected = {
            "state": state.state,
            "until": state.until and ms(state.until),
            "reason": reason,
            "same": True,
        }
        assert found == expected, (schedules[number], at)


FACTS_OVER = """([json, cases]) => cases.map(([facts, ms]) => {
  const pack = { codes: ["A"], statuses: ["open"], status: [0], facilities: { wifi: new Uint8Array([1]) } };
  Object.assign(pack, { schedule: Int32Array.of(0), hours: js.decodeHours(json) });
  // Laid over twice, as a phone does: the last time counts.
  js.layOver(pack, js.decodeFacts(facts.slice(1)), ms);
  js.layOver(pack, js.decodeFacts(facts), ms);
  const state = js.stateAt(pack.hours, pack.schedule[0], ms);
  const left = js.openFor(pack.hours, pack.schedule[0], ms);
  return { ...state, wifi: pack.facilities.wifi[0] === 1, left: left === Infinity ? null : left };
})"""


@pytest.mark.parametrize("osm", ["24/7", "08:00-18:00", "20:00-26:00", "Mo-Fr 08:30-12:00,13:30-17:30", None])
def test_what_holds_for_a_time_changes_hours_as_on_the_server(phone_page: Page, osm: str | None):
    calendar, schedule = shipped_calendar(), Schedule("open", osm, False)
    begin = datetime.combine(AUTUMN, datetime.min.time(), CHINA)
    chance = random.Random(str(osm))
    cases = [
        (some_facts(chance, begin), begin + timedelta(minutes=chance.randrange(6 * 1440))) for _ in range(300)
    ]
    hours = compile_hours([schedule], calendar, AUTUMN, str)
    asked = [([facts_json(fact) for fact in facts], ms(at)) for facts, at in cases]
    told = phone_page.evaluate(FACTS_OVER, [hours._asdict() | {"day": AUTUMN.isoformat(), "days": 28}, asked])
    for (facts, at), found in zip(cases, told, strict=True):
        state = state_at(schedule._replace(facts=tuple(facts)), calendar, at)
        # How long it stays open is asked of open ones alone; the server says until when.
        left = found.pop("left")
        if state.state == "open" and state.until:
            assert left == ms(state.until) - ms(at)
        expected = {
            "state": state.state,
            "until": state.until and ms(state.until),
            "reason": reason_json(state.reason),
            "wifi": not broken_at(facts, at),
        }
        assert found == expected, (facts, at)


def some_facts(chance: random.Random, begin: datetime) -> list[Fact]:
    def fact(number: int) -> Fact:
        since = begin + timedelta(minutes=chance.randrange(6 * 1440))
        until = since + timedelta(minutes=chance.randrange(1, 2 * 1440))
        what = chance.choice([What.SUSPENDED, What.MAYBE_LOCKED, What.BROKEN, What.VISIT])
        facility = "wifi" if what == What.BROKEN else None
        return Fact(number, what.value, facility, since, None if chance.random() < 0.1 else until, "装修")

    return sorted(map(fact, range(chance.randrange(5))), key=lambda one: (one.since, one.id))


def facts_json(fact: Fact) -> dict[str, Any]:
    told = fact._asdict() | {"station": "A", "since": fact.since.isoformat()}
    return told | {"until": fact.until and fact.until.isoformat()}


def reason_json(reason: Reason | None) -> dict[str, Any] | None:
    if reason is None:
        return None
    if reason.message == MAYBE_LOCKED:
        return {"word": "maybe_locked", **reason.params}
    text = reason.params["reason"] if reason.message == SUSPENDED else str(reason)
    return {"zh": text, "en": text}


def test_how_long_it_stays_open(phone_page: Page):
    day = date(2026, 12, 24)
    schedules = [MADE[5], MADE[0], MADE[2], MADE[10]]
    hours = compile_hours(schedules, shipped_calendar(), day, str)
    found = phone_page.evaluate(
        """(json) => {
          const hours = js.decodeHours(json);
          const evening = hours.start + 21 * 3600000;
          const last = { state: "open", until: evening + 1800000 };
          return {
            always: [js.openFor(hours, 0, evening) === Infinity, js.isAllDay(hours, 0)],
            night: [js.openFor(hours, 1, evening) / 3600000, js.isAllDay(hours, 1)],
            // On 31 December the offices' hours are known, of 1 January nothing is.
            office: js.openFor(hours, 2, hours.start + 9 * 3600000) / 3600000,
            never: js.openFor(hours, 3, evening),
            closing: [js.shownState(last, evening), js.shownState(last, evening - 60000)],
            arrival: [600, 18001].map((seconds) => js.stateOnArrival(hours, 1, evening, seconds).state),
            outside: [hours.start - 1, hours.start + 28 * 86400000, NaN].map(
              (ms) => js.stateAt(hours, 0, ms).state),
            edge: js.stateAt(hours, 0, hours.start + 28 * 86400000 - 1).state,
          };
        }""",
        hours._asdict() | {"day": day.isoformat(), "days": 28},
    )
    assert found == {
        "always": [True, True],
        "night": [5, False],
        "office": 3,
        "never": 0,
        "closing": ["closing", "open"],
        "arrival": ["open", "closed"],
        "outside": ["unknown"] * 3,
        "edge": "open",
    }


def test_distances_are_geodesics(loaded: Page, index: Index):
    here = spots(random.Random(1), 60, 100)
    found = np.array(
        loaded.evaluate(
            "(here) => here.map((one) => Array.from(js.distances(pack, one)))", [p._asdict() for p in here]
        )
    )
    lon, lat = np.round(index.snapshot.lon, FINE), np.round(index.snapshot.lat, FINE)
    for point, metres in zip(here, found, strict=True):
        exact = GEOD.inv(np.full_like(lon, point.lon), np.full_like(lat, point.lat), lon, lat)[2]
        assert np.abs(metres - exact).max() < 0.02


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_distances_are_the_same_in_a_shifted_system(phone_page: Page, index: Index, crs: Crs):
    [here] = spots(random.Random(2), 1, 10)
    packs = [parts(index, crs=system)[0] for system in (Crs.WGS84, crs)]
    plain, shifted = phone_page.evaluate(
        "([packs, here]) => packs.map((json) => Array.from(js.distances(js.decodePack(json), here)))",
        [packs, here._asdict()],
    )
    assert np.abs(np.array(plain) - np.array(shifted)).max() < 0.01


@pytest.mark.parametrize("crs", list(Crs))
def test_coordinate_systems_are_the_servers(phone_page: Page, crs: Crs):
    chance = np.random.default_rng(3)
    lon = np.concatenate([chance.uniform(73, 136, 500), chance.uniform(113.4, 114.6, 300), [-70.0, 179.9]])
    lat = np.concatenate([chance.uniform(3, 54, 500), chance.uniform(22.0, 22.7, 300), [-33.0, -89.0]])
    points = np.column_stack([lon, lat]).tolist()
    out, back, moved = phone_page.evaluate(
        """([points, crs]) => [js.fromWgs84, js.toWgs84, js.offsetApplies].map(
          (way) => points.map(([lon, lat]) => way(lon, lat, way === js.offsetApplies ? undefined : crs)))""",
        [points, crs.value],
    )
    assert np.allclose(np.array(out), np.column_stack(from_wgs84(lon, lat, crs)), rtol=0, atol=1e-11)
    assert np.allclose(np.array(back), np.column_stack(to_wgs84(lon, lat, crs)), rtol=0, atol=1e-10)
    assert moved == offset_applies(lon, lat).tolist()


def test_the_nearest_are_the_servers(loaded: Page, index: Index):
    chance = random.Random(4)
    begin = datetime.combine(AUTUMN, datetime.min.time(), CHINA)
    facilities = ["microwave", "toilet", "phone_charging", "wifi", "drinking_water", "nursing_seat"]
    asked = []
    for point in spots(chance, 300, 12):
        when = chance.choice([None, "now", "arrival"])
        at = begin + timedelta(minutes=chance.randrange(14 * 1440))
        kinds = chance.sample([kind.value for kind in KINDS], chance.randrange(3))
        asked.append((point, when, at, kinds, chance.sample(facilities, chance.randrange(3))))
    found = loaded.evaluate(
        """(asked) => asked.map(([here, when, at, kinds, facilities]) => {
          const metres = js.distances(pack, here);
          const moment = { at, seconds: js.lineSeconds(metres) };
          const { rows, unknown } = js.matching(pack, { kinds, facilities, when }, moment);
          const order = [...js.byDistance(rows, metres), ...js.byDistance(unknown, metres)];
          return order.slice(0, 30).map((row) => pack.codes[row]);
        })""",
        [[point._asdict(), when, ms(at), kinds, facilities] for point, when, at, kinds, facilities in asked],
    )
    for (point, when, at, kinds, wanted), codes in zip(asked, found, strict=True):
        question = Question(
            point=point, k=30, kinds=kinds, facilities=wanted, open_at=when and at, arrival=when == "arrival"
        )
        answer = find_nearest(index, question, now=at)
        assert codes == [index.snapshot.codes[item.row].decode() for item in answer.found], (point, when, at)


def test_filters_that_only_the_phone_has(loaded: Page, index: Index):
    docs = [json.loads(index.snapshot.doc(row)) for row in range(len(index.snapshot))]
    serving = [doc for doc in docs if doc["status"] in ("open", "trial")]

    def found(wants: dict[str, Any]) -> list[str]:
        script = "([wants, at]) => js.matching(pack, wants, { at }).rows.map((row) => pack.codes[row])"
        return loaded.evaluate(script, [wants, ms(datetime(2026, 10, 1, 12, tzinfo=CHINA))])

    def expected(test: Any, among: list[dict[str, Any]] = serving) -> list[str]:
        return [doc["code"] for doc in among if test(doc)]

    assert found({}) == expected(lambda doc: True)
    assert found({"statuses": ["closed"]}) == expected(lambda doc: doc["status"] == "closed", docs)
    assert found({"star": 3}) == expected(lambda doc: doc.get("star", 0) >= 3)
    assert found({"whos": ["anyone", "mothers", "nobody"]}) == expected(
        lambda doc: doc.get("access_who") in ("anyone", "mothers")
    )
    assert found({"hows": ["scan"]}) == expected(lambda doc: doc.get("access_how") == "scan")
    assert found({"area": "990103"}) == expected(lambda doc: doc["area_code"] == "990103")
    assert found({"area": DEMO_CITY}) == expected(lambda doc: True)
    assert found({"facilities": ["no_such"]}) == []
    assert found({"when": "all_day"}) == expected(lambda doc: doc.get("hours_osm") == "24/7")


def test_sorted_by_how_long_they_stay_open(loaded: Page):
    lengths = loaded.evaluate(
        """(at) => {
          const { rows } = js.matching(pack, { when: "now" }, { at });
          const sorted = js.byOpenFor(pack, rows, () => at);
          return sorted.map((row) => [Math.min(js.openFor(pack.hours, pack.schedule[row], at), 1e15), row]);
        }""",
        ms(datetime(2026, 9, 26, 12, tzinfo=CHINA)),
    )
    assert len(lengths) > 50
    assert lengths == sorted(lengths, key=lambda item: (-item[0], item[1]))
    assert all(length > 0 for length, _ in lengths)


def spoken(chance: random.Random, text: str, *, short: bool) -> str:
    read = {char: [s for s, chars in syllables().items() if char in chars] for char in set(text)}
    said = [chance.choice(read[char]) if read[char] else "" for char in text]
    return "".join(one[:1] if short else one for one in said)


def queries(chance: random.Random, index: Index, many: int) -> list[str]:
    docs = [json.loads(index.snapshot.doc(row)) for row in range(len(index.snapshot))]
    named = [doc[field] for doc in docs for field in ("name", "address", "code")]
    named += [word for mark in index.snapshot.landmarks for word in (mark.name, *mark.aliases)] * 5
    named += [area["name"] for area in index.snapshot.areas] * 5
    words, made = list(wish_words()), []
    for _ in range(many):
        text = chance.choice(named)
        start = chance.randrange(len(text))
        part = text[start : start + chance.randrange(1, 7)]
        wish = chance.choice(words)
        made.append(
            chance.choice(
                [
                    text,
                    part,
                    part.upper(),
                    spoken(chance, part, short=False),
                    spoken(chance, part, short=False)[:-1],
                    spoken(chance, part, short=True),
                    f"{part} {wish}",
                    f"{part}附近{wish}",
                    f"能{wish}的{part}",
                    f"{part} {chance.choice(named)[:3]}",
                    wish,
                ]
            )
        )
    return [
        *made,
        "",
        " ",
        "xaz",
        "%",
        "_",
        "\u202e",
        "<script>",
        "驿站",
        "yizhan",
        "Ｙｘ－０００１",
        "𠮷",
        "ab1",
    ]


@pytest.mark.parametrize("limit", [8, 40])
def test_search_is_the_servers(loaded: Page, index: Index, limit: int):
    asked = queries(random.Random(limit), index, 600)
    found = loaded.evaluate(
        """([asked, limit]) => asked.map((text) => [
          js.findPlaces(search, text, limit).map((p) => [p.name, p.category, p.code, p.exact, p.lon, p.lat]),
          js.searchRows(search, text),
          js.wishOf(search, text),
        ])""",
        [asked, limit],
    )
    for text, (places, rows, wish) in zip(asked, found, strict=True):
        expected = find_places(index.snapshot, text, limit=limit)
        assert [place[:4] for place in places] == [
            [place.name, place.category, place.code, place.exact] for place in expected
        ], text
        for place, other in zip(places, expected, strict=True):
            assert place[4:] == pytest.approx([other.lon, other.lat], abs=1e-7)
        assert rows == search_rows(index.snapshot, text), text
        asked_for = wish_of(index.snapshot, text)
        assert wish == {
            name: list(value) if name != "rest" else value for name, value in asked_for._asdict().items()
        }


def test_before_the_texts_have_come_names_and_codes_are_searched(loaded: Page, index: Index):
    name = json.loads(index.snapshot.doc(7))["name"]
    found = loaded.evaluate(
        """([name]) => {
          const bare = js.searchable(pack);
          const first = (text) => (js.findPlaces(bare, text)[0] || {}).code;
          return [first(name), first("yx-0003"), first("990101"), js.wishOf(bare, "充电").rest];
        }""",
        [name],
    )
    assert found[1] == "YX-0003"
    assert json.loads(index.snapshot.doc(index.snapshot.row(found[0])))["name"] == name
    assert found[2:] == [None, "充电"]


def test_parts_of_different_states_are_not_put_together(phone_page: Page, index: Index):
    pack, texts = parts(index)
    changed = texts | {"revision": texts["revision"] + 1}
    script = "([pack, texts]) => js.decodeTexts(texts, js.decodePack(pack))"
    assert phone_page.evaluate(script, [pack, changed]) is None
    for json_ in (pack, texts):
        other = [part | {"format": 2} if part is json_ else part for part in (pack, texts)]
        assert "format 2" in phone_page.evaluate(
            f"(parts) => {{ try {{ ({script})(parts) }} catch (e) {{ return e.message }} }}", other
        )


def test_hostile_texts_come_through_as_they_are(phone_page: Page, tmp_path: Path):
    build(tmp_path)
    engine = open_engine(Settings(home=tmp_path))
    small = Index(read_snapshot(engine))
    engine.dispose()
    phone_page.evaluate(KEEP, parts(small, CITY))
    station = phone_page.evaluate("() => js.stationOf(pack, pack.codes.indexOf('YZ-0008'), texts)")
    assert (station["name"], station["address"], station["aliases"]) == (HOSTILE, HOSTILE, [HOSTILE])
    found = phone_page.evaluate("(text) => js.findPlaces(search, text).map((place) => place.code)", HOSTILE)
    assert found == [place.code for place in find_places(small.snapshot, HOSTILE)] == ["YZ-0008"]


def test_every_facility_has_a_column_or_none_knows_of_it(loaded: Page, index: Index):
    held = {
        code
        for row in range(len(index.snapshot))
        for code in json.loads(index.snapshot.doc(row))["facilities"]
    }
    assert set(loaded.evaluate("() => Object.keys(pack.facilities)")) == held
    assert held <= set(FACILITIES)
