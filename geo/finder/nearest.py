"""Which stations are nearest, by line or along streets, and open then."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from geo.finder.by_street import Leg, left_out, nearer_off_network, nearest_by_street
from geo.finder.question import Question, line_speed_m_s
from geo.finder.streets import Located, locate, sets_around
from geo.model.hours import OpenState, Reason
from geo.registry.nearest import Index, nearest
from geo.registry.openings import Minute
from geo.registry.snapshot import Snapshot

__all__ = ["Answer", "Found", "find_nearest"]


class Found(NamedTuple):
    """One station of an answer, and the minute its open state is of: that of arrival, where it was asked."""

    row: int
    distance_m: float
    duration_s: float | None
    schedule: int
    minute: Minute

    @property
    def state(self) -> OpenState:
        """Whether it is open then."""
        return self.minute.state(self.schedule)


class Answer(NamedTuple):
    """The stations found, nearest first (open ones before unknown ones), and what to know about them.

    Attributes
    ----------
    by : str
        How distances were measured: ``line`` where streets were asked for and could not be used.
    snap_m : float or None
        How far the point is from the street the first of its ways begins on; None by line.
    attribution : str or None
        Whose streets they are.
    """

    snapshot: Snapshot
    found: list[Found]
    by: str
    notices: list[Reason]
    snap_m: float | None = None
    attribution: str | None = None


def find_nearest(index: Index, question: Question, *, now: datetime) -> Answer:
    """Answer a question from a snapshot.

    Along streets distances and times are those of the shortest way from the point to the station's door,
    both legs to the street included. Where there are no streets, or the point is off the network, the
    answer is by line and says so.

    Parameters
    ----------
    now : datetime
        For the open states shown when the question names no moment.
    """
    if question.by == "line":
        notices = [Reason("到达时间按步行、直线的 1.3 倍估算")] if question.arrival else []
        return _by_line(index, question, now, notices)
    around = locate(index, question.point, question.by)
    if not around:
        return _by_line(index, question, now, [_without_streets(index, question)])
    starts = [item for item in around if not item.off_network]
    if not starts:
        return _by_line(
            index, question, now, [Reason("您的位置 300 米内没有街道:距离是直线距离,时间按直线的 1.3 倍估算")]
        )
    return _by_street(index, question, starts, now)


def _by_street(index: Index, question: Question, starts: Sequence[Located], now: datetime) -> Answer:
    legs = nearest_by_street(index, question, starts)
    beyond = left_out(index, question, starts, legs)
    if beyond and not legs:
        note = "沿街道到不了任何符合条件的站点:距离是直线距离,时间按直线的 1.3 倍估算"
        answer = _by_line(index, question, now, [Reason(note)])
        return answer._replace(found=[item for item in answer.found if item.row in beyond])
    ways = [(leg.row, leg.metres, leg.seconds) for leg in legs]
    found = list(_found(index, question, ways, question.open_at or now))
    used = [leg.start for leg in legs] or starts
    # Nearly always the same for all of them.
    attribution = "; ".join(dict.fromkeys(start.streets.attribution for start in used))
    notices = _missed(index, question, starts, legs) if legs else []
    if beyond:
        note = "沿街道只到得了这 %(count)s 个站点,别的符合条件的到不了,没有列出"
        notices.append(Reason(note, {"count": len(legs)}))
    return Answer(index.snapshot, found, question.by, notices, used[0].position.snap_m, attribution)


def _without_streets(index: Index, question: Question) -> Reason:
    if sets_around(index.snapshot, question.point):
        return Reason("这里的街道数据现在不能用:距离是直线距离,时间按直线的 1.3 倍估算")
    return Reason("这里还没有街道数据:距离是直线距离,时间按直线的 1.3 倍估算")


def _missed(index: Index, question: Question, starts: Sequence[Located], legs: Sequence[Leg]) -> list[Reason]:
    count = nearer_off_network(index, question, starts, max(leg.metres for leg in legs))
    return [Reason("有 %(count)s 个更近的站点离街道太远,没有算进来", {"count": count})] if count else []


def _by_line(index: Index, question: Question, now: datetime, notices: list[Reason]) -> Answer:
    speed_m_s = line_speed_m_s(question.by)
    hits = nearest(
        index,
        question.point,
        question.k,
        question.filter,
        open_at=question.open_at,
        speed_m_s=speed_m_s if question.arrival else None,
        all_day=question.all_day,
    )
    legs = [(hit.row, hit.distance_m, hit.distance_m / speed_m_s) for hit in hits]
    found = _found(index, question, legs, question.open_at or now)
    if question.by == "line":
        found = (item._replace(duration_s=None) for item in found)
    return Answer(index.snapshot, list(found), "line", notices)


def _found(
    index: Index, question: Question, legs: Sequence[tuple[int, float, float]], at: datetime
) -> Iterator[Found]:
    schedules = index.snapshot.schedule[np.fromiter((leg[0] for leg in legs), np.intp, len(legs))].tolist()
    minute = index.openings.at(at)
    for (row, metres, seconds), schedule in zip(legs, schedules, strict=True):
        if question.arrival:
            minute = index.openings.at(at + timedelta(seconds=seconds))
        yield Found(row, metres, seconds, schedule, minute)
