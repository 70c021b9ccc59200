"""The records on the wire: their types, their published schemas, and what is refused."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import schemas
from memcli.records import FIELDS, KINDS, from_wire
from schemas.generate import DIALECT, FOLDER, record_schemas, write
from store.errors import BadRecord, UnsupportedVersion
from tests.support.wire import to_wire

MEMORY: dict[str, Any] = {
    "kind": "memory",
    "v": 1,
    "id": "abc",
    "namespace": "default",
    "type": "semantic",
    "level": 1,
    "text": "Mara lives in Lisbon.",
    "recorded_at": "2026-03-01T09:30:00Z",
}


# ---------------------------------------------------------------- the published schemas


def test_the_schema_files_are_what_the_types_say() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert found == record_schemas(KINDS), "run: python -m memcli.records"


def test_every_kind_has_a_schema() -> None:
    assert set(schemas.RECORD_KINDS) == set(KINDS)
    for kind in schemas.RECORD_KINDS:
        assert schemas.record_schema(kind)["title"] == kind
    with pytest.raises(KeyError):
        schemas.record_schema("../tables")


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_says_what_its_record_is(kind: str) -> None:
    schema = schemas.record_schema(kind)
    assert schema["$schema"] == DIALECT
    assert schema["description"] == KINDS[kind].__doc__
    assert schema["additionalProperties"] is True
    assert {"kind", "v"} <= set(schema["required"])
    assert list(schema["properties"])[:2] == ["kind", "v"]
    assert set(schema["properties"]) == FIELDS[kind] | {"kind"}
    assert schema["properties"]["kind"] == {"enum": [kind]}
    assert schema["properties"]["v"] == {"enum": [1]}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_required_is_what_the_type_requires(kind: str) -> None:
    needed = {field.name for field in msgspec.structs.fields(KINDS[kind]) if field.required}
    assert set(schemas.record_schema(kind)["required"]) == needed | {"kind"}


def test_schemas_of_records_that_are_no_more_are_removed(tmp_path: Path) -> None:
    (tmp_path / "old.v1.json").write_text("{}")
    write({"new.v1.json": "{}\n"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new.v1.json"]


def test_the_schemas_do_not_need_the_program() -> None:
    script = (
        "import sys, schemas, schemas.tables, schemas.generate; schemas.record_schema('memory');"
        "sys.exit(any(name.split('.')[0] == 'memcli' for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# ---------------------------------------------------------------- from the wire and back


def test_a_record_comes_back_as_it_was() -> None:
    record = from_wire(MEMORY)
    assert record.recorded_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert to_wire(record) == MEMORY
    assert list(to_wire(record))[:2] == ["kind", "v"]


def test_fields_that_nobody_knows_are_kept() -> None:
    record = from_wire({**MEMORY, "mood": "good", "extra": {"colour": "blue"}})
    assert record.extra == {"colour": "blue", "mood": "good"}
    assert json.loads(json.dumps(to_wire(record)))["extra"] == {"colour": "blue", "mood": "good"}


def test_null_is_absent() -> None:
    assert to_wire(from_wire({**MEMORY, "speaker": None})) == MEMORY


def test_a_kind_can_be_assumed_and_a_version_too() -> None:
    assert from_wire({"content": "hello"}, default_kind="message").content == "hello"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "memo"}, "unknown kind"),
        ({"kind": None}, "unknown kind"),
        ({"kind": ["memory"]}, "unknown kind"),
        ({"text": None}, "missing required field `text`"),
        ({"text": 5}, "text"),
        ({"level": 9}, "level"),
        ({"type": "dream"}, "type"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"keywords": "a, b"}, "keywords"),
        ({"seq": -1}, "seq"),
        ({"seq": 2**31}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"importance": 1e39}, "importance"),
        ({"importance": "high"}, "importance"),
        ({"extra": [1], "mood": "good"}, "extra"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRecord) as caught:
        from_wire({**MEMORY, **change})
    assert caught.value.status == 65
    assert reason in caught.value.reason


@pytest.mark.parametrize("version", [0, 2, "1", [1]])
def test_another_version_is_not_guessed_at(version: object) -> None:
    with pytest.raises(UnsupportedVersion) as caught:
        from_wire({**MEMORY, "v": version})
    assert caught.value.status == 76


def test_the_fields_of_a_kind_never_change_without_a_new_version() -> None:
    """Taking one away, or renaming it, needs version 2 and a line in schemas/README.md."""
    promised = {
        "message": "content id role name timestamp session_id namespace metadata attachments",
        "memory": "id namespace type level text context keywords tags entities subject attribute "
        "value speaker session_id seq happened_at valid_from valid_to recorded_at superseded_by "
        "importance confidence pinned source_ids ref metadata encoder",
        "link": "source_id target_id relation weight reason recorded_at",
        "hit": "rank score query_id id ref refs text type level namespace speaker session_id "
        "happened_at retention source_ids query why",
    }
    for kind, names in promised.items():
        assert set(names.split()) <= FIELDS[kind], kind
