"""The compiled ranking of fit_weights.py scores as the search does, whatever the weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from memcli.algorithms.continuation import ContinuationRows
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.late_interaction import WordBags
from memcli.algorithms.ranking import rank_candidates
from memcli.search.weights import fitted_weights

pytestmark = pytest.mark.bench
pytest.importorskip("numba")


def candidates(seed: int, message: bool) -> Candidates:
    """Return rows with all signals, some of one place, some of no session."""
    chance = np.random.default_rng(seed)
    n = 60

    def some(part: float) -> np.ndarray:
        return chance.random(n) < part

    session, asked = chance.integers(-1, 6, n), chance.integers(1, 6)
    said = np.where(some(0.1), np.nan, session + chance.random(n))
    words = chance.integers(0, 30, 5 * n)
    heard = ContinuationRows(
        home=session,
        vectors=chance.normal(size=(n, 8)).astype(np.float32),
        words=chance.integers(0, 90, n),
        age=np.nanmax(said) - said,
        stems=WordBags(words, np.arange(0, 5 * n + 1, 5)),
        asked=np.unique(chance.integers(0, 30, 4)),
    )
    return Candidates(
        lexical=chance.random(n) * some(0.7),
        cosine=chance.random(n),
        session=session,
        seq=chance.integers(0, 9, n),
        speaker_match=some(0.3).astype(float),
        superseded=some(0.1),
        words=chance.integers(1, 40, n),
        fact=some(0.05),
        records=some(0.7 if seed % 4 == 1 else 0.2),
        noted=said,
        matches=chance.random((n, asked)).astype(np.float32),
        statement_lexical=chance.random(n) * some(0.2),
        segment_lexical=chance.random(n) * some(0.4),
        successors=np.where(some(0.1), chance.integers(0, n, n), -1),
        dormant=some(0.1),
        asks=some(0.2),
        answers=some(0.2),
        dated=some(0.3),
        other_role=some(0.4),
        assisted=session < 4,
        assistant=some(0.5),
        said=said,
        times=((2.0, 3.0, 1.0, 1.0),) if seed % 2 else (),
        latest=(None, True, False)[seed % 3],
        heard=heard if message else None,
    )


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_the_search(seed):
    from compiled_ranking import LAID_OUT, Table
    from fit_weights import GRID
    from judged import Question, recalls

    rows = [candidates(10 * seed + i, i % 2 == 0) for i in range(6)]
    keys = [f"u{i % 17}" for i in range(60)]
    questions = [
        Question("d", "s", "g", "", "", each, keys, frozenset({"u3", "u9"})) for each in rows
    ]
    chance = np.random.default_rng(seed)
    weights = replace(fitted_weights(), **{name: chance.choice(GRID[name]).item() for name in GRID})
    table = Table(questions, weights)
    for scores, each in zip(table.scores(weights), rows, strict=True):
        np.testing.assert_allclose(scores, rank_candidates(each, weights).scores, atol=1e-5)
    np.testing.assert_array_equal(table.recalls(weights), recalls(questions, weights))
    other = replace(
        weights, **{name: chance.choice(GRID[name]).item() for name in GRID if name not in LAID_OUT}
    )
    for scores, each in zip(table.scores(other), rows, strict=True):
        np.testing.assert_allclose(scores, rank_candidates(each, other).scores, atol=1e-5)
