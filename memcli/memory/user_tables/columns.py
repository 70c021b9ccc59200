"""
Column types of a table of the user's own: what they are called, what they hold, how they are told.

A column is text, integer, number, boolean, date, time or json. Types that nobody states come from
the rows that the table is made with: the narrowest that all values of a column fit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from store.errors import BadRecord, BadUsage
from store.user_tables import NAMESPACE, RECORDED_AT, ROW_ID, shown_columns

if TYPE_CHECKING:
    import pyarrow as pa

TYPES: Final = ("integer", "number", "boolean", "date", "time", "text", "json")
MAX_COLUMNS: Final = 256
MAX_NAME: Final = 63
# Metadata of the schema and of a field.
KEY: Final = b"memcli.key"
TYPE: Final = b"memcli.type"
INT64: Final = range(-(1 << 63), 1 << 63)
# What Lance reads as a path into a column, and what no table can show.
UNFIT: Final = frozenset('.`"')

Values = dict[str, Any]


class Column(NamedTuple):
    """A column of a table: its name, and one of TYPES."""

    name: str
    type: str


class Definition(NamedTuple):
    """What a table is made of: its columns, and those of them that name a row."""

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def to_schema(self) -> pa.Schema:
        """Return the Arrow schema of a table: the user's columns, then those of the store."""
        import pyarrow as pa

        arrow = _arrow_types()
        own = [
            pa.field(name, arrow[type_], metadata={TYPE: type_.encode()})
            for name, type_ in self.columns
        ]
        rest = [
            pa.field(ROW_ID, pa.string(), nullable=False),
            pa.field(NAMESPACE, pa.string(), nullable=False),
            pa.field(RECORDED_AT, pa.timestamp("us", "UTC"), nullable=False),
        ]
        return pa.schema([*own, *rest], metadata={KEY: json.dumps(self.key).encode()})

    @classmethod
    def of(cls, table: Any) -> Definition:
        """Read the definition of a table off its schema."""
        schema = table.schema
        columns = tuple(Column(name, _type_of(schema.field(name))) for name in shown_columns(table))
        return cls(columns, tuple(json.loads((schema.metadata or {}).get(KEY, b"[]"))))


def _arrow_types() -> dict[str, pa.DataType]:
    import pyarrow as pa

    return {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", "UTC"),
        "text": pa.string(),
        "json": pa.string(),
    }


def _type_of(field: pa.Field) -> str:
    """Return the type of a column, by what it was made as, else by what it holds."""
    if named := (field.metadata or {}).get(TYPE):
        return str(named.decode())
    return next((name for name, type_ in _arrow_types().items() if type_ == field.type), "text")


def parse_column(text: str) -> Column:
    """Return a column of what stands for it, NAME:TYPE; BadUsage for what does not."""
    name, _, type_ = text.rpartition(":")
    if not name or type_ not in TYPES:
        known = ", ".join(sorted(TYPES))
        raise BadUsage(f"{text!r} is no column", f"give NAME:TYPE, of {known}")
    return Column(name, type_)


def define(columns: Sequence[Column], key: Sequence[str]) -> Definition:
    """Return a definition; BadUsage where a table cannot be made of it."""
    if not columns:
        raise BadUsage("a table needs columns", "give --column NAME:TYPE, or rows on stdin")
    if len(columns) > MAX_COLUMNS:
        raise BadUsage(f"{len(columns):,} columns are too many", f"{MAX_COLUMNS} at most")
    seen: dict[str, str] = {}
    for name, _ in columns:
        _require_fit(name)
        if name.casefold() in seen:
            what = f"columns {seen[name.casefold()]!r} and {name!r} are one name in SQL"
            raise BadUsage(what, "name them apart")
        seen[name.casefold()] = name
    if missing := [name for name in key if name not in seen.values()]:
        raise BadUsage(f"--key: there is no column {missing[0]!r}", f"columns: {', '.join(seen)}")
    return Definition(tuple(columns), tuple(dict.fromkeys(key)))


def _require_fit(name: str) -> None:
    """Raise BadUsage for a name that no column can have."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadUsage(f"{name!r} is no name of a column", f"give 1 to {MAX_NAME} characters")
    if name.startswith("_") or not UNFIT.isdisjoint(name):
        remedy = 'without ., ` and ", and not beginning with _'
        raise BadUsage(f"{name!r} cannot be the name of a column", f"name it {remedy}")


# ---------------------------------------------------------------- types of values


def infer_columns(rows: Iterable[Mapping[str, Any]]) -> list[Column]:
    """Return the columns of rows, in the order in which they come up, with the types that fit."""
    types: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kinds = types.setdefault(name, set())
            if value is not None:
                kinds.add(narrowest(value))
    return [Column(name, _joined(kinds)) for name, kinds in types.items()]


def narrowest(value: Any) -> str:
    """Return the narrowest type that a value of JSON fits."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if value in INT64 else "number"
        case float():
            return "number"
        case str():
            return next((name for name in ("date", "time") if _reads(name, value)), "text")
        case _:
            return "json"


def _reads(type_: str, value: str) -> bool:
    try:
        READERS[type_](value)
    except (ValueError, OverflowError):
        return False
    return True


def _joined(kinds: set[str]) -> str:
    """Return the type that values of several kinds have in common."""
    if not kinds or kinds <= {"date", "time", "text"}:
        return kinds.pop() if len(kinds) == 1 else "text"
    if kinds <= {"integer", "number"}:
        return "number" if "number" in kinds else "integer"
    return kinds.pop() if len(kinds) == 1 else "json"


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in INT64:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _date(value: Any) -> date:
    if not isinstance(value, str) or len(value) != len("2026-01-31"):
        raise ValueError
    return date.fromisoformat(value)


def _time(value: Any) -> datetime:
    if not isinstance(value, str) or len(value) <= len("2026-01-31"):
        raise ValueError
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    value.encode()
    return value


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    text.encode()
    return text


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "text": _text,
    "json": _json,
}


def read_values(row: Mapping[str, Any], definition: Definition, table: str) -> Values:
    """Return what a table holds of a row of JSON; BadRecord for what does not fit its columns."""
    types = dict(definition.columns)
    values: Values = {}
    for name, value in row.items():
        if name not in types:
            known = ", ".join(types)
            raise BadRecord(f"{table} has no column {name!r} (it has {known})")
        try:
            values[name] = None if value is None else READERS[types[name]](value)
        except (ValueError, OverflowError):
            shown = json.dumps(value, ensure_ascii=False)[:40]
            raise BadRecord(f"{shown} does not fit column {name!r}, of {types[name]}") from None
    return values


def told_values(row: Mapping[str, Any], definition: Definition) -> Values:
    """Return a row of a table as JSON has it, a json column as what it says."""
    told: Values = {}
    for name, type_ in definition.columns:
        value = row[name]
        told[name] = json.loads(value) if type_ == "json" and value is not None else value
    return told
