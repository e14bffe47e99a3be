"""The accounts of the back office: user add, list, password, deactivate, activate, keep."""

import sys
from collections.abc import Sequence

import click
from sqlalchemy import Engine

from geo.cli.common import as_json, open_registry, print_json, read_settings
from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.model.people import Role
from geo.upkeep.keeping import codes_kept, keep_stations, kept_by_all
from geo.upkeep.people import add_person, find_by_login, read_people, set_active, set_password

__all__ = ["user"]

_ROLES = {
    Role.ADMINISTRATOR: "管理员",
    Role.EDITOR: "编辑",
    Role.KEEPER: "驿站负责人",
    Role.READER: "只读",
}

_from_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="从标准输入读密码(一行),不在终端上问。"
)


@click.group()
def user() -> None:
    """后台的账号。"""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="姓名,显示在后台里。")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="角色。")
@click.option("--unit", help="编辑、只读账号所属工会的编号,管它和它下面的全部;不写就是整个登记册。")
@click.option("--email", help="邮箱。")
@_from_stdin
def add(login: str, name: str, role: str, unit: str | None, email: str | None, from_stdin: bool) -> None:
    """新建一个账号。"""
    engine = _registry()
    given = {"login": login, "name": name, "role": Role(role), "unit_code": unit, "email": email}
    password = _password(from_stdin)
    with writing_aside(engine) as session:
        made = add_person(session, **given, password=password)
    click.echo(f"已新建账号 {made.login}({_ROLES[made.role]})")


@user.command("list")
@as_json
def list_people(as_json: bool) -> None:
    """全部账号。"""
    with reading(_registry()) as session:
        people, kept = read_people(session), kept_by_all(session)
    rows = [
        {
            "login": found.login,
            "name": found.name,
            "role": found.role,
            "unit_code": found.unit_code,
            "email": found.email,
            "active": found.active,
            "stations": kept.get(found.id, []),
        }
        for found in people
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        extent = row["unit_code"] or ",".join(row["stations"])
        words = [row["login"], row["name"], _ROLES[row["role"]], extent, "" if row["active"] else "已停用"]
        click.echo("  ".join(word for word in words if word))


@user.command()
@click.argument("login")
@_from_stdin
def password(login: str, from_stdin: bool) -> None:
    """换密码,并解除锁定;这个账号的登录都退出。"""
    engine = _registry()
    with reading(engine) as session:
        id_ = find_by_login(session, login).id
    given = _password(from_stdin)
    with writing_aside(engine) as session:
        set_password(session, id_, given)
    click.echo(f"{login} 的密码已换")


@user.command()
@click.argument("login")
def deactivate(login: str) -> None:
    """停用一个账号:马上退出,发出的链接作废。"""
    _switch(login, False)
    click.echo(f"{login} 已停用")


@user.command()
@click.argument("login")
def activate(login: str) -> None:
    """重新启用一个停用的账号。"""
    _switch(login, True)
    click.echo(f"{login} 已启用")


@user.command()
@click.argument("login")
@click.argument("codes", nargs=-1)
@click.option("--none", "nothing", is_flag=True, help="不再负责任何站点。")
def keep(login: str, codes: Sequence[str], nothing: bool) -> None:
    """看或改一个驿站负责人的站点:CODES 代替原来的全部,不写就只看。"""
    if codes and nothing:
        raise click.UsageError("CODES 和 --none 只能写一样")
    with writing_aside(_registry()) as session:
        found = find_by_login(session, login)
        kept = keep_stations(session, found, codes) if codes or nothing else codes_kept(session, found.id)
    click.echo("\n".join(kept) if kept else f"{login} 没有负责的站点")


def _registry() -> Engine:
    return open_registry(read_settings())


def _switch(login: str, active: bool) -> None:
    with writing_aside(_registry()) as session:
        set_active(session, find_by_login(session, login).id, active)


def _password(from_stdin: bool) -> str:
    """Return a new password; never an argument, which every user of the machine could read."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("没有终端可以问密码:请加 --password-stdin,从标准输入给", parameter="password")
    return click.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
