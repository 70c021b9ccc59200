"""Records survive the way from the wire into columns and back."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli import jsonl
from memcli.memory.arrow import batch_to_records, json_text, records_to_table, wire_columns
from memcli.records import MemoryType, Relation, from_wire
from schemas import tables

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.lists(text, max_size=3)
moments = st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30), timezones=st.just(UTC))
singles = st.floats(width=32, allow_nan=False, allow_infinity=False)
# Single precision keeps every decimal of six digits.
decimals = st.integers(-999_999, 999_999).map(lambda number: number / 1_000)
objects = st.dictionaries(
    text, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text | words, max_size=3
)
unknown = st.dictionaries(text.map(lambda name: f"x-{name}"), st.integers() | words, max_size=2)

MEMORY = {
    "id": st.text("abc234567", min_size=1, max_size=16),
    "namespace": text,
    "type": st.sampled_from(get_args(MemoryType)),
    "level": st.integers(0, 4),
    "text": text,
    "recorded_at": moments,
}
MAYBE_OF_MEMORY = {
    **dict.fromkeys(("context", "subject", "attribute", "value", "speaker"), text),
    **dict.fromkeys(("session_id", "superseded_by", "ref", "encoder"), text),
    **dict.fromkeys(("keywords", "tags", "entities", "source_ids"), words),
    **dict.fromkeys(("happened_at", "valid_from", "valid_to"), moments),
    **dict.fromkeys(("importance", "confidence"), decimals),
    "seq": st.integers(0, 2**31 - 1),
    "pinned": st.booleans(),
    "metadata": objects,
}
LINK = {
    "source_id": text,
    "target_id": text,
    "relation": st.sampled_from(get_args(Relation)),
    "weight": decimals,
    "recorded_at": moments,
}


def records(kind: str, needed: dict, optional: dict) -> st.SearchStrategy[dict[str, Any]]:
    """Draw records of a kind as they come from the wire."""
    known = st.fixed_dictionaries(needed, optional=optional)
    plain = st.tuples(known, unknown).map(lambda both: {"kind": kind, "v": 1, **both[0], **both[1]})
    return plain.map(lambda record: json.loads(jsonl.encode(record)))


def through_columns(record: dict[str, Any], schema: pa.Schema) -> dict[str, Any]:
    """Take one record off the wire, into a table, and back to the wire."""
    checked = from_wire(record)
    row = {name: getattr(checked, name) for name in checked.__struct_fields__}
    (batch,) = records_to_table([row], schema).to_batches()
    (found,) = batch_to_records(batch, record["kind"])
    again: dict[str, Any] = json.loads(jsonl.encode(found))
    return again


@given(records("memory", MEMORY, MAYBE_OF_MEMORY).filter(lambda record: "encoder" in record))
def test_a_memory_comes_back_as_it_was(record: dict[str, Any]) -> None:
    assert through_columns(record, tables.memory_record()) == record


@given(records("link", LINK, {"reason": text}))
def test_a_link_comes_back_as_it_was(record: dict[str, Any]) -> None:
    assert through_columns(record, tables.links()) == record


@given(records("link", LINK, {}))
def test_what_comes_back_is_accepted_again(record: dict[str, Any]) -> None:
    once = through_columns(record, tables.links())
    assert through_columns(once, tables.links()) == once


def column(values: list[Any], type_: pa.DataType) -> list[Any]:
    """Return what a column called `value` has on the wire."""
    batch = pa.RecordBatch.from_arrays([pa.array(values, type_)], names=["value"])
    return [record.get("value") for record in batch_to_records(batch, "memory")]


def test_times_are_exact_to_the_microsecond() -> None:
    moments = [
        datetime(2026, 3, 1, 9, 30, 0, 1, UTC),
        datetime(2026, 3, 1, 9, 30, 0, 500_000, UTC),
        datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=-5))),
        datetime(1900, 1, 1, tzinfo=UTC),
        None,
    ]
    assert column(moments, tables.TIME) == [
        "2026-03-01T09:30:00.000001Z",
        "2026-03-01T09:30:00.500000Z",
        "2026-03-01T14:30:00Z",
        "1900-01-01T00:00:00Z",
        None,
    ]


@given(moments)
def test_every_time_is_read_back(moment: datetime) -> None:
    (written,) = column([moment], tables.TIME)
    assert datetime.fromisoformat(written) == moment


@given(singles)
def test_a_number_is_the_shortest_that_gives_the_same_back(number: float) -> None:
    (written,) = column([number], pa.float32())
    assert np.float32(written) == np.float32(number)
    assert len(Decimal(repr(written)).normalize().as_tuple().digits) <= 9


def test_a_tenth_stays_a_tenth() -> None:
    assert column([0.1, 0.7, 1.0, None], pa.float32()) == [0.1, 0.7, 1.0, None]


def test_a_time_without_a_zone_is_utc() -> None:
    schema = pa.schema([("recorded_at", tables.TIME)])
    found = records_to_table([{"recorded_at": datetime(2026, 3, 1)}], schema)
    assert found["recorded_at"].to_pylist() == [datetime(2026, 3, 1, tzinfo=UTC)]


def test_absent_is_null_and_null_is_absent() -> None:
    found = records_to_table([{"source_id": "a"}], tables.links().remove(0))
    assert found["reason"].null_count == 1
    assert column([None], pa.string()) == [None]


def test_unknown_fields_have_their_place_again_and_never_hide_ours() -> None:
    record = {
        "kind": "link",
        "v": 1,
        "source_id": "a",
        "target_id": "b",
        "relation": "causes",
        "weight": 1.0,
        "recorded_at": "2026-03-01T00:00:00Z",
        "mood": "good",
        "extra": {"weight": 9, "reason": "not ours"},
    }
    assert through_columns(record, tables.links()) == record


def test_derived_columns_are_not_on_the_wire() -> None:
    assert "vector" not in wire_columns(tables.memories(8))
    assert wire_columns(tables.memories(8)) == tables.memory_record().names


@pytest.mark.parametrize("value", [None, {}])
def test_nothing_to_keep_is_no_text(value: dict | None) -> None:
    assert json_text(value) is None


def test_objects_are_kept_as_json() -> None:
    assert json.loads(json_text({"a": [1, {"ü": None}]}) or "") == {"a": [1, {"ü": None}]}
