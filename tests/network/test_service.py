"""Service areas hold exactly the places from which a station is near enough."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES
from geo.network.graph import Graph, Positions
from geo.network.service import Pieces, service_area
from tests.network.towns import town, towns

MEASURES = ("metres", "seconds")
SETTINGS = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
SAMPLE_M = 1.0


@st.composite
def doors(draw, graph: Graph) -> Positions:
    """Return stations at random places on edges, some off the network, some at one place."""
    edge, share = st.integers(-1, len(graph.edge_from) - 1), st.sampled_from([0.0, 0.3, 0.31, 0.8, 1.0])
    return stations(graph, draw(st.lists(st.tuples(edge, share, st.floats(0, 60)), max_size=5)))


def stations(graph: Graph, places: list[tuple[int, float, float]]) -> Positions:
    """Return positions from edges, shares of their lengths and snapping legs."""
    edge = np.array([place[0] for place in places], np.int32)
    offset_m = np.array([share * graph.edge_length_m[e] for e, share, _ in places], float)
    snap_m = np.array([leg if e >= 0 else np.inf for e, _, leg in places], float)
    return Positions(edge, np.where(edge >= 0, offset_m, 0.0), snap_m)


def sampled_costs(
    graph: Graph, profile: str, places: Positions, measure: str
) -> dict[tuple[int, float], float]:
    """Return the cost of going to the nearest station from samples of every edge.

    Every sample is a node of a plain graph, so is every station's place; Dijkstra's algorithm does the rest.
    """
    network = graph.networks[profile]
    plain = nx.DiGraph()
    for edge in np.flatnonzero(network.direction).tolist():
        length_m = float(graph.edge_length_m[edge])
        offsets = {0.0, length_m, *np.arange(SAMPLE_M / 2, length_m, SAMPLE_M).tolist()}
        offsets |= set(places.offset_m[places.edge == edge].tolist())
        rate = 1.0 if measure == "metres" else float(network.speed_m_s[edge])
        for before, after in pairwise(sorted(offsets)):
            cost = (after - before) / rate
            if network.direction[edge] & FORWARD:
                plain.add_edge((edge, before), (edge, after), cost=cost)
            if network.direction[edge] & BACKWARD:
                plain.add_edge((edge, after), (edge, before), cost=cost)
        for node, offset in ((graph.edge_from[edge], 0.0), (graph.edge_to[edge], length_m)):
            plain.add_edge(("node", int(node)), (edge, offset), cost=0.0)
            plain.add_edge((edge, offset), ("node", int(node)), cost=0.0)
    for edge, offset_m, snap_m in zip(*places, strict=True):
        if edge >= 0 and network.direction[edge]:
            leg = snap_m if measure == "metres" else snap_m / PROFILES[profile].snap_speed_m_s
            doorstep = (int(edge), float(offset_m))
            known = plain.get_edge_data(doorstep, "station", {"cost": np.inf})["cost"]
            plain.add_edge(doorstep, "station", cost=min(known, leg))
    if "station" not in plain:
        return {}
    found = nx.single_source_dijkstra_path_length(plain.reverse(copy=False), "station", weight="cost")
    return {place: found.get(place, np.inf) for place in plain if place != "station" and place[0] != "node"}


def within_reach(graph: Graph, profile: str, places: Positions) -> list[float]:
    """Return the lengths of all edges of the islands that stations stand on."""
    plain = nx.MultiGraph()
    for edge in np.flatnonzero(graph.networks[profile].direction).tolist():
        ends = int(graph.edge_from[edge]), int(graph.edge_to[edge])
        plain.add_edge(*ends, edge=edge, metres=float(graph.edge_length_m[edge]))
    # Every place of an island is reached from every other, one-way streets or not.
    islands = [plain.subgraph(nodes) for nodes in nx.connected_components(plain)]
    standing = set(places.edge.tolist())
    served = [one for one in islands if standing & {edge for *_, edge in one.edges(data="edge")}]
    return [metres for one in served for *_, metres in one.edges(data="metres")]


def holds(pieces: Pieces, limit: int, edge: int, offset_m: float) -> bool:
    """Tell whether a place lies on a piece."""
    mine = (pieces.limit == limit) & (pieces.edge == edge)
    return bool(((pieces.begin_m[mine] <= offset_m) & (offset_m <= pieces.end_m[mine])).any())


def check_samples(graph: Graph, profile: str, places: Positions, limits: list[float], measure: str) -> None:
    """Hold every sample of every edge against what the pieces say."""
    pieces = service_area(graph, profile, places, limits, measure)
    for (edge, offset_m), cost in sampled_costs(graph, profile, places, measure).items():
        for number, limit in enumerate(limits):
            # A place within rounding of the limit may be either; an end of an edge belongs to others too.
            if abs(cost - limit) > 1e-6 and 0 < offset_m < graph.edge_length_m[edge]:
                assert holds(pieces, number, edge, offset_m) == (cost < limit), (edge, offset_m, cost, limit)


def spans(pieces: Pieces) -> list[tuple[int, float, float]]:
    """Return pieces as (edge, begin, end) to the centimetre."""
    columns = (pieces.edge.tolist(), pieces.begin_m.round(2).tolist(), pieces.end_m.round(2).tolist())
    return list(zip(*columns, strict=True))


@given(st.data(), st.sampled_from(STREET_PROFILES), st.sampled_from(MEASURES))
@settings(SETTINGS, max_examples=60)
def test_a_place_lies_within_exactly_when_its_way_is_short_enough(data, profile, measure):
    graph = data.draw(towns())
    limits = data.draw(st.lists(st.floats(1, 400), min_size=1, max_size=3))
    check_samples(graph, profile, data.draw(doors(graph)), limits, measure)


@given(st.data(), st.sampled_from(STREET_PROFILES), st.sampled_from(MEASURES))
@SETTINGS
def test_smaller_limits_lie_within_greater_ones(data, profile, measure):
    graph = data.draw(towns())
    small, great = sorted(data.draw(st.tuples(st.floats(0, 300), st.floats(0, 300))))
    pieces = service_area(graph, profile, data.draw(doors(graph)), [great, small], measure)
    outer = pieces.limit == 0
    for edge, begin_m, end_m, limit in zip(*pieces, strict=True):
        if limit == 1:
            around = outer & (pieces.edge == edge)
            assert ((pieces.begin_m[around] <= begin_m) & (end_m <= pieces.end_m[around])).any()


@given(st.data(), st.sampled_from(STREET_PROFILES), st.sampled_from(MEASURES))
@SETTINGS
def test_pieces_are_in_order_apart_and_on_streets_one_may_travel(data, profile, measure):
    graph = data.draw(towns())
    pieces = service_area(graph, profile, data.draw(doors(graph)), [80.0, 200.0, 80.0], measure)
    assert (pieces.begin_m >= 0).all()
    assert (pieces.begin_m < pieces.end_m).all()
    assert (pieces.end_m <= graph.edge_length_m[pieces.edge]).all()
    assert graph.networks[profile].direction[pieces.edge].all()
    order = np.lexsort((pieces.begin_m, pieces.edge, pieces.limit))
    assert np.array_equal(order, np.arange(len(order)))
    same = (np.diff(pieces.edge) == 0) & (np.diff(pieces.limit) == 0)
    assert (pieces.end_m[:-1][same] < pieces.begin_m[1:][same]).all()
    assert spans(Pieces(*(column[pieces.limit == 0] for column in pieces))) == spans(
        Pieces(*(column[pieces.limit == 2] for column in pieces))
    )


@given(st.data(), st.sampled_from(STREET_PROFILES), st.sampled_from(MEASURES))
@SETTINGS
def test_as_limits_grow_the_streets_within_grow_to_all_of_them(data, profile, measure):
    graph = data.draw(towns())
    places = data.draw(doors(graph))
    pieces = service_area(graph, profile, places, [10.0, 50.0, 250.0, 1e6], measure)
    metres = np.bincount(pieces.limit, weights=pieces.end_m - pieces.begin_m, minlength=4)
    assert (np.diff(metres) >= 0).all()
    assert metres[3] == pytest.approx(sum(within_reach(graph, profile, places)))


def test_against_a_one_way_street_one_comes_from_before_the_station_only():
    street = [("解放路", "residential", [(0, 0), (300, 0)]), ("回头路", "residential", [(300, 0), (0, 0)])]
    graph = town(street, ebike=[FORWARD, FORWARD])
    length_m = graph.edge_length_m[0]
    places = stations(graph, [(0, 0.5, 10.0)])
    middle_m = length_m / 2
    for profile, span in (
        ("ebike", (0, middle_m - 50, middle_m)),
        ("walk", (0, middle_m - 50, middle_m + 50)),
    ):
        found = spans(service_area(graph, profile, places, [60.0]))
        assert found == [pytest.approx(span, abs=0.01)]


def test_stations_on_one_edge_share_it():
    graph = town([("解放路", "residential", [(0, 0), (1000, 0)])])
    places = stations(graph, [(0, 0.2, 5.0), (0, 0.25, 0.0), (0, 0.8, 30.0)])
    length_m = graph.edge_length_m[0]
    apart = [(0, 0.2 * length_m - 35, 0.25 * length_m + 40), (0, 0.8 * length_m - 10, 0.8 * length_m + 10)]
    assert spans(service_area(graph, "walk", places, [40.0])) == [pytest.approx(s, abs=0.01) for s in apart]
    assert len(spans(service_area(graph, "walk", places, [30.0]))) == 1
    assert spans(service_area(graph, "walk", places, [900.0])) == [(0, 0.0, round(length_m, 2))]


def test_seconds_count_the_leg_on_foot_and_the_street_at_its_speed():
    graph = town([("解放路", "residential", [(0, 0), (1000, 0)])])
    leg_m = 12 * PROFILES["ebike"].snap_speed_m_s
    pieces = service_area(graph, "ebike", stations(graph, [(0, 0.5, leg_m)]), [60.0], "seconds")
    speed_m_s = float(graph.networks["ebike"].speed_m_s[0])
    assert (pieces.end_m - pieces.begin_m).tolist() == pytest.approx([2 * 48 * speed_m_s])


@pytest.mark.parametrize("measure", MEASURES)
def test_where_there_is_nothing_nothing_is_within(measure: str):
    graph = town([("解放路", "residential", [(0, 0), (100, 0)])])
    cases = [
        (stations(graph, []), [100.0]),
        (stations(graph, [(-1, 0.0, 0.0)]), [100.0, 500.0]),
        (stations(graph, [(0, 0.5, 200.0)]), [100.0, 0.0]),
        (stations(graph, [(0, 0.5, 0.0)]), []),
    ]
    for places, limits in cases:
        pieces = service_area(graph, "walk", places, limits, measure)
        assert [len(column) for column in pieces] == [0, 0, 0, 0]
        assert [column.dtype for column in pieces] == [np.int32, np.float64, np.float64, np.int8]
