"""What is found wrong with a store, as a record."""

from __future__ import annotations

from store.problems import problem


def test_a_record_has_what_is_known():
    assert problem("warning", "untidy", "tidy up").to_json() == {
        "kind": "problem",
        "v": 1,
        "severity": "warning",
        "what": "untidy",
        "remedy": "tidy up",
    }
    record = problem("error", "broken", "mend it", "links", ["a"]).to_json()
    assert (record["table"], record["ids"]) == ("links", ["a"])
