"""The suite of what is changed, replaced, released and purged."""

from __future__ import annotations

from collections import Counter

from memcli.suites.forgetting import KINDS, forgetting


def test_there_are_as_many_cases_of_each_kind_and_their_turns():
    suite = forgetting(1, 200)
    first, second = suite.rounds
    assert Counter(case.kind for case in suite.cases) == dict.fromkeys(KINDS, 40)
    assert (len(second.release), len(second.purge), len(second.notes)) == (40, 40, 40)
    refs = [turn["id"] for one in suite.rounds for turn in one.turns]
    assert len(set(refs)) == len(refs)
    named = {*second.release, *second.purge, *(note.replaces for note in second.notes)}
    said = {turn["id"]: turn["content"] for turn in first.turns}
    assert named <= said.keys()
    told = {kind: [c.said[0] for c in suite.cases if c.kind == kind] for kind in KINDS[3:]}
    assert [said[ref] for ref in second.release] == told["released"]
    assert [said[ref] for ref in second.purge] == told["purged"]


def test_values_are_told_where_they_are_wanted_and_before_that():
    suite = forgetting(2, 40)
    first = " ".join(turn["content"] for turn in suite.rounds[0].turns)
    later = [turn["content"] for turn in suite.rounds[1].turns]
    later += [note.text for note in suite.rounds[1].notes]
    for case in suite.cases:
        assert all(value in first for value in case.unwanted)
        told = first if case.kind == "kept" else " ".join(later)
        assert case.wanted in told
