import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.facts.finding import (
    find_facts,
    is_correction,
    is_single,
    opposite,
    replaces,
    slot,
)
from memcli.language.facts.patterns import RULES
from memcli.language.facts.words import ATTRIBUTES
from memcli.language.parts import Fact
from tests.support.growth import assert_grows_with_its_input


def found(sentence):
    return [
        (fact.subject, fact.attribute, fact.value) + (("not",) if fact.negated else ())
        for fact in find_facts(sentence)
    ]


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("Mara lives in Lisbon because rents are low.", ["residence Lisbon"]),
        ("Mara has lived in Rome for 3 years", ["residence Rome"]),
        ("Mara moved from Oslo to Rome", ["residence Rome", "past_residence Oslo"]),
        ("Mara lived in Rome for 3 years", ["past_residence Rome"]),
        ("Mara used to live in Rome", ["past_residence Rome"]),
        ("Mara is from Oslo", ["origin Oslo"]),
        ("Mara was born in Oslo", ["origin Oslo"]),
        ("Mara was born on 3 May 1990", ["birthday 3 May 1990"]),
        ("Actually Mara's birthday is 3 May.", ["birthday 3 May"]),
        ("Mara is 34 years old", ["age 34"]),
        ("Mara works as a nurse.", ["occupation nurse"]),
        ("Mara's a software engineer", ["occupation software engineer"]),
        ("Mara got a job as a teacher at Norvik", ["occupation teacher", "employer Norvik"]),
        ("Mara works for a small startup", ["employer small startup"]),
        ("Mara joined Norvik as a developer", ["employer Norvik"]),
        ("Mara's birthday is on 14 June.", ["birthday 14 June"]),
        ("Mara feeds them every morning", []),
        ("Mara is married to Tom", ["relationship_status married", "spouse Tom"]),
        ("Mara's sister is Ana", ["sibling Ana"]),
        ("Mara has a brother named Bo", ["sibling Bo"]),
        ("Mara has a dog named Rex.", ["pet dog named Rex"]),
        ("Mara has three cats", ["has_count three cats"]),
        ("Mara bought a red car", ["owns red car"]),
        (
            "Mara likes sushi, ramen and green tea",
            ["likes sushi", "likes ramen", "likes green tea"],
        ),
        ("Mara doesn't like sushi", ["dislikes sushi"]),
        ("Mara can't stand loud music", ["hates loud music"]),
        ("Mara prefers tea over coffee", ["prefers tea over coffee"]),
        ("Mara's favorite food is lasagna!", ["favourite_food lasagna"]),
        (
            "Mara is allergic to peanuts and shellfish",
            ["allergic_to peanuts", "allergic_to shellfish"],
        ),
        ("Mara is vegan", ["diet vegan"]),
        ("Mara was diagnosed with asthma last year", ["health asthma"]),
        ("Mara speaks French and German", ["speaks French", "speaks German"]),
        ("Mara is learning Spanish", ["learning Spanish"]),
        ("Mara plays the violin", ["plays violin"]),
        ("Mara is planning to buy a house", ["plans_to buy a house"]),
        ("Mara would love to visit Japan", ["goal visit Japan"]),
        ("Mara swims every Sunday", ["habit swims every Sunday"]),
        ("Mara is working on a novel", ["project novel"]),
        ("Mara decided to sell the car", ["decision sell the car"]),
        ("Mara's email is mara@example.org", ["email mara@example.org"]),
        ("Mara's phone number is 555-1234", ["phone 555-1234"]),
    ],
)
def test_a_plain_sentence_states_its_facts(sentence, facts):
    assert [f"{attribute} {value}" for _, attribute, value in found(sentence)] == facts


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("Mara no longer lives in Lisbon", ("Mara", "residence", "Lisbon", "not")),
        ("Mara doesn't work at Norvik anymore", ("Mara", "employer", "Norvik", "not")),
        ("Mara left Norvik last month", ("Mara", "employer", "Norvik", "not")),
        ("Mara no longer likes sushi", ("Mara", "likes", "sushi", "not")),
        ("Mara used to like sushi", ("Mara", "likes", "sushi", "not")),
        ("Mara sold her car", ("Mara", "owns", "car", "not")),
        ("Mara is not from Spain", ("Mara", "origin", "Spain", "not")),
    ],
)
def test_what_has_ended_or_is_denied_is_negated(sentence, fact):
    assert found(sentence) == [fact]


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        (
            "Mara lives in Lisbon and works as a nurse at Hill Hospital.",
            [("Mara", "residence", "Lisbon"), ("Mara", "occupation", "nurse"),
             ("Mara", "employer", "Hill Hospital")],
        ),
        ("Mara and Bo live in Oslo", [("Mara", "residence", "Oslo"), ("Bo", "residence", "Oslo")]),
        (
            "Mara's sister Ana lives in Porto",
            [("Mara", "sibling", "Ana"), ("Ana", "residence", "Porto")],
        ),
        ("Mara's brother is a doctor", [("Mara's brother", "occupation", "doctor")]),
        ("The user lives in Oslo, but Tom moved to Rome",
         [("The user", "residence", "Oslo"), ("Tom", "residence", "Rome")]),
        ("The project is on hold", [("the project", "status", "on hold")]),
        ("The launch date is 3 May", [("the launch date", "value", "3 May")]),
        ("李华 lives in Beijing", [("李华", "residence", "Beijing")]),
    ],
)  # fmt: skip
def test_each_clause_has_its_own_subject(sentence, facts):
    assert found(sentence) == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Does Mara live in Lisbon?",
        "If Mara lived in Rome she would be happy",
        "Maybe Mara lives in Rome",
        "Mara might move to Rome",
        "She lives in Rome",
        "Mara loves it",
        "Mara likes the way you think",
        "Mara loves games that make her think",
        "Brands like Zorblax are everywhere",
        "Losing Mara's job was tough",
        "Bo says that Mara lives in Rome",
        "Mara lives in fear",
        "Mara is a great friend",
        "Mara wants to know more",
        "Mara has a question",
        "Mara left the room",
        "Tom left Paris for Rome",
        "It'll be like old times.",
        "我住在里斯本",
        "أعيش في لشبونة",
    ],
)
def test_what_states_nothing_lasting_gives_nothing(sentence):
    assert found(sentence) == []


def test_only_one_value_of_a_single_attribute_holds():
    assert all(
        is_single(name) for name in ("residence", "birthday", "favourite_song", "home_address")
    )
    assert not any(
        is_single(name) for name in ("likes", "owns", "speaks", "allergic_to", "best_friend")
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara left Norvik in December.",
        "Mara left Norvik in early May",
        "Mara quit Norvik last week.",
        "Mara quit Norvik on Friday",
    ],
)
def test_a_job_is_left_at_some_time(sentence):
    assert found(sentence) == [("Mara", "employer", "Norvik", "not")]


@pytest.mark.parametrize(
    "sentence", ["Mara left Bo in charge", "Mara left Norvik on a ship", "Mara left Bo behind"]
)
def test_whoever_is_left_somewhere_is_no_employer(sentence):
    assert found(sentence) == []


def test_two_denials_do_not_replace_each_other():
    one, other = (Fact("Mara", "employer", name, True) for name in ("Norvik", "Zorblax"))
    assert not replaces(one, other)
    assert not replaces(other, one)


def test_opposites_are_mutual():
    for attribute in ATTRIBUTES:
        other = opposite(attribute)
        assert other is None or opposite(other) == attribute


def test_liking_and_hating_one_thing_share_a_slot():
    slots = {slot(Fact("Mara", name, "Sushi")) for name in ("likes", "loves", "dislikes", "hates")}
    assert len(slots) == 1
    assert slot(Fact("Mara", "likes", "ramen")) not in slots


@pytest.mark.parametrize(
    ("newer", "older", "replaced"),
    [
        ("Mara lives in Rome", "Mara lives in Oslo", True),
        ("Mara lives in Rome", "Mara lives in Rome", False),
        ("Tom lives in Rome", "Mara lives in Oslo", False),
        ("Mara no longer lives in Oslo", "Mara lives in Oslo", True),
        ("Mara left Norvik", "Mara works at Zorblax", False),
        ("Mara lived in Rome", "Mara lives in Oslo", False),
        ("Mara hates sushi", "Mara loves sushi", True),
        ("Mara no longer likes sushi", "Mara likes sushi", True),
        ("Mara likes ramen", "Mara likes sushi", False),
        ("Mara has four cats", "Mara has three cats", True),
        ("Mara has two dogs", "Mara has three cats", False),
        ("Mara prefers coffee over tea", "Mara prefers tea over coffee", True),
        ("Mara speaks French", "Mara speaks German", False),
        ("Mara's birthday is 4 May", "Mara's birthday is 3 May", True),
    ],
)
def test_a_newer_fact_replaces_an_older_one_in_its_slot_only(newer, older, replaced):
    assert replaces(find_facts(newer)[0], find_facts(older)[0]) is replaced


@pytest.mark.parametrize(
    ("sentence", "corrects"),
    [
        ("Actually, my birthday is 3 May", True),
        ("Sorry, I meant Tuesday", True),
        ("No wait, it was Oslo", True),
        ("I was wrong about the date", True),
        ("I actually love it", False),
        ("We met in Oslo", False),
    ],
)
def test_a_correction_is_told_by_its_cue(sentence, corrects):
    assert is_correction(sentence) is corrects


def test_every_rule_states_a_documented_attribute():
    for rules in RULES.values():
        for rule, _ in rules:
            assert {rule.attribute, rule.in_past or rule.attribute} <= set(ATTRIBUTES)
            assert not rule.opposite or rule.opposite in ATTRIBUTES


words = st.sampled_from(
    "Mara Tom's The user lives in works as a likes loves has is was not no longer used to and , . 3"
    " sister cats nurse Rome it 's doesn't".split(" ")
)


@given(st.lists(words, max_size=14).map(" ".join))
def test_any_sentence_is_read_alike_twice_and_values_come_from_it(sentence):
    facts = find_facts(sentence)
    assert facts == find_facts(sentence)
    for fact in facts:
        assert fact.value
        assert fact.subject
        assert all(isinstance(part, str) and part for part in slot(fact))


@given(st.text())
def test_any_text_is_read_without_error(text):
    find_facts(text)
    find_facts(f"Mara likes {text}")
    is_correction(text)


@pytest.mark.parametrize("unit", ["Mara ", "Mara likes a, ", "and ", "'s ", "Mara's "])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(find_facts, unit)
    assert_grows_with_its_input(is_correction, unit)
    find_facts((unit * 600)[:600])
