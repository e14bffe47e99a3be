"""Background work: worker."""

import click

from geo.cli.common import open_registry, read_settings

__all__ = ["worker"]


@click.command()
@click.option("--parent", type=int, hidden=True, help="随这个进程一起结束。")
def worker(parent: int | None) -> None:
    """在后台计算规划页面提交的研究;用内嵌数据库时,serve 会自己启动它。"""
    from geo.jobs import work

    settings = read_settings()
    open_registry(settings)
    work(settings, parent=parent)
