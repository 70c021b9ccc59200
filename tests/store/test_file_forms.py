"""A file of a table that was cut short anywhere is known by its end, and a whole one is not."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import lance
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store._lance import Table
from store.file_forms import FORMS, ends_early
from store.store import Store
from store.table_files import list_files

SUFFIXES = (".lance", ".manifest", ".arrow", ".txn", ".json")
NO_RUNS, WITH_RUNS = 12_346, 12_347


@pytest.fixture(scope="module")
def files(born: Path, tmp_path_factory, save) -> dict[str, list[bytes]]:
    """The content of all files of a store that was written and deleted from, by suffix."""
    path = tmp_path_factory.mktemp("forms")
    store = Store.create(path / "store", Store.open(born).head().encoder)
    save(store, *(f"text {n}" for n in range(50)))
    with store.transaction("write", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'text 7'")
        transaction.table("memories").extend_indexes()
        transaction.publish()
    paths = [Path(name) for name in list_files(store.layout.tables)]
    return {end: [p.read_bytes() for p in paths if p.suffix == end] for end in SUFFIXES}


def is_short(folder: Path, suffix: str, content: bytes) -> bool:
    """Say whether a file of that content ends early."""
    path = folder / f"file{suffix}"
    path.write_bytes(content)
    return ends_early(str(path))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_whole_files_are_whole_and_cut_ones_are_not(files, tmp_path: Path, suffix: str) -> None:
    assert files[suffix]
    for content in files[suffix]:
        size = len(content)
        assert not is_short(tmp_path, suffix, content)
        cuts = {0, 1, size // 2, size - 40, size - 16, size - 4, size - 1}
        for cut in {max(0, cut) for cut in cuts} | set(range(0, size, 1 + size // 20)):
            assert is_short(tmp_path, suffix, content[:cut]), (cut, size)


@pytest.mark.parametrize("suffix", [".lance", ".manifest"])
def test_what_is_missing_in_the_middle_is_missed(files, tmp_path: Path, suffix: str) -> None:
    for content in files[suffix]:
        assert is_short(tmp_path, suffix, content[:20] + content[21:])


def test_a_footer_of_an_older_lance_is_known_by_its_mark(tmp_path: Path) -> None:
    old = b"data" * 20 + struct.pack("<QHH4s", 4, 0, 2, b"LANC")
    assert not is_short(tmp_path, ".lance", old)
    assert is_short(tmp_path, ".lance", old[:-1])


def test_a_file_of_the_vector_index_is_known(tmp_path: Path) -> None:
    vectors = pa.FixedSizeListArray.from_arrays(pa.array([1.0, 2.0] * 300, pa.float32()), 2)
    table = lance.write_dataset(pa.table({"vector": vectors}), tmp_path / "t.lance")
    table.create_index("vector", "IVF_FLAT", num_partitions=1)
    found = list((tmp_path / "t.lance").rglob("*.idx"))
    assert len(found) == 2
    for path in found:
        assert not ends_early(str(path))
        os.truncate(path, path.stat().st_size - 1)
        assert ends_early(str(path))


@pytest.mark.parametrize("step", [2, 3])
def test_the_bitmap_of_many_deleted_rows_is_known(tmp_path: Path, step: int) -> None:
    path = tmp_path / "t.lance"
    rows = pa.table({"n": range(150_000)})
    table = Table("t", lance.write_dataset(rows, path))
    table.delete(f"n % {step} = 0")
    (bitmap,) = path.rglob("*.bin")
    assert not ends_early(str(bitmap))
    content = bitmap.read_bytes()
    for cut in range(0, len(content), 501):
        assert is_short(tmp_path, ".bin", content[:cut])


counts = st.lists(st.sampled_from([1, 2, 4_095, 4_096, 4_097, 65_536]), min_size=1, max_size=6)


@given(counts, st.lists(st.integers(0, 9), min_size=6, max_size=6), st.booleans())
def test_a_bitmap_is_as_long_as_its_containers(
    tmp_path_factory, counts: list[int], runs: list[int], with_runs: bool
) -> None:
    n = len(counts)
    heads = b"".join(struct.pack("<HH", i, count - 1) for i, count in enumerate(counts))
    is_run = [with_runs and bool(runs[i]) for i in range(n)]
    if with_runs:
        flags = sum(1 << i for i in range(n) if is_run[i]).to_bytes((n + 7) // 8, "little")
        start = struct.pack("<HH", WITH_RUNS, n - 1) + flags + heads
    else:
        start = struct.pack("<II", NO_RUNS, n) + heads
    has_offsets = not with_runs or n >= 4
    body = b"".join(
        struct.pack("<H", runs[i]) + bytes(4 * runs[i])
        if is_run[i]
        else bytes(2 * counts[i] if counts[i] <= 4_096 else 8_192)
        for i in range(n)
    )
    whole = start + bytes(4 * n if has_offsets else 0) + body
    folder = tmp_path_factory.getbasetemp()
    assert not is_short(folder, ".bin", whole)
    assert is_short(folder, ".bin", whole[:-1])
    assert is_short(folder, ".bin", whole[: len(start) - 1])


@pytest.mark.parametrize("content", [b"\x07", b"\x0a\x05ab", b"\x0a\x02ab", b"\x80"])
def test_half_a_transaction_is_none(tmp_path: Path, content: bytes) -> None:
    assert is_short(tmp_path, ".txn", content)


@pytest.mark.parametrize(
    "field", [b"\x08\x96\x01", b"\x09" + bytes(8), b"\x0d" + bytes(4), b"\x0a\x01a"]
)
def test_fields_of_all_kinds_are_known(tmp_path: Path, field: bytes) -> None:
    operation = b"\xa2\x06\x01x"  # field 100, of one byte
    assert not is_short(tmp_path, ".txn", field + operation)
    assert not is_short(tmp_path, ".txn", operation + field)
    assert is_short(tmp_path, ".txn", operation + field[:-1])
    assert is_short(tmp_path, ".txn", field)


def test_other_files_are_not_judged(tmp_path: Path) -> None:
    assert ".tmp" not in FORMS
    assert not is_short(tmp_path, ".tmp", b"")
    assert not is_short(tmp_path, "", b"{")
