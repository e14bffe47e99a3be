"""Chance that falls the same way on every machine.

Only ``Random.random`` is promised to give the same numbers in every version of Python; everything here
is made from it.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

__all__ = ["happens", "number", "pick", "pick_weighted", "scatter", "stream"]

T = TypeVar("T")


def stream(seed: int, name: str) -> Random:
    """Return the chance of one part of the city: what is added elsewhere does not change it.

    Examples
    --------
    >>> stream(1, "stations").random() == stream(1, "stations").random() != stream(1, "riders").random()
    True
    """
    return Random(f"{seed}:{name}")


def happens(rng: Random, probability: float) -> bool:
    """Tell whether something of that probability happens."""
    return rng.random() < probability


def number(rng: Random, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`, both possible."""
    return low + int(rng.random() * (high - low + 1))


def pick(rng: Random, items: Sequence[T]) -> T:
    """Return one of the items."""
    return items[int(rng.random() * len(items))]


def pick_weighted(rng: Random, weights: Mapping[T, float]) -> T:
    """Return one of the keys, as often as its weight says.

    Examples
    --------
    >>> pick_weighted(Random(0), {"never": 0, "always": 1})
    'always'
    """
    left = rng.random() * math.fsum(weights.values())
    for item, weight in weights.items():
        left -= weight
        if left < 0:
            return item
    return item


def scatter(rng: Random, sigma: float) -> float:
    """Return a normal deviate around 0 (Box and Muller)."""
    return sigma * math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())
