"""What the other tests stand on: a private PostGIS, the server, the packages."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from geo.errors import UnavailableError
from tests.services import browser, install, postgis
from tests.services.postgis import fresh_database, running_postgis
from tests.services.server import clean_environment, log_of, running_server

APT = Path(install.__file__).with_name("apt.sh")


def ask(url: str, question: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(question))
        value = answer.scalar() if answer.returns_rows else None
    engine.dispose()
    return value


@pytest.fixture
def private() -> None:
    """No server is given: one is started."""
    if os.environ.get("YIZHAN_TEST_DATABASE_URL"):
        pytest.skip("YIZHAN_TEST_DATABASE_URL 指定了服务器,不再另起一个")


def folder_and_server(url: str) -> tuple[Path, psutil.Process]:
    data = Path(str(ask(url, "SHOW data_directory")))
    pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    return data.parent, psutil.Process(pid)


@pytest.mark.postgis
def test_a_fresh_database_has_postgis_and_speaks_utf8(postgis_database: str) -> None:
    assert "PROJ" in str(ask(postgis_database, "SELECT postgis_full_version()"))
    assert ask(postgis_database, "SELECT octet_length('驿站'::text)") == len("驿站".encode())


@pytest.mark.postgis
def test_two_fresh_databases_share_nothing(postgis_url: str, postgis_template_name: str) -> None:
    with (
        fresh_database(postgis_url, postgis_template_name) as one,
        fresh_database(postgis_url, postgis_template_name) as other,
    ):
        ask(one, "CREATE TABLE mine ()")
        assert ask(one, "SELECT to_regclass('mine')") == "mine"
        assert ask(other, "SELECT to_regclass('mine')") is None


@pytest.mark.postgis
def test_a_database_goes_even_while_someone_is_connected(postgis_url: str) -> None:
    with fresh_database(postgis_url) as url:
        engine = create_engine(url)
        held = engine.connect()
        held.execute(text("SELECT 1"))
    name = make_url(url).database
    assert ask(postgis_url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0
    held.invalidate()
    engine.dispose()


@pytest.mark.postgis
@pytest.mark.usefixtures("private")
def test_the_private_server_is_not_roots_and_leaves_nothing() -> None:
    with running_postgis() as url:
        folder, server = folder_and_server(url)
        assert server.uids().real != 0
        stranger = make_url(url).set(drivername="postgresql", password="wrong")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(stranger.render_as_string(hide_password=False))
    assert not server.is_running()
    assert not folder.exists()


@pytest.mark.postgis
@pytest.mark.usefixtures("private")
def test_two_private_servers_run_beside_each_other() -> None:
    with running_postgis() as one, running_postgis() as other:
        assert folder_and_server(one) != folder_and_server(other)


@pytest.mark.postgis
@pytest.mark.usefixtures("private")
def test_the_server_of_a_killed_owner_goes_too() -> None:
    command = [sys.executable, "-m", "tests.services.postgis"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        try:
            folder, server = folder_and_server(owner.stdout.readline().strip())
        finally:
            owner.kill()
    deadline = time.monotonic() + 15
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.is_running()
    assert not folder.exists()


def test_without_postgis_the_message_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIZHAN_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgis, "find_programs", lambda: None)
    with pytest.raises(UnavailableError, match=postgis.PACKAGE), running_postgis():
        pass


def test_a_server_that_cannot_start_shows_its_own_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(UnavailableError, match="--no-such-option"), running_server(home, "--no-such-option"):
        pass
    assert "--no-such-option" in log_of(home).read_text()


def test_the_server_gets_no_setting_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHAN_DATABASE_URL", "postgresql+psycopg://production/registry")
    given = clean_environment(tmp_path, {"YIZHAN_PUBLIC_CRS": "gcj02"})
    settings = {name: value for name, value in given.items() if name.startswith("YIZHAN_")}
    assert settings == {"YIZHAN_HOME": str(tmp_path), "YIZHAN_PUBLIC_CRS": "gcj02"}


def test_a_given_server_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis, "find_programs", lambda: None)
    monkeypatch.setenv("YIZHAN_TEST_DATABASE_URL", "postgresql+psycopg://somewhere/registry")
    assert postgis.PACKAGE not in install.missing_packages()
    monkeypatch.delenv("YIZHAN_TEST_DATABASE_URL")
    assert postgis.PACKAGE in install.missing_packages()


def test_only_what_is_absent_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis, "find_programs", lambda: Path("/usr/bin"))
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(install, "has_chinese_font", lambda: True)
    monkeypatch.setattr(install, "has_library", lambda name: name != "libatomic.so.1")
    assert install.missing_packages() == [browser.PACKAGE, "libatomic1"]


def test_a_chromium_of_a_snap_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text('#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert browser.find_chromium() is None
    real = tmp_path / "google-chrome"
    real.write_text("#!/bin/sh\n")
    real.chmod(0o755)
    assert browser.find_chromium() == real


def test_who_may_not_install_is_told_the_command(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "id").write_text("#!/bin/sh\necho 1000\n")
    (tools / "id").chmod(0o755)
    run = subprocess.run(
        [shutil.which("sh") or "/bin/sh", APT, "postgresql-postgis", "chromium"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "apt-get install -y --no-install-recommends postgresql-postgis chromium" in run.stderr
