"""What the command says of several kinds of stations that share new buildings."""

from typing import TYPE_CHECKING, Any

from geo.errors import InputError

if TYPE_CHECKING:
    from geo.model.plan import Together

__all__ = ["plain_weight", "together_of"]


def plain_weight(given: dict[str, Any]) -> str:
    """Return the column that is meant for all kinds, empty where none is.

    Raises
    ------
    InputError
        Several are named.
    """
    plain = [text for text in given["weight"] if _kind(given, text) is None]
    if len(plain) > 1:
        raise InputError(
            "--weight 写了 %(count)s 列;请只写一列,或在合建(--together)时每类一列,如 nursing_room=母亲",
            parameter="weight",
            count=len(plain),
        )
    return plain[0] if plain else ""


def together_of(given: dict[str, Any]) -> "list[Together]":
    """Return the kinds that share buildings, with their columns and costs; none where none do.

    Raises
    ------
    InputError
        Fewer than two kinds are named; a cost is no number, or of a kind that is not asked about.
    """
    costs = _costs(given)
    if not given["together"]:
        return []
    columns = dict(text.split("=", 1) for text in given["weight"] if _kind(given, text) is not None)
    kinds, plain = dict.fromkeys(given["kinds"]), plain_weight(given)
    if len(kinds) < 2:
        raise InputError("合建(together)要写明两类或更多类站点(kind),每类一次", parameter="together")
    return [
        {"kind": kind, "weight": columns.get(kind, plain), "cost": costs.get(kind, 0.0)} for kind in kinds
    ]


def _kind(given: dict[str, Any], text: str) -> str | None:
    """Return the kind that a column is named for; a column's own name may have the sign, too."""
    kind = text.split("=", 1)[0] if "=" in text else None
    return kind if given["together"] and kind in given["kinds"] else None


def _costs(given: dict[str, Any]) -> dict[str, float]:
    if given["kind_costs"] and not given["together"]:
        raise InputError("每类的费用(--kind-cost)只在合建(--together)时有用", parameter="kind_cost")
    costs = {}
    for text in given["kind_costs"]:
        kind, _, number = text.partition("=")
        try:
            costs[kind] = float(number)
        except ValueError:
            kind = ""
        if kind not in given["kinds"]:
            raise InputError(
                "--kind-cost 应写成 类别=费用,类别是 --kind 里的一个,如 nursing_room=3,现在是“%(value)s”",
                parameter="kind_cost",
                value=text,
            )
    return costs
