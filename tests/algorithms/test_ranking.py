from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.restatement import Assertions
from tests.support.candidate_rows import (
    SCALES,
    WEIGHTS,
    candidates,
    drawn_candidates,
    rank_candidates,
)

SIGNALS = ("lexical", "cosine", "speaker_match")


def taken(rows, order):
    columns = {f.name: getattr(rows, f.name) for f in fields(rows)}
    moved = {k: v[order] for k, v in columns.items() if isinstance(v, np.ndarray)}
    return replace(rows, **moved)


@pytest.mark.parametrize(
    ("case", "columns"),
    [
        ("the better lexical hit", {"lexical": [1.0, 9.0]}),
        ("the nearer vector", {"cosine": [0.1, 0.6]}),
        ("the speaker asked about", {"speaker_match": [0.0, 1.0]}),
        ("the longer turn", {"words": [1, 30]}),
        ("the statement still valid", {"superseded": [True, False]}),
        ("the turn whose statement has the words", {"statement_lexical": [1.0, 9.0]}),
        ("the turn of the segment with the words", {"segment_lexical": [0.0, 3.0]}),
    ],
)
def test_first_comes(case, columns):
    assert rank_candidates(candidates(2, **columns)).order.tolist() == [1, 0], case


def test_an_answer_without_the_words_of_the_question_comes_after_the_turn_that_asks_it():
    rows = candidates(
        4,
        session=[0, 0, 1, 2],
        seq=[4, 5, 5, 3],
        lexical=[9.0, 0.0, 0.0, 2.0],
        cosine=[0.6, 0.2, 0.2, 0.2],
    )
    assert rank_candidates(rows).order.tolist() == [0, 1, 3, 2]


def test_of_two_equal_turns_the_one_in_the_better_session_comes_first():
    rows = candidates(4, session=[0, 1, 1, 1], seq=[0, 0, 10, 20])
    assert rank_candidates(rows).order.tolist() == [1, 2, 3, 0]


def test_a_paragraph_of_a_document_leads_by_what_it_means_and_not_for_what_stands_around_it():
    columns = {
        "session": [0, 0, 1, 1],
        "seq": [0, 1, 0, 9],
        "lexical": [9.0, 3.0, 4.0, 0.0],
        "cosine": [0.5, 0.3, 0.6, 0.1],
    }
    said = rank_candidates(candidates(4, **columns))
    written = rank_candidates(candidates(4, **columns, documents=[True] * 4))
    assert said.order.tolist()[0] == 0
    assert written.order.tolist() == [2, 0, 1, 3]
    assert not written.shares["contiguity"].any()
    assert not written.shares["session"].any()


def test_turns_keep_their_scores_beside_documents():
    columns = {"session": [0, 0, 1], "seq": [0, 1, 0], "cosine": [0.5, 0.3, 0.6]}
    alone = rank_candidates(candidates(3, **columns)).scores
    mixed = rank_candidates(candidates(3, **columns, documents=[False, False, True])).scores
    assert mixed[:2] == pytest.approx(alone[:2])
    assert mixed[2] != pytest.approx(alone[2])


@pytest.mark.parametrize(
    ("records", "of_records"),
    [([True, True, False], True), ([True, False, False], False), ([False] * 3, False)],
)
def test_all_count_as_short_by_what_most_of_them_are(records, of_records):
    words = {"words": [2, 9, 30]}
    weights = replace(WEIGHTS, words=10.0, record_words=2.0, elsewhere=0.0, records=1.0)
    found = rank_candidates(candidates(3, **words, records=records), weights)
    scale = weights.record_words if of_records else weights.words
    alone = rank_candidates(candidates(3, **words), replace(weights, words=scale))
    assert found.scores == pytest.approx(alone.scores)


def test_a_superseded_statement_has_half_the_score_of_its_equal():
    scores = rank_candidates(candidates(2, superseded=[True, False])).scores
    assert scores[0] == pytest.approx(scores[1] / 2)


def test_a_candidate_best_in_everything_with_the_best_context_scores_nearly_one():
    n = 9
    rows = candidates(n, session=[0] * n, seq=range(n), speaker_match=[1.0] * n, words=[1000] * n)
    assert rank_candidates(rows).scores[4] == pytest.approx(1.0)


def test_nothing_found_gives_an_empty_ranking():
    order, scores, shares = rank_candidates(candidates(0))
    assert (len(order), len(scores), {len(part) for part in shares.values()}) == (0, 0, {0})


def test_candidates_without_any_evidence_score_zero():
    rows = candidates(2, lexical=[0.0, 0.0], cosine=[-0.1, -0.2])
    assert rank_candidates(rows).scores.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("case", "columns"),
    [
        ("the turn that does not ask", {"asks": [True, False]}),
        ("the turn that answers", {"answers": [False, True]}),
        ("the turn with a date", {"dated": [False, True]}),
        ("the turn of whom is asked about", {"other_role": [True, False]}),
        ("what has not faded", {"dormant": [True, False]}),
        ("what was said at the time", {"said": [0.0, 100.0], "times": ((90.0, 110.0, 5.0, 1.0),)}),
        ("the latest", {"said": [0.0, 100.0], "latest": True}),
        ("the first", {"said": [100.0, 0.0], "latest": False}),
    ],
)
def test_of_equals_first_comes(case, columns):
    arrays = {k: v if k in ("times", "latest") else np.array(v) for k, v in columns.items()}
    ranking = rank_candidates(replace(candidates(2), **arrays))
    assert ranking.order.tolist() == [1, 0], case
    assert (ranking.scores <= 1).all()
    assert sum(ranking.shares.values()) == pytest.approx(ranking.scores)


@given(drawn_candidates())
def test_scores_stay_in_the_unit_interval_and_shares_sum_to_them(rows):
    _, scores, shares = rank_candidates(rows)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert all((part >= 0).all() for part in shares.values())
    assert sum(shares.values()) == pytest.approx(scores)


@given(drawn_candidates())
def test_the_order_is_a_permutation_by_falling_score(rows):
    order, scores, _ = rank_candidates(rows)
    assert sorted(order.tolist()) == list(range(len(scores)))
    assert (np.diff(scores[order]) <= 0).all()


@given(drawn_candidates(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(rows, random):
    shuffled = list(range(len(rows.cosine)))
    random.shuffle(shuffled)
    before, after = rank_candidates(rows), rank_candidates(taken(rows, shuffled))
    assert (after.scores == before.scores[shuffled]).all()
    place = np.stack([-before.scores, rows.session, rows.seq])
    assert (place[:, before.order] == place[:, shuffled][:, after.order]).all()


@given(drawn_candidates(), st.sampled_from(SIGNALS), st.data())
def test_raising_a_signal_up_to_the_best_never_lowers_the_score(rows, signal, data):
    values = getattr(rows, signal)
    row = data.draw(st.integers(0, len(values) - 1))
    # Beyond the best of the query a signal changes the scale of all, not the row alone.
    # The sum makes 0.0 of a maximum of -0.0, which lies below another candidate's 0.0.
    top = SCALES[signal] if signal == "speaker_match" else values.max() + 0.0
    raised = values.copy()
    raised[row] = data.draw(st.floats(values[row], top, width=32))
    before, after = rank_candidates(rows), rank_candidates(replace(rows, **{signal: raised}))
    assert after.scores[row] >= before.scores[row] - 1e-12


@given(drawn_candidates(), st.sampled_from([0.01, 1000.0]))
def test_the_scale_of_bm25_does_not_matter(rows, unit):
    scaled_up = replace(rows, lexical=rows.lexical * unit)
    assert rank_candidates(scaled_up).scores == pytest.approx(rank_candidates(rows).scores)


@given(drawn_candidates())
def test_a_signal_without_weight_has_no_share(rows):
    shares = rank_candidates(rows, replace(WEIGHTS, lexical=0.0, session=0.0)).shares
    assert not shares["lexical"].any()
    assert not shares["session"].any()


def test_further_turns_of_a_session_count_less_where_a_few_sessions_hold_all():
    # Two sessions: the best two turns are of one, the third is of the other and a little worse.
    lexical = [9.0, 8.9, 8.8, 1.0]
    columns = {"session": [0, 0, 1, 1], "seq": [0, 20, 0, 20], "lexical": lexical}
    fair = replace(WEIGHTS, session=0.0)
    assert rank_candidates(candidates(4, **columns), fair).order.tolist()[:3] == [0, 2, 1]
    crowded = replace(fair, session_again=0.0)
    assert rank_candidates(candidates(4, **columns), crowded).order.tolist()[:3] == [0, 1, 2]


def test_within_one_session_further_turns_keep_their_scores():
    rows = candidates(3, session=[0, 0, 0], seq=[0, 20, 40], lexical=[9.0, 8.0, 7.0])
    plain = rank_candidates(rows, replace(WEIGHTS, session_again=0.0))
    assert np.allclose(rank_candidates(rows).scores, plain.scores)


def told_again(**columns):
    """One thing told twice, in like words, and another thing, of which the first is the hit."""
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, -1.0]], np.float32)
    told = Assertions(np.arange(3), np.zeros(3, int), vectors)
    plain = {"lexical": [9.0, 1.0, 2.0], "said": [1.0, 30.0, 40.0]}
    return replace(candidates(3, **plain | columns), asserted=told)


def test_what_was_said_last_of_a_thing_leads_over_what_it_restates():
    ranking = rank_candidates(told_again())
    assert ranking.order.tolist()[:2] == [1, 0]
    assert ranking.shares["succession"][1] > 0
    assert np.allclose(sum(ranking.shares.values()), ranking.scores)


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("nothing holds", replace(told_again(), asserted=None)),
        ("another than the named says the newer", told_again(speaker_match=[1.0, 0.0, 0.0])),
        ("it was said at once", told_again(said=[1.0, 1.0, 1.0])),
        ("the newer holds no longer", told_again(superseded=[False, True, False])),
    ],
)
def test_what_was_said_first_stays_the_first_hit_where(why, rows):
    assert rank_candidates(rows).order[0] == 0, why
