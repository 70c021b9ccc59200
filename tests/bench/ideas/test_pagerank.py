import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ideas.pagerank import (
    DAMPING,
    PASSAGE_WEIGHT,
    Graph,
    as_graph,
    personalized_pagerank,
    seed_weights,
)

WEIGHTS = st.floats(0.01, 10.0)


@st.composite
def drawn_graphs(draw, max_nodes=12):
    n = draw(st.integers(1, max_nodes))
    node = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(node, node, WEIGHTS), max_size=30))
    source, target, weight = zip(*edges, strict=True) if edges else ((), (), ())
    return as_graph(n, source, target, weight)


@st.composite
def drawn_walks(draw):
    graph = draw(drawn_graphs())
    seeds = draw(st.lists(st.floats(0.0, 5.0), min_size=graph.n, max_size=graph.n))
    return graph, np.array(seeds)


def solved(graph, seeds, damping):
    """The same by solving the linear system over the whole matrix."""
    start = seeds / seeds.sum()
    matrix = np.zeros((graph.n, graph.n))
    np.add.at(matrix, (graph.target, graph.source), graph.weight)
    leaving = matrix.sum(0)
    moves = np.where(leaving > 0, matrix / np.where(leaving > 0, leaving, 1), start[:, None])
    return np.linalg.solve(np.eye(graph.n) - damping * moves, (1 - damping) * start)


@given(drawn_walks(), st.sampled_from([0.0, 0.1, DAMPING, 0.85]))
def test_power_iteration_comes_to_the_solution_of_the_system(walk, damping):
    graph, seeds = walk
    if seeds.sum() > 0:
        found = personalized_pagerank(graph, seeds, damping)
        np.testing.assert_allclose(found, solved(graph, seeds, damping), atol=1e-7)


@given(drawn_walks())
def test_time_is_shared_out_among_the_nodes(walk):
    graph, seeds = walk
    rank = personalized_pagerank(graph, seeds)
    assert (rank >= 0).all()
    assert rank.sum() == pytest.approx(1.0 if seeds.any() else 0.0)


@given(drawn_walks(), st.floats(1e-3, 1e3))
def test_the_scale_of_seeds_and_of_edges_says_nothing(walk, factor):
    graph, seeds = walk
    rank = personalized_pagerank(graph, seeds)
    scaled = graph._replace(weight=graph.weight * factor)
    np.testing.assert_allclose(personalized_pagerank(scaled, seeds * factor), rank, atol=1e-8)


@given(drawn_walks(), st.randoms(use_true_random=False))
def test_the_order_of_the_edges_says_nothing(walk, chance):
    graph, seeds = walk
    order = list(range(len(graph.source)))
    chance.shuffle(order)
    mixed = Graph(graph.n, graph.source[order], graph.target[order], graph.weight[order])
    np.testing.assert_allclose(
        personalized_pagerank(mixed, seeds), personalized_pagerank(graph, seeds), atol=1e-8
    )


def test_what_is_nearer_to_the_seed_gets_more():
    chain = as_graph(4, [0, 1, 2], [1, 2, 3])
    rank = personalized_pagerank(chain, [1.0, 0.0, 0.0, 0.0])
    assert rank[1] > rank[2] > rank[3] > 0


def test_what_no_edge_leads_to_gets_nothing_but_its_seed():
    graph = as_graph(4, [0], [1])
    rank = personalized_pagerank(graph, [1.0, 0.0, 0.0, 1.0])
    assert rank[2] == 0.0
    # The walk that is stuck at node 3 starts anew at either seed.
    assert rank.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(rank, solved(graph, np.array([1.0, 0, 0, 1.0]), DAMPING))


def test_a_heavier_edge_carries_more():
    graph = as_graph(3, [0, 0], [1, 2], [3.0, 1.0])
    rank = personalized_pagerank(graph, [1.0, 0.0, 0.0])
    assert rank[1] == pytest.approx(3 * rank[2])


def test_a_passage_that_shares_a_name_with_the_question_rises_above_one_that_does_not():
    # Nodes: one name, three passages; the first two have the name, all are as like the question.
    graph = as_graph(4, [0, 0], [1, 2])
    rank = personalized_pagerank(graph, seed_weights([0.6], [0.4, 0.4, 0.4]))
    assert rank[1] == pytest.approx(rank[2])
    assert rank[1] > rank[3]


def test_edges_go_both_ways_and_not_to_themselves():
    graph = as_graph(3, [0, 1, 2, 0], [1, 0, 2, 2], [1.0, 2.0, 5.0, np.nan])
    edges = sorted(zip(graph.source, graph.target, graph.weight, strict=True))
    assert edges == [(0, 1, 1.0), (0, 1, 2.0), (1, 0, 1.0), (1, 0, 2.0)]


def test_without_seeds_or_nodes_there_is_no_walk():
    assert personalized_pagerank(as_graph(0, [], []), []).tolist() == []
    graph = as_graph(2, [0], [1])
    assert personalized_pagerank(graph, [0.0, np.nan]).tolist() == [0.0, 0.0]
    assert personalized_pagerank(graph, [-1.0, 0.0]).tolist() == [0.0, 0.0]


def test_huge_and_tiny_seeds_are_a_walk_like_others():
    graph = as_graph(2, [0], [1])
    expected = personalized_pagerank(graph, [1.0, 1.0])
    for size in (1e308, 1e-320):
        np.testing.assert_allclose(personalized_pagerank(graph, [size, size]), expected)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="edges do not fit 2 nodes"):
        as_graph(2, [0], [2])
    with pytest.raises(ValueError, match="edges do not fit"):
        as_graph(2, [-1], [0])
    with pytest.raises(ValueError, match="seeds for 2 nodes"):
        personalized_pagerank(as_graph(2, [0], [1]), [1.0])
    with pytest.raises(ValueError, match=r"damping 1\.0"):
        personalized_pagerank(as_graph(2, [0], [1]), [1.0, 0.0], damping=1.0)


def test_passages_start_with_a_small_share_of_their_place_between_worst_and_best():
    weights = seed_weights([0.5, -1.0], [0.2, 0.4, 0.3])
    np.testing.assert_allclose(weights, [0.5, 0.0, 0.0, PASSAGE_WEIGHT, PASSAGE_WEIGHT / 2])
    assert seed_weights([], [0.3, 0.3]).tolist() == [PASSAGE_WEIGHT, PASSAGE_WEIGHT]
    assert seed_weights([1.0], []).tolist() == [1.0]
