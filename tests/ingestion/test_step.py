"""What one call of ingest writes when another writer was there since it began."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.ingestion.step import IngestStep
from memcli.ingestion.transcripts import Accepted
from memcli.ingestion.turns import Defaults
from memcli.records import from_wire
from store import Commit, Store
from store.commits import EncoderStamp
from store.errors import BadRecord, BadUsage, CommitConflict
from tests.support.toy_encoder import ToyEncoder

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def accepted(**fields: object) -> Accepted:
    """Return a record as the reader of an input hands it on."""
    return Accepted(from_wire({"kind": "message", **fields}), "in.jsonl", 1)


def turns(*texts: str, session: str = "s") -> list[Accepted]:
    """Return messages of one session."""
    return [accepted(content=text, session_id=session, name="Mara") for text in texts]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store.create(tmp_path / "store", EncoderStamp("toy", 8, "0"), lock_wait_s=0.0)


def begun(store: Store, items: list[Accepted]) -> IngestStep:
    """Return an ingestion that has read its input and written nothing."""
    ingestion = IngestStep(store, ToyEncoder(), Defaults(now=MOMENT))
    ingestion.add(items)
    return ingestion


def ingest(store: Store, items: list[Accepted]) -> Commit | None:
    """Read and write at once."""
    return begun(store, items).commit({})


def in_session(store: Store, session: str = "s") -> list[str]:
    """Return the turns of a session by their place, which must be counted through."""
    where = f"session_id = '{session}'"
    rows = store.snapshot().read("memories", ["seq", "text"], where).to_pylist()
    rows += store.snapshot().read("archive", ["seq", "text"], where).to_pylist()
    rows.sort(key=lambda row: row["seq"])
    assert [row["seq"] for row in rows] == list(range(len(rows)))
    return [row["text"] for row in rows]


def next_links(store: Store) -> list[tuple[str, str]]:
    """Return the texts that links lead from and to, sorted."""
    snapshot = store.snapshot()
    rows = [
        row
        for table in ("memories", "archive")
        for row in snapshot.read(table, ["id", "text"]).to_pylist()
    ]
    texts = {row["id"]: row["text"] for row in rows}
    links = snapshot.read("links", ["source_id", "target_id"]).to_pylist()
    return sorted((texts[link["source_id"]], texts[link["target_id"]]) for link in links)


def test_the_same_input_again_changes_nothing(store: Store) -> None:
    assert ingest(store, turns("a", "b"))
    assert ingest(store, turns("a", "b")) is None
    assert ingest(store, turns("b", "a")) is None
    assert store.head().number == 2


def test_a_session_goes_on_where_it_ended(store: Store) -> None:
    ingest(store, turns("a", "b"))
    ingest(store, turns("a", "b", "c"))
    assert in_session(store) == ["a", "b", "c"]
    assert next_links(store) == [("a", "b"), ("b", "c")]


def test_two_writers_of_one_session_keep_one_order(store: Store) -> None:
    first, second = begun(store, turns("a", "b")), begun(store, turns("c", "d"))
    second.commit({})
    first.commit({})
    assert in_session(store) == ["c", "d", "a", "b"]
    assert next_links(store) == [("a", "b"), ("c", "d"), ("d", "a")]


def test_two_writers_of_the_same_turns_write_them_once(store: Store) -> None:
    first, second = begun(store, turns("a", "b")), begun(store, turns("a", "b", "c"))
    first.commit({})
    second.commit({})
    assert in_session(store) == ["a", "b", "c"]
    assert next_links(store) == [("a", "b"), ("b", "c")]


def test_nothing_is_published_when_the_other_wrote_it_all(store: Store) -> None:
    first, second = begun(store, turns("a", "b")), begun(store, turns("b", "a"))
    assert first.commit({})
    assert second.commit({}) is None
    assert store.head().number == 2


def test_the_links_of_an_export_are_written_once(store: Store) -> None:
    fields = {"relation": "causes", "weight": 1.0, "recorded_at": "2026-03-01T00:00:00Z"}
    ingest(store, turns("a", "b"))
    one, other = store.snapshot().read("memories", ["id"])["id"].to_pylist()
    link = [accepted(kind="link", v=1, source_id=one, target_id=other, **fields)]
    first, second, third = (begun(store, link) for _ in range(3))
    assert first.commit({})
    assert second.commit({}) is None
    ingest(store, turns("c"))
    assert third.commit({}) is None
    assert store.snapshot().read("links", ["relation"])["relation"].to_pylist().count("causes") == 1


def test_what_an_export_names_and_is_nowhere_is_left_out(store: Store) -> None:
    said = {"kind": "memory", "v": 1, "namespace": "n", "type": "semantic", "level": 1,
            "recorded_at": "2026-03-01T00:00:00Z"}  # fmt: skip
    link = {"kind": "link", "v": 1, "weight": 1.0, "recorded_at": "2026-03-01T00:00:00Z"}
    cites = accepted(**said, id="one", text="I row.", source_ids=["two", "gone"])
    ingestion = begun(store, [
        cites,
        accepted(**said, id="two", text="I sail."),
        accepted(**link, source_id="one", target_id="two", relation="supports"),
        accepted(**link, source_id="one", target_id="lost", relation="supports"),
    ])  # fmt: skip
    assert ingestion.commit({})
    assert ingestion.nowhere == {"gone", "lost"}
    rows = {r["id"]: r["source_ids"] for r in store.snapshot().read("memories").to_pylist()}
    assert rows == {"one": ["two"], "two": None}
    assert [r["target_id"] for r in store.snapshot().read("links").to_pylist()] == ["two"]
    ended = begun(store, [accepted(**said, id="three", text="I swim.", superseded_by="gone")])
    with pytest.raises(BadRecord, match="superseded by 'gone'"):
        ended.commit({})
    assert store.head().number == 2


def test_many_rows_can_be_looked_at_again_while_they_are_written(store: Store) -> None:
    mine = [f"turn {n}" for n in range(9_000)]
    slow = begun(store, [])
    for first in range(0, len(mine), 3_000):
        slow.add(turns(*mine[first : first + 3_000]))
    ingest(store, turns(*mine[4_000:5_000]))
    slow.commit({})
    expected = [*mine[4_000:5_000], *mine[:4_000], *mine[5_000:]]
    assert in_session(store) == expected


def test_an_undo_meanwhile_is_not_passed_over(store: Store) -> None:
    """Turns that were known when the input was read are known no more."""
    ingest(store, turns("a"))
    slow = begun(store, turns("a", "b"))
    store.undo()
    with pytest.raises(CommitConflict) as caught:
        slow.commit({})
    assert caught.value.status == 75
    ingest(store, turns("a", "b"))
    assert in_session(store) == ["a", "b"]


def test_another_encoder_meanwhile_is_a_conflict(store: Store) -> None:
    slow = begun(store, turns("a"))
    with store.transaction("reembed") as transaction:
        transaction.set_encoder(EncoderStamp("other", 8, "1"))
        transaction.overwrite("memories", transaction.table("memories").read().to_reader())
        transaction.publish()
    with pytest.raises(CommitConflict):
        slow.commit({})
    assert store.snapshot().count("memories") == 0


def test_a_session_whose_turns_are_archived_goes_on_after_them(store: Store) -> None:
    ingest(store, turns("a", "b"))
    with store.transaction("decay") as transaction:
        transaction.append("archive", transaction.table("memories").read())
        transaction.delete("memories", "true")
        transaction.publish()
    assert ingest(store, turns("a", "b")) is None
    ingest(store, turns("c"))
    assert in_session(store) == ["a", "b", "c"]
    assert next_links(store) == [("a", "b"), ("b", "c")]


def test_a_file_whose_name_is_no_text_gives_a_session_that_is(store: Store) -> None:
    name = b"chat-\xff.jsonl".decode("utf-8", "surrogateescape")
    begun(store, [Accepted(from_wire({"kind": "message", "content": "a"}), name, 1)]).commit({})
    assert in_session(store, "chat-?") == ["a"]


def test_an_option_that_is_no_text_is_bad_usage() -> None:
    with pytest.raises(BadUsage) as caught:
        Defaults(session="\udcff")
    assert caught.value.status == 2


def memory(**fields: object) -> list[Accepted]:
    """Return a memory of an export."""
    given = {
        "kind": "memory",
        "v": 1,
        "namespace": "default",
        "type": "episodic",
        "level": 0,
        "session_id": "s",
        "recorded_at": "2026-03-01T00:00:00Z",
    }
    return [accepted(**given, **fields)]


def test_a_session_goes_on_after_the_last_turn_of_an_export(store: Store) -> None:
    late, early = memory(id="b", text="b", seq=1), memory(id="a", text="a", seq=0)
    ingest(store, late + early + turns("c"))
    assert in_session(store) == ["a", "b", "c"]
    assert next_links(store) == [("b", "c")]


@pytest.mark.parametrize("id_", ["", "é", "a" * 17])
def test_an_id_that_cannot_be_one_is_refused(store: Store, id_: str) -> None:
    with pytest.raises(BadRecord, match="ASCII"):
        begun(store, memory(id=id_, text="a"))
