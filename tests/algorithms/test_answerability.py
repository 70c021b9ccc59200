from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.answerability import (
    Calibration,
    answer_signs,
    answerability,
    calibrated,
    certainty,
    expected,
    lead_signs,
)
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.ranking import Ranking, rank_candidates
from memcli.search.weights import calibration, fitted_weights

WEIGHTS = fitted_weights()
FLAT = Calibration(*[0.0] * 6, threshold=0.3, first=0.0, lead=0.0, ahead=0.0, answered=0.8)


def rows(matches, speaker_match=None, lexical=None):
    matches = np.array(matches, np.float32)
    n = len(matches)
    return Candidates(
        lexical=np.array(lexical if lexical is not None else np.arange(n, 0, -1), float),
        cosine=np.full(n, 0.5),
        session=np.arange(n),
        seq=np.zeros(n, np.int64),
        speaker_match=np.array(speaker_match if speaker_match is not None else [0.0] * n),
        superseded=np.zeros(n, bool),
        words=np.full(n, 20),
        matches=matches,
    )


def signs(candidates):
    return answer_signs(candidates, rank_candidates(candidates, WEIGHTS), WEIGHTS)


def test_a_hit_that_says_the_question_covers_it_and_one_that_says_something_like_it_does_not():
    assert signs(rows([[1.0, 1.0], [0.0, 0.0]]))["covered"] == pytest.approx(1.0)
    assert signs(rows([[0.7, 0.7], [0.0, 0.0]]))["covered"] == 0.0


def test_a_rare_word_that_nobody_says_leaves_little():
    said = signs(rows([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]))["rarest"]
    unsaid = signs(rows([[1.0, 0.2], [1.0, 0.0], [1.0, 0.0]]))["rarest"]
    assert said > 2 * unsaid


def test_who_is_asked_about_and_says_nothing_of_it_is_a_bad_sign():
    matches, named = [[1.0, 1.0], [0.2, 0.0]], [0.0, 1.0]
    others = signs(rows(matches, named))
    itself = signs(rows(matches, named[::-1]))
    assert others["elsewhere"] > 0.5 > itself["elsewhere"] == 0.0
    nobody = signs(rows(matches))
    assert (nobody["unspoken"], nobody["elsewhere"]) == (0.0, 0.0)
    assert signs(rows(matches, [0.0, 1.0]))["unspoken"] == 0.5


@pytest.mark.parametrize("matches", [np.zeros((0, 2)), np.zeros((2, 0))])
def test_without_rows_or_words_there_are_no_signs(matches):
    found = signs(rows(np.array(matches)))
    assert set(found.values()) == {0.0}


@given(st.lists(st.lists(st.floats(0, 1, width=32), min_size=2, max_size=2), min_size=1))
def test_signs_and_the_probability_stay_in_their_bounds(matches):
    found = signs(rows(matches, [float(i % 2) for i in range(len(matches))]))
    assert all(0.0 <= value <= 1.0 for value in found.values())
    assert 0.0 < answerability(found, calibration()) < 1.0


def test_the_fitted_signs_point_where_they_should():
    good = {"covered": 1.0, "rarest": 0.5, "unspoken": 0.0, "elsewhere": 0.0, "said": 1.0}
    sure = answerability(good, calibration())
    assert sure > answerability(good | {"covered": 0.2}, calibration())
    assert sure > answerability(good | {"elsewhere": 0.5}, calibration())
    assert sure > answerability(good | {"unspoken": 1.0}, calibration())
    assert answerability(good, replace(FLAT, intercept=0.0)) == 0.5


def test_the_best_score_becomes_the_probability_and_the_others_keep_their_relation():
    scores = np.array([0.2, 0.4])
    ranking = Ranking(np.array([1, 0]), scores, {"dense": scores / 2, "lexical": scores / 2})
    order, found, shares = calibrated(ranking, 0.9)
    assert found == pytest.approx([0.45, 0.9])
    assert sum(shares.values()) == pytest.approx(found)
    assert order.tolist() == [1, 0]
    nothing = Ranking(np.zeros(0, np.int64), np.zeros(0), {"dense": np.zeros(0)})
    assert calibrated(nothing, 0.9).scores.tolist() == []


def led(scores, **places):
    n = len(scores)
    found = rows(np.zeros((n, 1)))
    found = replace(found, **{name: np.array(values) for name, values in places.items()})
    order = np.argsort(-np.array(scores), kind="stable")
    return lead_signs(found, Ranking(order, np.array(scores), {}))


def test_a_hit_leads_by_what_the_next_and_the_sixth_turn_lack():
    signs = led([0.8, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2])
    assert signs == {"lead": pytest.approx(0.5), "ahead": pytest.approx(0.75)}
    assert led([0.5] * 7) == {"lead": 0.0, "ahead": 0.0}


def test_a_statement_does_not_lead_its_own_turn():
    assert led([0.8, 0.8, 0.2], session=[3, 3, 4], seq=[1, 1, 1])["lead"] == pytest.approx(0.75)
    assert led([0.8, 0.8, 0.2], session=[-1, -1, -1], seq=[1, 1, 1])["lead"] == 0.0


def test_where_nothing_is_found_nothing_leads_and_where_nothing_follows_all_is_lead():
    assert led([]) == led([0.0]) == {"lead": 0.0, "ahead": 0.0}
    assert led([0.4]) == {"lead": 1.0, "ahead": 1.0}


def test_what_stands_out_is_more_certain():
    alone = certainty({"lead": 0.6, "ahead": 0.8}, calibration())
    among = certainty({"lead": 0.0, "ahead": 0.1}, calibration())
    assert 0.0 < among < 0.5 < alone < 1.0


def test_the_words_that_name_a_time_are_said_by_what_was_said_then():
    asked = rows([[1.0, 0.1], [0.0, 0.1]])
    then, later = np.array([5.0, 90.0]), np.array([90.0, 5.0])
    timed = replace(asked, times=((4.0, 6.0, 3.0, 1.0),), timed=np.array([False, True]))
    assert signs(replace(timed, said=then))["said"] == 1.0
    assert signs(asked)["said"] == 0.5
    assert signs(replace(timed, said=then))["covered"] > signs(asked)["covered"]
    assert (
        signs(replace(timed, said=later))["covered"] <= signs(replace(timed, said=then))["covered"]
    )


def test_as_many_questions_as_have_an_answer_are_expected_to_have_one():
    assert expected(0.5, FLAT) == pytest.approx(0.8)
    assert expected(0.0, FLAT) == 0.0
    assert expected(1.0, FLAT) == 1.0
    assert expected(0.2, FLAT) < expected(0.3, FLAT)
