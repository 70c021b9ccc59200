"""The tables hold what the records say, in types that keep it exactly."""

import pyarrow as pa
import pytest

from memcli.records import FIELDS
from schemas import tables
from store.layout import FORMAT_VERSION, TABLE_NAMES

# On the wire it says which table the memory is in.
NOT_A_COLUMN = {"v", "archived"}


def test_a_memory_has_a_column_for_each_field() -> None:
    assert set(tables.memory_record().names) == FIELDS["memory"] - NOT_A_COLUMN


def test_derived_columns_come_last_and_are_no_fields() -> None:
    names = tables.memories(8).names
    assert names[:-4] == tables.memory_record().names
    assert names[-4:] == ["keys", "derived_keys", "n_words", "vector"]
    assert not {"keys", "derived_keys", "n_words", "vector"} & FIELDS["memory"]


def test_a_link_has_a_column_for_each_field() -> None:
    assert set(tables.links().names) == FIELDS["link"] - NOT_A_COLUMN


@pytest.mark.parametrize("dimension", [8, 256, 384])
def test_vectors_have_the_dimension_of_their_encoder(dimension: int) -> None:
    vector = tables.memories(dimension).field("vector").type
    assert vector.list_size == dimension
    assert vector.value_type == pa.float16()


def test_every_table_of_a_store_has_a_schema() -> None:
    assert tuple(tables.table_schemas(8)) == TABLE_NAMES
    assert tables.FORMAT_VERSION == FORMAT_VERSION


def test_archived_memories_are_memories() -> None:
    schemas = tables.table_schemas(8)
    assert schemas["archive"] == schemas["memories"]


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_times_are_microseconds_in_utc(name: str) -> None:
    fields = {f.name: f.type for f in tables.table_schemas(8)[name]}
    times = {n: t for n, t in fields.items() if n.endswith(("_at", "_from", "_to"))}
    assert times or name == "windows"
    assert set(times.values()) <= {pa.timestamp("us", "UTC")}


def test_what_a_record_requires_is_never_null() -> None:
    from schemas import record_schema

    for kind, schema in (("memory", tables.memory_record()), ("link", tables.links())):
        needed = set(record_schema(kind)["required"]) - {"kind", "v"}
        never_null = {field.name for field in schema if not field.nullable}
        assert needed <= never_null
        # The encoder is the store's own; an import need not name one.
        assert never_null - needed <= {"encoder"}


def test_every_column_is_explained() -> None:
    from importlib.resources import files

    text = files("schemas").joinpath("README.md").read_text(encoding="utf-8")
    for name, schema in tables.table_schemas(8).items():
        assert f"`{name}`" in text, name
        for column in schema.names:
            assert f"`{column}`" in text, f"{name}.{column}"
