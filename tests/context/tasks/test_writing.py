"""How a step of a task gets into the store."""

from __future__ import annotations

import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from memcli.algorithms.task_tree import Status
from memcli.context.tasks.rows import Wishes
from store import Store
from store.check import check
from store.errors import CommitConflict
from tests.support.killer import run_until
from tests.support.program import MEMCLI
from tests.support.task_hand import Hand


def test_a_step_that_another_writer_came_before_is_worked_out_anew(house):
    ids, other = house.ids, Hand(house.store.layout.root)
    seen = []

    def step(changes):
        seen.append(changes.snapshot.commit.number)
        if len(seen) == 1:
            other.done(ids["bricks"], result="by another")
        changes.end([ids["bricks"]], Status.done, "by me")

    changes, commit = house.take(step)
    assert (len(seen), commit) == (2, None)
    assert "is done already" in changes.said[0]
    assert house.tasks().outcomes[ids["bricks"]]["text"].endswith("by another")
    seen.clear()

    def add(changes):
        if not seen:
            seen.append(other.add("Paint the door"))
        changes.add("Paint the door", Wishes(), None)

    changes, commit = house.take(add)
    assert commit is None
    assert changes.touched == seen


def test_a_step_is_refused_when_the_encoder_has_changed(hand):
    def step(changes):
        head = hand.store.head()
        with hand.store.transaction("reembed") as transaction:
            transaction.set_encoder(replace(head.encoder, sha256="0" * 64))
            transaction.publish()
        changes.add("Anything", Wishes(), None)

    with pytest.raises(CommitConflict):
        hand.take(step)


def test_a_killed_done_leaves_all_or_nothing(house, tmp_path):
    root, ids = house.store.layout.root, house.ids
    before = stored(root)

    def done_until(name, at):
        path = Path(shutil.copytree(root, tmp_path / name))
        words = ("task", "done", ids["walls"], "--all", "--now", "2026-03-02T00:00:00Z")
        done, steps = run_until([*MEMCLI, *words, "--store", str(path)], path, at)
        return path, done.returncode, steps

    whole, status, steps = done_until("whole", 0)
    after = stored(whole)
    assert status == 0
    assert len(after["memories"]) == len(before["memories"]) + 3
    kinds = [step.split()[0] for step in steps]
    published = max(n for n, kind in enumerate(kinds, 1) if kind == "link")
    writes = [n for n, kind in enumerate(kinds, 1) if kind in ("write_dataset", "execute")]
    points = (writes[len(writes) // 2], published, published + 1)
    assert writes[0] < points[0] < published < len(steps)
    for at in points:
        path, status, _ = done_until(f"dead-{at}", at)
        assert status == -signal.SIGKILL
        assert stored(path) == (after if at > published else before), steps[at - 1]
        hand = Hand(path)
        hand.now = datetime(2026, 3, 1, 23, tzinfo=UTC)
        hand.done(ids["walls"], with_parts=True)
        assert stored(path) == after
        assert [p.what for p in check(hand.store) if p.severity == "error"] == []


def stored(path):
    """All that a store holds, read without a lock, but for vectors and when links were made."""
    snapshot = Store.open(path).snapshot()
    memories = snapshot.read("memories").drop_columns(["vector"]).to_pylist()
    links = snapshot.read("links", ["source_id", "target_id", "relation"]).to_pylist()
    return {
        "memories": sorted(memories, key=lambda row: row["id"]),
        "links": sorted(tuple(row.values()) for row in links),
    }
