from dataclasses import replace

import numpy as np
import pytest

from tests.support.candidate_rows import WEIGHTS, candidates, rank_candidates


def test_the_shares_of_a_turn_best_in_everything_are_as_their_weights():
    weights = replace(WEIGHTS, dense=3.0, lexical=2.0, speaker=1.0)
    shares = rank_candidates(candidates(1, speaker_match=[1.0]), weights).shares
    assert shares["dense"] == pytest.approx(3 * shares["speaker"])
    assert shares["lexical"] == pytest.approx(2 * shares["speaker"])


def test_keys_have_shares_of_their_own_where_there_are_any():
    rows = candidates(2, statement_lexical=[0.0, 2.0], segment_lexical=[1, 1])
    ranking = rank_candidates(rows)
    assert ranking.shares["statement_lexical"][1] > ranking.shares["statement_lexical"][0] == 0
    assert "segment" in ranking.shares
    nothing = rank_candidates(candidates(2, statement_lexical=[0, 0], segment_lexical=[1, 1]))
    assert "statement_lexical" not in nothing.shares
    assert sum(ranking.shares.values()) == pytest.approx(ranking.scores)


def test_shares_name_every_signal_and_show_where_the_score_comes_from():
    rows = candidates(3, session=[0, 0, 1], lexical=[8.0, 0.0, 0.0], seq=[0, 1, 0])
    shares = rank_candidates(rows).shares
    assert list(shares) == ["dense", "lexical", "speaker", "contiguity", "session"]
    assert (shares["lexical"] > 0).tolist() == [True, False, False]
    assert (shares["contiguity"] > 0).tolist() == [True, True, False]
    assert not shares["speaker"].any()


def test_no_session_gives_no_context():
    shares = rank_candidates(candidates(3, session=[-1, -1, -1], seq=[0, 1, 2])).shares
    assert not shares["contiguity"].any()
    assert not shares["session"].any()


def test_words_that_the_turn_before_said_raise_the_answer():
    matches = np.array([[1.0], [0.0], [0.0], [0.0]], np.float32)
    rows = candidates(4, session=[0, 0, 1, 1], seq=[0, 1, 0, 1], matches=matches)
    ranking = rank_candidates(rows)
    assert ranking.shares["interaction"][1] > ranking.shares["interaction"][3] == 0.0
    assert ranking.order[0] == 0


def test_what_is_told_elsewhere_at_the_time_speaks_for_a_row():
    rows = candidates(3, lexical=[9.0, 1.0, 1.0], noted=[5.0, 9.0, 5.1])
    ranking = rank_candidates(rows)
    assert ranking.order.tolist() == [0, 2, 1]
    assert ranking.shares["elsewhere"][2] > ranking.shares["elsewhere"][1]
    assert sum(ranking.shares.values()) == pytest.approx(ranking.scores)


def chat_with_assistant(**columns):
    """A request, its reply, the next request, its reply, in one session."""
    assistant = np.array([False, True, False, True])
    place = {"session": np.zeros(4, int), "seq": np.arange(4)}
    said = {"assistant": assistant, "assisted": np.ones(4, bool)}
    return candidates(4, **place | said | columns)


def test_in_a_chat_with_an_assistant_only_a_request_and_its_reply_speak_for_one_another():
    for best, partner in ((0, 1), (1, 0), (2, 3), (3, 2)):
        lexical = np.ones(4)
        lexical[best] = 9.0
        beside = rank_candidates(chat_with_assistant(lexical=lexical)).shares["contiguity"]
        assert max(range(4), key=beside.__getitem__) == partner
