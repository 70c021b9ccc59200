import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.nearest import nearest_rows


def unit(values):
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    return (values / np.where(norms > 0, norms, 1)).astype(np.float32)


def brute_force(queries, rows, k):
    products = queries @ rows.T
    return np.argsort(-products, axis=1, kind="stable")[:, :k]


@given(st.integers(0, 40), st.integers(0, 12), st.integers(0, 50), st.integers(0, 9))
def test_few_rows_are_compared_with_all(n, m, k, seed):
    random = np.random.default_rng(seed)
    rows, queries = (unit(random.normal(size=(size, 8)).round(1)) for size in (n, m))
    found = nearest_rows(queries, rows, k)
    expected = brute_force(queries, rows, k)
    assert found.indices.shape == found.cosines.shape == (m, min(k, n))
    assert np.array_equal(found.indices, expected)
    assert np.allclose(found.cosines, np.take_along_axis(queries @ rows.T, expected, 1), atol=1e-6)


def clustered(seed, n_clusters=60, size=100, dimension=32):
    random = np.random.default_rng(seed)
    centres = random.normal(size=(n_clusters, dimension))
    rows = np.repeat(centres, size, axis=0) + 0.4 * random.normal(
        size=(n_clusters * size, dimension)
    )
    return unit(random.permutation(rows))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cells_find_nine_of_ten_neighbours_in_clustered_data(seed):
    rows = clustered(seed)
    queries = rows[::60]
    exact = nearest_rows(queries, rows, 10)
    found = nearest_rows(queries, rows, 10, exact_rows=0)
    same = [len(set(a) & set(b)) for a, b in zip(exact.indices, found.indices, strict=True)]
    assert np.sum(same) >= 0.9 * exact.indices.size
    assert np.array_equal(found.indices[:, 0], exact.indices[:, 0])
    assert (np.diff(found.cosines, axis=1) <= 1e-6).all()


def test_cells_with_fewer_members_than_wanted_are_filled_up():
    rows = unit(np.random.default_rng(4).normal(size=(900, 4)))
    found = nearest_rows(rows[:3], rows, 900, exact_rows=0)
    assert found.indices.shape == (3, 900)
    lacking = found.indices == -1
    assert lacking.any()
    assert (found.cosines[lacking] == -1).all()
    assert (np.sort(found.indices[0][found.indices[0] >= 0], axis=0)[1:] > 0).all()


def test_no_queries_and_no_rows_give_empty_answers():
    rows = unit(np.eye(3))
    assert nearest_rows(rows[:0], rows, 2).indices.shape == (0, 2)
    assert nearest_rows(rows, rows[:0], 2).indices.shape == (3, 0)
