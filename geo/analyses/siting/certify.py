"""Re-check a plan by its file alone, in exact decimals: ``python certify.py PLAN.json``, exit 0 if all holds.

A row, [least, columns, coefs], says: sum of coef * column >= least. In the tree a 0/1 column comes before its
parts with 0 and with 1; a leaf, [[row, multiplier], ...], proves by weak duality what its part cannot exceed.
"""

import fileinput
import json
from decimal import Decimal, Inexact, InvalidOperation, localcontext
from hashlib import sha256


def hold(holds, what):
    if not holds:
        raise ValueError(what)


def best_of(columns, rows, nodes, sign, box):
    if isinstance(node := next(nodes), int):
        hold(columns[node][1:] == [0, 1, 1] and node not in box, f"第 {node} 列不能分支")
        return max(best_of(columns, rows, nodes, sign, {**box, node: end}) for end in (0, 1))
    total, left = 0, [sign * cost for cost, *_ in columns]
    for row, by in node:
        hold(by >= 0, f"第 {row} 行的乘数 {by} 是负数")
        total -= by * rows[row][0]
        for i, coef in zip(*rows[row][1:], strict=True):
            left[i] += by * coef
    return total + sum(cost * box.get(i, columns[i][2 if cost > 0 else 1]) for i, cost in enumerate(left))


def check(sense, step, columns, rows, stations, solution, chosen, value, bound, certified_bound, tree, **_):
    sign, opened = {"max": 1, "min": -1}[sense], {site[0]: solution[i] for i, site in enumerate(stations)}
    for i, (x, (cost, low, high, whole)) in enumerate(zip(solution, columns, strict=True)):
        hold(low <= x <= high and (x in (0, 1) or not (whole or i < len(stations))), f"第 {i} 列不能是 {x}")
        hold(not step or cost == 0 or (whole and cost % step == 0), f"第 {i} 列不按步长 {step} 变化")
    for row, (least, *terms) in enumerate(rows):
        hold(sum(coef * solution[i] for i, coef in zip(*terms, strict=True)) >= least, f"第 {row} 行不成立")
    hold(len(opened) == len(stations) and chosen == [c for c in opened if opened[c]], "所选站点有误")
    v = sum(x * cost for x, (cost, *_) in zip(solution, columns, strict=True))
    top = best_of(columns, rows, nodes := iter(tree), sign, {})
    top = sign * (top - (top % step + step) % step if step else top)
    hold((value, certified_bound, []) == (v, top, [*nodes]), f"价值应为 {v},界应为 {top}")
    hold(sign * value <= sign * bound <= sign * top, f"求解器的界不可能是 {bound}")
    return {"value": value, "certified_bound": certified_bound, "gap": abs(float(top - v) / float(top or 1))}


def certify(text):
    try:
        with localcontext(prec=400, traps=[Inexact, InvalidOperation]):
            plan = json.loads(text, parse_float=Decimal, parse_constant=int, object_pairs_hook=list)
            rest = json.dumps(sorted(part for part in plan if part[0] != "digest"), default=str).encode()
            hold(dict(plan)["digest"] == sha256(rest).hexdigest(), "校验码不符:文件被改动过")
            return hold(len(dict(plan)) == len(plan), "有名称出现两次") or check(**dict(plan))
    except (LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, StopIteration) as error:
        raise ValueError(f"计划文件残缺:{error!r}") from None


if __name__ == "__main__":
    print(json.dumps(certify("".join(fileinput.input(encoding="utf-8"))), default=str))  # noqa: SIM115
