"""Columns of tables of the user's own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.user_tables.columns import (
    TYPES,
    Column,
    Definition,
    define,
    infer_columns,
    parse_column,
    read_values,
    told_values,
)
from store.errors import BadRecord, BadUsage

NAMES = st.sampled_from(["a", "b", "größe", "was ist"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy"), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(NAMES, JSON, min_size=1), min_size=1, max_size=6))
def test_rows_fit_the_columns_that_were_inferred_of_them_and_are_told_as_they_were(rows):
    definition = define(infer_columns(rows), [])
    schema = definition.to_schema()
    for row in rows:
        values = read_values(row, definition, "t")
        own = {"_id": "x", "_namespace": "n", "_recorded_at": datetime(2026, 1, 1, tzinfo=UTC)}
        table = pa.Table.from_pylist([{**values, **own}], schema=schema)
        told = told_values(table.to_pylist()[0], definition)
        types = dict(definition.columns)
        for name, value in row.items():
            if types[name] in ("date", "time"):
                assert told[name] is not None
            elif types[name] == "number":
                assert told[name] == (None if value is None else float(value))
            else:
                assert told[name] == value
                assert isinstance(told[name], bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([1, None, 2], "integer"),
        ([1, 2.5], "number"),
        ([True, False], "boolean"),
        ([True, 1], "json"),
        (["2026-05-01", "2026-05-02"], "date"),
        (["2026-05-01T10:00:00Z", "2026-05-01T10:00:00+02:00"], "time"),
        (["2026-05-01", "2026-05-01T10:00:00Z"], "text"),
        (["2026-05-01", "soon"], "text"),
        (["1"], "text"),
        (["a", 1], "json"),
        ([[1], {"a": 1}], "json"),
        ([None], "text"),
        ([1 << 63], "number"),
    ],
)
def test_a_column_has_the_narrowest_type_that_all_its_values_fit(values, type_):
    assert infer_columns({"a": value} for value in values) == [Column("a", type_)]


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("integer", 3.0, 3),
        ("number", 3, 3.0),
        ("date", "2026-05-01", date(2026, 5, 1)),
        ("time", "2026-05-01T10:00:00+02:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("json", {"ä": [1]}, '{"ä": [1]}'),
    ],
)
def test_what_fits_is_kept_as_what_it_is(type_, value, kept):
    definition = define([Column("a", type_)], [])
    assert read_values({"a": value}, definition, "t") == {"a": kept}
    assert read_values({"a": None}, definition, "t") == {"a": None}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("integer", 2.5),
        ("integer", True),
        ("integer", 1 << 63),
        ("number", "3"),
        ("number", float("inf")),
        ("boolean", 1),
        ("date", "2026-02-30"),
        ("date", "20260201"),
        ("time", "2026-02-01"),
        ("time", "noon"),
        ("text", 3),
        ("text", "\ud800"),
    ],
)
def test_what_does_not_fit_is_told_with_its_column(type_, value):
    definition = define([Column("a", type_)], [])
    with pytest.raises(BadRecord, match=f"does not fit column 'a', of {type_}"):
        read_values({"a": value}, definition, "t")


def test_a_name_that_is_no_column_is_told_with_those_that_are():
    with pytest.raises(BadRecord, match=r"t has no column 'c' \(it has a, b\)"):
        read_values({"c": 1}, define([Column("a", "text"), Column("b", "text")], []), "t")


@pytest.mark.parametrize("name", ["", " ", "_id", "a.b", "a`b", 'a"b', "x" * 64, "a\nb", "a\x1bb"])
def test_names_that_no_column_can_have_are_refused(name):
    with pytest.raises(BadUsage, match="name of a column"):
        define([Column(name, "text")], [])


def test_columns_that_sql_cannot_tell_apart_are_refused():
    with pytest.raises(BadUsage, match="'a' and 'A' are one name in SQL"):
        define([Column("a", "text"), Column("A", "text")], [])


def test_a_table_needs_columns_and_its_key_is_among_them():
    with pytest.raises(BadUsage, match="needs columns"):
        define([], [])
    with pytest.raises(BadUsage, match="257 columns are too many"):
        define([Column(f"c{n}", "text") for n in range(257)], [])
    with pytest.raises(BadUsage, match="no column 'b'"):
        define([Column("a", "text")], ["b"])


def test_a_column_is_stated_with_its_type():
    assert parse_column("a:b:integer") == Column("a:b", "integer")
    for text in ("a", "a:int", ":text"):
        with pytest.raises(BadUsage, match="is no column"):
            parse_column(text)


@pytest.mark.parametrize("type_", TYPES)
def test_a_definition_is_read_off_the_schema(type_):
    class Held:
        schema = Definition((Column("a", type_),), ("a",)).to_schema()

    assert Definition.of(Held) == Definition((Column("a", type_),), ("a",))
    assert json.loads(Held.schema.metadata[b"memcli.key"]) == ["a"]
