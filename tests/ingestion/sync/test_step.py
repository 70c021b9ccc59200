"""Syncs of folders over random histories: nothing is lost, doubled or told that is no more."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.sync.step import finished
from memcli.ingestion.transcripts import Accepted, Rejected
from memcli.records import Message
from store import Store
from store.check import check
from store.errors import BadRecord, CommitConflict
from tests.support.program import run_here

WORDS = "boat fern plumber canoe harbour lamp garden violin bicycle kettle".split()


class Vault:
    """A folder of notes that changes at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._random, self._number = folder, random.Random(seed), 0
        self._files: dict[str, list[str]] = {}
        self._removed: list[str] = []
        for _ in range(3):
            self.make()

    @property
    def texts(self) -> list[str]:
        """All notes that are in it."""
        return sorted(text for notes in self._files.values() for text in notes)

    def _note(self) -> str:
        self._number += 1
        if self._removed and self._random.random() < 0.3:
            return self._removed.pop()
        return f"{' '.join(self._random.sample(WORDS, 3))} number {self._number}"

    def make(self) -> None:
        self._number += 1
        self._write(f"{self._random.choice('xyz')}/n{self._number}.md", [self._note()])

    def _write(self, name: str, notes: list[str]) -> None:
        self._files[name] = notes
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"- {note}\n" for note in notes))

    def change(self) -> None:
        """Do one thing to it."""
        name = self._random.choice(sorted(self._files))
        notes = self._files[name]
        kind = self._random.choice(["add", "edit", "remove", "move", "delete", "make", "reorder"])
        if kind == "add":
            notes.insert(self._random.randint(0, len(notes)), self._note())
        elif kind == "edit" and notes:
            place = self._random.randrange(len(notes))
            self._removed.append(notes[place])
            notes[place] += f" and {self._random.choice(WORDS)} {self._number}"
        elif kind == "remove" and notes:
            self._removed.append(notes.pop(self._random.randrange(len(notes))))
        elif kind == "reorder":
            self._random.shuffle(notes)
        elif kind == "make":
            self.make()
        elif kind == "move":
            to = f"{self._random.choice('xyz')}/m{self._number}-{len(self._files)}.md"
            (self._folder / to).parent.mkdir(exist_ok=True)
            (self._folder / name).rename(self._folder / to)
            self._files[to] = self._files.pop(name)
            return
        elif kind == "delete" and len(self._files) > 1:
            self._removed += self._files.pop(name)
            (self._folder / name).unlink()
            return
        self._write(name, notes)


def standing(path: Path) -> list[str]:
    """Return the texts of the turns that hold; the store is sound."""
    store = Store.open(path)
    assert list(check(store)) == []
    rows = store.snapshot().rows(["text"], "level = 0 AND superseded_by IS NULL", ["memories"])
    return sorted(row["text"] for row in rows)


# Each takes a second; test_bench_following has the long one.
@settings(max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_a_vault_that_is_edited_and_moved_is_told_as_it_is(tmp_path_factory, seed):
    home = tmp_path_factory.mktemp("vault")
    vault = Vault(home / "notes", seed)
    for _ in range(4):
        run_here("sync", home / "notes", "--store", home / "store", "--create", "--quiet")
        assert standing(home / "store") == vault.texts
        for _ in range(6):
            vault.change()
    again = run_here("sync", home / "notes", "--store", home / "store")
    assert standing(home / "store") == vault.texts, again.stderr
    assert run_here("sync", home / "notes", "--store", home / "store").records == []
    shutil.rmtree(home)


def log(session: str, turns: int) -> str:
    """Return a log of Claude Code: prompts, and answers in two parts each."""
    lines, parent = [], None
    for number in range(turns):
        for part, kind in enumerate(("user", "assistant", "assistant")):
            uuid = f"{session}-{number}-{part}"
            text = f"{WORDS[number]} {part} of {session}"
            said = text if kind == "user" else [{"type": "text", "text": text}]
            answer = {} if kind == "user" else {"id": f"{session}-{number}"}
            about = {"type": kind, "uuid": uuid, "parentUuid": parent, "sessionId": session}
            moment = f"2026-05-01T08:{number:02}:0{part}Z"
            message = {"role": kind, "content": said, **answer}
            lines.append(json.dumps({**about, "timestamp": moment, "message": message}))
            parent = uuid
    return "".join(f"{line}\n" for line in lines)


@settings(max_examples=6)
@given(shares=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=4))
def test_logs_of_sessions_that_were_killed_lose_and_double_nothing(tmp_path_factory, shares):
    home = tmp_path_factory.mktemp("logs")
    logs = {name: log(name, 4) for name in ("s1", "s2")}
    (home / "p").mkdir()
    done = {"s1": 0.0, "s2": 0.0}
    for share in (*shares, (1.0, 1.0)):
        for (name, text), part in zip(logs.items(), share, strict=True):
            done[name] = max(done[name], part)
            (home / "p" / f"{name}.jsonl").write_text(text[: int(len(text) * done[name])])
        # A log of which not even the first line is there tells nothing yet.
        run_here("sync", home / "p", "--store", home / "store", "--create", "--quiet")
    expected = [f"{WORDS[n]} 0 of {s}" for s in logs for n in range(4)]
    expected += [f"{WORDS[n]} 1 of {s}\n\n{WORDS[n]} 2 of {s}" for s in logs for n in range(4)]
    assert standing(home / "store") == sorted(expected)
    shutil.rmtree(home)


def test_a_line_that_is_being_written_is_no_fault(tmp_path):
    good = Accepted(Message(v=1, content="Tea."), "a.jsonl", 1)
    bad = Rejected(BadRecord("broken"), b'{"a')
    for name, text, expected in (
        ("a.jsonl", "{}\n{", [good]),
        ("a.jsonl", "{}\n{\n", [good, bad]),
        ("a.txt", "{}\n{", [good, bad]),
    ):
        (tmp_path / name).write_text(text)
        assert list(finished(iter([good, bad]), str(tmp_path / name))) == expected
        assert list(finished(iter([bad, good]), str(tmp_path / name))) == [bad, good]


def test_another_sync_meanwhile_is_a_conflict(tmp_path, monkeypatch):
    notes, store = tmp_path / "notes", tmp_path / "store"
    notes.mkdir()
    (notes / "a.md").write_text("- tea\n")
    run_here("sync", notes, "--store", store, "--create")
    (notes / "a.md").write_text("- coffee\n")
    from memcli.ingestion.sync.step import SyncStep

    whole = SyncStep.commit

    def late(step, arguments):
        monkeypatch.setattr(SyncStep, "commit", whole)
        run_here("sync", notes, "--store", store)
        return whole(step, arguments)

    monkeypatch.setattr(SyncStep, "commit", late)
    done = run_here("sync", notes, "--store", store, status=CommitConflict.status)
    assert "another sync wrote meanwhile" in done.stderr
    assert standing(store) == ["coffee"]


@pytest.mark.parametrize("moved", [False, True])
def test_it_adds_to_what_ingest_has_read_and_doubles_nothing(tmp_path, moved):
    notes, store = tmp_path / "notes", tmp_path / "store"
    (notes / "sub").mkdir(parents=True)
    (notes / "sub" / "a.md").write_text("- tea\n- coffee\n")
    run_here("ingest", notes, "--store", store, "--create")
    if moved:
        (notes / "sub" / "a.md").rename(notes / "a.md")
    assert run_here("sync", notes, "--store", store).records == []
    assert standing(store) == ["coffee", "tea"]
