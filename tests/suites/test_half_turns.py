"""The suite of answers in a word."""

from __future__ import annotations

from memcli.suites.half_turns import half_turns


def test_an_answer_does_not_say_what_was_asked():
    suite = half_turns(1, 200)
    turns = {turn["id"]: turn for turn in suite.rounds[0].turns}
    for case in suite.cases:
        (answer,) = [turn for turn in turns.values() if case.wanted in turn["content"]]
        name = answer["name"]
        assert name in case.question
        question = turns[f"{name}/1"]
        assert question["content"].endswith("?")
        assert question["name"] != name
        assert len(answer["content"].split()) < 8
