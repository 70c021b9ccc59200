"""Verdicts and corrections of users."""

from __future__ import annotations

import pytest

from memcli.language.verdicts import find_correction, verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("great, works. thanks", "good"),
        ("LGTM, let's commit", "good"),
        ("that did it", "good"),
        ("looks good, merge it", "good"),
        ("works, but the header is gone", None),
        ("does it work?", None),
        ("great question, why is it slow", None),
        ("that's wrong, revert it", "bad"),
        ("Still broken: it doesn't start", "bad"),
        ("Nope, same error.", "bad"),
        ("it doesn\u2019t work", "bad"),
        ("no problem, take your time", None),
        ("please add a test for the parser", None),
        ("no " + "word " * 80, None),
    ],
)
def test_a_turn_says_whether_the_work_was_good(text, expected):
    assert verdict(text) == expected


def test_no_to_a_question_is_an_answer():
    assert verdict("no") == "bad"
    assert verdict("no", is_answer=True) is None
    assert verdict("no, that's wrong", is_answer=True) == "bad"


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("No, use pnpm instead of npm here.", "pnpm", "npm"),
        ("CI runs gofumpt, not gofmt.", "gofumpt", "gofmt"),
        ("don't use npm, use pnpm", "pnpm", "npm"),
        ("Never run apply, only plan.", "plan", "run apply"),
        ("always run the linter", "run linter", None),
        (
            "please use British spelling rather than American spelling",
            "british spelling",
            "american spelling",
        ),
    ],
)
def test_a_correction_says_what_is_wanted_and_what_is_not(text, wanted, unwanted):
    found = find_correction(text)
    assert (found.wanted, found.unwanted) == (wanted, unwanted)
    assert found.sentence.rstrip(".") in text


@pytest.mark.parametrize(
    "text",
    [
        "should I use npm instead of pnpm?",
        "don't run it yet",
        "I always use vim.",
        "word " * 90,
        "`use x instead of y`?",
    ],
)
def test_what_asks_or_holds_for_now_is_no_correction(text):
    assert find_correction(text) is None
