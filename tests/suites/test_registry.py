"""The suites by name, and their figures."""

from __future__ import annotations

import pytest

from memcli.suites.asking import CaseVerdict
from memcli.suites.cases import Case
from memcli.suites.registry import SUITES, chosen_suites, failures, outcome_rows
from memcli.suites.running import Outcome
from store.errors import BadUsage

KEPT, CHANGED = Case("kept", "Where?", "Lund"), Case("changed", "Where?", "Lund", ("Porto",))
GONE = Case("purged", "Who?", unwanted=("Porto",))


def test_suites_are_chosen_by_name():
    assert chosen_suites(["headings,two-hops", "headings"]) == ["headings", "two-hops"]
    assert chosen_suites(["all"]) == list(SUITES)
    with pytest.raises(BadUsage, match="no suite 'x'"):
        chosen_suites(["x"])


@pytest.mark.parametrize("name", SUITES)
def test_a_seed_gives_the_same_cases_and_another_one_others(name):
    make = SUITES[name]
    assert make(1, 200) == make(1, 200) != make(2, 200)
    assert make(1, 3).cases == make(1, 200).cases[:3]


def test_rows_have_shares_by_kind_and_over_all():
    verdicts = [
        CaseVerdict(KEPT, True, True),
        CaseVerdict(KEPT, False, True),
        CaseVerdict(CHANGED, True, True, is_marked=False),
        CaseVerdict(GONE, True, True, is_gone=False),
    ]
    rows = {row["category"]: row for row in outcome_rows("s", Outcome(verdicts, [(GONE, True)]))}
    assert rows["kept"] == {
        "suite": "s", "category": "kept", "n": 2, "query": 0.5, "context": 1.0, "passed": 0.5,
    }  # fmt: skip
    assert (rows["changed"]["marked"], rows["changed"]["absent"]) == (0, 1)
    assert (rows["purged"]["passed"], rows["purged"]["told_before"]) == (0, 1)
    assert (rows["all"]["n"], rows["all"]["passed"]) == (4, 0.5)


def test_failures_say_what_was_asked_and_what_is_wrong():
    verdicts = [CaseVerdict(KEPT, True, True), CaseVerdict(CHANGED, False, True)]
    (line,) = failures(Outcome(verdicts, []))
    assert line == "changed: Where? wanted 'Lund', not Porto; wrong in query"
