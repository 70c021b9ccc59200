"""Which new turns and notes of a file took the place of which old ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.sync.edits import Said, likeness, paired


def edit(before: list[Said], after: list[Said]) -> dict[str, str]:
    """Return the pairs of an edit of a whole file."""
    old = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    return paired(old, new, [b.id for b in before], [a.id for a in after])


def notes(*texts: str) -> list[Said]:
    return [Said(text, text) for text in texts]


def test_a_note_that_was_edited_in_its_place_is_replaced():
    before = notes("Plumber: 555-0101", "Buy oat milk", "Water the ferns")
    after = notes("Plumber: 555-0199", "Buy oat milk", "Water the ferns on Mondays")
    assert edit(before, after) == {before[0].id: after[0].id, before[2].id: after[2].id}


def test_another_note_in_its_place_is_no_edit_of_it():
    assert edit(notes("Buy oat milk"), notes("Ring the plumber about Tuesday")) == {}


def test_what_stands_elsewhere_is_no_edit_of_it():
    before = notes("Dinner with Ida", "keep this", "The bicycle is blue")
    after = notes("keep this", "The bicycle is blue", "Dinner with Olaf")
    assert edit(before, after) == {}


def test_the_same_id_of_the_source_is_the_same_turn():
    before = [Said("a", "We go to", "Ana", "m1", "s"), Said("b", "Yes", "Ben", "m2", "s")]
    after = [Said("c", "Quite another text", "Ana", "m1", "s"), before[1]]
    assert edit(before, after) == {"a": "c"}
    assert edit(before[:1], [Said("c", "Hm", "Ana", "m1", "t")]) == {}


def test_the_same_words_of_another_time_are_the_same_turn():
    before, after = [Said("a", "Yes.", "Ana")] * 1, [Said("b", "Yes.", "Ana"), Said("c", "No.")]
    assert edit(before, after) == {"a": "b"}


def test_a_turn_that_went_on_is_the_same_turn():
    before = [Said("a", "I think", "Ana", None, "s")]
    assert edit(before, [Said("b", "I think of Riga, of course.", "Ana", None, "s")]) == {"a": "b"}
    assert edit(before, [Said("b", "I think of Riga, of course.", "Ben", None, "s")]) == {}


texts = st.lists(st.sampled_from(["tea at noon", "tea at nine", "red boat", "x", ""]), max_size=6)


@given(texts, texts)
def test_each_is_in_one_pair_at_most(one, other):
    before = [Said(f"a{n}", text) for n, text in enumerate(one)]
    after = [Said(f"b{n}", text) for n, text in enumerate(other)]
    pairs = edit(before, after)
    assert len(set(pairs.values())) == len(pairs)
    assert set(pairs) <= {each.id for each in before}
    assert set(pairs.values()) <= {each.id for each in after}


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_of_the_same_size_both_ways_round_for_equal_texts(a, b):
    assert likeness(a, a) >= likeness(a, b) or not a
    assert likeness(a, b) >= 0
