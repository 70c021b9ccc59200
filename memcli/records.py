"""
Records on the wire, as msgspec types; schemas/records holds the same as JSON Schema.

A record that comes in is checked here once; fields that its type does not name are kept under
`extra`, so that nothing a caller says is lost between two commands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from schemas.wire import Record
from store.commits import Commit
from store.errors import BadRecord, UnsupportedVersion
from store.problems import Problem

__all__ = ["FIELDS", "KINDS", "Commit", "Problem", "Record", "from_wire"]

MemoryType = Literal["episodic", "semantic", "procedural", "core", "resource", "vault"]

VERSION: Final = 1

# What the columns can hold.
Place = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Single = Annotated[float, msgspec.Meta(ge=-3.4e38, le=3.4e38)]
# Minutes east of UTC.
Offset = Annotated[int, msgspec.Meta(gt=-24 * 60, lt=24 * 60)]
Relation = Literal[
    "next",
    "mentions",
    "similar",
    "part_of",
    "derived_from",
    "summarizes",
    "supersedes",
    "contradicts",
    "supports",
    "causes",
    "depends_on",
    "co_recalled",
]


class Message(Record, tag="message"):
    """One turn of a conversation, as the caller has it."""

    content: str
    id: str | None = None
    role: str | None = None
    name: str | None = None
    timestamp: datetime | None = None
    utc_offset: Offset | None = None
    session_id: str | None = None
    namespace: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: list[Any] | None = None


class Memory(Record, tag="memory"):
    """One memory: a verbatim turn (level 0) or what was derived from turns."""

    id: str
    namespace: str
    type: MemoryType
    level: Literal[0, 1, 2, 3, 4]
    text: str
    recorded_at: datetime
    context: str | None = None
    keywords: list[str] | None = None
    tags: list[str] | None = None
    entities: list[str] | None = None
    subject: str | None = None
    attribute: str | None = None
    value: str | None = None
    polarity: Literal["positive", "negative"] | None = None
    speaker: str | None = None
    session_id: str | None = None
    seq: Place | None = None
    happened_at: datetime | None = None
    utc_offset: Offset | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    superseded_by: str | None = None
    importance: Single | None = None
    confidence: Single | None = None
    pinned: bool | None = None
    source_ids: list[str] | None = None
    ref: str | None = None
    metadata: dict[str, Any] | None = None
    encoder: str | None = None
    archived: bool | None = None


class Link(Record, tag="link"):
    """A directed, typed relation between two memories."""

    source_id: str
    target_id: str
    relation: Relation
    weight: Single
    recorded_at: datetime
    reason: str | None = None


class Neighbour(msgspec.Struct, omit_defaults=True):
    """A turn next to a hit, `offset` places after it; of a long one, the beginning."""

    offset: int
    id: str
    text: str
    speaker: str | None = None
    ref: str | None = None


class Window(msgspec.Struct):
    """Where in a long turn what is shown of it stands: its characters, and the line, from 1."""

    start: int
    stop: int
    line: int


class LinkedMemory(msgspec.Struct, omit_defaults=True):
    """What a hit is tied to, and why; `outward` says that the link begins at the hit."""

    id: str
    relation: Relation
    outward: bool
    weight: Single
    text: str
    reason: str | None = None
    speaker: str | None = None
    # None is a name: an entity.
    level: int | None = None


class Hit(Record, tag="hit", kw_only=True):
    """One answer to a query; `why` has each signal's share of the score, `signals` raw values."""

    query_id: str | None = None
    query: str | None = None
    rank: int
    score: float
    id: str
    text: str
    type: MemoryType
    level: int
    namespace: str
    refs: list[str]
    speaker: str | None = None
    session_id: str | None = None
    happened_at: datetime | None = None
    source_ids: list[str] | None = None
    ref: str | None = None
    why: dict[str, float] = msgspec.field(default_factory=dict)
    retention: float | None = None
    signals: dict[str, float] = msgspec.field(default_factory=dict)
    around: list[Neighbour] | None = None
    linked: list[LinkedMemory] | None = None
    file: str | None = None
    line: int | None = None
    window: Window | None = None


class Query(Record, tag="query"):
    """One question of `query --batch`."""

    query: str
    id: str | None = None
    namespace: str | None = None
    before: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    session_id: str | None = None
    name: str | None = None
    level: int | None = None
    top_k: int | None = None


class Judgment(Record, tag="judgment"):
    """A question with the turns or sessions that answer it, for `eval`."""

    query: str
    id: str | None = None
    namespace: str | None = None
    relevant: list[str] | None = None
    relevant_sessions: list[str] | None = None
    category: str | None = None
    before: datetime | None = None
    answer: str | None = None


class Error(Record, tag="error"):
    """An input record that was rejected: where, why, and its text as it came."""

    reason: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    raw: str | None = None


class Summary(Record, tag="summary"):
    """What a command did, in numbers."""

    command: str
    commit: int | None = None
    counts: dict[str, Any] | None = None


class Entity(Record, tag="entity"):
    """A name in a namespace; `canonical_id` is set when it means the same as another."""

    id: str
    namespace: str
    name: str
    recorded_at: datetime
    type: str | None = None
    aliases: list[str] | None = None
    canonical_id: str | None = None
    mentions: int | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    evidence: dict[str, Any] | None = None
    # What a word stands for, and the turns that say so: `entities alias` tells.
    means: str | None = None
    source_ids: list[str] | None = None


class Strength(Record, tag="strength"):
    """The state of a memory, and what its retention was when it came to it."""

    id: str
    state: Literal["active", "promoted", "dormant", "archived", "hidden"]
    n_accesses: int
    recorded_at: datetime
    retention: Single | None = None
    stability_days: Single | None = None
    last_access_at: datetime | None = None


class FollowedFile(Record, tag="source"):
    """A file that `sync` follows: where it is, how it was when it was read, what came of it."""

    id: str
    namespace: str
    path: str
    origin: str
    type: Literal["notes", "transcript", "mixed", "empty"]
    state: Literal["current", "refused", "gone"]
    size: int
    first_seen_at: datetime
    last_seen_at: datetime
    session_id: str | None = None
    reason: str | None = None
    modified_at: datetime | None = None
    hash: str | None = None
    memory_ids: list[str] | None = None
    left_ids: list[str] | None = None


class TrustedStore(Record, tag="trust"):
    """A store that the user trusts, and what its config.toml may run or send to."""

    path: str
    store_id: str
    trusted_at: datetime
    allows: dict[str, str] | None = None
    # What config.toml names is no longer what was allowed, and is not used until it is again.
    changed: bool | None = None


class AgentClient(Record, tag="client"):
    """An agent whose files `hook install` writes: whether it has, and what was heard of it."""

    client: str
    name: str
    state: Literal["installed", "partly", "not installed", "not here"]
    files: list[str]
    waiting: int
    errors: int
    last_seen_at: datetime | None = None
    store: str | None = None
    last_error: str | None = None
    remedy: str | None = None


class Setting(Record, tag="setting"):
    """A setting: its value, its default, and whether it is of config.toml or the environment."""

    key: str
    source: Literal["default", "file", "environment", "option"]
    type: Literal["text", "integer", "number", "flag", "any"]
    value: Any = None
    default: Any = None
    choices: list[str] | None = None
    variable: str | None = None
    about: str | None = None


class Finding(Record, tag="finding"):
    """What `doctor` found of one thing that memcli needs, and a command that mends it."""

    area: Literal[
        "program", "store", "settings", "encoder", "parser", "hooks", "disk", "cron", "terminal"
    ]
    status: Literal["ok", "warning", "error"]
    what: str
    remedy: str | None = None
    details: dict[str, Any] | None = None


class Help(Record, tag="help"):
    """What there is to know of a command and those below it: `memcli COMMAND --help --json`."""

    name: str
    version: str
    summary: str
    description: list[str]
    examples: list[str]
    arguments: list[dict[str, Any]]
    options: list[dict[str, Any]]
    reads: list[str]
    writes: list[str]
    statuses: list[dict[str, Any]]
    commands: list[dict[str, Any]]
    kinds: dict[str, str] | None = None


class Context(Record, tag="context"):
    """A block of memories for a prompt; `text` is the block, `sections` say what is in it."""

    query: str
    text: str
    tokens: int
    max_tokens: int
    sections: list[dict[str, Any]]


class Profile(Record, tag="profile"):
    """One thing that is known of a person, with when it holds and the turns that say so."""

    namespace: str
    name: str
    section: str
    text: str
    ids: list[str]
    support: int
    score: float
    importance: Single
    confidence: Single
    since: datetime | None = None
    until: datetime | None = None
    said_at: datetime | None = None
    attribute: str | None = None
    value: str | None = None
    speaker: str | None = None
    superseded_by: str | None = None
    source_ids: list[str] | None = None
    refs: list[str] | None = None


class Person(Record, tag="person"):
    """A person that memories know, and how many statements they made."""

    namespace: str
    name: str
    said: int
    aliases: list[str] | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None


class Receipt(Record, tag="receipt"):
    """What a purge removed, as keyed hashes and counts, signed by the key of the store."""

    store: str
    commit: int
    time: datetime
    hashes: dict[str, list[str]]
    removed: dict[str, int]
    scan: dict[str, int]
    public_key: str
    signature: str
    # Begun before its purge, which was killed: it says nothing yet of what was removed.
    pending: bool | None = None


class TableColumn(msgspec.Struct):
    """A column of a table of the user's own."""

    name: str
    type: Literal["text", "integer", "number", "boolean", "date", "time", "json"]


class UserTable(Record, tag="table"):
    """A table of the user's own: its columns, those of them that name a row, how many there are."""

    name: str
    columns: list[TableColumn]
    key: list[str] | None = None
    rows: int | None = None


class TableRow(Record, tag="table_row"):
    """A row of a table of the user's own, in an export: what its columns hold."""

    table: str
    id: str
    namespace: str | None = None
    recorded_at: datetime | None = None
    values: dict[str, Any] = msgspec.field(default_factory=dict)


class Row(Record, tag="row"):
    """One row of an answer in SQL; its other fields are the columns that were asked for."""


_RECORDS: Final[tuple[type[Record], ...]] = (
    Message, Memory, Link, Hit, Query, Judgment, Commit, Problem, Error, Summary, Entity, Strength,
    FollowedFile, AgentClient, TrustedStore, Setting, Finding, Help, Context, Profile, Person,
    Receipt, UserTable, TableRow, Row,
)  # fmt: skip
KINDS: Final = {str(type_.__struct_config__.tag): type_ for type_ in _RECORDS}
FIELDS: Final = {kind: frozenset(type_.__struct_fields__) for kind, type_ in KINDS.items()}


def from_wire(raw: dict[str, Any], default_kind: str | None = None) -> Record:
    """
    Check a decoded JSON object and return it as its record type.

    `default_kind` is assumed where the object names no kind. Raises BadRecord with the reason,
    UnsupportedVersion for a version of the record that is newer than ours.
    """
    kind = raw.get("kind", default_kind)
    record_type = KINDS.get(kind) if isinstance(kind, str) else None
    if record_type is None:
        raise BadRecord(f"unknown kind of record {kind!r}", remedy=f"one of {', '.join(KINDS)}")
    version = raw.get("v", VERSION)
    if version != VERSION:
        raise UnsupportedVersion(
            f"{kind} record of version {version!r}", "this memcli reads version 1; update it"
        )
    known, unknown = _known_and_unknown(raw, FIELDS[str(kind)])
    if unknown and isinstance(known.setdefault("extra", {}), dict):
        known["extra"] = {**known["extra"], **unknown}
    known["kind"], known["v"] = kind, VERSION
    try:
        return msgspec.convert(known, record_type, strict=True)
    except msgspec.ValidationError as error:
        raise BadRecord(_readable(str(error))) from error


def _known_and_unknown(
    raw: dict[str, Any], names: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a JSON object into fields with a name of ours (null is absent) and the rest."""
    known = {key: value for key, value in raw.items() if key in names and value is not None}
    unknown = {key: value for key, value in raw.items() if key not in names and key != "kind"}
    return known, unknown


def _readable(message: str) -> str:
    """Rewrite msgspec's message in the words of the wire."""
    return message.replace("Object missing", "missing").replace(" - at `$.", " in `").rstrip()


if __name__ == "__main__":
    from schemas.generate import record_schemas, write

    write(record_schemas(KINDS))
