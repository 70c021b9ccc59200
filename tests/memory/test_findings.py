"""Findings: records of what is well and what is not."""

from __future__ import annotations

from memcli.memory.findings import finding
from memcli.records import Finding, from_wire


def test_a_finding_is_a_record_with_what_mends_it():
    told = finding("disk", "warning", "little room", "memcli compact", free=3)
    read = from_wire(told)
    assert isinstance(read, Finding)
    assert (read.area, read.remedy, read.details) == ("disk", "memcli compact", {"free": 3})
    assert finding("disk", "ok", "room")["details"] is None
