"""Commit files as they come and go."""

from __future__ import annotations

import pytest

from store.errors import StoreCorrupt
from store.remote.commit_files import CommitFile, identity_id, names_before
from store.sealing import sealed

RECORD = {"command": "forget", "arguments": {"purge": True}, "tables": {"memories": {"version": 3}}}


def test_a_commit_says_what_it_names_and_whether_it_purged() -> None:
    commit = CommitFile(4, sealed({**RECORD, "files": {"memories.lance/data/a.lance": "12"}}))
    assert commit.name == "commits/00000004.json"
    assert commit.versions == {"memories": 3}
    assert commit.written == {"tables/memories.lance/data/a.lance": "12"}
    assert commit.is_purge
    assert not CommitFile(4, sealed({**RECORD, "arguments": {}})).is_purge


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", sealed(RECORD).replace(b"3", b"4")])
def test_a_damaged_one_is_told(data) -> None:
    with pytest.raises(StoreCorrupt, match="00000004"):
        CommitFile(4, data)


def test_files_of_one_that_is_not_here_yet_are_known_by_their_digests(machines) -> None:
    store = machines.open("a")
    store.head()
    copy = store.layout.remote.copy
    assert CommitFile.read(copy, 1).written
    new = CommitFile(2, sealed({**RECORD, "files": {"links.lance/data/b.lance": "34"}}))
    names = names_before(copy, new)
    assert names.digest("tables/links.lance/data/b.lance") == "34"
    assert names.all().keys() > new.written.keys()


def test_a_damaged_identity_has_no_id() -> None:
    assert identity_id(sealed({"id": "abc"})) == "abc"
    assert identity_id(b"torn") == identity_id(sealed({})) == ""
