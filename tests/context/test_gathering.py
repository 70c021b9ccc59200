"""What may go into a context"""

from __future__ import annotations

from tests.support.fact_lines import fact, statement

TURN = {"level": 0, "type": "episodic", "seq": 0}


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
