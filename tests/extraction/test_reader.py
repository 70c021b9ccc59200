"""What a conversation states, by its grammar: quotations and facts, and what states nothing."""

from __future__ import annotations

import pytest

from memcli.extraction import reader as module
from memcli.language.quotation import stands_in
from tests.support.paths import LIFE
from tests.support.talks import talk, talks_of


def facts(statements):
    """Return facts in short: subject, attribute and value, with "not" before a denied one."""
    found = [each.fact for each in statements if each.fact]
    return [
        f"{f.subject} {f.attribute} {'not ' * (f.polarity == 'negative')}{f.value}" for f in found
    ]


@pytest.mark.parametrize("turns", talks_of(LIFE))
def test_each_statement_stands_in_its_turn_whatever_is_said_later(reader, turns):
    read = reader.read_turns(turns).statements
    for turn, statements in zip(turns, read, strict=True):
        for each in statements:
            assert each.source_ids[0] == turn.id
            assert stands_in(each.text, turn.text)
    half = reader.read_turns(turns[: len(turns) // 2]).statements
    ids = [[each.id("n") for each in turn] for turn in read]
    assert [[each.id("n") for each in turn] for turn in half] == ids[: len(half)]


def test_times_and_pronouns_get_what_they_mean_in_brackets(told):
    met, *works, moved = told(
        "I met Nora in Porto yesterday. She works at Acme as a chemist.",
        ("Ben", "Is she well?"),
        "She moved to Ghent last month.",
    )
    assert met.text == "I met Nora in Porto yesterday [2025-03-04]."
    assert {each.text for each in works} == {"She [Nora] works at Acme as a chemist."}
    assert facts(works) == ["Nora employer Acme", "Nora occupation chemist"]
    assert {each.source_ids for each in works} == {("t0",)}
    assert moved.text == "She [Nora] moved to Ghent last month [2025-02]."
    assert moved.source_ids == ("t2", "t0")


@pytest.mark.parametrize(
    "before", ["Nora and Vera came to Ghent on Friday.", "Peter came to Ghent on Friday.", "Well."]
)
def test_a_pronoun_that_may_mean_several_or_nobody_gets_none(told, before):
    read = told(before, "She moved to Oslo with two dogs.")
    assert not [each for each in read if "[Nora]" in each.text or "Oslo" in each.text]


def test_what_the_next_sentence_takes_back_is_not_told(told):
    assert told(
        "I live in a village in Kent. Well, not a village, Dover.", "I live in Deal."
    ) == told("Well, not a village, Dover.", "I live in Deal.")


LED = "Nora and Vera called on Friday. She moved to Oslo with two dogs."


def test_the_sentence_before_is_told_once_with_the_open_one(told):
    assert [each.text for each in told(LED)] == [LED.replace("Friday", "Friday [2025-02-28]")]
    items = told("1. " + LED.replace(". She", ".\n2. She"))
    assert not any("Nora" in each.text and "Oslo" in each.text for each in items)
    secret = told(f"Vera's PIN is 4929.{LED[LED.index('.') + 1 :]}")
    pin = [(each.type, each.text) for each in secret if "PIN" in each.text]
    assert pin == [("vault", "Vera's PIN is [secret:pin].")]


def test_whom_a_pronoun_means_was_named_a_few_turns_ago_at_most(told):
    named, said = "I met Nora in Porto.", "She moved to Ghent."
    rain = ["It is raining here."] * module.MENTIONED_TURNS
    assert [each.text for each in told(named, *rain[1:], said)][-1] == "She [Nora] moved to Ghent."
    assert "Nora residence Ghent" not in facts(told(named, *rain, said))


def test_an_assistant_tells_no_facts_and_little_else(told):
    own = "I live in Berlin, and you work at Shell. Your sister Juno has two cats."
    assert told(("assistant", own)) == []
    days = " ".join(f"We agreed on {day} May 2025 for part {day} of Orion." for day in range(3, 10))
    settled = told(("assistant", days))
    assert 1 <= len(settled) <= module.MOST_OF_ASSISTANT
    assert facts(settled) == []


def test_what_nobody_says_is_a_fact_of_nobody(told):
    said = "I moved to Lund in May, and my sister is Juno."
    assert facts(told(said)) == ["Ida residence Lund", "Ida sister Juno"]
    (quoted,) = told((None, said))
    assert (quoted.speaker, quoted.fact) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        "Improve this email:\n\nDear Ms. Poe,\nI live in Oslo and work at Shell.\nBest,\nKim",
        "Act as Kurt, a pilot who lives in Rome. I am allergic to nuts and I have two dogs.",
        'Translate into French: "My sister Nora moved to Oslo in 2019 and works at Acme."',
        "```\nI live in Oslo.\n```",
        "> I moved to Oslo in May.",
        "2025-01-01 10:00:00 INFO I moved to Oslo\n2025-01-01 10:00:01 WARN I live in Rome",
        "[shares a photo of my two dogs in Oslo]",
        "If I lived in Oslo, would I have to pay for parking?",
    ],
)
def test_texts_that_are_given_and_played_state_nothing(told, given):
    assert told(("user", given)) == []


def test_what_people_play_among_themselves_silences_nobody(told):
    talk = told(("Ida", "Pretend that we are pirates!"), ("Jan", "I live in Oslo."))
    assert facts(talk) == ["Jan residence Oslo"]


def test_a_play_goes_on_until_it_is_over(told):
    play = "Let's role-play: you are the waiter and I am a guest."
    assert facts(told(("user", play), ("assistant", "Welcome!"), ("user", "I live in Oslo."))) == []


@pytest.mark.parametrize(
    ("before", "correction", "expected", "replaces"),
    [
        ("I live in Ghent.", "Sorry, I meant Bruges, not Ghent.", "Ida residence Bruges", "Ghent"),
        (
            "My train leaves at 7:30.",
            "Oops, I meant 8:30, not 7:30.",
            "Ida's train time 8:30",
            "7:30",
        ),
    ],
)
def test_a_correction_is_of_what_was_said_last(told, before, correction, expected, replaces):
    corrected = told(before, ("Ben", "Oh."), correction)[-1]
    assert (facts([corrected])[0], corrected.fact.replaces) == (expected, replaces)
    assert corrected.fact.effect == "correct"
    assert facts(told(("Ben", before), correction)) == facts(told(("Ben", before)))
    gap = ["I see."] * module.CORRECTED_TURNS
    assert facts(told(before, *gap, correction)) == facts(told(before))


def test_what_is_said_again_is_one_statement_of_each_speaker(told):
    said = "I quit sugar."
    assert facts(told(said, ("Ben", said), "I quit sugar!")) == [
        "Ida habit not sugar",
        "Ben habit not sugar",
    ]


def test_an_answer_states_what_another_asked(told):
    asked = ("Ben", "Where do you live?")
    (answer,) = told(asked, "In Lund.")
    assert (answer.text, facts([answer])) == ("In Lund.", ["Ida residence Lund"])
    assert facts(told("Where do you live?", "In Lund.")) == []
    assert facts(told(asked, ("Vera", "Hm, wait a moment."), "In Lund.")) == []


def test_an_answer_speaks_of_whom_it_was_asked_for(told):
    (said,) = told(("Ben", "How is Tom doing?"), "He moved to Lyon.")
    assert (said.text, facts([said])) == ("He [Tom] moved to Lyon.", ["Tom residence Lyon"])


def test_a_name_put_right_in_a_later_turn_takes_the_place_of_the_other(told):
    found = told("My sister lives in Bari.", ("Ben", "Nice."), "Wait, Brindisi.")
    assert facts(found[-1:]) == ["Ida's sister residence Brindisi"]
    assert found[-1].fact.replaces == "Bari"


def test_what_is_not_english_states_nothing(told):
    german = "Ich wohne seit einem Jahr in Berlin und arbeite als Lehrerin an der Schule am Park."
    reply = "Das freut mich sehr, denn meine Schwester Juno wohnt auch in Berlin, bei der Kirche."
    assert told(german, ("Ben", reply)) == []
    longer = f"{german} {reply}"
    english = ["I live in Lund.", "My sister Juno works at Acme.", "We moved to Ghent in 2019."]
    assert {each.source_ids for each in told(*english, longer)} == {("t0",), ("t1",), ("t2",)}


def test_turns_that_are_parsed_in_portions_state_the_same(reader, monkeypatch):
    days = " ".join(f"We agreed on {day} May 2025 for part {day} of Orion." for day in range(3, 10))
    turns = [*talk(("assistant", days), LED), *talks_of(LIFE)[0]]
    whole = reader.read_turns(turns)
    monkeypatch.setattr(module, "SENTENCES_AT_ONCE", 1)
    assert reader.read_turns(turns) == whole


def test_a_text_is_judged_as_its_speaker_s(reader):
    fact, matters = reader.judge("Ida moved to Lund in May.", "Ida")
    assert (fact.subject, fact.attribute, fact.value) == ("Ida", "residence", "Lund")
    assert 0.5 < matters <= 1
    assert reader.judge("Ida moved to Lund in May.", "")[0] is None
    assert reader.judge("", "Ida") == (None, module.UNKNOWN_IMPORTANCE)


def test_what_was_renamed_in_a_turn_gets_its_new_name_further_on_in_it(told):
    over = "Cat news: Biscuit isn't Biscuit any more. The dog downstairs has the same name."
    assert "Biscuit name Admiral" in facts(told(f"{over} So he's Admiral now."))
    assert "Ida's cat name Luna" in facts(told("We renamed the cat. She's Luna now."))
    assert facts(told(over, "He's Admiral now.")) == facts(told(over))
    assert facts(told("Tom came by. He's Admiral now.")) == []
    twice = told("We renamed the cat. She's Luna now. He's Rome now.")
    assert "Ida's cat name Rome" not in facts(twice)


@pytest.mark.parametrize("most_bytes", [10, 10_000])
def test_an_enormous_turn_is_read_in_parts_and_states_the_same(reader, monkeypatch, most_bytes):
    places = "Lyon Porto Ghent Bergen Riga Cadiz Turin Malmo Graz Nantes".split()
    said = " ".join(f"My cousin number {n} moved to {place}." for n, place in enumerate(places))
    parsed = []
    monkeypatch.setattr(module, "SENTENCES_AT_ONCE", 4)
    parse = reader._parse
    counting = module.GrammarReader(
        lambda texts: parsed.append(len(texts)) or parse(texts), reader._salience, most_bytes
    )
    found = counting.read_turns(talk(("Ida", said))).statements
    whole = reader.read_turns(talk(("Ida", said))).statements
    assert [each.text for each in found[0]] == [each.text for each in whole[0]]
    assert len(whole[0]) >= len(places)
    assert (max(parsed) <= 4) is (most_bytes == 10)
