"""Findings: records of what is well and what is not."""

from __future__ import annotations

from memcli.memory.findings import finding, guarded
from memcli.records import Finding, from_wire
from store.errors import StoreIOError


def test_a_finding_is_a_record_with_what_mends_it():
    told = finding("disk", "warning", "little room", "memcli compact", free=3)
    read = from_wire(told)
    assert isinstance(read, Finding)
    assert (read.area, read.remedy, read.details) == ("disk", "memcli compact", {"free": 3})
    assert finding("disk", "ok", "room")["details"] is None


def test_what_cannot_be_looked_over_is_a_finding_after_those_before():
    def broken(error):
        yield finding("disk", "ok", "room")
        raise error

    for error in (StoreIOError("no rights", "ask"), PermissionError(13, "no rights")):
        first, last = guarded("disk", broken(error))
        assert (first["status"], last["status"]) == ("ok", "error")
        assert "no rights" in last["what"]
