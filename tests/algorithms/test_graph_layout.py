from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.graph_layout import force_layout

NONE = np.zeros((0, 2), dtype=np.int64)


@settings(max_examples=30)
@given(st.integers(1, 12), st.data())
def test_every_node_has_a_place_of_its_own_in_the_square(n, data):
    node = st.integers(0, n - 1)
    pairs = st.tuples(node, node).filter(lambda pair: pair[0] < pair[1])
    edges = data.draw(st.lists(pairs, max_size=20, unique=True)) if n > 1 else []
    places = force_layout(n, np.array(edges, dtype=np.int64).reshape(-1, 2), np.ones(len(edges)))
    assert places.shape == (n, 2)
    assert ((places >= 0) & (places <= 1)).all()
    assert len({tuple(place) for place in places.round(6).tolist()}) == n


def test_one_graph_has_one_drawing():
    edges, weights = np.array([[0, 1], [1, 2]]), np.array([1.0, 2.0])
    assert np.array_equal(force_layout(4, edges, weights), force_layout(4, edges, weights))


def test_what_belongs_together_lies_nearer():
    # Two cliques of four, and one edge between them.
    own = [(a, b) for side in (0, 4) for a in range(side, side + 4) for b in range(a + 1, side + 4)]
    edges = np.array([*own, (0, 4)])
    places = force_layout(8, edges, np.ones(len(edges)))
    length = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    inside = np.mean([length[a, b] for a, b in own])
    across = length[:4, 4:].mean()
    assert across > 1.5 * inside


@pytest.mark.parametrize(("n", "places"), [(0, []), (1, [[0.5, 0.5]])])
def test_the_smallest_graphs(n, places):
    assert force_layout(n, NONE, np.zeros(0)).tolist() == places
