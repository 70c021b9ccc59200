"""What happens to input records that are bad."""

from __future__ import annotations

import pytest

from memcli.ingestion import rejects
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.transcripts.items import Rejected
from store.errors import BadRecord, BadUsage, PartialInput, StoreExists, StoreIOError


def items(n_bad):
    bad = (Rejected(BadRecord(f"bad {i}"), f"raw {i}\r\n".encode()) for i in range(n_bad))
    return ["first", *bad, "last"]


def test_the_first_bad_record_is_raised():
    said = []
    log = RejectLog(OnError.abort, None, said.append)
    with log, pytest.raises(BadRecord, match="bad 0"):
        list(log.accepted(items(2)))
    assert said == []


def test_or_they_are_said_and_kept_as_they_came(tmp_path):
    said, path = [], tmp_path / "rejects"
    path.write_text("of an earlier run")
    with RejectLog(OnError.skip, path, said.append) as log:
        assert list(log.accepted(items(2))) == ["first", "last"]
    assert said == ["bad 0", "bad 1"]
    assert path.read_bytes() == b"raw 0\nraw 1\n"
    with pytest.raises(PartialInput, match=r"2 records were rejected \(they are in .*rejects\)"):
        log.finish()


def test_many_are_only_counted(monkeypatch):
    monkeypatch.setattr(rejects, "SHOWN", 3)
    said = []
    with RejectLog(OnError.skip, None, said.append) as log:
        list(log.accepted(items(9)))
    assert said == ["bad 0", "bad 1", "bad 2", "further rejected records are only counted"]
    with pytest.raises(PartialInput, match=r"9 records .*--rejects FILE"):
        log.finish()


def test_nothing_rejected_is_nothing_to_say():
    with RejectLog(OnError.skip, None, print) as log:
        assert list(log.accepted(["a"])) == ["a"]
    log.finish()


def test_they_are_there_whole_or_not_and_no_link_leads_elsewhere(tmp_path):
    path = tmp_path / "rejects"
    path.write_text("of an earlier run")
    broken_off = (1 / int(item == "first") for item in items(1))
    with pytest.raises(ZeroDivisionError), RejectLog(OnError.skip, path, print) as log:
        list(log.accepted(broken_off))
    assert path.read_text() == "of an earlier run"
    path.unlink()
    path.symlink_to("elsewhere")
    with pytest.raises(StoreExists, match="leads nowhere"):
        RejectLog(OnError.skip, path, print).__enter__()
    assert [child.name for child in tmp_path.iterdir()] == ["rejects"]


def test_a_file_for_rejects_needs_skip_and_a_place(tmp_path):
    with pytest.raises(BadUsage, match="--on-error skip"):
        RejectLog(OnError.abort, tmp_path / "x", print)
    with pytest.raises(StoreIOError, match="there is no folder"):
        RejectLog(OnError.skip, tmp_path / "none" / "x", print).__enter__()


def test_what_is_left_out_of_a_folder_is_told_and_counted():
    said = []
    with RejectLog(OnError.abort, None, said.append) as log:
        log.leave_out(["p.png"])
        log.finish()
        log.leave_out(["src/a.py", "b.xyz"])
    assert [line.partition(":")[0] for line in said[1:]] == [
        "left out 1 file of source code",
        "left out 1 file of kinds not read",
    ]
    with pytest.raises(PartialInput, match=r"^2 files were left out, of kinds not read"):
        log.finish()
    log.n_files = 1
    with pytest.raises(PartialInput, match=r"^1 file was not read to the end and 2 files were"):
        log.finish()
