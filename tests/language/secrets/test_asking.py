"""Whether a turn asks for what may be secret."""

import pytest

from memcli.language.secrets.asking import asked_classes, asks_for_some


@pytest.mark.parametrize(
    "turn",
    [
        "Wie war noch mal die Nummer für die Haustür?",
        "what opens the cash drawer these days",
        "金庫の開け方教えて",
        "The alarm code:",
    ],
)
def test_a_question_for_what_is_locked_says_what_is_asked(turn):
    assert asked_classes(turn)


@pytest.mark.parametrize(
    "turn", ["", "I like the door.", "How many codes are there?", "Where is Ida?"]
)
def test_no_other_turn_asks_for_a_secret(turn):
    assert asked_classes(turn) == frozenset()


def test_a_question_for_an_amount_is_none_for_a_secret():
    assert asks_for_some("And the parental lock?")
    assert not asks_for_some("how long is it?")
