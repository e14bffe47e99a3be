"""What people can be told of: the kinds of notices, and the words for them."""

from collections.abc import Iterable

from geo.errors import InputError
from geo.model.hours import Reason

__all__ = ["NOTICES", "wanted_notices"]

NOTICES = {
    "report": Reason("有新的反馈"),
    "stale_soon": Reason("快到或超过核实期限"),
    "overdue": Reason("工单超过期限没有答复"),
}


def wanted_notices(given: Iterable[str]) -> list[str]:
    """Return kinds of notices, each once, in the order of `NOTICES`.

    Raises
    ------
    InputError
        It is none, or one there is not.

    Examples
    --------
    >>> wanted_notices(["overdue", "report"])
    ['report', 'overdue']
    >>> wanted_notices(["gossip"])
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 没有“gossip”这种通知
    """
    wanted = set(given)
    if unknown := sorted(wanted - NOTICES.keys()):
        raise InputError("没有“%(what)s”这种通知", parameter="what", what=unknown[0])
    if not wanted:
        raise InputError("请至少选一种通知", parameter="what")
    return [what for what in NOTICES if what in wanted]
