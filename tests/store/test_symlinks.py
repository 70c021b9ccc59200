"""Links in a store are not followed by what deletes."""

from __future__ import annotations

import pytest

from store import symlinks
from store.errors import StoreCorrupt
from store.layout import Layout
from store.symlinks import own_folder, refuse_symlinks


@pytest.fixture
def root(tmp_path):
    """A store's folder with a table, commits and a cache, beside a folder that is none of its."""
    for name in ("store/tables/memories.lance/data", "store/commits", "store/cache/llm", "victim"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_text(name)
    return tmp_path / "store"


@pytest.mark.parametrize("name", ["tables", "commits", "tables/memories.lance/data"])
def test_a_link_among_tables_and_commits_is_refused(root, name):
    refuse_symlinks(Layout(root))
    (root / name).rename(root.parent / "moved")
    (root / name).symlink_to(root.parent / "moved")
    with pytest.raises(StoreCorrupt, match=f"{name} is a symbolic link"):
        refuse_symlinks(Layout(root))


def test_a_link_to_a_file_is_refused(root):
    (root / "tables/memories.lance/data/other").symlink_to(root.parent / "victim/file")
    with pytest.raises(StoreCorrupt, match="symbolic link"):
        refuse_symlinks(Layout(root))


@pytest.mark.parametrize("has_dir_fd", [True, False])
def test_a_folder_gives_its_files_and_removes_them(root, monkeypatch, has_dir_fd):
    monkeypatch.setattr(symlinks, "HAS_DIR_FD", has_dir_fd and symlinks.HAS_DIR_FD)
    with own_folder(root, "cache", "llm") as files:
        assert files.names() == ["file"]
        assert files.read("file") == b"store/cache/llm"
        files.unlink("file")
        files.unlink("file")
        assert files.names() == []
    with own_folder(root, "cache", "none") as files:
        assert files is None


def test_a_link_in_a_folder_is_neither_read_nor_followed(root):
    (root / "cache/llm/link").symlink_to(root.parent / "victim/file")
    with own_folder(root, "cache", "llm") as files:
        with pytest.raises(OSError, match="symbolic"):
            files.read("link")
        files.unlink("link")
    assert (root.parent / "victim/file").exists()


def test_a_folder_that_becomes_a_link_meanwhile_is_not_opened(root, monkeypatch):
    (root / "cache/llm").rename(root / "cache/was")
    (root / "cache/llm").symlink_to(root.parent / "victim")
    with pytest.raises(StoreCorrupt, match="symbolic link"), own_folder(root, "cache", "llm"):
        pass
    monkeypatch.setattr("pathlib.Path.is_symlink", lambda path: False)
    with pytest.raises(Exception, match="cannot open"), own_folder(root, "cache", "llm"):
        pass
