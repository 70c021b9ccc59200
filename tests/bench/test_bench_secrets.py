"""Secrets as people tell them, in seven lists that the rules had not seen at first."""

import re

import pytest

from memcli.language.secrets import find_secrets
from memcli.language.secrets.answers import question_of
from tests.support.paths import ROOT

pytestmark = pytest.mark.bench
DATA = ROOT / "tests/data/secrets"
# Of the letters and digits of a secret.
LEAST_COVERED = 0.8
LEAST_FOUND = 0.95
MOST_FALSE = 0.02


def lines_of(name):
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            told, _, said = line.replace("\u00a6", "").partition("\t")
            yield told, said.replace("\\n", "\n").split(" // ")


def is_covered(turn, before):
    plain = re.sub("[\u27e6\u27e7]", "", turn)
    covered = {at for s in find_secrets(plain, before) for at in range(s.start, s.end)}
    for number, match in enumerate(re.finditer("\u27e6(.*?)\u27e7", turn, re.DOTALL)):
        start = match.start() - 2 * number
        places = [start + at for at, sign in enumerate(match[1]) if sign.isalnum()]
        if sum(at in covered for at in places) < LEAST_COVERED * len(places):
            return False
    return True


def test_nineteen_in_twenty_are_found():
    missed, count = [], 0
    for told, turns in lines_of("first_sight.txt"):
        count, before = count + 1, ""
        for turn in turns:
            missed += [] if is_covered(turn, before) else [(told, turn)]
            before = question_of(re.sub("[\u27e6\u27e7]", "", turn), before)
    assert count > 950
    assert len(missed) <= (1 - LEAST_FOUND) * count, missed


def test_what_looks_like_it_is_none():
    wrong, count = [], 0
    for _, turns in lines_of("hard_negatives.txt"):
        count, before = count + 1, ""
        for turn in turns:
            wrong += [turn] if find_secrets(turn, before) else []
            before = question_of(turn, before)
    assert len(wrong) <= MOST_FALSE * count, wrong
