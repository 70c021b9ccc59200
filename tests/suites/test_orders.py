"""The suite of what was done in which order."""

from __future__ import annotations

from memcli.suites.orders import THINGS, orders


def test_each_question_is_for_three_things_of_three_days_in_their_order():
    suite = orders(1, 200)
    turns = suite.rounds[0].turns
    assert len({turn["id"] for turn in turns}) == len(turns)
    assert len(suite.cases) == 50
    assert suite.to_forget == []
    for case in suite.cases:
        told = [turn for thing in case.in_order for turn in turns if thing in turn["content"]]
        assert len(told) == THINGS
        assert [turn["timestamp"] for turn in told] == sorted(turn["timestamp"] for turn in told)
        assert len({turn["timestamp"][:10] for turn in told}) == THINGS
        assert not any(thing in case.question for thing in case.in_order)
