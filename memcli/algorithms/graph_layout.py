"""
Graph layout: places for the nodes of a weighted graph, by forces.

Fruchterman and Reingold (1991): nodes repel one another, edges pull, and all cools down. It begins
on a spiral, not at random, so that one graph has one drawing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROUNDS: Final = 200
# Pull to the middle, so that parts that nothing joins stay near.
GRAVITY: Final = 0.3
# Of an edge beside the push of a node; fuller, and what belongs together lies on one spot.
PULL: Final = 0.35
GOLDEN_ANGLE: Final = np.pi * (3 - np.sqrt(5))


def force_layout(n: int, edges: IntArray, weights: FloatArray) -> FloatArray:
    """
    Return places of `n` nodes in the unit square, float [n, 2].

    edges: int [m, 2], pairs of nodes; weights: float [m], above 0, the heaviest pulls fully.
    """
    if n == 0:
        return np.zeros((0, 2))
    turns = np.arange(n) * GOLDEN_ANGLE
    radius = np.sqrt((np.arange(n) + 0.5) / n)
    places = np.stack([np.cos(turns), np.sin(turns)], axis=1) * radius[:, None]
    spring = np.sqrt(4.0 / n)
    pull = np.sqrt(weights / weights.max()) if len(weights) else weights
    for heat in np.linspace(0.2, 0.005, ROUNDS):
        move = _repulsion(places, spring) - GRAVITY * places / spring
        if len(edges):
            move += _attraction(places, edges, pull, spring)
        length = np.linalg.norm(move, axis=1, keepdims=True)
        places = places + move / np.maximum(length, 1e-9) * np.minimum(length, heat)
    return _in_unit_square(places)


def _repulsion(places: FloatArray, spring: float) -> FloatArray:
    apart = places[:, None, :] - places[None, :, :]
    squared = np.maximum((apart**2).sum(axis=2), 1e-4)
    force: FloatArray = (apart * (spring**2 / squared)[:, :, None]).sum(axis=1)
    return force


def _attraction(places: FloatArray, edges: IntArray, pull: FloatArray, spring: float) -> FloatArray:
    along = places[edges[:, 0]] - places[edges[:, 1]]
    length = np.linalg.norm(along, axis=1, keepdims=True)
    force = along * (length / spring) * (pull * PULL)[:, None]
    moves = np.zeros_like(places)
    np.add.at(moves, edges[:, 0], -force)
    np.add.at(moves, edges[:, 1], force)
    return moves


def _in_unit_square(places: FloatArray) -> FloatArray:
    low, high = places.min(axis=0), places.max(axis=0)
    size = np.where(high - low > 1e-9, high - low, 1.0)
    scaled: FloatArray = (places - low) / size
    return np.where(high - low > 1e-9, scaled, 0.5)
