"""Maximal covering by HiGHS, SCIP, CP-SAT or spopt, for `tests.bench.siting`; runs where these are installed.

``python siting_rivals.py SOLVER MODEL.npz SECONDS`` prints value, bound and seconds as JSON; null is unknown.
"""

import json
import sys
import time

import numpy as np


def highs(model, seconds):
    from highspy import Highs

    solver = Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    y = [solver.addBinary() for _ in range(model["columns"])]
    z = [solver.addVariable(0.0, 1.0, float(weight)) for weight in model["weight"]]
    solver.addConstr(solver.qsum(y) <= int(model["p"]))
    for group, columns in enumerate(_groups(model)):
        solver.addConstr(solver.qsum(y[i] for i in columns) - z[group] >= 0)
    solver.maximize()
    info = solver.getInfo()
    return info.objective_function_value, info.mip_dual_bound


def scip(model, seconds):
    from pyscipopt import Model, quicksum

    solver = Model()
    solver.hideOutput()
    y = [solver.addVar(vtype="B") for _ in range(model["columns"])]
    z = [solver.addVar(ub=1.0, obj=float(weight)) for weight in model["weight"]]
    solver.addCons(quicksum(y) <= int(model["p"]))
    for group, columns in enumerate(_groups(model)):
        solver.addCons(z[group] <= quicksum(y[i] for i in columns))
    solver.setMaximize()
    solver.setParam("limits/time", seconds)
    solver.optimize()
    return solver.getObjVal(), solver.getDualbound()


def cpsat(model, seconds):
    from ortools.sat.python import cp_model

    rows = cp_model.CpModel()
    y = [rows.new_bool_var("") for _ in range(model["columns"])]
    z = [rows.new_bool_var("") for _ in model["weight"]]
    rows.add(sum(y) <= int(model["p"]))
    for group, columns in enumerate(_groups(model)):
        rows.add_bool_or([*(y[i] for i in columns), z[group].negated()])
    # It takes whole numbers only: thousandths of a person.
    whole = np.rint(model["weight"] * 1000).astype(np.int64).tolist()
    rows.maximize(cp_model.LinearExpr.weighted_sum(z, whole))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.solve(rows)
    return solver.objective_value / 1000, solver.best_objective_bound / 1000


def spopt(model, seconds):
    import pulp
    from spopt.locate import MCLP

    cost = np.ones((len(model["weight"]), int(model["columns"])))
    for group, columns in enumerate(_groups(model)):
        cost[group, columns] = 0.0
    problem = MCLP.from_cost_matrix(cost, model["weight"], 0.5, p_facilities=int(model["p"]))
    # It calls a run that was cut short optimal too; so there is no bound to show.
    problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds))
    return float(problem.problem.objective.value()), None


def _groups(model):
    start, column = model["start"], model["column"].tolist()
    return [column[start[g] : start[g + 1]] for g in range(len(start) - 1)]


def main():
    name, path, seconds = sys.argv[1:]
    with np.load(path) as file:
        model = dict(file)
    start = time.perf_counter()
    value, bound = {"highs": highs, "scip": scip, "cpsat": cpsat, "spopt": spopt}[name](model, float(seconds))
    print(json.dumps({"value": value, "bound": bound, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
