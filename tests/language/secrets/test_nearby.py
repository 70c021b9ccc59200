"""Values near words that tell of them, in any order."""

import re

import pytest

from memcli.language.secrets import find_secrets, redact
from memcli.language.secrets.answers import question_of
from tests.support.paths import ROOT

MARKED = re.compile("\u27e6(.*?)\u27e7")
LEAST_FOUND = 0.97


def lines_of(name):
    lines = (ROOT / "tests/data" / name).read_text("utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            told, _, said = line.partition("\t")
            yield told, [turn.replace("\\n", "\n") for turn in said.split(" // ")]


def left_of(turns):
    """Return the marked secrets that are in their turns still."""
    left, before = [], ""
    for turn in turns:
        plain = re.sub("[\u27e6\u27e7]", "", turn)
        open_ = redact(plain, find_secrets(plain, before))
        left += [value for value in MARKED.findall(turn) if value in open_]
        before = question_of(plain, before)
    return left


def test_secrets_are_found_as_people_chat():
    missed, count = [], 0
    for told, turns in lines_of("chatty_secrets.txt"):
        count += 1
        missed += [(told, turns)] if left_of(turns) else []
    assert len(missed) <= (1 - LEAST_FOUND) * count, missed


def test_numbers_of_other_things_are_none():
    wrong = []
    for _, turns in lines_of("clean_numbers.txt"):
        before = ""
        for turn in turns:
            wrong += [(turn, found)] if (found := find_secrets(turn, before)) else []
            before = turn
    # A password that is a figure of speech.
    assert [turn for turn, _ in wrong] == ["The password for our friendship is kindness"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Once you are at the gate dial 4120", "code", "4120"),
        ("The alarm will beep; 8364 turns it off", "code", "8364"),
        ("Blossom21 is what I chose, it is my bank password", "password", "Blossom21"),
        ("the gate code is five five one eight", "code", "five five one eight"),
        ("I got 482910 by SMS as code", "one-time code", "482910"),
        ("Mit 3048 schaltest du die Alarmanlage aus", "code", "3048"),
    ],
)
def test_a_value_counts_by_the_words_of_its_sentence(text, kind, value):
    assert [(s.kind, text[s.start : s.end]) for s in find_secrets(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "Passwords are hashed with SHA-256, bcrypt12 or Argon2",
        "The front door costs 4120 euros",
        "one two three four, that is how the code of a dance goes",
        "open port 8443 on the router",
        "The office is in 1985",
    ],
)
def test_what_is_counted_as_something_else_is_no_code(text):
    assert find_secrets(text) == []
