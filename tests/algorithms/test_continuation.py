import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.continuation import (
    ContinuationRows,
    kindred_evidence,
    project_evidence,
    recency,
    topic_likeness,
)
from memcli.algorithms.late_interaction import WordBags

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def heard(home, vectors, words=None, said=None, asked=()):
    n = len(home)
    texts = [[]] * n if said is None else said
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    return ContinuationRows(
        home=np.array(home),
        vectors=np.array(vectors, np.float32).reshape(n, 2),
        words=np.array(words if words is not None else [20] * n),
        age=np.zeros(n),
        stems=WordBags(
            np.array([word for text in texts for word in text], np.int64), starts.astype(np.int64)
        ),
        asked=np.array(asked, np.int64),
    )


def test_a_session_like_the_one_found_first_is_likelier_than_one_unlike_it():
    rows = heard([0, 1, 2], [EAST, [0.8, 0.6], NORTH])
    likeness = topic_likeness([1.0, 0.1, 0.1], rows, 1)
    assert likeness == pytest.approx([1.0, 0.8, 0.0])


def test_what_leads_counts_by_its_evidence_and_no_more_sessions_than_asked():
    rows = heard([0, 1, 2], [EAST, NORTH, NORTH])
    alone = topic_likeness([1.0, 0.5, 0.0], rows, 1)
    both = topic_likeness([1.0, 0.5, 0.0], rows, 2)
    assert alone.tolist() == [1.0, 0.0, 0.0]
    assert both == pytest.approx([1.0, 0.5, 0.5])


def test_long_turns_say_more_of_what_a_session_is_about():
    rows = heard([0, 1, 1], [EAST, EAST, NORTH], [20, 59, 0])
    assert topic_likeness([1.0, 0.0, 0.0], rows, 1)[1] > 0.95


def test_rows_outside_sessions_are_like_nothing():
    assert topic_likeness([1.0, 1.0], heard([-1, -1], [EAST, EAST]), 3).tolist() == [0.0, 0.0]
    assert topic_likeness([], heard([], np.zeros((0, 2))), 3).tolist() == []


drawn = st.lists(
    st.tuples(st.integers(-1, 3), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1)),
    min_size=1,
    max_size=12,
)


@given(drawn, st.integers(1, 4))
def test_likeness_is_one_for_a_session_and_within_the_unit_interval(rows, leading):
    home, x, y, base = map(list, zip(*rows, strict=True))
    likeness = topic_likeness(base, heard(home, list(zip(x, y, strict=True))), leading)
    assert ((likeness >= 0) & (likeness <= 1)).all()
    for code in set(home):
        assert len({value for value, of in zip(likeness, home, strict=True) if of == code}) == 1


def test_recency_falls_with_age_and_says_nothing_of_an_unknown_one():
    found = recency([0.0, 30.0, -5.0, float("nan"), 1e9], 30.0)
    assert found == pytest.approx([1.0, np.exp(-1), 1.0, 0.0, 0.0])


def test_sessions_that_are_alike_share_their_evidence():
    rows = heard([0, 1, 1, 2], [EAST, EAST, EAST, NORTH])
    assert kindred_evidence([0.0, 0.6, 0.2, 1.0], rows, 3.0) == pytest.approx([0.6, 0, 0, 0])


def test_a_likeness_counts_by_its_power():
    rows = heard([0, 1, 2, 3], [EAST] * 4, said=[[1, 2], [1, 2], [1, 3], [2, 3]])
    mild, sharp = (kindred_evidence([0.0, 1.0, 0.0, 0.0], rows, p)[0] for p in (1.0, 9.0))
    assert 0.3 < mild < 0.9 < sharp < 1.0


def test_a_session_is_found_by_words_that_one_like_it_says():
    texts = [[1, 2], [1], [2, 3], [4], [4]]
    rows = heard([0, 0, 1, 2, -1], [EAST, EAST, EAST, NORTH, EAST], said=texts, asked=[3, 9])
    other, same, found, unlike, outside = project_evidence(rows)
    assert other == same == found > 0.0
    assert unlike == outside == 0.0


def test_no_kin_where_there_is_no_other_session():
    assert kindred_evidence([1.0, 1.0], heard([-1, 0], [EAST, EAST]), 2.0).tolist() == [0.0, 0.0]
    assert kindred_evidence([], heard([], np.zeros((0, 2))), 2.0).tolist() == []
    assert project_evidence(heard([], np.zeros((0, 2)))).tolist() == []


@given(drawn)
def test_kindred_evidence_is_no_more_than_the_best(rows):
    home, x, y, base = map(list, zip(*rows, strict=True))
    found = kindred_evidence(base, heard(home, list(zip(x, y, strict=True))), 3.0)
    assert ((found >= 0) & (found <= max(base) + 1e-12)).all()
