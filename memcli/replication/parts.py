"""
Parts of a bundle: what of a store goes to another, and the records that it goes as.

A record has the columns of its table, as JSON; what follows from others (vectors, search columns)
is made anew by the store that takes it. The links from a turn to the next do not travel, for each
store settles the order of a session by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from memcli.jsonl import Row
from memcli.memory.ids import ID_LENGTH
from memcli.records import MemoryType, Offset, Place, Relation, Single
from store.errors import BadRecord

if TYPE_CHECKING:
    import pyarrow as pa

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=ID_LENGTH, pattern="^[!-~]+$")]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
KeyName = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Integer = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
ColumnText = Annotated[str, msgspec.Meta(max_length=256)]
# What a column may hold, where its Arrow type says less.
TYPES: Final[Mapping[str, Any]] = {
    "id": Id,
    "source_id": Id,
    "target_id": Id,
    "superseded_by": Id,
    "canonical_id": Id,
    "source_ids": list[Id],
    "seq": Place,
    "utc_offset": Offset,
    "weight": Single,
    "n_accesses": Place,
    "level": Literal[0, 1, 2, 3, 4],
    "memories.type": MemoryType,
    "links.relation": Relation,
    "memories.polarity": Literal["positive", "negative"],
    "strengths.state": Literal["active", "promoted", "dormant", "archived", "hidden"],
    "tombstones.hash": Hash,
    "tombstones.turn": Hash,
    "tombstones.kind": Literal["id", "content", "fact", "lifted"],
    "tombstones.key": KeyName,
    "stamps.value": Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}$")],
    "tables.columns": list[ColumnText],
    "stamps.store": Annotated[str, msgspec.Meta(max_length=64)],
}
PLAIN: Final[Mapping[str, Any]] = {
    "string": str,
    "bool": bool,
    "int8": Integer,
    "int16": Integer,
    "int32": Integer,
    "float": Single,
    "list<item: string>": list[str],
    "list<element: string>": list[str],
    "timestamp[us, tz=UTC]": Moment,
}
JSON_TEXTS: Final = ("metadata", "extra", "evidence", "values")
_encode = msgspec.json.Encoder().encode
_object = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True)
class ReplicaPart:
    """
    One kind of record, called as its table; key: what tells one from another.

    Memories are those of the archive too, and say whether they are.
    """

    name: str
    key: tuple[str, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns that travel, as Arrow has them."""
        return part_schema(self.name)

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns of the table that travel."""
        return [name for name in self.schema.names if name != ARCHIVED]


ARCHIVED: Final = "archived"
STAMPS: Final = ReplicaPart("stamps", ("id", "register"))
TOMBSTONES: Final = ReplicaPart("tombstones", ("hash", "turn", "key"))
MEMORIES: Final = ReplicaPart("memories", ("id",))
STRENGTHS: Final = ReplicaPart("strengths", ("id",))
ENTITIES: Final = ReplicaPart("entities", ("id",))
LINKS: Final = ReplicaPart("links", ("source_id", "target_id", "relation"))
VERDICTS: Final = ReplicaPart("verdicts", ("namespace", "question", "id"))
# Tables of the user's own: what they are made of, and their rows.
OWN_TABLES: Final = ReplicaPart("tables", ("name",))
OWN_ROWS: Final = ReplicaPart("rows", ("table", "id"))
# In the order in which they stand in a bundle, and are read.
PARTS: Final = (
    STAMPS,
    TOMBSTONES,
    MEMORIES,
    STRENGTHS,
    ENTITIES,
    LINKS,
    VERDICTS,
    OWN_TABLES,
    OWN_ROWS,
)
# Bundles of before have none of these.
LATER_PARTS: Final = (OWN_TABLES, OWN_ROWS)
# Of the store that has them alone.
OWN: Final = frozenset({"encoder"})


@cache
def part_schema(name: str) -> pa.Schema:
    """Return the columns of a part that travel."""
    import pyarrow as pa

    from schemas import tables

    if name == "verdicts":
        texts = [pa.field(n, pa.string(), nullable=False) for n in ("namespace", "question", "id")]
        more = (pa.field("helped", pa.bool_(), False), pa.field("at", tables.TIME, False))
        return pa.schema([*texts, *more])
    if name in ("tables", "rows"):
        return pa.schema([pa.field(n, t, null) for n, t, null in _own_fields()[name]])
    if name == "memories":
        fields = [field for field in tables.memory_record() if field.name not in OWN]
        return pa.schema([*fields, pa.field(ARCHIVED, pa.bool_(), False)])
    schema: pa.Schema = getattr(tables, name)()
    return schema


def _own_fields() -> dict[str, tuple[tuple[str, Any, bool], ...]]:
    """Return the fields of tables and of rows: name, type, whether it may be absent."""
    import pyarrow as pa

    from schemas import tables

    text, texts = pa.string(), tables.WORDS
    named = [(name, text, False) for name in ("table", "id", "namespace")]
    return {
        "tables": (("name", text, False), ("columns", texts, False), ("key", texts, True)),
        "rows": (*named, ("recorded_at", tables.TIME, False), ("values", text, False)),
    }


@cache
def _decoder(name: str) -> msgspec.json.Decoder[Any]:
    """Return what reads and checks a record of a part."""
    required: list[Any] = []
    optional: list[Any] = []
    for field in part_schema(name):
        type_ = TYPES.get(f"{name}.{field.name}") or TYPES.get(field.name)
        type_ = type_ or PLAIN[str(field.type)]
        if field.nullable:
            optional.append((field.name, type_ | None, None))
        else:
            required.append((field.name, type_))
    made = msgspec.defstruct(
        name.capitalize(), [*required, *optional], forbid_unknown_fields=True, gc=False
    )
    return msgspec.json.Decoder(made)


def encode_rows(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows of a part as lines of JSON, without what is null."""
    for row in rows:
        yield _encode({name: value for name, value in row.items() if value is not None}) + b"\n"


def decode_line(part: ReplicaPart, line: bytes) -> Row:
    """Return the row of a line; BadRecord where it is none of the part."""
    try:
        record = _decoder(part.name).decode(line)
        row: Row = {name: getattr(record, name) for name in record.__struct_fields__}
        for name in JSON_TEXTS:
            if row.get(name) is not None:
                _object(row[name])
    except (msgspec.MsgspecError, UnicodeError, ValueError) as error:
        raise BadRecord(str(error)) from error
    return row


def as_stored(part: ReplicaPart, rows: list[Row]) -> list[Row]:
    """Return rows as the columns of the table give them back: in its precision, times in UTC."""
    from memcli.memory.arrow import records_to_table

    found: list[Row] = records_to_table(rows, part.schema).to_pylist()
    return found
