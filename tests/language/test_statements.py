from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.language.parts import Utterance
from memcli.language.statements import read_conversation

START = datetime(2025, 3, 5, 12, tzinfo=UTC)


def conversation(*turns):
    """Turns as (speaker, text); the assistant is told by its name."""
    return [
        Utterance(f"t{i}", text, name, START + timedelta(minutes=i), name == "assistant")
        for i, (name, text) in enumerate(turns)
    ]


def read(*turns):
    return read_conversation(conversation(*turns))


def texts(*turns):
    return [statement.text for found in read(*turns).statements for statement in found]


def test_a_statement_names_its_speaker_and_resolves_dates():
    ((statement,),) = read(("Ida", "I moved to Ronda two weeks ago.")).statements
    assert statement.text.startswith("Ida moved to Ronda two weeks ago (")
    assert "2025" in statement.text
    assert statement.source_ids == ("t0",)
    assert statement.valid_from is not None
    assert statement.valid_from.date() <= START.date() - timedelta(days=10)
    assert [(f.attribute, f.value) for f in statement.facts] == [("residence", "Ronda")]


@pytest.mark.parametrize(
    "text",
    [
        "Good morning!",
        "Haha, thanks a lot.",
        "Do you know Ronda?",
        "Just kidding, I bought a castle in Zermatt!",
        "If I were rich, I would buy a castle in Zermatt.",
        "You should visit Zermatt.",
        "```\nx = 1\n```",
    ],
)
def test_what_states_nothing_gives_nothing(text):
    assert texts(("Ida", text)) == []


def test_a_short_sentence_that_states_a_fact_is_kept():
    assert texts(("Ida", "I love olives now.")) == ["Ida loves olives now."]
    assert texts(("Ida", "Nice. I love olives now, can you imagine?")) == ["Ida loves olives now."]
    assert texts(("assistant", "I love olives now.")) == []


def test_an_answer_keeps_its_question_as_context():
    found = read(("Ugo", "Where do you live now?"), ("Ida", "In Ronda.")).statements
    assert found[0] == []
    (answer,) = found[1]
    assert answer.context == "Where do you live now?"


def test_a_pronoun_takes_the_name_and_cites_the_turn_that_has_it():
    found = read(
        ("Ida", "My brother Juno moved to Ronda in May."),
        ("Ugo", "Lovely."),
        ("Ida", "He works at Zorblax as a carpenter."),
    ).statements
    (later,) = found[2]
    assert later.text.startswith("Juno works")
    assert later.source_ids == ("t2", "t0")


@pytest.mark.parametrize(
    ("kin", "pronoun"),
    [("sister-in-law", "She"), ("brother-in-law", "He"), ("mother-in-law", "She")],
)
def test_a_relative_by_marriage_is_one_person_with_a_name(kin, pronoun):
    said = texts(("Ida", f"My {kin} Nora moved to Lyon. {pronoun} works as a nurse."))
    assert said == [f"Ida's {kin} Nora moved to Lyon.", "Nora works as a nurse."]


def test_the_same_is_said_once():
    assert len(texts(("Ida", "I live in Ronda."), ("Ida", "I live in Ronda."))) == 1


def test_the_assistant_is_not_believed_about_the_user():
    said = texts(("user", "I live in Ronda."), ("assistant", "You could move to Zermatt."))
    assert said == ["The user lives in Ronda."]


def test_a_secret_has_no_keywords_and_goes_to_the_vault():
    ((statement,),) = read(("Ida", "My password is hunter2-Tr0ub4dor&3")).statements
    assert statement.type == "vault"
    assert statement.keywords == ()


def test_turns_that_come_later_leave_the_statements_of_earlier_ones():
    turns = [
        ("Ida", "My sister Zola lives in Ronda."),
        ("Ugo", "I work at Zorblax."),
        ("Ida", "She bought a boat in May."),
        ("Ugo", "We sold ours last year."),
    ]
    whole = read(*turns).statements
    for n in range(1, len(turns)):
        assert read(*turns[:n]).statements == whole[:n]


WORDS = st.lists(
    st.sampled_from(
        "I my she live work in at Ronda Zola Zorblax love not 3 May , . ? ! and yesterday".split()
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Ida", "Ugo", None]), WORDS | st.text()), max_size=5))
def test_any_conversation_gives_statements_that_cite_its_turns(turns):
    utterances = conversation(*turns)
    reading = read_conversation(utterances)
    assert len(reading.statements) == len(utterances)
    ids = [utterance.id for utterance in utterances]
    for index, found in enumerate(reading.statements):
        for statement in found:
            assert statement.source_ids[0] == ids[index]
            assert set(statement.source_ids) <= set(ids[: index + 1])
            assert statement.text.strip()
            assert 0 <= statement.importance.value <= 1
            assert 0 <= statement.confidence.value <= 1


def test_a_weekday_is_dated_by_the_tense_of_the_words_as_said():
    monday = datetime(2024, 5, 6, 10, tzinfo=UTC)
    turn = Utterance("t1", "I bought a car on Monday.", "Ann", monday)
    [[statement]] = read_conversation([turn]).statements
    assert statement.text == "Ann bought a car on Monday (29 April 2024)."


def test_what_is_said_of_a_you_whom_nobody_knows_is_no_statement():
    turns = [
        Utterance("t1", "I live in Rome.", "Ann"),
        Utterance("t2", "I live in Oslo.", "Bob"),
        Utterance("t3", "Your wife is called Anna.", "Cleo"),
    ]
    assert read_conversation(turns).statements[2] == []


def test_a_secret_names_no_entities():
    turn = Utterance("t1", "My password is Tiger77.", "Ann")
    [[statement]] = read_conversation([turn]).statements
    assert (statement.type, statement.entities, statement.keywords) == ("vault", (), ())
