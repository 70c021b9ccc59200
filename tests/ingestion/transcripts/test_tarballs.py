"""Compressed tar archives, and them as folders."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime

import pytest

from memcli.ingestion.transcripts import Accepted, find_inputs, read_source
from memcli.ingestion.transcripts import tarballs as module
from memcli.ingestion.transcripts.archives import file_time, members, read_neighbor
from memcli.ingestion.transcripts.tarballs import opened_tarball, uncompressed
from store.errors import BadRecord

EPISODE = {
    "kind": "episode", "external_system": "cognee", "external_id": "e1",
    "turns": [{"role": "user", "content": "It leaks."}],
}  # fmt: skip
FILES = {
    "./manifest.json": json.dumps({"cogx_version": "0.1"}),
    "./episodes.jsonl": json.dumps(EPISODE) + "\n",
    "../outside.json": "{}",
    "/etc/outside.json": "{}",
    ".hidden.json": "{}",
}


def packed(path, files, links=()):
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text), 1772445600
            tar.addfile(info, io.BytesIO(text.encode()))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return path


@pytest.fixture
def archive(tmp_path):
    return packed(tmp_path / "a.cogx.tar.gz", FILES, [("passwd.json", "/etc/passwd")])


def test_its_files_are_inputs_and_none_is_outside(archive):
    inputs = find_inputs([str(archive)])
    assert [each.path for each in inputs] == [
        f"{archive}/episodes.jsonl", f"{archive}/manifest.json",
    ]  # fmt: skip
    items = [item for each in inputs for item in read_source(each.path)]
    assert [item.record.content for item in items if isinstance(item, Accepted)] == ["It leaks."]
    assert file_time(f"{archive}/episodes.jsonl") == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert file_time(f"{archive}/none.jsonl") is None
    assert read_neighbor(f"{archive}/episodes.jsonl", "manifest.json")
    assert read_neighbor(f"{archive}/episodes.jsonl", "none.json") is None


def test_other_tar_archives_are_no_folders(tmp_path):
    packed(tmp_path / "program.tar.gz", FILES)
    (tmp_path / "a.txt").write_text("Ida: Ahoy\nBen: Hi\n")
    assert [each.path for each in find_inputs([str(tmp_path)])] == [str(tmp_path / "a.txt")]


def test_what_swells_or_is_too_much_is_refused(archive, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 4_000)
    with pytest.raises(BadRecord, match="swells"):
        members(str(packed(archive.with_name("b.cogx.tar.gz"), {"a.json": "0" * 9_000})), [])
    monkeypatch.setattr(module, "MAX_PIECE", 100)
    with pytest.raises(BadRecord, match="swells"):
        members(str(archive), [".json"])


def test_too_many_files_are_refused(archive, monkeypatch):
    monkeypatch.setattr("memcli.ingestion.transcripts.archives.MAX_FILES", 2)
    with pytest.raises(BadRecord, match="too large"):
        members(str(archive), [".json"])


@pytest.mark.parametrize("end", [0, 40, -150])
def test_what_is_broken_is_told(archive, end):
    data = archive.read_bytes()
    archive.write_bytes(data[:end] if end else b"no archive")
    (item,) = read_source(str(archive))
    assert "a broken archive" in item.error.reason


def test_a_file_is_found_by_its_name(archive):
    with opened_tarball(str(archive)) as tarball:
        info = tarball.find("manifest.json")
        assert json.loads(tarball.opened(info).read(99)) == {"cogx_version": "0.1"}
    with opened_tarball(str(archive)) as tarball:
        assert tarball.find("passwd.json") is None


def test_a_compressed_file_is_bounded_and_may_be_broken(monkeypatch):
    data = gzip.compress(b"Ida: Ahoy\n" * 1_000)
    assert len(uncompressed(io.BytesIO(data), 4096).read()) == 10_000
    with pytest.raises(BadRecord, match="a broken gzip file"):
        uncompressed(io.BytesIO(data[:-20]), 4096).read()
    monkeypatch.setattr(module, "ALWAYS", 100)
    monkeypatch.setattr(module, "MAX_RATIO", 2)
    with pytest.raises(BadRecord, match="swells"):
        uncompressed(io.BytesIO(data), 4096).read()


def test_what_is_broken_in_a_compressed_file_stops_no_other(tmp_path):
    good, bad = tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"
    data = gzip.compress(b'{"content": "Ahoy"}\n')
    good.write_bytes(data)
    bad.write_bytes(data[:-9])
    items = [item for each in find_inputs([str(tmp_path)]) for item in read_source(each.path)]
    assert [isinstance(item, Accepted) for item in items] in ([True, False], [True, True, False])
