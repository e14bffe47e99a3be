"""Upkeep by hand, or from a timer of the system where no worker runs."""

from datetime import UTC, datetime

import click

from geo.cli.common import as_json, open_registry, print_json, read_settings
from geo.upkeep.rounds import do_round

__all__ = ["upkeep"]


@click.command()
@as_json
def upkeep(as_json: bool) -> None:
    """做一轮日常维护:工单到期、核实提醒、发邮件、删掉存够时间的个人信息;有后台进程时不用自己做。"""
    settings = read_settings()
    done = do_round(open_registry(settings), settings, now=datetime.now(UTC))
    if as_json:
        print_json(done._asdict() | {"faults": list(map(str, done.faults))})
    else:
        said = f"到期的工单 {done.lapsed} 张,新的核实提醒 {done.told} 条,发出邮件 {done.mailed} 封"
        click.echo(f"{said},删掉存够时间的个人信息 {done.forgotten} 条")
        for fault in done.faults:
            click.echo(f"错误:{fault}", err=True)
    if done.faults:
        raise SystemExit(1)
