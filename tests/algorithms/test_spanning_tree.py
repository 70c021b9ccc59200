"""Tests of memcli.algorithms.spanning_tree: against all trees there are."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.spanning_tree import has_circle, spanning_tree


def _is_tree(heads: tuple[int, ...]) -> bool:
    return not has_circle(np.array(heads))


@given(st.integers(1, 5), st.integers(0, 10_000))
def test_no_other_tree_is_better(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-9, 10, (n, n + 1)).astype(float)
    value = lambda heads: scores[np.arange(n), list(heads)].sum()  # noqa: E731
    trees = [heads for heads in product(range(n + 1), repeat=n) if _is_tree(heads)]
    found = tuple(spanning_tree(scores).tolist())
    assert _is_tree(found)
    assert value(found) == max(map(value, trees))


def test_a_circle_is_seen() -> None:
    assert has_circle(np.array([0, 3, 2]))
    assert has_circle(np.array([0, 0]))
    assert not has_circle(np.array([2, 0, 2]))
