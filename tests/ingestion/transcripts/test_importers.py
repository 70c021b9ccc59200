"""The table of importers: each holds to the contract of plug-ins."""

import io
import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from memcli.ingestion.transcripts.contract import check_importer
from memcli.ingestion.transcripts.importers import EXTENSIONS, IMPORTERS, first_keys


def parquet():
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"content": ["Hi", "Ho"]}), sink)
    return sink.getvalue()


SAMPLES = {
    "jsonl": b'{"content": "Hi"}\n{"content": "Ho"}\n',
    "json": b'[{"content": "Hi"}, {"content": "Ho"}]',
    "csv": b"name,content\nMara,Hi\nJonas,Ho\n",
    "markdown": b"# 2025-03-01\n\n**Mara:** Hi\n\n**Jonas:** Ho\n",
    "text": b"Mara: Hi\nJonas: Ho\nMara: Well\n",
    "parquet": parquet(),
    "chatgpt": json.dumps(
        [
            {
                "title": "Boat",
                "mapping": {"a": {"message": {"author": {"role": "user"},
                                              "content": {"parts": ["Hi"]}}}},
            }
        ]
    ).encode(),
    "claude": json.dumps(
        [{"uuid": "c", "chat_messages": [{"uuid": "m", "sender": "human", "text": "Hi"}]}]
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPORTERS)
def test_importers_of_ours_hold_to_the_contract(name):
    check_importer(IMPORTERS[name], SAMPLES[name])


@pytest.mark.parametrize("name", ["chatgpt", "claude", "parquet"])
def test_no_other_format_is_taken_for_one_that_is_sure(name):
    others = [sample for other, sample in SAMPLES.items() if other != name]
    assert not any(IMPORTERS[name].sniff(sample) for sample in others)


def test_folders_stand_for_the_extensions_of_the_table():
    assert set(EXTENSIONS) == {
        ".jsonl", ".ndjson", ".json", ".txt", ".log", ".md", ".markdown", ".csv", ".tsv", ".parquet"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        (b'{"a": {"b": 1}, "c": [{"d": 2}], "e": ":"}', {"a", "c", "e"}),
        (b'\xef\xbb\xbf [ {"a": 1}, {"b": 2}]', {"a"}),
        (b'{"a": "x\\"}{", "b": tr', {"a", "b"}),
        (b'{"a": {"b": {"c": "cut off in the', {"a"}),
        (b"[1, 2]", set()),
        (b"text", set()),
    ],
)
def test_keys_of_the_first_object_are_found_however_little_of_it_is_there(head, keys):
    assert first_keys(head) == keys
