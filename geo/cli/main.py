"""The command itself: its subcommands, and what it does with errors."""

import sys

import click

from geo.cli.ask import nearest
from geo.cli.certify import certify
from geo.cli.cover import cover
from geo.cli.keep import close, export, history, undo
from geo.cli.load import load
from geo.cli.privacy import privacy
from geo.cli.report import report
from geo.cli.run import serve, upgrade
from geo.cli.site import site
from geo.cli.study import worker
from geo.cli.upkeep import upkeep
from geo.cli.user import user
from geo.errors import GeoError

__all__ = ["main"]


class _Command(click.Group):
    """A group that answers a wrong input with one clear line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GeoError as error:
            click.echo(f"错误:{error}", err=True)
            sys.exit(1)
        except BrokenPipeError:
            # The reader of a pipe has had enough; that is no fault.
            sys.stderr.close()
            sys.exit(0)


@click.group(cls=_Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="yizhan")
def main() -> None:
    """驿站:爱心驿站、爱心派水点、母婴关爱室的登记册和规划工具。

    设置都在 YIZHAN_* 环境变量里,见 README。
    """


for command in (
    certify,
    close,
    cover,
    export,
    history,
    load,
    nearest,
    privacy,
    report,
    serve,
    site,
    undo,
    upgrade,
    upkeep,
    user,
    worker,
):
    main.add_command(command)
