"""The suite of questions that need two turns."""

from __future__ import annotations

from memcli.suites.two_hops import two_hops


def test_each_question_needs_two_turns_of_two_days():
    suite = two_hops(1, 200)
    turns = suite.rounds[0].turns
    assert len({turn["id"] for turn in turns}) == len(turns)
    for case in suite.cases:
        (second,) = [turn for turn in turns if case.wanted in turn["content"]]
        name = second["id"].split("/")[0]
        first = next(turn for turn in turns if turn["id"] == f"{name}/1")
        assert name in case.question
        assert case.wanted not in first["content"]
        assert first["timestamp"] < second["timestamp"]
