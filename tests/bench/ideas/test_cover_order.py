import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from ideas.cover_order import cover_order
from ideas.rounds import Coverage, coverage

TERM = st.sampled_from(["tea", "cup", "boat", "sea", "été", "茶"])
HITS = st.lists(st.sets(TERM), max_size=6)
ALIKE = {"anna": 1.0, "boat": 1.0, "ben": 1.0, "house": 1.0}
TWO_PARTS = ["anna", "boat", "ben", "house"]


@given(HITS, st.data())
def test_every_hit_is_ordered_once(hits, data):
    found = coverage(["tea", "cup", "sea"], hits, {})
    relevance = data.draw(st.lists(st.floats(0, 1), min_size=len(hits), max_size=len(hits)))
    assert sorted(cover_order(relevance, found)) == list(range(len(hits)))
    by_relevance = cover_order(relevance, found, weight=0.0)
    assert by_relevance.tolist() == np.argsort(-np.array(relevance), kind="stable").tolist()


def test_a_hit_with_what_was_not_yet_said_comes_before_one_that_repeats():
    hits = [{"anna", "boat"}, {"anna", "boat"}, {"ben", "house"}]
    found = coverage(TWO_PARTS, hits, ALIKE)
    assert cover_order([1.0, 0.9, 0.8], found, weight=0.5, kept=0.0).tolist() == [0, 2, 1]
    assert cover_order([1.0, 0.9, 0.8], found, weight=0.5, kept=1.0).tolist() == [0, 1, 2]


def test_what_was_said_in_part_is_in_part_still_to_be_said():
    said = np.array([[1.0, 0.0], [1.0, 0.0], [0.4, 0.0], [0.0, 0.5]])
    found = Coverage(said, np.array([0.5, 0.5]))
    assert cover_order([1.0] * 4, found, weight=1.0, kept=0.0).tolist() == [0, 3, 1, 2]
    again = Coverage(said[[2, 1, 3]], found.weight)
    # After 0.4 of the first term, 0.6 of it is left, which is more than half of the second.
    assert cover_order([1.0, 0.9, 0.9], again, weight=0.1, kept=0.0).tolist() == [0, 1, 2]
