import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import BadRecord, InputNotFound
from store.tabular import read_tabular


def rows(path, form="csv", **options):
    return [row for batch in read_tabular(str(path), form, **options) for row in batch.to_pylist()]


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_the_delimiter_is_found_in_the_header(tmp_path, delimiter):
    path = tmp_path / "in.csv"
    path.write_text(f'a{delimiter}b\n"x{delimiter}y"{delimiter}2\n')
    assert rows(path) == [{"a": f"x{delimiter}y", "b": "2"}]


def test_quotes_line_breaks_byte_order_marks_and_crlf_are_read(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes('\ufeffa,b\r\n"say ""hi""\nthere",1\r\n007,\r\n'.encode())
    assert rows(path) == [{"a": 'say "hi"\nthere', "b": "1"}, {"a": "007", "b": None}]


def test_an_empty_value_is_null_without_quotes_and_text_within(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('a,b\n,""\n')
    assert rows(path) == [{"a": None, "b": ""}]


def test_a_row_that_cannot_be_read_names_file_line_and_reason(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1,2\n1,2,3\n4,5\n")
    with pytest.raises(BadRecord) as caught:
        rows(path)
    assert str(caught.value).startswith(f"{path}:3: expected 2 columns, found 3 (")


def test_a_row_that_cannot_be_read_late_in_a_file_is_found_too(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + "x,y\n" * 3_000_000 + "1,2,3\n")
    with pytest.raises(BadRecord, match="3000002: expected 2 columns, found 3"):
        for _ in read_tabular(str(path), "csv"):
            pass


def test_bad_rows_are_handed_over_verbatim_when_asked_for(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b'a,b\n1,2\nx,y,z\n3,4\nM\xf6we?,1\n5,6\n"x"y,1\n"open,')
    bad = []
    assert [row["a"] for row in rows(path, on_bad_row=bad.append)] == ["1", "3", "5"]
    assert [(row.error.line, row.raw) for row in bad] == [
        (3, b"x,y,z"), (5, b"M\xf6we?,1"), (7, b'"x"y,1'), (8, b'"open,'),
    ]  # fmt: skip
    assert "not UTF-8" in bad[1].error.reason


def test_a_single_column_is_not_taken_apart(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('content\none\n"and, two"\n')
    assert [row["content"] for row in rows(path)] == ["one", "and, two"]


@pytest.mark.parametrize(
    ("text", "wanted"), [("", []), ("a,b\n", []), (",b\n1,2\n", [{"column1": "1", "b": "2"}])]
)
def test_files_without_rows_or_names_are_read(tmp_path, text, wanted):
    path = tmp_path / "in.csv"
    path.write_text(text)
    assert rows(path) == wanted


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a,a\n1,2\n")
    with pytest.raises(BadRecord, match="called 'a'"):
        rows(path)


def test_a_long_value_is_read_and_a_longer_one_refused(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(f"a,b\n{'x' * 5_000_000},1\n")
    assert len(rows(path)[0]["a"]) == 5_000_000
    path.write_text(f"a,b\n{'x' * 9_000_000},1\n")
    with pytest.raises(BadRecord, match="longer than"):
        rows(path)


def test_parquet_keeps_types_and_order_in_batches(tmp_path):
    path = tmp_path / "in.parquet"
    table = pa.table({"n": list(range(10_000)), "words": [["a", "b"]] * 10_000})
    pq.write_table(table, path)
    batches = list(read_tabular(str(path), "parquet", 1000))
    assert len(batches) > 1
    assert pa.Table.from_batches(batches).to_pydict() == table.to_pydict()


READS = """
import re, sys
from pathlib import Path
from store.tabular import read_tabular
from store.errors import BadRecord
try:
    print(sum(batch.num_rows for batch in read_tabular(sys.argv[1], "parquet")))
except BadRecord as error:
    print(error.what)
kb = dict(re.findall(r"(\\w+):\\s+(\\d+) kB", Path("/proc/self/status").read_text()))
print((int(kb["VmHWM"]) - int(kb["RssFile"])) // 1024)
"""


def read_apart(path):
    """
    Return what a process of its own reads of a Parquet file, and its memory in MB.

    Without what it has mapped of libraries: 81 MB, or 127 where they were installed just now.
    """
    done = subprocess.run(
        [sys.executable, "-c", READS, str(path)], capture_output=True, text=True, check=True
    )
    said, most = done.stdout.splitlines()
    return said, int(most)


@pytest.mark.parametrize(
    ("is_shared", "row_group_size", "expected"),
    [(True, 250, "250"), (False, 50, "250"), (False, 250, "a column of a row group takes 262,")],
)
def test_a_small_parquet_file_of_much_text_takes_little_memory(
    tmp_path, is_shared, row_group_size, expected
):
    path = tmp_path / "in.parquet"
    table = pa.table({"content": pa.array(["x" * (1 << 20)] * 250, pa.large_string())})
    pq.write_table(table, path, row_group_size, compression="zstd", use_dictionary=is_shared)
    said, most = read_apart(path)
    assert expected in said
    assert most < 220


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_parquet_value_that_is_too_long_is_refused(tmp_path, is_alone):
    path = tmp_path / "in.parquet"
    texts = ["y" * (40 << 20), *([] if is_alone else ["short"] * 1_000)]
    pq.write_table(pa.table({"content": texts}), path, compression="zstd")
    said, most = read_apart(path)
    assert "longer than 8,388,608" in said or "at once" in said
    assert most < 220


def test_a_parquet_file_of_too_many_columns_is_refused(tmp_path):
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({f"c{number}": [1] for number in range(4_097)}), path)
    with pytest.raises(BadRecord, match="4,097 columns, more than 4,096"):
        rows(path, "parquet")


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1 and no more", b"not parquet at all"])
def test_a_broken_parquet_file_is_a_bad_record(tmp_path, damage):
    path = tmp_path / "in.parquet"
    path.write_bytes(damage)
    with pytest.raises(BadRecord) as caught:
        rows(path, "parquet")
    assert caught.value.path == str(path)


def test_a_page_that_unpacks_to_gigabytes_is_refused_before_it_does(tmp_path):
    """A few hundred bytes of Brotli or Zstandard can: what counts is what the page says of them."""
    path = tmp_path / "in.parquet"
    table = pa.table({"content": ["hello", "there"]})
    pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False)
    whole = path.read_bytes()
    assert whole[4:8] == b"\x15\x00\x15\x30"  # a page of data, of 24 bytes when it is unpacked
    gigabyte = b"\x80\x80\x80\x80\x08"
    path.write_bytes(whole[:7] + gigabyte + whole[8:])
    with pytest.raises(BadRecord, match=r"takes more than 512 MB when it is unpacked \(write it"):
        rows(path, "parquet")


def test_parquet_that_is_damaged_after_its_first_rows_is_a_bad_record(tmp_path):
    path = tmp_path / "in.parquet"
    table = pa.table({"a": [f"value {n}" for n in range(400_000)]})
    pq.write_table(table, path, row_group_size=50_000, use_dictionary=False, compression="zstd")
    data = bytearray(path.read_bytes())
    place = len(data) * 3 // 4
    data[place : place + 2000] = b"\0" * 2000
    path.write_bytes(data)
    with pytest.raises(BadRecord) as caught:
        for _ in read_tabular(str(path), "parquet", 1000):
            pass
    assert caught.value.path == str(path)


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_file(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1,2,3\n")

    def broken(row):
        raise TypeError("a bug")

    with pytest.raises(TypeError):
        rows(path, on_bad_row=broken)


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(InputNotFound):
        rows(tmp_path / "none.csv")
    with pytest.raises(InputNotFound):
        rows(tmp_path / "none.parquet", "parquet")


@pytest.mark.parametrize("name", ["x[1].csv", "x*.csv", "x?.csv", "it's.csv", "{a,b}.csv"])
def test_a_name_is_no_pattern(tmp_path, name):
    for other in ("x1.csv", "xx.csv", "a.csv", "b.csv"):
        (tmp_path / other).write_text("a\nwrong\n")
    (tmp_path / name).write_text("a\nright\n")
    assert rows(tmp_path / name) == [{"a": "right"}]


def test_a_folder_called_like_a_partition_adds_no_column(tmp_path):
    folder = tmp_path / "year=2024"
    folder.mkdir()
    (folder / "in.csv").write_text("a\n1\n")
    pq.write_table(pa.table({"a": ["1"]}), folder / "in.parquet")
    assert rows(folder / "in.csv") == rows(folder / "in.parquet", "parquet") == [{"a": "1"}]


PEAK = """
import sys
from store.tabular import read_tabular

def peak_kib():
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0])

for path in sys.argv[1:]:
    print(sum(batch.num_rows for batch in read_tabular(path, "csv")), peak_kib())
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
def test_memory_does_not_grow_with_the_file(tmp_path):
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    line = "x" * 90 + ",y\n"
    small.write_text("a,b\n" + line * 500_000)
    large.write_text("a,b\n" + line * 2_500_000)
    command = [sys.executable, "-c", PEAK, str(small), str(large)]

    def growth_kib():
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        (n_small, before), (n_large, after) = (
            map(int, line.split()) for line in result.stdout.splitlines()
        )
        assert (n_small, n_large) == (500_000, 2_500_000)
        return after - before

    # The larger file has 188 MB more. How far the reader is ahead is a matter of chance (5 to 52 MB
    # in eight runs); memory that grows with the file grows in every run.
    assert any(growth_kib() < 48 * 1024 for _ in range(3))


CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"))


# A new database for each example: no deadline.
@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(CELLS.filter(bool), CELLS), max_size=5))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, cells):
    import csv

    path = tmp_path_factory.mktemp("csv") / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([("a", "b"), *cells])
    read = [(row["a"], row["b"]) for row in rows(path)]
    assert read == cells


def test_a_header_of_too_many_columns_is_refused_at_once(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(60_000)) + "\n1\n")
    with pytest.raises(BadRecord, match="60,000 columns"):
        list(read_tabular(str(path), "csv"))
