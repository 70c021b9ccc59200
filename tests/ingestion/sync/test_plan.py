"""What is to be done with files, by what is known of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from memcli.ingestion.sync.plan import CURRENT, GONE, SyncPlan, make_plan
from store.errors import InputNotFound

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class KnownFiles:
    """Stands for a store that knows some files."""

    def __init__(self, *rows: dict) -> None:
        self._rows = rows

    def rows(self, columns, where, tables):
        return iter(self._rows)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "n").mkdir()
    for name in ("a", "b"):
        path = tmp_path / "n" / f"{name}.md"
        path.write_text(f"- {name} is here\n")
        os.utime(path, (1_000_000, 1_000_000))
    return tmp_path / "n"


def plan(folder, *rows) -> SyncPlan:
    return make_plan(KnownFiles(*rows), [str(folder)], None, NOW, str(folder.parent / "store"))


def read(folder, *rows) -> list[dict]:
    """Return the rows that a sync would leave of all that it reads."""
    return [file.row for file in plan(folder, *rows).to_read]


def test_files_that_nobody_knows_are_read(folder):
    rows = read(folder)
    assert [row["session_id"] for row in rows] == ["a", "b"]
    assert {row["state"] for row in rows} == {CURRENT}
    assert plan(folder, *rows).is_empty
    assert plan(folder, *rows).unchanged == 2


def test_a_file_that_was_only_touched_is_not_read(folder):
    rows = read(folder)
    os.utime(folder / "a.md")
    assert plan(folder, *rows).is_empty


def test_a_file_that_grew_is_known_to_have(folder):
    rows = read(folder)
    for text, grew in (("- a is here\n- so is c\n", True), ("- a is not here\n- c is\n", False)):
        (folder / "a.md").write_text(text)
        (file,) = plan(folder, *rows).to_read
        assert (file.before, file.grew) == (rows[0], grew)
        assert file.row["id"] == rows[0]["id"]


def test_a_file_at_another_place_was_moved(folder):
    rows = read(folder)
    (folder / "a.md").rename(folder / "c.md")
    found = plan(folder, *rows)
    (row,) = found.moved
    assert (row["path"], row["origin"]) == (str(folder / "c.md"), str(folder / "a.md"))
    assert [*found.to_read, *found.gone] == []


def test_a_copy_is_a_file_of_its_own(folder):
    rows = read(folder)
    (folder / "c.md").write_text((folder / "a.md").read_text())
    assert [file.row["session_id"] for file in plan(folder, *rows).to_read] == ["c"]


def test_a_file_that_is_no_more_is_gone_and_comes_back(folder):
    rows = read(folder)
    text = (folder / "a.md").read_text()
    (folder / "a.md").unlink()
    (gone,) = plan(folder, *rows).gone
    assert gone["state"] == GONE
    (folder / "a.md").write_text(text)
    (back,) = plan(folder, gone, rows[1]).back
    assert (back["id"], back["state"]) == (gone["id"], CURRENT)


def test_what_is_in_no_folder_that_was_named_is_left_alone(folder):
    rows = read(folder)
    for name in "ab":
        (folder / f"{name}.md").unlink()
    (folder.parent / "m").mkdir()
    (folder.parent / "m" / "x.md").write_text("- x\n")
    assert plan(folder.parent / "m", *rows).gone == []


def test_a_name_that_is_taken_is_not_given_twice(folder):
    rows = read(folder)
    other = folder.parent / "m"
    other.mkdir()
    (other / "a.md").write_text("- another\n")
    assert read(other, *rows)[0]["session_id"] == "m/a"


def test_the_store_itself_is_no_input(folder):
    (folder.parent / "store").mkdir()
    (folder.parent / "store" / "store.json").write_text("{}")
    found = make_plan(KnownFiles(), [str(folder.parent)], None, NOW, str(folder.parent / "store"))
    assert len(found.to_read) == 2


def test_a_name_of_nothing_is_refused(folder):
    with pytest.raises(InputNotFound):
        plan(folder / "none")
