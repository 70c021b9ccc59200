"""From statements to the entries of a profile."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from memcli.context.profiles.people import Person, spellings
from memcli.context.profiles.sections import entries_of, merged
from memcli.language.facets.finding import Facet

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SAID = datetime(2026, 3, 1, tzinfo=UTC)


def statement(text, id_="a", **fields):
    row = {
        "id": id_,
        "namespace": "default",
        "type": "semantic",
        "text": text,
        "speaker": "Ada",
        "happened_at": SAID,
        "valid_from": SAID,
        "importance": 0.5,
        "confidence": 0.8,
        "source_ids": [f"turn-{id_}"],
        **fields,
    }
    names = "subject attribute value valid_to superseded_by metadata"
    return {**dict.fromkeys(names.split()), **row}


def entries(*rows, now=NOW, person=None):
    person = person or Person("default", "Ada", {"Ada", "Addie"})
    return merged(entries_of(rows, spellings([person]), now).get(person.key, []))


def sections(*rows, **options):
    return [entry.section for entry in entries(*rows, **options)]


def test_a_statement_about_another_belongs_to_that_one():
    assert entries(statement("Jo works at a bank in Ghent.")) == []
    found = entries(statement("Ada works at a bank in Ghent.", speaker="Jo"))
    assert [entry.section for entry in found] == [Facet.ATTRIBUTES]
    assert len(entries(statement("Addie works at a bank in Ghent."))) == 1


def test_secrets_questions_and_doubtful_statements_are_left_out():
    assert entries(statement("Ada works at a bank in Ghent.", type="vault")) == []
    assert entries(statement("Ada works at a bank in Ghent, right?")) == []
    assert entries(statement("Ada works at a bank in Ghent.", confidence=0.1)) == []


def test_what_was_superseded_is_history():
    old = statement("Ada works at a bank in Ghent.", superseded_by="b")
    assert sections(old) == [Facet.HISTORY]


def test_what_they_used_to_do_is_history_though_a_fact_was_read_off_it():
    fact = {"subject": "Ada", "attribute": "plays", "value": "the drums", "valid_to": SAID}
    row = statement("Ada used to play the drums in college.", valid_from=None, **fact)
    assert sections(row) == [Facet.HISTORY]


def test_a_plan_is_history_once_its_day_is_over():
    day = datetime(2026, 5, 1, tzinfo=UTC)
    plan = statement(
        "Ada is going to Ireland for a semester in May.",
        valid_from=day,
        valid_to=datetime(2026, 5, 20, tzinfo=UTC),
        metadata=json.dumps({"times": ["in May"]}),
    )
    assert sections(plan, now=SAID) == [Facet.PLANS]
    assert sections(plan) == [Facet.HISTORY]


def test_what_is_said_twice_is_told_once_with_all_sources():
    one = statement("Ada loves baking sourdough bread.", "a")
    two = statement("Ada really loves baking sourdough bread!", "b", happened_at=NOW)
    (entry,) = entries(one, two)
    assert entry.text == two["text"]
    assert entry.ids == ("b", "a")
    assert set(entry.source_ids) == {"turn-a", "turn-b"}
    assert entry.support == 2
    assert entry.score > entries(one)[0].score


def test_a_merged_duplicate_is_no_history():
    one = statement("Ada loves baking sourdough bread.", "a", superseded_by="b")
    two = statement("Ada loves baking sourdough bread.", "b")
    (entry,) = entries(one, two)
    assert (entry.section, entry.ids[0]) == (Facet.PREFERENCES, "b")


def test_times_may_be_missing():
    row = statement("Ada lives in Ghent with two cats.", happened_at=None, valid_from=None)
    assert sections(row) == [Facet.ATTRIBUTES]
    assert sections(row, now=None) == [Facet.ATTRIBUTES]


def test_without_a_present_the_outcome_is_of_the_statements_alone():
    row = statement("Ada wants to sail around the world alone.")
    before, after = entries(row, now=None), entries(row, now=None)
    assert before == after
    assert entries(row)[0].score < before[0].score
