from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from memcli.agents.hooks.installing import FileChange
from memcli.agents.hooks.ledger import Ledger

PUT_IN = FileChange("codex", Path("/x"), '{ "hooks" : {} }', "ours")
TAKEN_OUT = FileChange("codex", Path("/x"), "ours", "{ }")


def test_an_untouched_file_becomes_what_it_was(tmp_path):
    Ledger(tmp_path).keep([PUT_IN])
    [change] = Ledger(tmp_path).restored([TAKEN_OUT])
    assert change.after == PUT_IN.before
    [touched] = Ledger(tmp_path).restored([replace(TAKEN_OUT, before="ours and mine")])
    assert touched.after == "{ }"


def test_what_it_was_at_first_stays_when_it_is_installed_again(tmp_path):
    Ledger(tmp_path).keep([PUT_IN])
    Ledger(tmp_path).keep([replace(PUT_IN, before="ours", after="ours anew")])
    [change] = Ledger(tmp_path).restored([replace(TAKEN_OUT, before="ours anew")])
    assert change.after == PUT_IN.before
    Ledger(tmp_path).forget([change])
    assert Ledger(tmp_path).restored([TAKEN_OUT]) == [TAKEN_OUT]
