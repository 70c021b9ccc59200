"""Digests of files: by their path, of all that is in them, and the newest word counts."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from store.digests import CHUNK_BYTES, digest, digests, is_as_written, latest


def test_a_digest_is_blake2b_of_the_whole_file(tmp_path):
    data = bytes(range(256)) * (CHUNK_BYTES // 128)
    (tmp_path / "a").write_bytes(data)
    assert digest(tmp_path / "a") == blake2b(data, digest_size=16).hexdigest()


def test_files_are_named_below_the_tables_and_the_hint_of_lance_is_left_out(tmp_path):
    folder = tmp_path / "a.lance" / "_versions"
    folder.mkdir(parents=True)
    paths = [folder / "1.manifest", folder / "latest_version_hint.json"]
    for path in paths:
        path.write_bytes(b"x")
    found = digests(map(str, paths), tmp_path)
    assert found == {"a.lance/_versions/1.manifest": digest(paths[0])}


def test_a_file_that_changed_is_not_as_written(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    before = digest(path)
    assert is_as_written(path, before)
    path.write_bytes(b"onf")
    assert not is_as_written(path, before)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        is_as_written(path, before)


def test_a_later_commit_has_the_last_word():
    assert latest([{"a": "1", "b": "1"}, {"a": "2"}]) == {"a": "2", "b": "1"}
