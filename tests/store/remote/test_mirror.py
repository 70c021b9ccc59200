"""A store in a bucket and its copies: what one machine writes, all read, whoever dies when."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from store import Store, Transaction
from store.check import check
from store.commits import read_commit
from store.compact import compact
from store.errors import CommitConflict, Outpaced, StoreCorrupt, StoreIOError, StoreLocked
from store.purge import remove_history, require_no_versions, rewrite, unfinished_purge
from store.remote.filling import CopyFilling
from tests.support.memory_objects import Killed, MemoryObjects


def written(store: Store, memories, *texts: str) -> int:
    """Write memories as one commit, again where another was faster, and return its number."""

    def write(transaction: Transaction) -> int:
        transaction.append("memories", memories(*texts))
        return transaction.publish().number

    return store.write("write", write)


def errors(store: Store) -> list[str]:
    """Return what a check finds but for warnings."""
    return [one.what for one in check(store) if one.severity == "error"]


def test_what_one_machine_writes_another_reads(machines, memories, texts) -> None:
    a = machines.open("a")
    assert written(a, memories, "one") == 2
    b = machines.open("b")
    assert texts(b) == ["one"]
    assert written(b, memories, "two") == 3
    assert texts(machines.open("a")) == ["one", "two"]
    assert errors(machines.open("a")) == errors(machines.open("b")) == []


def test_a_warm_reader_asks_twice(machines, memories, texts) -> None:
    written(machines.open("a"), memories, "one")
    assert texts(machines.open("a")) == ["one"]
    machines.objects.asked.clear()
    assert texts(machines.open("a")) == ["one"]
    assert sorted(machines.objects.asked) == ["get config.toml", "list commits"]


def test_a_commit_puts_what_it_names_and_then_itself(machines, memories) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    machines.objects.asked.clear()
    written(a, memories, "two")
    put = [asked[4:] for asked in machines.objects.asked if asked.startswith("put ")]
    assert [name.split("/")[-2] for name in put] == ["data", "_versions", "commits"]


def test_no_object_is_read_that_is_here(machines, memories, texts) -> None:
    written(machines.open("a"), memories, "one")
    texts(machines.open("b"))
    written(machines.open("a"), memories, "two")
    machines.objects.asked.clear()
    assert texts(machines.open("b")) == ["one", "two"]
    got = [asked for asked in machines.objects.asked if asked.startswith("get tables")]
    assert len(got) == 2  # a file with the row, and the version


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


def test_who_is_outpaced_writes_on_the_newest_head(machines, memories, texts) -> None:
    other, raced = machines.open("b"), []

    def race(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/") and not raced:
            raced.append(name)
            written(other, memories, "faster")

    a = machines.open("a")
    machines.objects.before = race
    assert written(a, memories, "slower") == 3
    machines.objects.before = lambda kind, name: None
    assert texts(machines.open("c")) == ["faster", "slower"]
    assert errors(machines.open("a")) == []


def test_who_may_not_wait_is_told_that_it_was_outpaced(machines, memories, texts) -> None:
    other, a = machines.open("b"), machines.open("a", wait_s=0.0)

    def race(kind: str, name: str) -> None:
        machines.objects.before = lambda kind, name: None
        written(other, memories, "faster")

    a.head()
    machines.objects.before = lambda kind, name: race(kind, name) if kind == "put" else None
    with pytest.raises(Outpaced) as raised:
        written(a, memories, "slower")
    assert raised.value.status == 75
    assert texts(machines.open("a")) == ["faster"]


def test_a_version_without_a_commit_is_passed_by(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "one")

    def die(kind: str, name: str) -> None:
        if name == "commits/00000003.json":
            raise Killed

    machines.objects.before = die
    with pytest.raises(Killed):
        written(machines.open("a"), memories, "lost")
    machines.objects.before = lambda kind, name: None
    before = set(machines.objects.kept)
    assert written(machines.open("b"), memories, "two") == 3
    assert before <= set(machines.objects.kept)  # nobody took it back
    assert texts(machines.open("a")) == ["one", "two"]
    assert errors(machines.open("b")) == []


def test_an_answer_that_was_lost_is_no_failure(machines, memories, texts) -> None:
    a = machines.open("a")

    def lose(kind: str, name: str) -> None:
        if name.startswith("commits/"):
            raise StoreIOError("no answer")

    machines.objects.after = lose
    assert written(a, memories, "one") == 2
    machines.objects.after = lambda kind, name: None
    assert texts(machines.open("b")) == ["one"]


def test_a_write_that_failed_leaves_nothing(machines, memories, texts) -> None:
    a = machines.open("a")

    def fail(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/"):
            raise StoreIOError("no room")

    machines.objects.before = fail
    with pytest.raises(StoreIOError):
        written(a, memories, "lost")
    machines.objects.before = lambda kind, name: None
    assert texts(a) == []
    assert written(a, memories, "one") == 2
    assert errors(a) == []


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


def test_who_reads_what_is_compacted_reads_the_newest(machines, memories, texts) -> None:
    a = machines.open("a")
    for n in range(3):
        written(a, memories, str(n))

    def compact_now(kind: str, name: str) -> None:
        if kind == "get" and "/data/" in name:
            machines.objects.before = lambda kind, name: None
            compact(a, keep_commits=1)

    b = machines.open("b")
    machines.objects.before = compact_now
    assert texts(b) == ["0", "1", "2"]


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


def set_beside_another(store: Store, objects: MemoryObjects) -> None:
    """Change the settings while another machine does."""
    with store.locked():
        store.layout.config.write_text("[query]\ntop_k = 4\n")
        objects.put("config.toml", b"[query]\ntop_k = 5\n")


def test_settings_are_of_the_store_and_not_of_a_machine(machines, memories) -> None:
    a, b = machines.open("a"), machines.open("b")
    for store in (a, b):
        store.head()
    with a.locked():
        a.layout.config.write_text("[query]\ntop_k = 3\n")
    b = machines.open("b")
    b.head()
    assert b.layout.config.read_text() == "[query]\ntop_k = 3\n"
    with pytest.raises(CommitConflict):
        set_beside_another(b, machines.objects)
    b = machines.open("b")
    b.head()
    assert b.layout.config.read_text() == "[query]\ntop_k = 5\n"


def test_another_store_in_its_place_is_no_state_of_this_one(
    machines, nowhere, stamp, memories
) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    machines.objects.kept.clear()
    with pytest.raises(StoreIOError, match="no store"):
        machines.open("a").head()
    Store.create(machines.at("b"), stamp)
    with pytest.raises(StoreLocked, match="another store"):
        machines.open("a").head()
    assert machines.open("a").head().number == 1


def test_the_copy_takes_no_more_room_than_it_may(machines, memories, texts, monkeypatch) -> None:
    written(machines.open("a"), memories, "one")
    a = machines.open("b")
    mirror = a.layout.remote
    monkeypatch.setattr(mirror, "filling", CopyFilling(mirror.objects, mirror.copy, 10))
    with pytest.raises(StoreIOError, match="cache_mb"):
        texts(a)


def test_the_head_is_the_same_whichever_machine_wrote_it(machines, memories) -> None:
    a = machines.open("a")
    number = written(a, memories, "one")
    b = machines.open("b")
    assert b.head() == a.head() == read_commit(b.layout.commits, number)


def test_a_purge_elsewhere_empties_the_copy(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "gone", "stays")
    b = machines.open("b")
    assert texts(b) == ["gone", "stays"]
    purged(a, "gone")
    copy = b.layout.remote.copy
    assert any(b"gone" in path.read_bytes() for path in copy.store.rglob("data/*.lance"))
    assert texts(machines.open("b")) == ["stays"]
    files = [path for path in copy.folder.rglob("*") if path.is_file()]
    assert not any(b"gone" in path.read_bytes() for path in files)
    assert not any(b"gone" in data for data, _ in machines.objects.kept.values())
    assert errors(machines.open("b")) == []
    assert unfinished_purge(machines.open("b")) is None


def purged(store: Store, text: str) -> None:
    """Purge a memory."""
    arguments = {"purge": True}
    with store.transaction("forget", arguments, may_shrink=True) as transaction:
        rewrite(transaction, lambda table, batch: without(batch, text))
        remove_history(store)


def without(batch: pa.RecordBatch, text: str) -> pa.RecordBatch:
    """Return rows without those of a text."""
    if "text" not in batch.schema.names:
        return batch
    return batch.filter(pc.not_equal(batch["text"], text))


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
