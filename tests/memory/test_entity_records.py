"""Entities as they are shown."""

from __future__ import annotations

import pytest

from memcli.memory.entities import find
from memcli.memory.entity_records import as_record, totals
from tests.support.entity_rows import LATER, NOW, a_family


@pytest.fixture
def family():
    return a_family()


def test_uses_of_spellings_add_up():
    uses = {
        "a": {"id": "a", "mentions": 2, "first_at": NOW, "last_at": NOW},
        "b": {"id": "b", "mentions": 3, "first_at": None, "last_at": None},
        "c": {"id": "c", "mentions": 1, "first_at": LATER, "last_at": LATER},
        "memory": {"id": "memory", "mentions": 9, "first_at": NOW, "last_at": NOW},
    }
    found = totals(uses, {"a": "a", "b": "a", "c": "a"})
    assert found == {"a": {"mentions": 6, "first_at": NOW, "last_at": LATER}}


def test_a_record_leaves_out_what_only_resolution_goes_by(family):
    record = as_record(find(family, "Liz"))
    assert (record["kind"], record["v"], record["mentions"]) == ("entity", 1, 0)
    assert set(record["evidence"]) == {"by", "reason", "score", "scores"}
    assert "aliases" not in record
    assert "evidence" not in as_record(find(family, "Bear"))
