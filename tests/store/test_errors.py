"""Errors: one line that says what is wrong and what to do."""

from __future__ import annotations

import os

import pytest

from store.errors import (
    BadRecord,
    CommitConflict,
    EncoderUnavailable,
    InputNotFound,
    MemcliError,
    NewerRecord,
    ServiceBusy,
    StoreCorrupt,
    StoreExists,
    StoreIOError,
    UnsupportedVersion,
)


def test_the_remedy_stands_behind_what_is_wrong():
    error = MemcliError("no store", "memcli init", path="x")
    assert str(error) == "no store (memcli init)"
    assert (error.what, error.remedy, error.details) == ("no store", "memcli init", {"path": "x"})
    assert str(MemcliError("no store")) == "no store"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "bad"),
        ({"path": "a.jsonl"}, "a.jsonl: bad"),
        ({"path": "a.jsonl", "line": 3}, "a.jsonl:3: bad"),
        ({"path": "a.jsonl", "line": 3, "column": 7}, "a.jsonl:3:7: bad"),
        ({"line": 3, "remedy": "mend it"}, "3: bad (mend it)"),
    ],
)
def test_a_record_is_placed_as_far_as_its_place_is_known(place, text):
    assert str(BadRecord("bad", **place)) == text


def test_statuses_are_those_of_sysexits():
    found = {
        BadRecord: os.EX_DATAERR,
        NewerRecord: os.EX_PROTOCOL,
        StoreCorrupt: os.EX_DATAERR,
        InputNotFound: os.EX_NOINPUT,
        EncoderUnavailable: os.EX_UNAVAILABLE,
        StoreExists: os.EX_CANTCREAT,
        StoreIOError: os.EX_IOERR,
        CommitConflict: os.EX_TEMPFAIL,
        UnsupportedVersion: os.EX_PROTOCOL,
    }
    assert {kind: kind.status for kind in found} == found


def test_a_busy_service_may_say_for_how_long():
    assert ServiceBusy("later", wait_s=2.5).wait_s == 2.5
    assert ServiceBusy("later").status == EncoderUnavailable.status
