"""Who goes to the new stations of a plan, in a small town where ways are known."""

from typing import Any

import numpy as np
import pytest

from geo.model.study import Places, Study
from geo.planner.files import parts_of
from geo.registry.nearest import Index
from geo.settings import Settings
from tests.planner import test_run as town
from tests.report.plans import make_plan

index = town.index
NEW = ((4, 1), (1, 1))


def gained(
    index: Index, objective: str = "cover", *, closed: tuple[str, ...] = (), by: str = "walk", **site: Any
) -> tuple[np.ndarray, Places, Study]:
    study, places = town.study(index, by=by)
    kind = make_plan()["chosen"][0]
    chosen = [kind | {"code": code, "what": "closed"} for code in closed]
    for number, corner in enumerate(NEW):
        lon, lat = town.TOWN.spot(*corner)
        chosen.append(kind | {"code": f"C-{number}", "lon": lon, "lat": lat})
    study |= {"plan": make_plan(objective, chosen=chosen, site=site)}
    return parts_of(index, Settings(), study, places).gained, places, study


def expected(closed: tuple[str, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Return metres to the nearest station that stays, and to the new ones."""
    corners = [(i, j) for i in range(6) for j in range(6)]
    stays = [town.metres_to(code) for code in town.CORNERS if code not in closed]
    new = [[town.TOWN.metres(corner, there) for corner in corners] for there in NEW]
    return np.min(stays, axis=0), np.array(new)


@pytest.mark.parametrize("closed", [(), ("YZ-0001",)])
def test_covered_by_a_new_one_is_who_no_station_that_stays_covers(index: Index, closed: tuple[str, ...]):
    found, *_ = gained(index, closed=closed)
    stays, new = expected(closed)
    assert ((found >= 0) == ((stays > 700) & (new.min(axis=0) <= 700))).all()
    assert (found >= 0).any()
    # Numbers are those of all that the plan does, the closing first.
    near = found >= 0
    assert np.allclose(new[found[near] - len(closed), np.flatnonzero(near)], new.min(axis=0)[near])


def test_nearer_is_what_counts_where_ways_are_to_be_short(index: Index):
    found, *_ = gained(index, "distance")
    stays, new = expected()
    assert ((found >= 0) == (new.min(axis=0) < stays - 0.1)).all()
    alone, *_ = gained(index, "distance", existing="none")
    assert (alone >= 0).all()


def test_to_be_covered_twice_those_covered_once_go_there_too(index: Index):
    found, *_ = gained(index, backup=2)
    assert ((found >= 0) == (expected()[1].min(axis=0) <= 700)).all()


def test_without_streets_ways_are_as_the_crow_flies(index: Index):
    found, places, study = gained(index, by="line")
    assert (found >= 0).any()
    assert not (places.covered & (found >= 0)).any()
    study |= {"sources": [{**study["sources"][0], "what": "streets", "name": "没有了"}]}
    assert parts_of(index, Settings(), study, places).gained is None


def test_a_study_without_a_plan_has_none(index: Index):
    assert parts_of(index, Settings(), *town.study(index)).gained is None
