"""The nearest station within a limit as pandana finds it: a program of its own, in pandana's own environment.

``python pandana_turns.py CITY.npz`` reads a line for every turn to take, and answers with one of JSON.
"""

import json
import os
import sys
import time

import numpy as np
import pandana
import pandas as pd


def main(path: str) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # What pandana prints of itself is no answer.
    os.dup2(2, 1)
    with np.load(path) as file:
        city = dict(file)
    start = time.perf_counter()
    network = _network(city)
    build = {"build": time.perf_counter() - start}
    for _ in sys.stdin:
        answers.write(json.dumps(_turn(network, city) | build) + "\n")


def _network(city: dict[str, np.ndarray]) -> pandana.Network:
    """Return the streets, contracted, and the stations on them; this takes too long to be done every turn."""
    columns = city["node_lon"], city["node_lat"], city["edge_from"], city["edge_to"]
    frame = pd.DataFrame({"metres": city["edge_length_m"]})
    network = pandana.Network(*map(pd.Series, columns), frame, twoway=True)
    stations = pd.Series(city["station_lon"]), pd.Series(city["station_lat"])
    network.set_pois("stations", float(city["limit_m"]), 1, *stations)
    return network


def _turn(network: pandana.Network, city: dict[str, np.ndarray]) -> dict[str, float]:
    marks = [time.perf_counter()]
    node = network.get_node_ids(pd.Series(city["lon"]), pd.Series(city["lat"]))
    marks.append(time.perf_counter())
    limit_m = float(city["limit_m"])
    found = network.nearest_pois(limit_m, "stations", num_pois=1, include_poi_ids=True)
    of_demand = found.take(node.to_numpy())
    marks.append(time.perf_counter())
    covered = int(of_demand["poi1"].notna().sum())
    return dict(zip(("snap", "query"), np.diff(marks).tolist(), strict=True)) | {"covered": covered}


if __name__ == "__main__":
    main(sys.argv[1])
