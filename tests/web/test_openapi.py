"""The document of the API tells of everything there is, and what it tells is so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from geo.db.engine import open_engine
from geo.finder import PROFILES
from geo.loading import keep_streets
from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS, Kind, Status
from geo.registry.live import open_live
from geo.settings import Settings
from tests.town import Town
from tests.web.registry import build
from web import create_app

PATH = "/api/v1/openapi.json"
IN_PATH = re.compile(r"<(?:\w+:)?(\w+)>")
EXAMPLES = 25
TOWN = Town(113.600, 34.712)
HERE = dict(zip(("lon", "lat"), TOWN.spot(0, 0), strict=True))


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get(PATH).json


def test_every_address_of_the_api_is_in_it_with_its_methods(app: Flask, document: dict[str, Any]):
    there = {
        (IN_PATH.sub(r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1/", "/basemap/"))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == there


def test_every_parameter_an_address_takes_is_in_it_and_no_other(
    client: FlaskClient, document: dict[str, Any]
):
    for path, methods in document["paths"].items():
        if path.startswith("/basemap/"):
            continue
        told = {item["name"] for item in methods["get"]["parameters"] if item["in"] == "query"}
        asked = re.sub(r"\{\w+\}", "x", path).replace("stations.x", "stations.csv")
        refused = client.get(asked, query_string={"no_such_parameter": "1"})
        assert refused.json["parameter"] == "no_such_parameter", path
        assert told == set(refused.json["detail"].partition("可以用的是 ")[2].split("、")), path
        for post in (methods[name] for name in methods if name == "post"):
            for body in post["requestBody"]["content"].values():
                assert set(body["schema"]["properties"]) == told


def test_the_values_a_parameter_may_have_are_those_of_the_program(document: dict[str, Any]):
    told = {
        item["name"]: item["schema"] for item in document["paths"]["/api/v1/nearest"]["get"]["parameters"]
    }
    assert told["kind"]["items"]["enum"] == [*Kind]
    assert told["status"]["items"]["enum"] == [*Status]
    assert told["facility"]["items"]["enum"] == [*FACILITIES]
    assert told["by"]["enum"] == [*PROFILES]


def test_a_station_has_the_public_fields_and_no_internal_one(document: dict[str, Any]):
    told = set(document["components"]["schemas"]["Station"]["properties"])
    positions = {"lon", "lat", "entrance_lon", "entrance_lat"}
    assert told >= {field.name for field in FIELDS if field.public} - positions
    assert not told & {field.name for field in FIELDS if not field.public}


def test_every_schema_is_one(document: dict[str, Any]):
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in re.findall(r"'#/components/schemas/(\w+)'", str(document)):
        assert reference in document["components"]["schemas"]


def test_a_registry_whose_system_is_shifted_offers_no_other(client_with: Callable[..., FlaskClient]):
    told = client_with(public_crs="gcj02").get(PATH).json["paths"]
    [crs] = [item for item in told["/api/v1/stations"]["get"]["parameters"] if item["name"] == "crs"]
    [ending] = [
        item
        for item in told["/api/v1/downloads/stations.{format}"]["get"]["parameters"]
        if item["in"] == "path"
    ]
    assert (crs["schema"]["enum"], ending["schema"]["enum"]) == (["gcj02", "bd09"], ["geojson", "csv"])


def test_it_is_in_both_languages_and_not_sent_again(client: FlaskClient):
    chinese, english = client.get(PATH), client.get(f"{PATH}?lang=en")
    assert chinese.json["paths"].keys() == english.json["paths"].keys()
    assert chinese.headers["ETag"] != english.headers["ETag"]
    assert client.get(PATH, headers={"If-None-Match": chinese.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_every_address_and_parameter(client: FlaskClient, document: dict[str, Any], lang: str):
    answer = client.get(f"/api/?lang={lang}")
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, lang)
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        for item in methods["get"]["parameters"]:
            assert f"<code>{item['name']}</code>" in answer.text
    assert "<script" not in answer.text.replace('<script type="application/json"', "")


def test_the_page_is_in_the_readers_language(client: FlaskClient):
    for asked in ("zh", "en"):
        headers = client.get("/api/", headers={"Accept-Language": asked}).headers
        assert headers["Content-Language"] == asked


@pytest.fixture(scope="module")
def with_streets(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The web over the small registry with streets around it."""
    folder = tmp_path_factory.mktemp("streets")
    chosen = Settings(home=folder / "home")
    build(chosen.home)
    engine = open_engine(chosen)
    keep_streets(engine, chosen, TOWN.write(folder / "town.osm.pbf"), name="town")
    engine.dispose()
    return create_app(chosen, open_live(chosen))


RIGHT = [
    ("/api/v1/nearest", {}, HERE | {"by": "walk", "k": 100, "kind": ["care_station", "water_point"]}),
    ("/api/v1/nearest", {}, HERE | {"open_at": "arrival", "facility": ["toilet"], "lang": "en"}),
    ("/api/v1/route", {}, HERE | {"code": "YZ-0001", "by": "ebike"}),
    ("/api/v1/stations", {}, {"bbox": "113.6,34.7,113.7,34.8", "limit": 3, "open_at": "2026-10-10T09:30"}),
    ("/api/v1/stations", {}, {"updated_since": "1970-01-01", "kind": ["water_point"]}),
    ("/api/v1/stations/{code}", {"code": "YZ-0003"}, {}),
    ("/api/v1/areas", {}, {}),
    ("/api/v1/areas/{code}", {"code": "410100"}, {}),
    ("/api/v1/downloads/stations.{format}", {"format": "geojson"}, {}),
    ("/api/v1/downloads/stations.{format}", {"format": "csv"}, {}),
    ("/api/v1/downloads/stations.{format}", {"format": "gpkg"}, {}),
    ("/api/v1/packs/{city}", {"city": "410100"}, {"part": "texts"}),
    ("/api/v1/live/{city}", {"city": "410100"}, {}),
]


@pytest.mark.parametrize(("path", "place", "query"), RIGHT)
def test_what_is_there_is_answered_as_told(
    with_streets: Flask, path: str, place: dict[str, str], query: dict[str, Any]
):
    schema = schemathesis.openapi.from_wsgi(PATH, with_streets)
    for method in schema[path]:
        asked = {"query": query} if method == "get" else {"body": query, "media_type": "application/json"}
        case = schema[path][method].Case(path_parameters=place, **asked)
        answer = case.call(headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, answer.text
        case.validate_response(answer)


def beyond_schemas(case: schemathesis.Case, answer: schemathesis.Response) -> list[Any]:
    """Return the checks that cannot hold, as no schema can tell what is right: the registry decides it."""
    excluded = []
    named = answer.json().get("parameter") if answer.status_code == 400 else None
    given = {**(case.query or {}), **(case.body if isinstance(case.body, dict) else {})}
    if named in ("area", "bbox", "cursor") or (named == "open_at" and "updated_since" in given):
        excluded.append(positive_data_acceptance)
    if any(map(says_nothing, given.values())):
        excluded.append(negative_data_rejection)
    return excluded


def says_nothing(value: Any) -> bool:
    """Tell whether a value, or one of several, is blank: not given then, as an empty field of a form."""
    if isinstance(value, list):
        return not value or any(map(says_nothing, value))
    return value is None or not str(value).strip()


@pytest.mark.parametrize("mode", GenerationMode)
def test_schemathesis_finds_nothing(app: Flask, subtests: pytest.Subtests, mode: GenerationMode):
    """Every address keeps what the document says, asked rightly and wrongly."""
    schema = schemathesis.openapi.from_wsgi(PATH, app)
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case) -> None:
            answer = case.call(headers={"Accept-Encoding": "identity"})
            case.validate_response(answer, excluded_checks=beyond_schemas(case, answer))

        with subtests.test(operation.label):
            check()
