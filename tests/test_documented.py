"""What exists is documented, and what is documented exists."""

import re
from pathlib import Path

import click
import pytest

from geo.cli import main
from geo.model.people import RIGHTS, Right, Role
from geo.settings import settings_table
from web import create_app_from_env

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def commands(group: click.Group, words: str) -> list[str]:
    """Return every command that does something, as it is typed."""
    found = []
    for name, command in group.commands.items():
        path = f"{words} {name}"
        found += commands(command, path) if isinstance(command, click.Group) else [path]
    return found


def test_every_command_is_in_the_readme_and_no_other():
    documented = set(re.findall(r"^\| `(yizhan [a-z ]+?)` \|", README, re.MULTILINE))
    assert documented == set(commands(main, "yizhan"))


@pytest.mark.parametrize("words", commands(main, "yizhan"))
def test_every_command_says_what_it_is_for(words: str):
    command = main
    for word in words.split()[1:]:
        command = command.commands[word]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_setting_is_in_the_readme_with_its_default():
    for variable, default, help in settings_table():
        assert f"| `{variable}` | {f'`{default}`' if default else ''} | {help} |" in README
    assert set(re.findall(r"^\| `(YIZHAN_\w+)`", README, re.MULTILINE)) == {
        row[0] for row in settings_table()
    }


def test_every_endpoint_is_in_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YIZHAN_HOME", str(tmp_path))
    app = create_app_from_env()
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}
    for rule in rules:
        if rule.startswith(("/api/", "/healthz", "/readyz")):
            assert f"{rule}`" in README, rule


def test_who_may_do_what_is_in_the_readme():
    table = README[README.index("| 能做什么 | 管理员 | 编辑 | 驿站负责人 | 只读 |") :].split("\n\n")[0]
    documented = [
        {role for role, cell in zip(Role, line.split("|")[2:6], strict=True) if cell.strip() == "✓"}
        for line in table.splitlines()[2:]
    ]
    assert documented == [{role for role in Role if right in RIGHTS[role]} for right in Right]


def test_every_target_of_make_has_its_line():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split():
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target
