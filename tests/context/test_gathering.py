"""What may go into a context"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from memcli.context.gathering import Gathering, Request
from memcli.context.tokens import CharacterMeter
from memcli.language.sentences import split_sentences
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from store import Store
from tests.support.fact_lines import fact, statement

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")
TURN = {"level": 0, "type": "episodic", "seq": 0}


@pytest.fixture
def gathered(run, empty_store):
    """Return what is gathered for a question, by section, of the lines that were given."""

    def gather(query, *lines, limit=4_000):
        run("ingest", "--from", "export", "--store", empty_store, stdin="".join(lines))
        retriever = Retriever(Store.open(empty_store).snapshot(), lambda: ENCODER)
        request = Request(query, 1_000, recent=0, now=NOW)
        found = Gathering(retriever, request, CharacterMeter(Fraction(1, 4)), limit).entries()
        return [(entry.section, entry.item.text) for entry in found]

    return gather


def test_words_of_a_person_on_what_is_asked_stand_with_their_whole_turn(gathered):
    turn = statement("turn", "The tart had nuts. I'm properly allergic.", "Jo", **TURN)
    said = statement("said", "I'm properly allergic.", "Jo", source_ids=["turn" + "x" * 12])
    found = gathered("what can Jo eat?", turn, said, fact("home", "residence", "Ghent", "Jo"))
    assert ("profile", "Jo, 2026-01-03: The tart had nuts. I'm properly allergic.") in found
    assert not any("Ghent" in text for section, text in found if section == "profile")


def test_what_is_core_holds_and_was_said_by_then(gathered):
    lines = [
        statement("core", "I sail.", type="core"),
        statement("gone", "I row.", type="core", superseded_by="core" + "x" * 12),
        statement("later", "I fly.", pinned=True, happened_at="2027-01-01T00:00:00Z"),
        statement("vault", "I hide.", type="vault", pinned=True),
    ]
    found = gathered("anything", *lines)
    assert [text for section, text in found if section == "core"] == ["Ida, 2026-01-03: I sail."]


def test_an_empty_store_gives_nothing(gathered):
    assert gathered("anything") == []


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
