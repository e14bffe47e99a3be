"""Questions: nearest."""

from datetime import datetime
from math import ceil
from typing import Any

import click
import orjson

from geo.cli.common import as_json, crs_option, open_registry, print_json, read_settings
from geo.crs import Crs, to_wgs84
from geo.finder import PROFILES, Answer, Found, Question, answer_geojson, find_nearest, parse_moment
from geo.model.hours import CHINA, OpenState
from geo.model.place import Point
from geo.registry.live import index_now

__all__ = ["nearest"]

_WAYS = {"walk": "步行", "ebike": "骑行"}
_STATES = {"open": "开放", "closed": "未开放", "suspended": "暂停", "unknown": "时间未知"}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("-k", default=5, show_default=True, help="要几个,1 到 100。")
@click.option("--kind", "kinds", multiple=True, metavar="K", help="只要这一类,可重复。")
@click.option("--facility", "facilities", multiple=True, metavar="F", help="必须有的设施,可重复。")
@click.option("--status", "statuses", multiple=True, metavar="S", help="状态,可重复;默认 open 和 trial。")
@click.option("--open-at", metavar="WHEN", help="now、arrival 或 2026-10-01T09:00:只要那时开放的。")
@click.option("--by", default="line", show_default=True, metavar="|".join(PROFILES), help="怎样量距离。")
@crs_option("所给坐标和回答的坐标系,默认 wgs84。")
@as_json
def nearest(
    lon: float,
    lat: float,
    k: int,
    kinds: tuple[str, ...],
    facilities: tuple[str, ...],
    statuses: tuple[str, ...],
    open_at: str | None,
    by: str,
    crs: str | None,
    as_json: bool,
) -> None:
    """离 LON LAT 最近的站点。"""
    now = datetime.now(CHINA)
    moment, arrival = parse_moment(open_at, now=now) if open_at else (None, False)
    system = Crs(crs or Crs.WGS84)
    point = Point(*to_wgs84(*Point.checked(lon, lat), system))
    question = Question(
        point=point,
        k=k,
        kinds=kinds,
        facilities=facilities,
        statuses=statuses,
        open_at=moment,
        arrival=arrival,
        by=by,
    )
    settings = read_settings()
    answer = find_nearest(index_now(open_registry(settings), settings.home), question, now=now)
    if as_json:
        print_json(answer_geojson(answer, crs=system, decimals=settings.public_decimals))
    else:
        _print(answer)


def _print(answer: Answer) -> None:
    for notice in answer.notices:
        click.echo(str(notice), err=True)
    if not answer.found:
        click.echo("没有符合条件的站点")
    for place, item in enumerate(answer.found, 1):
        doc: dict[str, Any] = orjson.loads(answer.snapshot.doc(item.row))
        far = _far(answer, item)
        click.echo(f"{place:>2}. {doc['code']}  {doc['name']}  {far}  {_words(item.state)}")
        click.echo(f"    {doc.get('address', '')}  {doc.get('hours_raw', '')}".rstrip())
    if answer.attribution:
        click.echo(f"街道数据 {answer.attribution}")


def _far(answer: Answer, item: Found) -> str:
    metres = f"{item.distance_m:,.0f} 米"
    if answer.by == "line" or item.duration_s is None:
        return metres
    return f"{_WAYS[answer.by]} {metres}、{max(ceil(item.duration_s / 60), 1)} 分钟"


def _words(state: OpenState) -> str:
    until = f",到 {state.until:%m-%d %H:%M}" if state.until else ""
    return f"{_STATES[state.state]}{until}" + (f"({state.reason})" if state.reason else "")
