"""What people say in character is not read as their own word."""

import pytest

from memcli.language.play import before_game, out_of_character
from memcli.language.sentences import split_sentences


def meant(*turns):
    """Return the sentences that are meant of the last of some turns, and what goes on."""
    own, in_play = [], ""
    for text in turns:
        own, in_play = out_of_character(text, split_sentences(text), in_play)
    return [sentence.text for sentence in own], in_play


LINE = '*opens the tavern door* "I was told a man could help me. I live in Carrow."'


def test_of_a_play_with_marks_only_what_is_out_of_character_is_meant():
    assert meant(LINE) == ([], "marked0")
    assert meant(LINE, "(( my own sister lives in Leeds ))")[0] == ["my own sister lives in Leeds"]
    assert meant(LINE, "ooc: I work at Tesco")[0] == ["I work at Tesco"]
    assert meant(LINE, "I walk to the bridge.")[0] == []
    assert meant(LINE, '"I own it. I do." (( I fell off a donkey ))')[0] == ["I fell off a donkey"]


def test_a_play_is_over_after_some_turns_without_marks():
    assert meant(LINE, "ok", "see you", "bye", "I moved to Porto.") == (["I moved to Porto."], "")


def test_a_scene_goes_on_until_it_is_ended():
    scene = "let's roleplay: you're the landlord and I'm the tenant"
    assert meant(scene, "I own forty flats.")[0] == []
    assert meant(scene, "I own forty flats.", "haha ok anyway", "I'm back.") == (["I'm back."], "")


@pytest.mark.parametrize(
    "text",
    [
        "I like comedy and action a lot.",
        "I want to improve my English.",
        'I love "Pulp Fiction" and *really* like it.',
        "so sad :(( I lost my keys",
        "We met irl, it was fun.",
        "I'll be the witness.",
        "I'll be an hour late, you are the only one with a key.",
        "can you be the host tonight, I'm stuck",
        "You be the driver, I'll be the DJ.",
        "Let's pretend that never happened.",
        "Can we act it out? no, never mind.",
        "Let's do a mock interview tonight.",
        "stay in character? What does that mean.",
        "if ((x > 3)); then echo hi; fi",
        "while ((i++ < 10))",
        "echo $((a + b))",
        "x = 3 // 2 gives 1",
        "// TODO fix the parser",
        "I live in Bonn (( the old capital )) and work as a baker.",
        "((I live in Lyon)) I work as a vet.",
        "I work as a nurse // single mum of two // I live in Ghent",
        "*I'm allergic to peanuts.* Please remember.",
        "Please remember *that I am allergic to peanuts*.",
        "*always* and *this is it* as they say",
        '*One more thing:* "thanks" - *from us all*',
    ],
)
def test_ordinary_turns_are_no_play(text):
    assert meant(text) == ([s.text for s in split_sentences(text)], "")


def test_what_goes_on_in_a_game_is_left_out():
    text = "I live in York. My character's married now. We have a cottage."
    assert [s.text for s in before_game(text, split_sentences(text))] == ["I live in York."]


def test_several_sentences_between_quotation_marks_are_anothers():
    assert meant('She said: "I live in Rome. I own a castle." I was amazed.')[0][-1:] == [
        "I was amazed."
    ]
