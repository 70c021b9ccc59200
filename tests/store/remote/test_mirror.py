"""A store in a bucket and its copies: what one machine writes, all read, whoever dies when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store.check import check
from store.commits import read_commit
from store.compact import compact
from store.errors import StoreCorrupt
from store.purge import remove_history, require_no_versions
from tests.support.bucket_writers import errors, purged, written
from tests.support.memory_objects import Killed


def test_what_one_machine_writes_another_reads(machines, memories, texts) -> None:
    a = machines.open("a")
    assert written(a, memories, "one") == 2
    b = machines.open("b")
    assert texts(b) == ["one"]
    assert written(b, memories, "two") == 3
    assert texts(machines.open("a")) == ["one", "two"]
    assert errors(machines.open("a")) == errors(machines.open("b")) == []


def dying(steps: int) -> Callable[[str, str], None]:
    """Return what dies at the last of some requests that write."""
    left = iter(range(steps, 0, -1))

    def die(kind: str, name: str) -> None:
        if kind in ("put", "delete") and next(left) == 1:
            raise Killed

    return die


@pytest.mark.parametrize("is_done", [False, True])
def test_whoever_dies_at_any_request_leaves_a_sound_store(
    machines, memories, texts, is_done
) -> None:
    written(machines.open("a"), memories, "before")
    steps, known = 0, {"before"}
    while True:
        steps += 1
        setattr(machines.objects, "after" if is_done else "before", dying(steps))
        try:
            written(machines.open("a"), memories, f"dying {steps}")
            break
        except Killed:
            pass
        finally:
            machines.objects.before = machines.objects.after = lambda kind, name: None
        written(machines.open("b"), memories, f"after {steps}")
        known |= {f"after {steps}"}
        found = texts(machines.open("c"))
        assert known <= set(found) <= known | {f"dying {n}" for n in range(1, steps + 1)}
        assert len(found) == len(set(found))
        known |= set(found)
    assert steps > 3
    assert all(errors(machines.open(name)) == [] for name in "abc")
    assert set(texts(machines.open("a"))) == known | {f"dying {steps}"}


def test_old_states_are_read_and_gone_back_to_on_any_machine(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    written(a, memories, "two")
    b = machines.open("b")
    assert texts(b, at=2) == ["one"]
    b.undo()
    assert texts(machines.open("c")) == ["one"]
    assert errors(machines.open("c")) == []


def test_a_compact_takes_what_no_kept_state_needs(machines, memories, texts) -> None:
    a = machines.open("a")
    for n in range(4):
        written(a, memories, str(n))
    b = machines.open("b")
    assert compact(b, keep_commits=1).freed > 0
    versions = [name for name in machines.objects.kept if "memories.lance/_versions" in name]
    assert len(versions) <= 2
    assert texts(machines.open("c")) == texts(machines.open("a")) == ["0", "1", "2", "3"]
    assert errors(machines.open("c")) == errors(machines.open("a")) == []


def test_a_damaged_object_is_found_and_a_damaged_copy_mended(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    name = next(name for name in machines.objects.kept if "memories.lance/data" in name)
    a.layout.remote.copy.path(name).write_bytes(b"torn")
    assert [one.severity for one in check(a)] == ["warning"]
    assert texts(machines.open("a")) == ["one"]
    data, now = machines.objects.kept[name]
    machines.objects.kept[name] = (data[:-1], now)
    with pytest.raises(StoreCorrupt):
        texts(machines.open("b"))
    assert any("another length" in what for what in errors(machines.open("a")))
    del machines.objects.kept[name]
    assert any("is missing" in what for what in errors(machines.open("a")))


def test_the_head_is_the_same_whichever_machine_wrote_it(machines, memories) -> None:
    a = machines.open("a")
    number = written(a, memories, "one")
    b = machines.open("b")
    assert b.head() == a.head() == read_commit(b.layout.commits, number)


def test_a_purge_that_was_killed_is_seen_and_finished_anywhere(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "gone", "stays")

    def die(kind: str, name: str) -> None:
        if kind == "delete":
            raise Killed

    machines.objects.before = die
    with pytest.raises(Killed):
        purged(a, "gone")
    machines.objects.before = lambda kind, name: None
    b = machines.open("b")
    assert texts(b) == ["stays"]
    assert any("purge was cut short" in what for what in errors(b))
    with b.transaction("forget"):
        remove_history(b)
    assert errors(machines.open("c")) == []
    assert not any(b"gone" in data for data, _ in machines.objects.kept.values())


def test_a_bucket_that_keeps_versions_keeps_no_secret(machines, memories) -> None:
    a = machines.open("a")
    require_no_versions(a)
    machines.objects.keeps_versions = True
    with pytest.raises(StoreCorrupt, match="noncurrent"):
        require_no_versions(a)
