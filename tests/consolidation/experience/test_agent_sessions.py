"""Sessions with an agent, and how they ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memcli.consolidation.experience.agent_sessions import Edits, in_order
from tests.support.agent_sessions import projects
from tests.support.experience import BEGIN, session

RAN = ["x", "make test", 0, "ok"]
FAILED = ["x", "make test", 2, "1 failed"]


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([RAN, ["a", "Done."]], "good"),
        ([FAILED, ["a", "It fails."]], "bad"),
        ([RAN, ["a", "Done."], ["u", "that's wrong"]], "bad"),
        ([FAILED, ["a", "Mended."], ["u", "perfect"]], "good"),
        ([["a", "Done."], ["u", "that's wrong"], ["a", "I see."]], None),
        ([["a", "Done."], ["u", "that's wrong"], RAN, ["a", "Mended."]], "good"),
        ([["a", "Shall I push?"], ["u", "no"]], None),
        ([["x", "npm install", 1, "no"], ["a", "Hm."]], None),
    ],
)
def test_the_last_check_or_word_tells_the_outcome(steps, outcome):
    assert session([["u", "Do it."], *steps]).outcome() == outcome


def test_only_what_came_after_a_moment_counts():
    talk = session([["u", "Do it."], RAN, ["a", "Done."], ["u", "and that?"], FAILED, ["a", "No."]])
    assert talk.outcome(BEGIN) == "bad"
    assert talk.outcome(BEGIN + timedelta(days=1)) is None


def test_events_are_in_order_and_the_first_turn_of_the_user_says_what_for():
    talk = session([["u", "Do it."], ["e", "a.py"], RAN, ["a", "Done."]])
    kinds = [type(each).__name__ for each in talk.events]
    assert kinds == ["dict", "Edits", "Trial", "dict"]
    assert talk.events[1] == Edits(1)
    assert talk.asked["text"] == "Do it."
    assert talk.end == max(talk.turns, key=in_order)["happened_at"]


def test_outcomes_of_made_up_sessions_are_as_a_reader_sees_them():
    every = [
        one
        for name in ("dev", "held", "later")
        for p in projects(name).values()
        for one in p["sessions"]
    ]
    found = [session(one["steps"]).outcome() or "open" for one in every]
    assert found == [one["outcome"] for one in every]
