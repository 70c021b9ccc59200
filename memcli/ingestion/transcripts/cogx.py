"""
COGX, the exchange format of cognee, through which Zep, Graphiti and LangMem come: a folder of
JSON Lines, a file for each kind of record, and manifest.json.

Turns of episodes are turns; facts keep since when and until when they hold. Nodes of the graph, as
cognee alone can use them, are left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.decoding import decode_json, read_objects
from memcli.ingestion.transcripts.items import Accepted, Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.known_json import COGX_KINDS
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json
from memcli.language.roles import ROLES, role_of
from memcli.memory.ids import content_id
from memcli.memory.times import parse_time
from memcli.records import Memory
from store.errors import BadRecord

MAJOR: Final = 0
GRAPH: Final = "nodes and edges of a graph"
BARE: Final = "entities of which nothing is said"


def read_cogx(source: Source) -> Iterator[Item]:
    """Yield what the records of one file of an archive hold."""
    is_manifest = os.path.basename(source.path) == "manifest.json"
    for each in read_documents(source) if is_manifest else read_objects(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        kind = raw.get("kind")
        try:
            if "cogx_version" in raw:
                _require_known(str(raw["cogx_version"]))
            elif kind in READERS:
                yield from READERS[str(kind)](source, line, raw)
            elif kind in (None, *COGX_KINDS):
                source.leave_out(GRAPH)
            else:
                raise BadRecord(f"no record of COGX: {kind!r}")
        except BadRecord as error:
            yield rejected(error, source.path, line, msgspec.json.encode(raw))


def _require_known(version: str) -> None:
    """Raise BadRecord for a manifest of a format that is newer than this one."""
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) > MAJOR:
        raise BadRecord(f"COGX {version}, which is newer than {MAJOR}", remedy="update memcli")


def _about(raw: Json, **more: Any) -> dict[str, Any]:
    """Return the metadata of a record: whose it is, from where, and what else there is to tell."""
    scope = _dict(raw.get("scope"))
    told = {
        "system": raw.get("external_system"),
        "user": scope.get("user_id"),
        "agent": scope.get("agent_id"),
        **more,
    }
    return {key: value for key, value in told.items() if value}


def _session(raw: Json) -> Any:
    scope = _dict(raw.get("scope"))
    return scope.get("session_id") or scope.get("run_id")


def _episode(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield the turns of an episode; a speaker who is no role is a person."""
    roles = _dict(_dict(raw.get("metadata")).get("roles"))
    for number, turn in enumerate(filter(None, map(_dict, raw.get("turns") or ()))):
        speaker = str(turn.get("role") or "") or None
        role = role_of(speaker)
        is_role = role in (*ROLES, "system", "tool")
        item = said(
            source,
            line,
            str(turn.get("content") or ""),
            role=role if is_role else roles.get(str(speaker)),
            name=None if is_role else speaker,
            ref=f"{raw.get('external_id')}#{number}",
            at=turn.get("occurred_at") or raw.get("created_at"),
            session=_session(raw) or raw.get("external_id"),
            metadata=_about(raw, heading=raw.get("title")) or None,
        )
        if item:
            yield item


def _document(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield the paragraphs of a document."""
    paragraphs = [each for each in str(raw.get("content") or "").split("\n\n") if each.strip()]
    for number, paragraph in enumerate(paragraphs):
        item = said(
            source,
            line,
            paragraph.strip(),
            ref=f"{raw.get('external_id')}#{number}" if number else raw.get("external_id"),
            at=raw.get("created_at"),
            session=_session(raw) or raw.get("title") or raw.get("external_id"),
            type="resource",
            metadata=_about(raw, heading=raw.get("title")) or None,
        )
        if item:
            yield item


def _memory(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield a memory, which is one sentence or so."""
    speaker = _dict(raw.get("metadata")).get("speaker")
    content = str(raw.get("content") or "")
    is_quoted = isinstance(speaker, str) and content.startswith(f"{speaker}: ")
    item = said(
        source,
        line,
        content.removeprefix(f"{speaker}: ") if is_quoted else content,
        name=speaker if is_quoted else None,
        ref=raw.get("external_id"),
        at=raw.get("created_at"),
        session=_session(raw),
        type="semantic",
        metadata=_about(raw, tags=[c for c in raw.get("categories") or () if isinstance(c, str)]),
    )
    if item:
        yield item


def _memory_block(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield a block of core memory."""
    item = said(
        source,
        line,
        str(raw.get("value") or ""),
        ref=raw.get("external_id"),
        at=raw.get("updated_at") or raw.get("created_at"),
        type="core",
        metadata=_about(raw, heading=raw.get("label")),
    )
    if item:
        yield item


def _entity(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield what is said of an entity: its description, its other names, its attributes."""
    name = str(raw.get("name") or "")
    aliases = [each for each in raw.get("aliases") or () if isinstance(each, str)]
    texts = [str(raw["description"])] if raw.get("description") else []
    texts += [f"also called {', '.join(aliases)}"] if aliases else []
    texts += [
        f"{str(key).replace('_', ' ')} {value}"
        for key, value in _dict(raw.get("attributes")).items()
        if isinstance(value, str | int | float) and str(value).strip()
    ]
    if not texts:
        source.leave_out(BARE)
    tags = [str(raw["entity_type"])] if raw.get("entity_type") else []
    for text in texts:
        record = {**raw, "external_id": None}
        metadata = _about(record, heading=name, tags=tags)
        at = raw.get("created_at")
        item = said(source, line, f"{name}: {text}", at=at, type="semantic", metadata=metadata)
        if item:
            yield item


def _fact(source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield a fact with its subject, attribute, value and validity."""
    names = _names(os.path.dirname(source.path))
    subject, value = (
        names.get(str(raw.get(key))) or str(raw.get(key) or "")
        for key in ("subject_ref", "object_ref")
    )
    predicate = str(raw.get("predicate") or "")
    told = raw.get("fact_text")
    if not told and (_is_key(subject) or _is_key(value)):
        source.leave_out(GRAPH)
        return
    is_negative = _dict(raw.get("metadata")).get("polarity") == "negative"
    created = _time(raw.get("created_at"), source)
    yield Accepted(
        Memory(
            v=1,
            id=content_id("cogx", source.namespace, *_key(raw), subject, predicate, value),
            namespace=source.namespace,
            type="semantic",
            level=1,
            text=str(told or f"{subject} {predicate.replace('_', ' ')} {value}"),
            recorded_at=created or datetime.now(UTC),
            subject=subject,
            attribute=predicate.removeprefix("not_") if is_negative else predicate,
            value=value,
            polarity="negative" if is_negative else "positive",
            session_id=_session(raw) and str(_session(raw)),
            happened_at=_time(raw.get("valid_at"), source) or created,
            valid_from=_time(raw.get("valid_at"), source),
            valid_to=_time(raw.get("invalid_at"), source),
            confidence=_number(raw.get("confidence")),
            ref=str(raw.get("external_id") or "") or None,
            metadata=_about(raw) or None,
        ),
        source.path,
        line,
    )


def _key(raw: Json) -> tuple[str, str]:
    return str(raw.get("external_system")), str(raw.get("external_id"))


def _is_key(name: str) -> bool:
    """Tell the id of a node that has no name."""
    plain = name.replace("-", "")
    return not name or (len(plain) == 32 and all(sign in "0123456789abcdef" for sign in plain))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _time(value: Any, source: Source) -> datetime | None:
    return None if value in (None, "") else parse_time(value, source.zone)


@lru_cache(maxsize=2)
def _names(folder: str) -> Mapping[str, str]:
    """Return the names of entities by their ids, from the file beside the facts."""
    data = read_neighbor(os.path.join(folder, "facts.jsonl"), "entities.jsonl") or b""
    names: dict[str, str] = {}
    for line in data.splitlines():
        try:
            raw = _dict(decode_json(line)) if line.strip() else {}
        except msgspec.DecodeError:
            continue
        if isinstance(raw.get("name"), str):
            names[str(raw.get("external_id"))] = raw["name"]
    return names


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


READERS: Final[dict[str, Callable[[Source, int, Json], Iterator[Item]]]] = {
    "episode": _episode,
    "document": _document,
    "memory": _memory,
    "memory_block": _memory_block,
    "entity": _entity,
    "fact": _fact,
}
