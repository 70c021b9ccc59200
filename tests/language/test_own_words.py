"""Which sentences of a turn are its speaker's own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.own_words import MAX_CHARS, own_words, worth_parsing
from memcli.language.sentences import split_sentences


def own(text: str, is_assistant: bool = False) -> list[str]:
    """Return the speaker's own sentences."""
    return [s.text for s in own_words(text, split_sentences(text), is_assistant).sentences]


@pytest.mark.parametrize(
    "text",
    [
        "Improve this email: Dear Tom, I quit my job at Shell and moved to Oslo. Best, Linda",
        "Act as a doctor. I am a 60 year old patient and I live in Ohio.",
        "Summarize the following article:\n\nI grew up in Rome. My father was a baker.",
        "```\nname = 'Ana'\n```",
        "2026-05-01 12:00:03 ERROR I could not open my file",
        "[shares an image: a photo of a dog that I know]",
        "| I | my |\n|---|---|\n| a | b |",
        "User: I live in Rome.\nAssistant: How nice.\nUser: Yes, I love it.",
        "As the song goes, I got 99 problems.",
        "Dear [Name], I live in [City].",
        "> I live in Rome, she wrote.",
        'From the docs: "I am the owner of it. I have lost it."',
        "Q: Where do you live?\nA: I live in Rome.",
        "Restaurant: Da Mario\nAddress: 5 Cold Road",
        "I walk. " * (MAX_CHARS // 8 + 1),
        "\n\n".join(f"The data of month {n} are reduced by sampling." for n in range(12)),
    ],
)
def test_what_is_pasted_or_played_is_nobodys(text: str) -> None:
    assert own(text) == []


def test_a_title_in_quotation_marks_opens_a_sentence_of_ones_own() -> None:
    assert own('"The Notebook" is my favourite. I love it.')[0].endswith("favourite.")


def test_what_stands_before_a_text_and_around_code_is_ones_own() -> None:
    assert own("I'm a nurse in Leiden. Improve this email: Dear Tom, I quit.") == [
        "I'm a nurse in Leiden."
    ]
    code = "I use Flask 2.3.\n\nHere's my code:\n\n```\nx = 1\n```\n\nI'm stuck on line 1."
    assert own(code) == ["I use Flask 2.3.", "I'm stuck on line 1."]


def test_a_letter_is_an_assistants_draft_and_a_persons_message() -> None:
    letter = "Dear Li Hua, I moved to Rome. Best regards, Ana"
    assert own(letter, is_assistant=True) == []
    assert "Dear Li Hua, I moved to Rome." in own(letter)


def test_a_short_list_comes_with_what_leads_it_in() -> None:
    assert own("My allergies:\n1. peanuts\n2. penicillin") == [
        "My allergies: 1. peanuts 2. penicillin"
    ]
    assert own("**Budget:** 2000 EUR\n- I'm vegan") == ["Budget: 2000 EUR", "I'm vegan"]


def own_of_turns(*turns: tuple[str, bool]) -> list[list[str]]:
    """Return the sentences that are their speakers' own, of texts and whether the assistant's."""
    in_play, found = "", []
    for text, is_assistant in turns:
        said = own_words(text, split_sentences(text), is_assistant, in_play)
        in_play = said.in_play
        found.append([each.text for each in said.sentences])
    return found


def test_a_play_goes_on_until_it_is_over() -> None:
    turns = own_of_turns(
        ("Let's play a game: I'm a wizard called Merlin.", False),
        ("Welcome, Merlin! I am the dragon Smaug.", True),
        ("My dragon is named Smaug.", False),
        ("That was fun, let's stop.", False),
        ("I live in Leiden.", False),
    )
    assert turns == [[], [], [], [], ["I live in Leiden."]]


def test_what_is_made_up_together_is_nobodys() -> None:
    turns = own_of_turns(
        ("Write me a story in the first person about a lighthouse.", False),
        ('"I have kept the light for thirty years."', True),
        ("I was born in a snowstorm. Carry on in that style?", False),
        ("She handed me to my mother.", True),
        ("And then I married a seal.", False),
        ("The seal wore a veil.", True),
        ("Thanks! I live in Oslo.", False),
    )
    assert turns[2] == turns[4] == []
    assert turns[-1] == ["Thanks!", "I live in Oslo."]


@pytest.mark.parametrize("stop", ["haha ok stop", "Enough, please."])
def test_a_mere_stop_ends_a_play(stop: str) -> None:
    assert not own_words(stop, split_sentences(stop), is_assistant=False, in_play="play").in_play


@pytest.mark.parametrize(
    "said",
    [
        "Let's play a game of chess on Friday.",
        "In this game I always lose.",
        "I'll play the drums at Nora's wedding.",
    ],
)
def test_a_game_without_parts_is_no_play(said: str) -> None:
    found = own_words(said, split_sentences(said), is_assistant=False)
    assert [s.text for s in found.sentences] == [said]
    assert not found.in_play


def test_people_give_each_other_no_roles() -> None:
    said = "You are now an aunt! I bought you a cot."
    heard = own_words(said, split_sentences(said), is_assistant=False, to_assistant=False)
    assert [s.text for s in heard.sentences] == ["You are now an aunt!", "I bought you a cot."]
    assert own_words(said, split_sentences(said), is_assistant=False).sentences == []


def test_small_talk_questions_and_other_languages_are_not_worth_parsing() -> None:
    said = "I moved to Rome, have you been there?"
    assert worth_parsing("I'm vegan")
    assert worth_parsing(said)
    assert worth_parsing("That's my sister's car.")
    assert worth_parsing("It starts on Friday, Mara.")
    assert worth_parsing("Minka died last night.")
    for text in (
        "That sounds really great, Mara!",
        "Thanks so much!",
        "How are you?",
        "Ok",
        "我住在莱顿。",
        "Ich heiße Gülşen Öz und wohne bei Nora.",
        "Ich heiße Gülşen Öz",
    ):
        assert not worth_parsing(text)
    assert worth_parsing("The total is 200 euros.", is_assistant=True)
    assert worth_parsing("We've now booked Terra Kulture.", is_assistant=True)
    assert not worth_parsing("The Eiffel Tower is in Paris.", is_assistant=True)
    assert not worth_parsing("We've now booked your table at Roma.", is_assistant=True)


@given(st.text(alphabet="I am Rome.,?:`|>[]\n-1*", max_size=300), st.booleans())
def test_own_sentences_are_in_order_and_in_the_turn(text: str, is_assistant: bool) -> None:
    found = own_words(text, split_sentences(text), is_assistant).sentences
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[s.start : s.end].strip() for s in found)
