"""Zip archives as folders."""

from __future__ import annotations

import gzip
import zipfile
from datetime import UTC, datetime

import pytest

from memcli.ingestion.transcripts import Accepted, find_inputs, read_source
from memcli.ingestion.transcripts import archives as module
from memcli.ingestion.transcripts.archives import (
    close_archives,
    extension_of,
    file_time,
    members,
    read_neighbor,
    split_archive,
    uncompressed_name,
)
from store.errors import BadRecord

FILES = {
    "/etc/x.txt": "outside", "../x.txt": "outside", "a/chat.txt": "Ida: Ahoy\nBen: Hi\nIda: Well\n",
    "a/.x.txt": "hidden", "__MACOSX/a/chat.txt": "x", "b.png": "x", "users.json": "[]",
}  # fmt: skip

MADE = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in FILES.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 10, 0, 0)), text)
    return path


def test_its_files_are_inputs_under_its_name(archive):
    inputs = find_inputs([str(archive)], [".txt"])
    assert [(each.path, each.session, each.listed) for each in inputs] == [
        (f"{archive}/a/chat.txt", "export.zip/a/chat", True)
    ]
    items = list(read_source(inputs[0].path))
    texts = [item.record.content for item in items if isinstance(item, Accepted)]
    assert texts == ["Ahoy", "Hi", "Well"]


def test_it_is_opened_once_for_all_its_files_until_it_changes(archive, monkeypatch):
    opened = []
    close_archives()
    real = zipfile.ZipFile
    monkeypatch.setattr(zipfile, "ZipFile", lambda path: opened.append(path) or real(path))
    paths = [f"{archive}/a/chat.txt", f"{archive}/users.json"]
    assert [file_time(path) for path in (*paths, *paths)] == [MADE] * 4
    assert len(list(read_source(paths[0]))) == 3
    assert opened == [str(archive)]
    with real(archive, "a") as made:
        made.writestr("new.txt", "Ida: Ahoy\nBen: Hi\nIda: So\n")
    assert len(list(read_source(f"{archive}/new.txt"))) == 3
    close_archives()
    assert len(opened) == 2


def test_it_may_lie_in_a_folder(archive):
    assert len(find_inputs([str(archive.parent)], [".txt", ".json"])) == 2


def test_a_file_knows_its_time_and_its_neighbors(archive):
    assert file_time(f"{archive}/a/chat.txt") == MADE
    assert file_time(f"{archive}/none") is None
    assert file_time("-") is None
    assert read_neighbor(f"{archive}/a/chat.txt", "../users.json") == b"[]"
    assert read_neighbor(f"{archive}/a/chat.txt", "none.json") is None
    assert split_archive(f"{archive}/a/b.txt") == (str(archive), "a/b.txt")
    assert split_archive("a.zip/x") is None


def test_what_swells_or_is_too_much_is_refused(archive, monkeypatch):
    bomb = archive.parent / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", b"0" * 20_000_000)
    with pytest.raises(BadRecord, match="swells"):
        members(str(bomb), [".txt"])
    monkeypatch.setattr(module, "MAX_FILES", 1)
    with pytest.raises(BadRecord, match="too large"):
        members(str(archive), [".txt"])


def test_what_is_no_archive_is_told(tmp_path):
    path = tmp_path / "x.zip"
    path.write_text("no archive")
    with pytest.raises(BadRecord, match="broken or locked"):
        members(str(path), [".txt"])


def test_a_compressed_file_stands_for_what_is_in_it(tmp_path):
    (tmp_path / "chat.txt.gz").write_bytes(gzip.compress(b"Ida: Ahoy\nBen: Hi\nIda: So\n"))
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(b"name,content\nIda,Ahoy\n"))
    inputs = find_inputs([str(tmp_path)])
    assert [each.session for each in inputs] == ["chat", "table"]
    items = [item for each in inputs for item in read_source(each.path)]
    assert [item.record.content for item in items] == ["Ahoy", "Hi", "So", "Ahoy"]
    assert uncompressed_name("a.tar.gz") == "a.tar.gz"
    assert extension_of("a.JSONL.gz") == ".jsonl"


def test_an_archive_in_an_archive_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as outer:
        outer.writestr("inner.zip", b"PK\x03\x04")
        outer.writestr("b.jsonl", '{"content": "Ahoy"}\n')
    paths = members(str(tmp_path / "a.zip"), (".jsonl",))
    first, last = (next(read_source(path)) for path in sorted(paths))
    assert first.record.content == "Ahoy"
    assert "a zip archive, not text" in last.error.reason
