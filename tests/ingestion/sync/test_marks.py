"""What tells a file that changed from one that did not."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.sync import marks
from memcli.ingestion.sync.marks import digest, ends_within_line, file_mark, is_as_read


def hashed(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


@given(data=st.binary(max_size=40), cut=st.integers(0, 40), piece=st.integers(1, 16))
def test_a_digest_knows_the_beginning_of_a_file_too(tmp_path_factory, data, cut, piece):
    path = tmp_path_factory.getbasetemp() / "digest.bin"
    path.write_bytes(data)
    whole, marks.CHUNK_BYTES = marks.CHUNK_BYTES, piece
    try:
        found = digest(str(path), cut)
    finally:
        marks.CHUNK_BYTES = whole
    assert found.whole == hashed(data)
    assert found.beginning == (hashed(data[:cut]) if 0 < cut <= len(data) else None)


def test_a_file_is_as_read_unless_it_may_have_changed_since(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("- tea")
    os.utime(path, (1_000_000, 1_000_000))
    mark = file_mark(str(path))
    row = {"size": mark.size, "modified_at": mark.modified_at}
    later = mark.modified_at + timedelta(minutes=1)
    assert mark.modified_at == datetime.fromtimestamp(1_000_000, UTC)
    assert is_as_read({**row, "last_seen_at": later}, mark)
    assert not is_as_read({**row, "last_seen_at": mark.modified_at}, mark)
    assert not is_as_read({**row, "size": 1, "last_seen_at": later}, mark)
    assert file_mark(str(tmp_path / "none.md")) is None


def test_what_a_database_has_not_taken_in_yet_counts(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(b"x")
    before = file_mark(str(path)), digest(str(path))
    (tmp_path / "a.db-wal").write_bytes(b"more")
    assert file_mark(str(path)).size == 5
    assert digest(str(path)).whole != before[1].whole


def test_a_line_without_an_end_is_being_written(tmp_path):
    path = tmp_path / "a.jsonl"
    for text, expected in (("", False), ("{}\n", False), ('{}\n{"a', True)):
        path.write_text(text)
        assert ends_within_line(str(path)) is expected
    assert not ends_within_line(str(tmp_path / "none"))
