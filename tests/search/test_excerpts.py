"""memcli.search.excerpts"""

from hypothesis import given
from hypothesis import strategies as st

from memcli.search.excerpts import GAP, excerpt


def characters(texts):
    return [len(text) for text in texts]


def test_the_parts_with_words_of_the_query_are_kept_in_order_with_gaps():
    parts = ["It rained.", "The heron is Bart.", "We left.", "A heron flew."]
    found = excerpt(parts, "which heron?", 36, characters)
    assert found == f"{GAP} The heron is Bart. {GAP} A heron flew."


def test_of_one_part_that_is_too_long_the_beginning_is_kept():
    assert excerpt(["one two three four five"], "x", 12, characters) == f"one two {GAP}"


@given(st.lists(st.text(min_size=1), max_size=6), st.text(), st.integers(0, 60))
def test_an_excerpt_holds_nothing_but_parts(parts, query, limit):
    found = excerpt(parts, query, limit, characters)
    assert all(piece.strip() in " ".join(parts) for piece in found.split(GAP))
