"""Values that are kept for TAB: when they may still be shown, and what is no such file."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from memcli.memory.value_cache import (
    LARGEST,
    VERSION,
    commits,
    is_sound,
    mark_of,
    offered,
    read_kept,
)
from memcli.memory.value_gathering import gather


def commit(number=5, strengths=1, archive=1, **more):
    tables = {"memories": number, "strengths": strengths, "archive": archive}
    states = {name: {"version": n, "rows": n} for name, n in tables.items()}
    return {"number": number, "time": f"t{number}", "tables": states, **more}


def test_values_of_the_head_are_sound():
    assert is_sound({"at": mark_of(commit())}, commit())


def test_values_of_before_are_sound_while_nothing_can_have_gone_out_of_sight():
    kept = {"at": mark_of(commit(5))}
    earlier = [commit(6), commit(5), commit(4)]
    assert is_sound(kept, commit(7), earlier)
    assert not is_sound(kept, commit(7, strengths=2), earlier)
    assert not is_sound(kept, commit(7, archive=2), earlier)
    head = commit(7)
    head["tables"]["vault"] = {"version": 2, "rows": 1}
    assert not is_sound(kept, head, earlier)


def test_an_undo_since_then_may_have_taken_something_away():
    kept = {"at": mark_of(commit(5))}
    assert not is_sound(kept, commit(6, restores=4), [commit(5)])
    assert not is_sound(kept, commit(7), [commit(6, restores=4), commit(5)])
    assert is_sound(kept, commit(7), [commit(6), commit(5, restores=3)])
    assert is_sound(kept, commit(7, restores=6), [commit(6), commit(5)])


def test_values_of_another_history_are_not_sound():
    kept = {"at": mark_of(commit(5))}
    assert not is_sound(kept, commit(4))
    assert not is_sound(kept, {**commit(5), "time": "another"})
    assert not is_sound(kept, commit(6), [{**commit(5), "time": "another"}])
    assert not is_sound(kept, commit(9), [commit(8)])


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"v": 1}', '{"v": 1, "at": {"number": 1}}', '{"v": 2, "at": 3}'],
)
def test_what_is_no_file_of_values_is_none(tmp_path, text):
    path = tmp_path / "completions.json"
    assert read_kept(path) is None
    path.write_text(text)
    assert read_kept(path) is None
    path.write_bytes(b"\xff")
    assert read_kept(path) is None
    path.write_text("[" * 100_000)
    assert read_kept(path) is None


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "completions.json"
    kept = json.dumps({"v": VERSION, "at": {"number": 1}})
    path.write_text(kept)
    assert read_kept(path) is not None
    os.truncate(path, LARGEST + 1)
    assert read_kept(path) is None


class Calls:
    """What was asked of the store itself."""

    def __init__(self):
        self.made = []

    def gather(self, root):
        self.made.append("gather")
        return gather(root)

    def refresh(self, root):
        self.made.append("refresh")

    def __call__(self, root):
        self.made.clear()
        return offered(root, self.gather, self.refresh), list(self.made)


def test_values_are_gathered_once_and_behind_the_back_where_something_came(run, sample):
    ask = Calls()
    first, made = ask(sample)
    assert made == ["gather"]
    assert ask(sample) == (json.loads(json.dumps(first)), [])
    run("add", "The key is in the tin.", "--store", sample)
    assert ask(sample) == (json.loads(json.dumps(first)), ["refresh"])


def test_where_there_is_no_store_there_are_no_values(tmp_path, sample_once):
    ask = Calls()
    assert ask(tmp_path) == ({}, [])
    shutil.copytree(sample_once / "commits", tmp_path / "commits")
    for path in (tmp_path / "commits").iterdir():
        path.write_text("{")
    assert ask(tmp_path) == ({}, [])


def write_commits(folder, *some):
    (folder / "commits").mkdir()
    for each in some:
        path = folder / "commits" / f"{each['number']:08d}.json"
        path.write_text(json.dumps(each))


def test_commits_come_newest_first_as_far_as_they_are_kept(tmp_path):
    write_commits(tmp_path, *map(commit, (1, 2, 3)), commit(4, keeps_from=3), commit(5))
    (tmp_path / "commits" / ".00000006.json.1.tmp").write_text("{}")
    assert [each["number"] for each in commits(tmp_path)] == [5, 4, 3]


def test_a_commit_that_cannot_be_read_hides_no_other(tmp_path):
    write_commits(tmp_path, commit(1), commit(2))
    (tmp_path / "commits" / "00000002.json").write_text("{")
    assert [each["number"] for each in commits(tmp_path)] == [1]
