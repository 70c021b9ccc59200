"""Candidate rows of a query as ranking takes them, and their ranking by weights near the fitted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from memcli.algorithms.continuation import ContinuationRows
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.late_interaction import WordBags
from memcli.algorithms.ranking import rank_candidates as rank_with
from memcli.search.weights import fitted_weights

# With what counts for messages stronger than fitted.
WEIGHTS = replace(fitted_weights(), topic=1.0, recency=0.5)

SCALES = {"lexical": 40.0, "cosine": 1.0, "speaker_match": 1.0}
KEYS = ("statement_lexical", "segment_lexical")


def rank_candidates(rows, weights=WEIGHTS):
    return rank_with(rows, weights)


def candidates(n=2, **columns):
    """Rows that differ in nothing, each in a session of its own, but for the columns given."""
    plain = {
        "lexical": np.full(n, 5.0),
        "cosine": np.full(n, 0.5),
        "session": np.arange(n),
        "seq": np.zeros(n, dtype=np.int32),
        "speaker_match": np.zeros(n),
        "superseded": np.zeros(n, dtype=bool),
        "words": np.full(n, 20),
    }
    return Candidates(**plain | {name: np.array(values) for name, values in columns.items()})


@st.composite
def drawn_candidates(draw, min_size=1, max_size=20):
    n = draw(st.integers(min_size, max_size))

    def column(elements):
        return draw(st.lists(elements, min_size=n, max_size=n))

    keys = KEYS if draw(st.booleans()) else ()
    return candidates(
        n,
        **{name: column(st.floats(0, 40, width=32)) for name in keys},
        lexical=column(st.floats(0, SCALES["lexical"], width=32)),
        cosine=column(st.floats(-1, 1, width=32)),
        session=column(st.integers(-1, 4)),
        seq=column(st.integers(0, 8)),
        speaker_match=column(st.sampled_from([0.0, 0.5, 1.0])),
        superseded=column(st.booleans()),
        words=column(st.integers(0, 60)),
    )


def message_of(home, vectors, **columns):
    n = len(home)
    nothing = WordBags(np.zeros(0, np.int64), np.zeros(n + 1, np.int64))
    plain = {"words": np.full(n, 20), "stems": nothing, "asked": np.zeros(0, np.int64)}
    given = {k: np.array(v) for k, v in columns.items()}
    heard = plain | {"age": np.zeros(n), "home": np.array(home), "vectors": np.array(vectors)}
    return ContinuationRows(**heard | given)
