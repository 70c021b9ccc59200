"""Secrets by how they are used: what opens something, signs in, or came in a message."""

from __future__ import annotations

import re

import pytest

from memcli.language.secrets import find_secrets
from tests.support.paths import ROOT

LINES = [
    line.partition("\t")[2]
    for line in (ROOT / "tests/data/secrets_in_use.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
LEAST_SHARE = 0.93


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
