"""From facts and quotations to the entries of a profile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.context.profiles.people import Person, spellings
from memcli.context.profiles.sections import (
    HISTORY,
    SAID,
    entries_of,
    merged,
    picked,
)
from memcli.memory.telling import SECTIONS, group_of

SAID_AT, MAY, NOW = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 5, 6))
ADA = Person("default", "Ada", {"Ada", "Addie"})


def row(text="I do.", id_="a", **fields):
    """A quotation of Ada's."""
    known = {
        "id": id_,
        "namespace": "default",
        "level": 1,
        "type": "semantic",
        "text": text,
        "speaker": "Ada",
        "happened_at": SAID_AT,
        "valid_from": SAID_AT,
        "importance": 0.7,
        "confidence": 0.8,
        "source_ids": [f"turn-{id_}"],
    }
    names = "subject attribute value polarity valid_to superseded_by"
    return {**dict.fromkeys(names.split()), **known, **fields}


def fact(attribute, value, id_="a", **fields):
    known = {"subject": "Ada", "polarity": "positive", "text": f"I said {attribute} {value}."}
    return row(**{"id_": id_, "attribute": attribute, "value": value, **known, **fields})


def entries(*rows, now=NOW, person=ADA):
    return merged(entries_of(rows, spellings([person]), now).get(person.key, []))


def told(*rows, **options):
    return [(entry.section, entry.text) for entry in entries(*rows, **options)]


def test_a_fact_stands_in_the_section_of_its_attribute_and_is_told_by_its_sentence():
    assert told(fact("residence", "Ghent", valid_from=MAY)) == [
        ("home", "Ada lives in Ghent (since 2026-05-01).")
    ]
    assert told(fact("favourite drink", "mint tea")) == [
        ("other", "Ada's favourite drink is mint tea.")
    ]
    assert {group_of(name) for name in ("sister", "allergy", "plan")} <= set(SECTIONS)


def test_what_ended_is_history_with_its_day_and_what_never_was_is_not_told():
    ended = {"superseded_by": "b", "valid_to": MAY}
    assert told(fact("residence", "Ghent", **ended)) == [
        (HISTORY, "Ada lived in Ghent (until 2026-05-01).")
    ]
    assert told(fact("residence", "Ghent", superseded_by="b", valid_to=SAID_AT)) == []
    assert told(fact("residence", "Ghent", superseded_by="b")) == []
    assert told(fact("plan", "sail to Cork", valid_to=MAY)) == []


def test_a_loss_is_told_once():
    old = fact("possession", "a boat", superseded_by="b", valid_to=MAY)
    new = fact("possession", "the boat", "b", polarity="negative")
    assert [section for section, _ in told(old, new)] == [HISTORY]
    assert [section for section, _ in told(new)] == ["things"]


def test_a_denial_is_not_told_beside_what_took_its_place():
    left = fact("employer", "Acme", id_="b", polarity="negative")
    joined = fact("employer", "Initech", id_="c")
    assert told(left) == [("work", "Ada does not work for Acme.")]
    assert told(left, joined) == [("work", "Ada works for Initech.")]


def test_people_have_their_relation_on_both_pages():
    sister = fact("sister", "Juno")
    assert told(sister) == [("family", "Ada's sister is Juno.")]
    assert told(sister, person=Person("default", "Juno", {"Juno"})) == told(sister)
    of_hers = fact("residence", "Cork", subject="Ada's sister")
    assert told(of_hers) == [("home", "Ada's sister lives in Cork.")]
    assert told(fact("residence", "Cork", subject="Jo")) == []


def test_quotations_are_the_persons_own_and_matter():
    assert told(row("I won the cup in 2019.")) == [(SAID, "I won the cup in 2019.")]
    assert told(row("I won the cup in 2019.", importance=0.1)) == []
    assert told(row("Did I win the cup?")) == []
    assert told(row("I won the cup.", superseded_by="b")) == []
    assert told(row("I won the cup.", speaker="Jo")) == []
    assert told(row("I keep the PIN.", type="vault")) == []
    assert told(row("My pin is 4471, do not tell.")) == [
        (SAID, "My pin is [secret a], do not tell.")
    ]


@pytest.mark.parametrize("speaker", ["assistant", "Assistant", "ChatGPT"])
def test_what_an_assistant_says_of_the_user_is_left_out(speaker):
    user = Person("default", "the user", {"user", "the user"})
    said = fact("residence", "Ghent", subject="user", speaker="user")
    assert told(said, person=user) == [("home", "The user lives in Ghent.")]
    assert told({**said, "speaker": speaker}, person=user) == []


def test_what_is_said_twice_is_told_once_with_all_sources():
    one, two = fact("pet", "a cat"), fact("pet", "a grey cat", "b")
    (entry,) = entries(one, two, row(two["text"], "c"))
    assert (entry.text, entry.ids) == ("Ada has a pet: a grey cat.", ("b", "a"))
    assert set(entry.source_ids) == {"turn-a", "turn-b"}
    assert entry.support == 2
    assert entry.score > entries(one)[0].score
    words = entries(
        row("I won the big cup in Cork."), row("I really won the big cup in Cork!", "b")
    )
    assert len(words) == 1


def test_times_may_be_missing():
    assert told(fact("residence", "Ghent", happened_at=None, valid_from=None)) == [
        ("home", "Ada lives in Ghent.")
    ]


def test_each_section_gets_its_best_in_the_order_of_sections():
    some = entries(
        *(fact("likes", f"thing{i}", f"l{i}", importance=i / 10) for i in range(9)),
        fact("residence", "Ghent"),
        row("I won the cup in 2019.", "q"),
    )
    shown = picked(some, 3, {})
    assert [entry.section for entry in shown] == ["home", "likes", "likes", "likes", SAID]
    assert shown[1].value == "thing8"
    assert [entry.section for entry in picked(some, 3, {}, "home")] == ["home"]
