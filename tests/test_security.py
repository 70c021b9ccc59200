"""Each promise of SECURITY.md names a test that there is."""

from __future__ import annotations

import re

from tests.support.paths import ROOT

TOLD = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TOLD)


def test_each_promise_names_a_test():
    promises = [line for line in TOLD.splitlines() if re.match(r"\| (?!promise|---)", line)]
    assert len(promises) == len(NAMED) > 20


def test_each_test_that_is_named_is_there():
    for path, name in NAMED:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"
