"""Values that enough evidence says to be secret, in any order and language."""

import re

import pytest

from memcli.language.secrets import find_secrets, redact
from memcli.language.secrets.answers import question_of
from tests.support.paths import ROOT

LINES = [
    line.partition("\t")[2]
    for line in (ROOT / "tests/data/secrets_in_use.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
LEAST_SHARE = 0.97
MARKED = re.compile("\u27e6(.*?)\u27e7")
LEAST_FOUND = 0.98
LEAST_UNSEEN = 0.95
MOST_FALSE = 0.0125


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


def test_secrets_of_lists_that_were_unseen_once_are_found():
    missed, count = [], 0
    for told, turns in lines_of("unseen_secrets.txt"):
        count += 1
        missed += [(told, turns)] if left_of(turns) else []
    assert count > 470
    assert len(missed) <= (1 - LEAST_UNSEEN) * count, missed


def test_turns_beside_them_that_look_like_it_have_none():
    wrong, count = [], 0
    for told, turns in lines_of("unseen_clean.txt"):
        count += 1
        before, said = turns if len(turns) == 2 else ("", *turns)
        wrong += [(told, said)] if find_secrets(said, before) else []
    assert count > 470
    assert len(wrong) <= MOST_FALSE * count, wrong


def test_numbers_of_other_things_are_none():
    wrong = []
    for _, turns in lines_of("clean_numbers.txt"):
        before = ""
        for turn in turns:
            wrong += [(turn, found)] if (found := find_secrets(turn, before)) else []
            before = turn
    assert not wrong


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


def values_of(line):
    """Return a turn, the turn before, and where the secrets in it stand."""
    before, _, marked = line.rpartition(" // ")
    spans, said = [], ""
    for part in re.split(r"(⟦.*?⟧)", marked):
        value = part.strip("⟦⟧") if part.startswith("⟦") else None
        if value is not None:
            spans.append((len(said), len(said) + len(value)))
        said += part if value is None else value
    return said, before, spans


def test_most_of_what_people_tell_in_passing_is_found():
    found = planted = 0
    for line in LINES:
        said, before, spans = values_of(line)
        secrets = find_secrets(said, before)
        planted += len(spans)
        found += sum(any(s.start <= a + 1 and s.end >= b - 1 for s in secrets) for a, b in spans)
    assert planted > 350
    assert found / planted >= LEAST_SHARE


@pytest.mark.parametrize(
    "said",
    [
        "Grandma's phone is 2019 vintage and has 4096 MB of memory.",
        "He set up the tablet for 1500 euros.",
        "The front door is 2100 mm wide and the gate is 4500 mm.",
        "We sent 150000 units by ship.",
        "The locker room opens at 7-30 on weekdays.",
        "Log in with python3 or node18 and bcrypt12.",
        "The safe was built in 1998, on page 1234.",
        "They logged 482913 visits in the account last month.",
        "The commit 9fc21a77e0b34d6688ab1c5d0e4f7a23 has the key to the bug.",
        "Our wifi is 802.11ax and the router cost $1299.",
        "My code is PEP8 and the SIM cost 1200 roubles.",
        "手机卖了4500块",
        "Der Safe wiegt 1200 kg und die Haustür ist 4500 Euro wert.",
        "PINs like '0000' or '1234' unlock no phone of mine.",
    ],
)
def test_what_looks_like_it_and_is_none(said):
    assert find_secrets(said) == []


def test_each_kind_of_use_has_its_name():
    kinds = {
        "mom's ipad unlocks with 280456": "code",
        "gym locker is 32-10-24": "code",
        "the lockbox is by the door, 8025": "code",
        "back gate takes C159X": "code",
        "log in as root with inkjet!Owl": "password",
        "got a text from chase saying 204-881": "one-time code",
        "la llave del tiempo b7e1f09ac25d4483aa1960de7c5b2f31": "api key",
        "the code of the sim is 1590": "pin",
    }
    found = {said: [secret.kind for secret in find_secrets(said)] for said in kinds}
    assert found == {said: [kind] for said, kind in kinds.items()}
