"""Reading a store as it was at one commit."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store import Snapshot, Store
from store.errors import BadUsage, InputNotFound, StoreCorrupt
from store.literals import quoted

NASTY = ["it's", '"', "''", "a'; DROP", "\\", "%", "\n", "é", "漢字", "\x00", "--", "😀", ""]

AWKWARD = "a'b"


def ids(found) -> list[str]:
    """Return the ids of what was found, in order."""
    return found["id"].to_pylist()


def test_a_snapshot_does_not_move(store: Store, save) -> None:
    save(store, "a")
    before = store.snapshot()
    save(store, "b")
    assert before.count("memories") == 1
    assert ids(before.read("memories", ["id"])) == ["a"]
    assert [batch.num_rows for batch in before.scan("memories", ["id"])] == [1]


def test_rows_come_in_the_order_in_which_they_were_written(store: Store, save) -> None:
    for number in range(5):
        save(store, f"{number}b", f"{number}a")
    expected = [f"{number}{letter}" for number in range(5) for letter in "ba"]
    assert ids(store.snapshot().read("memories", ["id"])) == expected
    parts = store.snapshot().scan("memories", ["id"], offset=3, limit=4)
    assert [id_ for batch in parts for id_ in ids(batch)] == expected[3:7]


def test_counting_with_a_filter(store: Store, save) -> None:
    save(store, "a", "b")
    assert store.snapshot().count("memories", "id = 'b'") == 1
    assert store.snapshot().count("memories") == 2


@pytest.mark.parametrize("empty", ["archive", "links", "entities", "strengths", "accesses"])
def test_an_empty_table_can_be_read(store: Store, empty: str) -> None:
    snapshot = store.snapshot()
    assert snapshot.count(empty) == 0
    assert snapshot.read(empty).num_rows == 0
    assert list(snapshot.scan(empty)) == []


def test_quotes_do_not_leave_a_filter(store: Store, save) -> None:
    save(store, *NASTY)
    for id_ in NASTY:
        assert ids(store.snapshot().read_ids("memories", [id_], ["id"])) == [id_]
    assert store.snapshot().read_ids("memories", ["' OR '1'='1"], ["id"]).num_rows == 0
    assert sorted(ids(store.snapshot().read_ids("memories", NASTY, ["id"]))) == sorted(NASTY)


def test_many_ids_are_read_in_parts(store: Store, save, monkeypatch) -> None:
    monkeypatch.setattr("store.reading.IDS_PER_FILTER", 2)
    save(store, *"abcde")
    found = store.snapshot().read_ids("memories", list("edcba"), ["id"])
    assert sorted(ids(found)) == list("abcde")
    assert store.snapshot().read_ids("memories", [], ["id"]).num_rows == 0


@given(st.lists(st.text(), min_size=1))
def test_quoted_strings_end_where_they_should(values: list[str]) -> None:
    import duckdb

    clean = [value.replace("\x00", "") for value in values]
    assert duckdb.execute(f"SELECT [{quoted(clean)}]").fetchone() == (clean,)


# ---------------------------------------------------------------- finding


def test_new_rows_are_found_before_any_index_has_them(store: Store, save) -> None:
    save(store, "the harbour at dawn")
    save(store, "an evening in the harbour", "a walk")
    found = store.snapshot().match("harbour", 5, ["id"])
    assert sorted(ids(found)) == ["an evening in the harbour", "the harbour at dawn"]
    assert found["bm25"].to_pylist() == sorted(found["bm25"].to_pylist(), reverse=True)
    assert min(found["bm25"].to_pylist()) > 0


def test_words_are_found_in_other_forms(store: Store, save) -> None:
    save(store, "We were DEPLOYING to Frankfurt.")
    assert store.snapshot().match("deploy", 5).num_rows == 1


def test_a_filter_bounds_what_is_found(store: Store, memories) -> None:
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("harbour one", namespace=AWKWARD))
        transaction.append("memories", memories("harbour two", namespace="c"))
        transaction.publish()
    where = f"namespace = {quoted([AWKWARD])}"
    found = store.snapshot().match("harbour", 5, ["id"], where)
    assert ids(found) == ["harbour one"]


@pytest.mark.parametrize(
    "text", ["", " ", "the", "and the of", "!!!", "?", "\x00", "\n", "''", '"', "()", "* ~1", "🙂"]
)
def test_a_query_without_a_word_finds_nothing(store: Store, save, text: str) -> None:
    save(store, "the harbour at dawn", "and of the")
    assert store.snapshot().match(text, 5).num_rows == 0


@pytest.mark.parametrize("text", ["harbour", "hardly"])
def test_an_empty_store_finds_nothing(store: Store, text: str) -> None:
    assert store.snapshot().match(text, 5).num_rows == 0
    assert store.snapshot().nearest(np.ones(8, np.float32), 5).num_rows == 0


@pytest.fixture(scope="module")
def searched(born: Path, save, tmp_path_factory) -> Snapshot:
    """A snapshot with a few rows."""
    path = tmp_path_factory.mktemp("searched") / "store"
    shutil.copytree(born, path)
    save(Store.open(path), "the harbour at dawn", "漢字 and kana かな", "x")
    return Store.open(path).snapshot()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60))
@example('AND OR NOT "x" ~2 ^3 field:value [a TO b] \\')
@example("harbour" * 5_000)
def test_no_text_breaks_a_search(searched: Snapshot, text: str) -> None:
    assert searched.match(text, 3).num_rows <= 3


def test_the_nearest_come_first(store: Store, memories) -> None:
    with store.transaction("write") as transaction:
        for place, text in enumerate("abc"):
            vector = [0.0] * 8
            vector[place] = 1.0
            transaction.append("memories", memories(text, vector=vector))
        transaction.publish()
    query = np.array([0.6, 0.8, 0, 0, 0, 0, 0, 0], np.float32)
    found = store.snapshot().nearest(query, 2, ["id"])
    assert ids(found) == ["b", "a"]
    assert found["cosine"].to_pylist() == pytest.approx([0.8, 0.6], abs=1e-3)
    only = store.snapshot().nearest(query, 3, ["id"], "id <> 'b'")
    assert ids(only) == ["a", "c"]


# ---------------------------------------------------------------- damage


def test_a_filter_that_makes_no_sense_is_bad_usage(store: Store, save) -> None:
    save(store, "a")
    for where in ("no_such = 1", "id = ", "id == 'a' AND"):
        with pytest.raises(BadUsage) as caught:
            store.snapshot().read("memories", ["id"], where)
        assert caught.value.status == 2


def test_a_version_that_was_compacted_away_is_not_found(store: Store, save) -> None:
    save(store, "a")
    old = store.snapshot()
    save(store, "b")
    manifest = sorted((store.layout.table("memories") / "_versions").glob("*.manifest"))[1]
    manifest.unlink()
    with pytest.raises(InputNotFound, match="compacted away"):
        old.read("memories")


def test_a_version_of_the_head_that_is_gone_is_corruption(store: Store, save) -> None:
    save(store, "a")
    min((store.layout.table("memories") / "_versions").glob("*.manifest")).unlink()
    with pytest.raises(StoreCorrupt, match="the head names it"):
        store.snapshot().read("memories")


@pytest.mark.parametrize("damage", ["gone", "empty", "half", "noise"])
@pytest.mark.parametrize("part", ["data", "_versions"])
def test_damaged_files_are_corruption(store: Store, save, part: str, damage: str) -> None:
    save(store, *(f"text {number}" for number in range(50)))
    for path in (store.layout.table("memories") / part).iterdir():
        half = path.read_bytes()[: path.stat().st_size // 2]
        path.write_bytes({"half": half, "noise": half + b"\xa5" * len(half)}.get(damage, b""))
        if damage == "gone":
            path.unlink()
    with pytest.raises(StoreCorrupt) as caught:
        store.snapshot().read("memories")
    assert caught.value.status == 65


def test_a_manifest_that_makes_lance_panic_is_corruption(store: Store, save) -> None:
    save(store, "a")
    manifest = min((store.layout.table("memories") / "_versions").glob("*.manifest"))
    content = bytearray(manifest.read_bytes())
    # The end says where the manifest begins, and there stands how long it is.
    begin = int.from_bytes(content[-16:-8], "little")
    content[begin : begin + 4] = (2**31 - 1).to_bytes(4, "little")
    manifest.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        store.snapshot().read("memories")


def test_turns_around_are_of_the_same_namespace_whatever_its_sessions_are_called(
    store: Store, memories
) -> None:
    places = [("m", "s", seq) for seq in range(5)] + [("n", "s", seq) for seq in range(5)]
    with store.transaction("write") as transaction:
        for place in places:
            named = dict(zip(("namespace", "session_id", "seq"), place, strict=True))
            transaction.append("memories", memories(str(place), **named))
        transaction.publish()
    snapshot = store.snapshot()

    def around(*asked: tuple[str, str, int], where: str | None = None) -> set[str]:
        return set(ids(snapshot.take(snapshot.around(asked, 1, where), ["id"])))

    assert around(("m", "s", 2)) == {str(("m", "s", seq)) for seq in (1, 2, 3)}
    assert around(("m", "s", 0), ("n", "s", 4)) == {
        str(place) for place in (("m", "s", 0), ("m", "s", 1), ("n", "s", 3), ("n", "s", 4))
    }
    assert around(("n", "s", 4), where="seq > 3") == {str(("n", "s", 4))}
    assert around(("o", "s", 1)) == around() == set()
