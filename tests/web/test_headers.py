"""What every answer carries, and how static files are kept."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.assets import FOLDER, digest_of

ANSWERS = ["/", "/?q=样城站", "/?kind=x", "/s/YZ-0001", "/s/x", "/x", "/healthz", "/readyz",
           "/api/v1/areas", "/api/v1/nearest?lon=113.6&lat=34.7", "/api/v1/nearest",
           "/api/v1/stations", "/api/v1/x"]  # fmt: skip


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_is_fenced_in(client: FlaskClient, path: str):
    headers = client.get(path).headers
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/?q=样城站", "/?kind=x", "/s/YZ-0001", "/s/x", "/x"])
def test_pages_tell_no_other_site_where_one_came_from(client: FlaskClient, path: str):
    headers = client.get(path).headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/?q=样城站", "/s/YZ-0001", "/x"])
def test_no_page_holds_what_the_policy_forbids(client: FlaskClient, path: str):
    page = client.get(path).text
    assert not re.search(r"<[^>]+\son\w+\s*=", page)
    assert not re.search(r"<[^>]+\sstyle\s*=", page)
    assert "<style" not in page
    for tag in re.findall(r"<script[^>]*>", page):
        # Data are no scripts, and the policy lets them be.
        assert 'src="/static/' in tag or re.search(r'type="application/(ld\+)?json"', tag)


@pytest.mark.parametrize("path", ["/", "/?q=样城站", "/?q=公园", "/s/YZ-0001", "/x"])
def test_every_address_a_page_loads_from_is_ours_and_there(client: FlaskClient, path: str):
    page = client.get(path).text
    names = set(re.findall(r'(?:src|href|data-script|data-icons)="(/static/[^"#]+)', page))
    names |= {name for names in re.findall(r'data-styles="([^"]+)"', page) for name in names.split()}
    assert names
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200, name
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    # Addresses told to programs of others are absolute, and no browser loads them.
    told = re.sub(r'<link rel="(?:alternate|canonical)"[^>]*>', "", page)
    # So are the links that hand the way over to a map app, and nobody follows them but at a tap.
    told = re.sub(r'<a [^>]*rel="noopener nofollow"[^>]*>', "", told)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', told)


def test_every_module_is_reached_from_beside_it():
    for script in (FOLDER / "js").glob("*.js"):
        for name in re.findall(r'(?:from|import) "([^"]+)"', script.read_text("utf-8")):
            assert name.startswith(("./", "../"))
            assert (script.parent / name).is_file(), name


def test_scripts_make_no_markup_from_text():
    ours = [file.read_text("utf-8") for file in (FOLDER / "js").glob("*.js")]
    assert ours
    assert not any(
        re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text) for text in ours
    )


def test_scripts_are_served_as_scripts_and_icons_as_pictures(app: Flask, client: FlaskClient):
    digest = digest_of(FOLDER)
    assert client.get(f"/static/{digest}/js/page.js").mimetype in (
        "text/javascript",
        "application/javascript",
    )
    assert client.get(f"/static/{digest}/img/icons.svg").mimetype == "image/svg+xml"
    assert client.get(f"/static/{digest}/css/page.css").mimetype == "text/css"


def test_an_older_address_still_has_its_file_but_is_not_kept(client: FlaskClient):
    answer = client.get("/static/000000000000/css/page.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "name", ["../params.py", "..%2fparams.py", "%2e%2e/params.py", "js/nothing.js", "js", ""]
)
def test_nothing_else_is_served(client: FlaskClient, name: str):
    assert client.get(f"/static/{digest_of(FOLDER)}/{name}").status_code == 404


def test_the_digest_moves_with_every_name_and_content(tmp_path: Path):
    (tmp_path / "a").write_text("one")
    seen = {digest_of(tmp_path)}
    for change in (
        lambda: (tmp_path / "a").write_text("two"),
        lambda: (tmp_path / "a").rename(tmp_path / "b"),
        lambda: (tmp_path / "c").write_text(""),
    ):
        change()
        seen.add(digest_of(tmp_path))
    assert len(seen) == 4


def test_vendored_files_are_told_with_version_and_licence():
    vendor = FOLDER / "vendor"
    told = (vendor / "VENDORED.md").read_text("utf-8")
    for folder in (path for path in vendor.iterdir() if path.is_dir()):
        assert folder.name in told
        assert (folder / "LICENSE").is_file()


def test_a_page_for_each_language_is_kept_apart(client: FlaskClient):
    answer = client.get("/")
    assert answer.headers["Vary"] == "Accept-Language"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Language"] == "zh"
