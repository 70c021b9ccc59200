"""Our own exporters hold to the contract of plug-ins; format_of goes by the suffix."""

from pathlib import Path

import pytest

from memcli.exports import EXPORTERS, format_of
from memcli.exports.contents import Contents
from memcli.exports.contract import check_exporter
from store import Store

FILES = [name for name, one in EXPORTERS.items() if one.makes != "folder"]


@pytest.mark.parametrize("name", FILES)
def test_exporters_of_ours_hold_to_the_contract(name, extracted_once, tmp_path):
    store = Store.open(extracted_once.path)
    check_exporter(EXPORTERS[name], Contents(store.snapshot()), tmp_path)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.jsonl", "jsonl"), ("a", "jsonl"), ("a.txt", "jsonl"), ("a.CSV", "csv"),
        ("a.parquet", "parquet"), ("a.duckdb", "duckdb"), ("a.db", "duckdb"),
        ("a.graphml", "graphml"), ("a.COGX.tar.gz", "cogx-archive"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_says_the_format(name, form):
    assert format_of(Path(name)) == form
    assert format_of(None) == "jsonl"


def test_what_is_asked_for_goes_before_the_name_but_for_one_file_of_a_folder():
    assert format_of(Path("a.csv"), "jsonl") == "jsonl"
    assert format_of(Path("a.cogx.tar.gz"), "cogx") == "cogx-archive"
    assert format_of(Path("a"), "cogx") == "cogx"
