"""
COGX export: a folder in the exchange format of cognee, which Zep, mem0 and Letta come from too.

    manifest.json     the version of the format, and how many records of each kind there are
    episodes.jsonl    conversations; documents, memory_blocks: what else was told verbatim
    facts.jsonl       subject, predicate, object, since when and until when
    memories.jsonl    statements and summaries; entities.jsonl: names with their aliases

Nothing secret, hidden or archived is in it. It may be one file, .cogx.tar.gz.
"""

from __future__ import annotations

import gzip
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from memcli.exports.dialogue import role_of_row
from memcli.exports.pages import SessionPage
from memcli.exports.sessions import SESSIONS, grouped, read_group
from memcli.exports.shareable import (
    attributed,
    closed_ids,
    is_shareable,
    shareable_entities,
    shareable_rows,
)
from memcli.jsonl import Row
from memcli.language.roles import ROLES
from memcli.memory.holds import holds
from memcli.memory.search_columns import heading_of

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

VERSION: Final = "0.1"
SYSTEM: Final = "memcli"
FILES: Final = {
    "document": "documents.jsonl",
    "episode": "episodes.jsonl",
    "entity": "entities.jsonl",
    "fact": "facts.jsonl",
    "memory": "memories.jsonl",
    "memory_block": "memory_blocks.jsonl",
}
TURNS: Final = "id session_id seq level type text speaker happened_at metadata extra".split()
DERIVED: Final = (
    "id namespace type level text tags subject attribute value polarity speaker session_id"
    " happened_at valid_from valid_to recorded_at superseded_by confidence source_ids"
).split()


def write_archive(contents: Contents, folder: Path) -> str:
    """Fill a folder with an archive and return in words what it holds."""
    counts = Counter[str]()
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for record in _records(contents):
            kind = record["kind"]
            if kind not in files:
                files[kind] = stack.enter_context((folder / FILES[kind]).open("wb"))
            files[kind].write(msgspec.json.encode(_present(record)) + b"\n")
            counts[kind] += 1
    manifest = {
        "cogx_version": VERSION,
        "source_system": SYSTEM,
        "exported_at": contents.snapshot.commit.time,
        "counts": dict(sorted(counts.items())),
        "embedding_model": contents.snapshot.encoder.name,
        "notes": [],
    }
    data = msgspec.json.format(msgspec.json.encode(_present(manifest)), indent=2)
    (folder / "manifest.json").write_bytes(data + b"\n")
    return ", ".join(f"{n:,} {FILES[kind][:-6]}" for kind, n in counts.items()) or "no records"


def write_packed(contents: Contents, path: Path) -> str:
    """Write an archive as one file, in which the same contents are the same bytes."""
    at = int(contents.snapshot.commit.time.timestamp())
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as place:
        said = write_archive(contents, Path(place))
        with (
            path.open("wb") as sink,
            gzip.GzipFile("", "wb", fileobj=sink, mtime=at) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            for file in sorted(Path(place).iterdir()):
                info = tarfile.TarInfo(file.name)
                info.size, info.mtime, info.mode = file.stat().st_size, at, 0o600
                with file.open("rb") as data:
                    tar.addfile(info, data)
    return said


def _present(record: Row) -> Row:
    """Return a record without what it does not say."""
    return {key: value for key, value in record.items() if value not in (None, {})}


def _records(contents: Contents) -> Iterator[Row]:
    """Yield the records of all kinds."""
    yield from _verbatim(contents)
    yield from (_entity(row) for row in shareable_entities(contents))
    now = datetime.now(UTC)
    for row in shareable_rows(contents, DERIVED, "level > 0"):
        if holds(row, now) or (_is_fact(row) and _held(row)):
            yield _derived(row)


def _is_fact(row: Row) -> bool:
    return bool(row["subject"] and row["attribute"] and row["value"])


def _held(row: Row) -> bool:
    """Say whether a fact that does not hold did so once: others of its kind were mistakes."""
    start, end = row["valid_from"], row["valid_to"]
    return end is not None and (start is None or start < end)


def _base(kind: str, id_: str, namespace: str, at: datetime | None, **more: Any) -> Row:
    """Return what records of all kinds have."""
    session = more.pop("session", None)
    scope = {"user_id": namespace, **({"session_id": session} if session else {})}
    base = {"kind": kind, "external_system": SYSTEM, "external_id": id_, "scope": scope}
    return {**base, "created_at": at, **more}


def _verbatim(contents: Contents) -> Iterator[Row]:
    """Yield conversations, and what was told apart from one."""
    closed = closed_ids(contents)
    rows = contents.snapshot.sql(SESSIONS, namespace=contents.namespace).to_pylist()
    for group in grouped([SessionPage(path="", **row) for row in rows]):
        by_session = read_group(contents.snapshot, group, TURNS)
        for session in group:
            contents.on_rows(session.turns)
            rows = by_session.get(session.session_id, [])
            turns = [row for row in rows if row["level"] == 0 and row["text"]]
            yield from _told(session, [row for row in turns if is_shareable(row, closed)])


def _told(session: SessionPage, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the episode of a session, and its documents, blocks and memories."""
    turns = []
    for row in rows:
        if row["type"] == "episodic" and row["speaker"]:
            turns.append(row)
        else:
            yield _alone(session, row)
    if turns:
        speakers = {row["speaker"]: role_of_row(row) for row in turns}
        roles = {name: role for name, role in speakers.items() if role in ROLES and role != name}
        yield _base(
            "episode",
            session.session_id or turns[0]["id"],
            session.namespace,
            turns[0]["happened_at"],
            session=session.session_id,
            metadata={"roles": roles} if roles else {},
            turns=[
                _present({"role": row["speaker"], "content": row["text"],
                          "occurred_at": row["happened_at"]})
                for row in turns
            ],
        )  # fmt: skip


def _alone(session: SessionPage, row: Row) -> Row:
    """Return what is no turn of anybody: a core memory, a memory or a document."""
    heading = heading_of(row["metadata"])
    about = row["id"], session.namespace, row["happened_at"]
    if row["type"] == "core":
        block = {"label": heading or "core", "value": row["text"]}
        return _base("memory_block", *about, session=session.session_id, **block)
    kind = "memory" if row["type"] in ("semantic", "procedural") else "document"
    title: Row = {"title": heading} if heading and kind == "document" else {}
    return _base(kind, *about, session=session.session_id, content=row["text"], **title)


def _entity(row: Row) -> Row:
    """Return an entity."""
    return _base(
        "entity",
        row["id"],
        row["namespace"],
        row["recorded_at"],
        name=row["name"],
        entity_type=row["type"],
        aliases=sorted(set(row["aliases"])),
    )


def _derived(row: Row) -> Row:
    """Return a fact, or a statement or summary as a memory."""
    about = row["id"], row["namespace"], row["recorded_at"]
    metadata = {"level": row["level"], "type": row["type"], "source_ids": row["source_ids"]}
    metadata["speaker"] = row["speaker"]
    if not _is_fact(row):
        told: Row = {"content": attributed(row), "categories": row["tags"] or []}
        return _base(
            "memory", *about, session=row["session_id"], metadata=_present(metadata), **told
        )
    negative = row["polarity"] == "negative"
    return _base(
        "fact",
        *about,
        session=row["session_id"],
        subject_ref=row["subject"],
        predicate=f"not_{row['attribute']}" if negative else row["attribute"],
        object_ref=row["value"],
        fact_text=attributed(row),
        valid_at=row["valid_from"],
        invalid_at=row["valid_to"],
        confidence=row["confidence"],
        provenance=[row["session_id"]] if row["session_id"] else [],
        metadata=_present(metadata | {"polarity": row["polarity"]}),
    )
