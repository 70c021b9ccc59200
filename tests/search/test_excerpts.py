"""memcli.search.excerpts"""

from hypothesis import given
from hypothesis import strategies as st

from memcli.search.excerpts import GAP, MOST_PARTS, excerpt, searched_part


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


def test_of_many_parts_the_best_are_measured_only():
    measured = []

    def measure(texts):
        measured.extend(texts)
        return [len(text.split()) for text in texts]

    parts = [f"Line {number}." for number in range(5_000)] + ["The oar floats."]
    found = excerpt(parts, "where is the oar", 20, measure)
    assert "The oar floats." in found
    assert len(measured) <= MOST_PARTS + 1


def test_of_a_very_long_text_what_is_near_the_query_is_looked_at():
    filler = "Rain fell on the roof all day. " * 1_000
    text = f"{filler}The oar floats in the bay. {filler}The oar sank. {filler}"
    found = searched_part(text, "where is the oar?", most=10_000)
    blocks = found.split("\n\n")
    assert len(blocks) == 2
    assert blocks[0].startswith("The oar floats in the bay. ")
    assert all(block.endswith("day.") for block in blocks)
    assert len(searched_part(text, "the oar " * 3, most=5_000)) <= 5_000
    assert filler.startswith(searched_part(text, "zebra", most=10_000))
    assert searched_part("The oar.", "oar") == "The oar."
    assert searched_part(f"The oar sank. {filler}", "oar", most=5_000).startswith("The oar sank.")
