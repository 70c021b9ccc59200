"""Which main clauses are worth keeping."""

from collections.abc import Callable

import pytest

from memcli.language.syntax import Parse
from memcli.language.worth import Worth, has_named, is_command, tells, worth


def judged(parse: Parse) -> Worth:
    """Return the worth of a sentence of one clause."""
    assert parse.root
    return worth(parse, parse.root, parse.words, is_assistant=False)


@pytest.mark.parametrize(
    "sentence",
    [
        "That sounds great, Mara!",
        "I'm basically a homing pigeon from Kiel.",
        "I'm on the night train to Vienna.",
        "Say that I am sorry and that I come on Saturday.",
        "I'm so glad to hear that.",
        "Good luck with your exam!",
        "How was your weekend?",
        "You should try the ramen place on Main Street.",
        "Please send me the report.",
        "Music is a great way to relax.",
        "Thanks for the support!",
        "I hope you feel better soon.",
        "If I had the money, I would buy a boat.",
        "Let's keep in touch!",
        "Let's see how that goes with the flow.",
        "I would have become a nurse if my grades had been better.",
        "It was awesome.",
    ],
)
def test_clauses_that_tell_nothing_are_dropped(
    parsed: Callable[[str], Parse], sentence: str
) -> None:
    assert judged(parsed(sentence)) is Worth.DROPPED


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("I bought a red bike.", Worth.KEPT),
        ("My brother is a doctor.", Worth.KEPT),
        ("The trip to Rome starts on May 3.", Worth.KEPT),
        ("Nora told me that she quit her job.", Worth.KEPT),
        ("Let's go with the blue tiles.", Worth.KEPT),
        ("Let's postpone the trip to Ghent.", Worth.KEPT),
        ("It has three bedrooms and a garden.", Worth.OPEN),
        ("His brother lives in Utrecht.", Worth.OPEN),
    ],
)
def test_clauses_that_tell_something_are_kept(
    parsed: Callable[[str], Parse], sentence: str, expected: Worth
) -> None:
    assert judged(parsed(sentence)) is expected


def test_a_command_has_no_subject(parsed: Callable[[str], Parse]) -> None:
    for sentence, expected in (("Send me the file.", True), ("I sent the file.", False)):
        parse = parsed(sentence)
        assert parse.root
        assert is_command(parse, parse.root) is expected


def test_a_name_that_is_called_names_nothing(parsed: Callable[[str], Parse]) -> None:
    assert not has_named(parsed("I agree, Mara!").words)
    assert has_named(parsed("I met Mara in Porto.").words)
    assert not tells(parsed("It was great.").words, 0)
