"""JSON Schemas of records, made from their types."""

from __future__ import annotations

import json
from datetime import datetime

import msgspec

from schemas.generate import record_schema, record_schemas, write


class Inner(msgspec.Struct):
    """A part."""

    n: int


class Toy(msgspec.Struct, tag_field="kind", tag="toy"):
    """A record of a toy."""

    name: str
    v: int
    made: datetime | None = None
    part: Inner | None = None


def test_what_a_record_needs_comes_first_and_the_rest_is_left_open():
    schema = record_schema("toy", Toy)
    assert schema["required"] == ["kind", "v", "name"]
    assert list(schema["properties"])[:3] == ["kind", "v", "name"]
    assert (schema["title"], schema["description"]) == ("toy", "A record of a toy.")
    assert schema["additionalProperties"] is True
    assert schema["$defs"].keys() == {"Inner"}


def test_times_say_that_they_are_times():
    made = record_schema("toy", Toy)["properties"]["made"]
    assert {"type": "string", "format": "date-time"} in made["anyOf"]
    assert {"type": "null"} in made["anyOf"]


def test_schemas_of_records_that_are_no_more_are_removed(tmp_path):
    (tmp_path / "old.v1.json").touch()
    (tmp_path / "README").touch()
    write(record_schemas({"toy": Toy}), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"toy.v1.json", "README"}
    assert json.loads((tmp_path / "toy.v1.json").read_text())["title"] == "toy"
