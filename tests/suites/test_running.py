"""Small runs of the suites: what is told is done, asked and judged."""

from __future__ import annotations

import os

import pytest

from memcli.suites.cases import Case, Note, Round, Suite, turn
from memcli.suites.running import run_suite


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suites")
    first = Round(
        [
            turn("1", "Una", "I live in Antwerp.", 0, 0, "a"),
            turn("2", "Una", "My dentist is Dr Merriman.", 0, 1, "a"),
            turn("3", "Una", "My bank is Oldroyd Savings.", 0, 2, "a"),
            turn("4", "Una", "My car is a Corvane.", 0, 3, "a"),
        ],
        {"rooms.md": "# Rooms\n\n## Room 12\n\nThere are 4711 seats.\n"},
    )
    second = Round(
        notes=[Note("Una", "I live in Bergamo now.", "1")], release=["2"], purge=["3", "4"]
    )
    cases = [
        Case("replaced", "Where does Una live?", "Bergamo", ("Antwerp",)),
        Case("released", "Who is Una's dentist?", unwanted=("Dr Merriman",)),
        Case("purged", "What is Una's bank?", "", ("Oldroyd Savings",), is_purged=True),
        # What is said to be gone and is not: a trace is found.
        Case("kept", "How many seats are in room 12?", "4711"),
        Case("traced", "What is Una's car?", "", ("Corvane",), ("There are 4711 seats.",), True),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        done = run_suite(Suite([first, second], cases))
    assert os.listdir(folder) == []
    return {verdict.case.kind: verdict for verdict in done.verdicts}, done.before


def test_what_is_done_to_it_is_what_is_told(outcome):
    verdicts, _ = outcome
    for kind in ("replaced", "released", "purged", "kept"):
        assert verdicts[kind].passed, kind
        assert verdicts[kind].is_absent
        assert verdicts[kind].is_marked


def test_a_trace_of_what_is_purged_fails_its_case(outcome):
    verdicts, _ = outcome
    assert verdicts["traced"].query
    assert not verdicts["traced"].is_gone
    assert not verdicts["traced"].passed


def test_what_is_to_be_forgotten_was_told_before(outcome):
    _, before = outcome
    assert [(case.kind, told) for case, told in before] == [
        ("released", True),
        ("purged", True),
        ("traced", True),
    ]


def test_a_store_that_nobody_owns_leaves_no_mark_of_trust(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    run_suite(Suite([Round([turn("1", "Una", "Hello.", 0, 0, "a")])], []))
    assert list(tmp_path.rglob("*")) == []
