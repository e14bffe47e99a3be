"""Accounts and personal data on the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.cli import main
from geo.upkeep import hashing
from tests.web.admin.office import cheap_hashes
from tests.web.registry import SECRETS, build

PASSWORD = "correct horse 7\n"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small registry."""
    folder = tmp_path_factory.mktemp("people")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def run(registry: Path) -> Iterator[Callable[..., Result]]:
    """Return a function that runs the command over it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIZHAN_HOME", str(registry))
        patch.setattr(hashing, "HASHER", cheap_hashes())
        yield lambda *words, input=None: CliRunner().invoke(main, ["user", *words], input=input)


@pytest.fixture(scope="module")
def privacy(run: Callable[..., Result]) -> Callable[..., Result]:
    """Return a function that runs ``yizhan privacy`` over it."""
    return lambda *words, input=None: CliRunner().invoke(main, ["privacy", *words], input=input)


@pytest.fixture(scope="module", autouse=True)
def _admin(run: Callable[..., Result]) -> None:
    done = run("add", "an", "--name", "安", "--role", "administrator", "--password-stdin", input=PASSWORD)
    assert done.exit_code == 0, done.output


def people(run: Callable[..., Result]) -> dict[str, dict]:
    return {item["login"]: item for item in json.loads(run("list", "--json").stdout)}


def test_a_password_is_never_an_argument(run):
    done = run("add", "li", "--name", "李", "--role", "reader", "--password", "correct horse 7")
    assert done.exit_code == 2


def test_without_a_terminal_the_password_must_be_given(run):
    done = run("add", "li", "--name", "李", "--role", "reader")
    assert done.exit_code == 1
    assert "--password-stdin" in done.stderr


def test_a_weak_password_makes_no_account(run):
    done = run("add", "li", "--name", "李", "--role", "reader", "--password-stdin", input="1234567890\n")
    assert done.exit_code == 1
    assert "很多人在用" in done.stderr
    assert "li" not in people(run)


def test_a_keeper_is_added_given_stations_stopped_and_started(run):
    done = run("add", "wang", "--name", "王", "--role", "keeper", "--password-stdin", input=PASSWORD)
    assert "驿站负责人" in done.output
    assert run("keep", "wang", "yz-0001", "YZ-0002").stdout.split() == ["YZ-0001", "YZ-0002"]
    assert run("keep", "wang", "YZ-9999").exit_code == 1
    assert people(run)["wang"]["stations"] == ["YZ-0001", "YZ-0002"]
    assert "YZ-0001,YZ-0002" in run("list").stdout
    run("keep", "wang", "--none")
    assert people(run)["wang"]["stations"] == []
    run("deactivate", "wang")
    assert not people(run)["wang"]["active"]
    assert "已停用" in run("list").stdout
    run("activate", "wang")
    assert people(run)["wang"]["active"]


def test_the_last_administrator_is_not_stopped(run):
    done = run("deactivate", "an")
    assert done.exit_code == 1
    assert "最后一个管理员" in done.stderr


def test_a_password_is_changed_for_who_forgot_it(run):
    assert run("password", "an", "--password-stdin", input="another horse 8\n").exit_code == 0
    assert run("password", "nobody", "--password-stdin", input=PASSWORD).exit_code == 1


def test_somebody_gets_all_that_is_kept_of_him_and_is_forgotten(run, privacy, tmp_path):
    run(
        "add", "zhao", "--name", "赵某某", "--role", "keeper", "--email", "zhao@example.cn",
        "--password-stdin", input=PASSWORD,
    )  # fmt: skip
    done = privacy("export", "--login", "zhao")
    assert done.exit_code == 0, done.exception
    found = json.loads(done.stdout)
    assert found["account"]["email"] == "zhao@example.cn"
    assert not {"password", "session_key"} & set(found["account"])
    assert privacy("export", "--login", "zhao", "--out", str(tmp_path / "zhao.json")).exit_code == 0
    assert json.loads((tmp_path / "zhao.json").read_text("utf-8")) == found
    assert privacy("erase", "--login", "zhao", input="n\n").exit_code == 1
    assert "zhao" in people(run)
    assert privacy("erase", "--login", "zhao", "--yes").exit_code == 0
    assert "赵某某" not in run("list", "--json").stdout
    assert privacy("export", "--login", "zhao").exit_code == 1


def test_it_must_be_said_whose_data(privacy):
    assert privacy("export").exit_code == 2
    assert privacy("erase", "--login", "an", "--ticket", "x").exit_code == 2
    assert privacy("erase", "--ticket", "nothing", "--yes").exit_code == 1
    assert privacy("erase", "--phone", "13011112222", "--yes").exit_code == 1


def test_somebody_in_charge_of_stations_is_forgotten_by_his_number(privacy):
    phone = SECRETS["keeper_phone"]
    assert phone in privacy("export", "--phone", phone).stdout
    assert privacy("erase", "--phone", phone, "--yes").exit_code == 0
    assert privacy("export", "--phone", phone).exit_code == 1


def test_expiring_says_what_went(privacy):
    assert set(json.loads(privacy("expire", "--json").stdout)) == {
        "ticket", "mark", "account", "message", "draft",
    }  # fmt: skip
    assert "反馈 0" in privacy("expire").stdout
