"""Where the bytes of a text are in the files of a store."""

import json

import pyarrow as pa
import pytest

from store import Store, _lance
from store.traces import as_problem, find_traces, forms, rows_with, without_texts

SECRET = 'The "key" is\tunder the caf\u00e9 mat, \U0001f5dd and nobody knows'


def traces(store: Store, text: str = SECRET) -> list[str]:
    return [str(t.path.relative_to(store.layout.root)) for t in find_traces(store, [text])]


def test_a_text_is_found_however_json_writes_it(store: Store) -> None:
    written = [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps({"a": json.dumps({"b": SECRET})}),
    ]
    path = store.layout.root / "note"
    for text in written:
        path.write_text(f"x{text}y", encoding="utf-8")
        assert traces(store) == ["note"]
    assert all(any(form in text for form in forms(SECRET)) for text in written)
    path.write_text(SECRET[:-1], encoding="utf-8")
    assert traces(store) == []


@pytest.mark.parametrize("shift", [-3, -1, 0, 1, 2])
def test_a_text_across_two_pieces_of_a_file_is_found(store: Store, shift, monkeypatch) -> None:
    monkeypatch.setattr("store.traces.CHUNK_BYTES", 64)
    path = store.layout.root / "note"
    path.write_bytes(b"x" * (64 * 3 + shift - len(SECRET.encode()) // 2) + SECRET.encode())
    assert traces(store) == ["note"]
    assert traces(store, "x" * 60) == ["note"]
    assert traces(store, "x" * 300) == []


def test_a_name_of_a_file_counts(store: Store) -> None:
    (store.layout.root / "the mat").mkdir()
    (store.layout.root / "the mat" / "x").write_text("")
    assert traces(store, "the mat") == ["the mat/x"]


def test_a_file_that_cannot_be_decoded_may_hold_it(store: Store, save) -> None:
    save(store, "a")
    path = store.layout.table("memories") / "data" / "torn.lance"
    path.write_bytes(b"torn")
    (trace,) = find_traces(store, [SECRET])
    problem = as_problem(store, trace)
    assert "may hold" in problem.what
    assert problem.table == "memories"
    assert "compact" in problem.remedy


def test_a_problem_names_the_columns_and_rows_but_not_the_text(store: Store, save) -> None:
    texts = [f"{i}: {SECRET}" for i in range(30)]
    save(store, *texts, "other")
    problems = [as_problem(store, trace) for trace in find_traces(store, [SECRET])]
    data = next(p for p in problems if "/data/" in p.what)
    assert "text" in data.what
    assert "keys" in data.what
    assert data.ids == texts[:10]
    assert all(SECRET not in p.what and SECRET not in p.remedy for p in problems)


def test_rows_are_found_in_columns_of_all_kinds() -> None:
    lists = pa.array([["a"], None, [], ["b", SECRET], [SECRET]])
    assert rows_with(lists, [SECRET]) == [3, 4]
    assert rows_with(pa.array([b"\xff", SECRET.encode(), None]), [SECRET]) == [1]
    assert rows_with(pa.array([None, SECRET, "."]).dictionary_encode(), [SECRET, "."]) == [1, 2]
    assert rows_with(pa.array([], pa.string()), [SECRET]) == []


def test_only_cells_that_quote_a_text_become_null() -> None:
    batch = pa.RecordBatch.from_pydict({"a": [SECRET, "x", None], "b": ["y", SECRET, "z"]})
    assert without_texts(batch, ["a"], [SECRET]).to_pydict() == {
        "a": [None, "x", None],
        "b": ["y", SECRET, "z"],
    }


def test_files_of_lance_are_read_whatever_refers_to_them(store: Store, save) -> None:
    save(store, "a", SECRET)
    (path,) = (store.layout.table("memories") / "data").glob("*.lance")
    found = pa.Table.from_batches(_lance.file_batches(path, pa.types.is_string))
    assert found["text"].to_pylist() == ["a", SECRET]
    assert "vector" not in found.column_names
