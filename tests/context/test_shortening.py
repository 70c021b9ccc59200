"""What is too long for a context"""

from __future__ import annotations

from memcli.context.shortening import with_ends
from memcli.language.sentences import split_sentences
from memcli.search.excerpts import GAP, SEARCHED
from tests.support.fact_lines import statement

TURN = {"level": 0, "type": "episodic", "seq": 0}


def test_of_a_turn_of_a_megabyte_only_a_part_is_looked_at(gathered, monkeypatch):
    """However long it is: sentences are found, and measured, near the words of the question."""
    looked_at = []

    def counted(text):
        looked_at.append(len(text))
        return split_sentences(text)

    monkeypatch.setattr("memcli.language.sentences.split_sentences", counted)
    text = "The sail is red. " * 60_000
    ((section, told),) = gathered("sail", statement("turn", text, "Mara", **TURN), limit=200)
    assert (section, told[:22]) == ("relevant", "Mara: The sail is red.")
    assert len(told) < 400
    assert 0 < sum(looked_at) < len(text) / 4


def test_what_is_long_is_cut_to_the_part_that_matters(gathered):
    text = " ".join(f"We walked along river {n}." for n in range(99)) + " The heron is called Bo."
    found = gathered("heron", statement("long", text, **TURN), limit=800)
    (line,) = [text for section, text in found if section == "relevant"]
    assert "heron" in line
    assert len(line) <= 100


def test_of_a_turn_of_megabytes_both_ends_are_looked_at():
    row = {"text": "a" * SEARCHED + "b" * SEARCHED}
    text = with_ends(row)["text"]
    assert text == f"{'a' * (SEARCHED // 2)} {GAP} {'b' * (SEARCHED // 2)}"
    assert with_ends({"text": "short"}) == {"text": "short"}
