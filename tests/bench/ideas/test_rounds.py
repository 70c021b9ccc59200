import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ideas.rounds import (
    Coverage,
    coverage,
    fuse_rounds,
    is_split,
    second_terms,
)

TERM = st.sampled_from(["tea", "cup", "boat", "sea", "été", "茶"])
HITS = st.lists(st.sets(TERM), max_size=6)
RARITY = st.dictionaries(TERM, st.floats(0.0, 8.0))
SCORES = st.lists(st.floats(0.0, 40.0), min_size=4, max_size=4)
ALIKE = {"anna": 1.0, "boat": 1.0, "ben": 1.0, "house": 1.0}
TWO_PARTS = ["anna", "boat", "ben", "house"]


@given(st.lists(TERM, max_size=6), HITS, RARITY)
def test_together_hits_say_at_least_what_the_best_says(terms, hits, rarity):
    found = coverage(terms, hits, rarity)
    assert 0.0 <= found.best <= found.together + 1e-12 <= 1.0 + 1e-9


@given(st.lists(TERM, max_size=6), HITS, RARITY)
def test_evidence_of_one_hit_or_none_is_never_split(terms, hits, rarity):
    assert not is_split(coverage(terms, hits[:1], rarity))
    assert not is_split(coverage([], hits, rarity))


def test_evidence_is_split_when_hits_say_different_parts_of_the_question():
    found = coverage(TWO_PARTS, [{"anna", "boat"}, {"ben", "house"}], ALIKE)
    assert (found.best, found.together) == (0.5, 1.0)
    assert is_split(found)


def test_evidence_is_whole_when_one_hit_says_all_or_all_say_the_same():
    assert not is_split(coverage(TWO_PARTS, [set(TWO_PARTS), {"ben"}], ALIKE))
    assert not is_split(coverage(TWO_PARTS, [{"anna", "boat"}, {"boat"}], ALIKE))
    assert not is_split(coverage(TWO_PARTS, [{"anna", "boat", "ben"}, {"house"}], ALIKE))


def test_a_rare_term_is_a_greater_part_and_one_that_nobody_says_is_the_rarest():
    found = coverage(["boat", "sea", "boat"], [{"boat"}], {"boat": 3.0, "sea": 1.0})
    assert found.best == pytest.approx(0.75)
    assert coverage(["boat", "gone"], [{"boat"}], {"boat": 3.0}).best == pytest.approx(0.5)


def test_names_that_the_question_has_are_not_asked_for_again():
    names = [["Anna", "Lisbon"], ["lisbon", "5 May 2023"], ["Ben"]]
    found = second_terms("Where did anna go?", names, [1.0, 0.5, 0.6])
    assert found == ["Lisbon", "Ben", "5 May 2023"]
    assert second_terms("Where did anna go?", names, [1.0, 0.5, 0.6], n_terms=1) == ["Lisbon"]
    assert second_terms("", [], []) == []


@given(
    st.lists(st.tuples(st.lists(st.text(max_size=4), max_size=4), st.floats(0, 1)), max_size=5),
    st.integers(-1, 5),
)
def test_second_terms_are_of_the_hits_once_and_no_more_than_asked_for(hits, n_terms):
    names, scores = [inside for inside, _ in hits], [score for _, score in hits]
    found = second_terms("tea", names, scores, n_terms)
    assert len({term.casefold() for term in found}) == len(found) <= max(n_terms, 0)
    assert set(found) <= {name for inside in names for name in inside}


@given(SCORES, st.lists(SCORES, max_size=3), st.floats(0.0, 2.0))
def test_scores_of_rounds_stay_between_zero_and_one(first, second, weight):
    fused = fuse_rounds(first, second, weight)
    assert ((fused >= 0.0) & (fused <= 1.0)).all()


@given(SCORES)
def test_a_second_round_like_the_first_or_none_changes_nothing(first):
    alone = fuse_rounds(first, [])
    np.testing.assert_allclose(fuse_rounds(first, [first, first]), alone)
    np.testing.assert_allclose(fuse_rounds(first, [first[::-1]], 0.0), alone)


def test_what_only_the_second_round_found_comes_in_below_the_best_of_the_first():
    fused = fuse_rounds([2.0, 1.0, 0.0], [[0.0, 0.0, 9.0]], 0.6)
    assert fused.argsort()[::-1].tolist() == [0, 2, 1]


def test_what_was_said_in_part_counts_in_part():
    said = np.array([[1.0, 0.0], [1.0, 0.0], [0.4, 0.0], [0.0, 0.5]])
    found = Coverage(said, np.array([0.5, 0.5]))
    assert (found.best, found.together) == (0.5, 0.75)
