"""Everything that a commit needs is fsynced before it is published, its own name after."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from store.table_files import list_files
from tests.support.killer import on_store, run_until
from tests.support.program import MEMCLI


def place(steps: list[str], step: str) -> int:
    """Return where a step stands; one that was not taken fails the test."""
    assert step in steps, f"{step} is missing"
    return steps.index(step)


def assert_synced(steps: list[str], files: set[str], top: Path, before: int) -> None:
    """Assert that files, and the folders from them up to `top`, were fsynced before a step."""
    folders = {str(f) for file in files for f in Path(file).parents if f.is_relative_to(top)}
    for path in files | folders:
        assert place(steps, f"fsync {path}") < before, path


@pytest.fixture
def store_path(small_store: Path, tmp_path: Path) -> Path:
    """A store to be written to."""
    shutil.copytree(small_store, tmp_path / "store")
    return tmp_path / "store"


@pytest.mark.parametrize("command", ["ingest", "undo"])
def test_a_commit_is_published_after_what_it_names(store_path: Path, inputs, command: str) -> None:
    before = list_files(store_path)
    line = [*MEMCLI, "ingest", str(inputs["second"]), "--store", str(store_path)]
    if command == "undo":
        line = [*on_store("Store.open(path).undo()")[:-1], str(store_path)]
    done, steps = run_until(line, store_path)
    assert done.returncode == 0, done.stderr
    commits = store_path / "commits"
    published = place(steps, f"link {commits / '00000003.json'}")
    new = {path for path in list_files(store_path) - before if path.endswith((".lance", "t", "n"))}
    tables = {path for path in new if path.startswith(str(store_path / "tables"))}
    assert len(tables) > 5
    assert_synced(steps, tables, store_path / "tables", published)
    of_commits = f"unlink {commits}/"
    (draft,) = {s.removeprefix("unlink ") for s in steps if s.startswith(of_commits)}
    assert place(steps, f"fsync {draft}") < published
    last_sync = max(at for at, step in enumerate(steps) if step == f"fsync {commits}")
    assert last_sync > published


def test_a_store_is_born_after_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store"
    path.parent.mkdir()
    make = "from store.commits import EncoderStamp; Store.create(path, EncoderStamp('toy', 8, '0'))"
    line = [*on_store(make)[:-1], str(path)]
    done, steps = run_until(line, path)
    assert done.returncode == 0, done.stderr
    born = place(steps, f"rename {path / 'store.json'}")
    tables = {f for f in list_files(path / "tables") if not f.endswith("hint.json")}
    assert len(tables) > 40
    assert_synced(steps, tables, path, born)
    assert place(steps, f"link {path / 'commits' / '00000001.json'}") < born
    assert place(steps, f"fsync {path / 'commits'}") < born
    assert place(steps, f"fsync {path / 'store.json.new'}") < born
    assert max(at for at, step in enumerate(steps) if step == f"fsync {path}") > born


def test_the_folder_around_a_new_store_is_synced(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "store"
    make = "from store.commits import EncoderStamp; Store.create(path, EncoderStamp('toy', 8, '0'))"
    _, steps = run_until([*on_store(make)[:-1], str(path)], tmp_path)
    for folder in (tmp_path, tmp_path / "one", tmp_path / "one" / "two"):
        assert f"fsync {folder}" in steps
    assert os.path.isfile(path / "store.json")
