"""What takes a sentence out of its speaker's own word of what is so."""

import pytest

from memcli.language.framing import is_anothers_talk, is_cut_off, is_in_a_world, is_unreal


@pytest.mark.parametrize(
    ("sentence", "unreal"),
    [
        ("If I had a garden I'd grow tomatoes.", True),
        ("if i had kids id name one gary", True),
        ("I would get a dog if we were rich.", True),
        ("If it rains on Friday I stay at home.", False),
        ("I wondered if he had a car.", False),
    ],
)
def test_a_condition_in_the_past_tense_says_that_it_is_not_so(parsed, sentence, unreal):
    assert is_unreal(parsed(sentence), parsed(sentence).words) == unreal


@pytest.mark.parametrize(
    ("sentence", "is_talk"),
    [
        ('My boss said "if you sing once more I will move to Portugal".', True),
        ('My mum goes "I never liked him anyway".', True),
        ('I told my boss "I am moving to Portugal in May".', False),
        ('I love "Pulp Fiction" and I have seen it nine times.', False),
    ],
)
def test_what_is_mostly_in_quotation_marks_is_anothers(parsed, sentence, is_talk):
    assert is_anothers_talk(parsed(sentence)) == is_talk


def test_a_clause_without_an_object_behind_its_noun_describes_it(parsed):
    parse = parsed("It's an ad my sister sent me.")
    sent = next(word for word in parse.words if word.text == "sent")
    assert is_cut_off(parse, sent, parse.subtree(sent))
    assert not is_cut_off(parse, parse.root, parse.words[:4])


def test_a_film_and_a_dream_are_other_worlds(parsed):
    for sentence, expected in (
        ("In my dream I lived on Mars.", True),
        ("In May I lived in Rome.", False),
    ):
        parse = parsed(sentence)
        assert is_in_a_world(parse, parse.root) == expected
