"""Which files commits name, and which of them a state is read from."""

import pytest

from store.errors import StoreCorrupt
from store.remote.naming import COMMITS, FileNames, commit_name, manifest_name, state_files


def test_files_are_known_by_the_newest_commit_that_wrote_them(machines, memories, save):
    a = machines.open("a")
    save(a, "one")
    save(a, "two")
    folder = a.layout.commits
    names = FileNames(folder, 3)
    state = a.head().tables["memories"]
    files = list(state_files(a.layout, "memories", state.version, names))
    assert files[0] == manifest_name("memories", state.version)
    assert sum("/data/" in name for name in files) == 2
    assert sum("/_indices/" in name for name in files) >= 6
    assert all(names.digest(name) for name in files)
    assert names.digest("tables/none") is None
    assert set(files) <= set(FileNames(folder, 3).all())
    assert set(files) <= set(machines.objects.kept)


def test_a_commit_that_is_read_before_others_goes_before_them(machines, save):
    a = machines.open("a")
    a.head()
    names = FileNames(a.layout.commits, 1)
    known = next(iter(FileNames(a.layout.commits, 1).all()))
    names.add({known: "other"})
    assert names.digest(known) == "other"


def test_a_damaged_commit_is_said(machines):
    a = machines.open("a")
    a.head()
    a.layout.remote.copy.path(commit_name(1)).write_bytes(b"{}x")
    with pytest.raises(StoreCorrupt, match="00000001"):
        FileNames(a.layout.remote.copy.path(COMMITS), 1).all()
