"""Personal data: privacy export, erase, expire."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.cli.common import as_json, open_registry, print_json, read_settings, who
from geo.db.engine import reading, writing, writing_aside
from geo.errors import InputError
from geo.upkeep.contacts import erase_contact, export_contact
from geo.upkeep.people import find_by_login
from geo.upkeep.personal import erase_person, erase_ticket, export_person, export_ticket
from geo.upkeep.retention import expire as expire_all

__all__ = ["privacy"]

_of_login = click.option("--login", help="工作人员的账号。")
_of_ticket = click.option("--ticket", help="反馈的编号:反馈的人得到的网址的最后一段。")
_of_phone = click.option("--phone", help="站点负责人的电话:站点资料和改动历史里的。")


@click.group()
def privacy() -> None:
    """个人信息:导出、抹去、到期删除。存什么、存多久见网页 /privacy。"""


@privacy.command()
@_of_login
@_of_ticket
@_of_phone
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写进文件,不打印。")
def export(login: str | None, ticket: str | None, phone: str | None, out: Path | None) -> None:
    """给一个人他的全部资料(JSON)。"""
    with reading(_registry()) as session:
        found = _export(session, login, ticket, phone)
    if out is None:
        print_json(found)
        return
    try:
        out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise InputError(
            "写不了 %(file)s:%(detail)s", parameter="out", file=str(out), detail=error.strerror
        ) from error
    click.echo(f"已写入 {out}", err=True)


@privacy.command()
@_of_login
@_of_ticket
@_of_phone
@click.option("--yes", is_flag=True, help="不再问一遍。")
def erase(login: str | None, ticket: str | None, phone: str | None, yes: bool) -> None:
    """抹去一个人的资料;抹去的找不回来。"""
    settings = read_settings()
    engine = open_registry(settings)
    # What does not exist is told before anybody is asked.
    with reading(engine) as session:
        _export(session, login, ticket, phone)
    if not yes:
        click.confirm(f"抹去 {login or phone or '这条反馈'} 的个人信息,不能恢复。确定吗?", abort=True)
    with writing(engine) as session:
        if phone is not None:
            erase_contact(session, phone, who=who())
        elif ticket is not None:
            erase_ticket(session, ticket)
        else:
            erase_person(session, settings, find_by_login(session, login or "").id)
    click.echo("已抹去")


@privacy.command()
@as_json
def expire(as_json: bool) -> None:
    """删掉存够时间的个人信息;请每天运行一次。"""
    settings = read_settings()
    with writing_aside(open_registry(settings)) as session:
        gone = expire_all(session, settings, now=datetime.now(UTC))
    if as_json:
        print_json(gone)
        return
    words = {"ticket": "反馈", "mark": "密钥", "account": "账号", "message": "通知", "draft": "导入草稿"}
    click.echo("、".join(f"{words[code]} {count}" for code, count in gone.items()))


def _registry() -> Engine:
    return open_registry(read_settings())


def _export(session: Session, login: str | None, ticket: str | None, phone: str | None) -> Any:
    if sum(given is not None for given in (login, ticket, phone)) != 1:
        raise click.UsageError("请写 --login、--ticket、--phone 中的一样")
    if phone is not None:
        return export_contact(session, phone)
    if ticket is not None:
        return export_ticket(session, ticket)
    return export_person(session, find_by_login(session, login or "").id)
