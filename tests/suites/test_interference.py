"""The suite of what is changed again and again."""

from __future__ import annotations

from memcli.suites.interference import TIMES, interference


def test_the_last_of_eight_values_is_wanted_and_no_other():
    suite = interference(1, 200)
    turns = suite.rounds[0].turns
    assert (len(suite.cases), len(turns)) == (30, 30 * TIMES)
    for case in suite.cases:
        told = [turn["content"] for turn in turns]
        (last,) = [n for n, text in enumerate(told) if case.wanted in text]
        before = [n for value in case.unwanted for n, text in enumerate(told) if value in text]
        assert len(before) == TIMES - 1
        assert max(before) < last
