"""
Tools: what an agent can do with a store, each by the same core as the command of that name.

Whatever they give goes into a prompt, so it passes the redactor; a person sees the whole with
`memcli show`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.agents import keeping, recalling
from memcli.agents.arguments import read_arguments
from memcli.agents.listing import given_fields, specifications, tool_list
from memcli.agents.protocol import INVALID_PARAMS, ProtocolError
from memcli.jsonl import Json
from memcli.memory.answers import open_answers
from memcli.memory.fragments import visible_rows
from memcli.memory.telling import without_secrets
from store.errors import BadUsage, MemcliError
from store.literals import literal

if TYPE_CHECKING:
    from memcli.search.resident import ResidentMemory
    from store import Snapshot

HITS: Final = 10
CONTEXT_TOKENS: Final = 2_000
# Of a hit that is longer, a search gives the part that bears on the question.
LONGEST_HIT: Final = 1_200
# Of a memory that is longer, an agent that asks for it gets the beginning: all of a turn of
# megabytes is more than it can read.
LONGEST_TOLD: Final = 20_000
# What is looked at after that, so that no secret is cut in two before it is known as one.
_BEYOND: Final = 1_000


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool gives: records for programs, and a text where that reads better than they do."""

    structured: Json
    text: str | None = None


class Toolbox:
    """The tools over one store; with read_only, those that write are not there."""

    def __init__(self, memory: ResidentMemory, read_only: bool = False) -> None:
        self._memory, self._read_only = memory, read_only
        self._runs: dict[str, Callable[[Json], ToolAnswer]] = {
            "memory_context": self._context,
            "memory_search": self._search,
            "memory_get": self._get,
            "memory_add": self._add,
            "memory_forget": self._forget,
            "memory_profile": self._profile,
        }

    def listed(self) -> list[Json]:
        """Entries of `tools/list`."""
        return tool_list(self._read_only)

    def call(self, params: Json) -> Json:
        """
        Result of `tools/call`.

        What went wrong in a tool is told to the model, who can do better; a tool that there is not
        is an error of the protocol.
        """
        name, given = params.get("name"), params.get("arguments") or {}
        known = specifications(self._read_only)
        if not isinstance(name, str) or name not in known:
            raise ProtocolError(INVALID_PARAMS, f"Unknown tool: {name}")
        if not isinstance(given, dict):
            raise ProtocolError(INVALID_PARAMS, "arguments are an object")
        try:
            answer = self._runs[name](read_arguments(given, known[name]))
        except MemcliError as error:
            return {"content": [_text(str(error))], "isError": True}
        plain = msgspec.to_builtins(answer.structured)
        text = answer.text if answer.text is not None else msgspec.json.encode(plain).decode()
        return {"content": [_text(text)], "structuredContent": plain, "isError": False}

    # ---------------------------------------------------------------- the tools

    def _context(self, given: Json) -> ToolAnswer:
        from memcli.context.requests import Request
        from memcli.memory.recall_blocks import strip_recall

        memory = self._memory
        task = strip_recall(given["task"])[0].strip()
        if not task:
            return ToolAnswer({"text": "", "tokens": 0}, "nothing is known that bears on this")
        space, now = self._namespace(given), memory.now
        budget = given.get("max_tokens", CONTEXT_TOKENS)
        # The agent has this session's turns before it: `recent` would be told twice.
        session = given.get("session")
        request = Request(
            task, budget, space, recent=0, now=memory.present, asked_at=now, besides=session
        )
        block = recalling.context_block(memory, request)
        self._touch(block.recalled(), task, session)
        found = {"text": block.text, "tokens": block.tokens}
        return ToolAnswer(found, block.text or "nothing is known that bears on this")

    def _search(self, given: Json) -> ToolAnswer:
        from memcli.memory.times import parse_time
        from memcli.records import Query

        since, until = (parse_time(given[k]) if k in given else None for k in ("since", "until"))
        question = Query(
            v=1, query=given["query"], name=given.get("name"), since=since, until=until
        )
        limit = given.get("limit", HITS)
        space, around = self._namespace(given), (given.get("place"), given.get("with"))
        hits = recalling.find(self._memory, question, space, limit, None, *around)
        hits = [hit for hit in hits if hit.type != "vault"][:limit]
        self._touch([(hit.id, rank) for rank, hit in enumerate(hits, 1)], given["query"])
        fields = given_fields("memory_search")
        found = self._as_told([msgspec.to_builtins(hit) for hit in hits], fields)
        for record in found:
            record["text"] = _part(record["text"], given["query"])
        return ToolAnswer({"hits": found})

    def _get(self, given: Json) -> ToolAnswer:
        records = recalling.selected(self._memory, given["ids"], given.get("around", 0))
        fields = given_fields("memory_get")
        return ToolAnswer({"memories": self._as_told(records, fields)})

    def _as_told(self, records: Sequence[Json], fields: Sequence[str]) -> list[Json]:
        """Records as they may stand in a prompt: answers are judged with what they answer."""
        return told_records(self._memory.snapshot, records, fields)

    def _add(self, given: Json) -> ToolAnswer:
        from memcli.ingestion.notes import NoteFields, secrets_in

        memory = self._memory
        tags = tuple(dict.fromkeys(given.get("tags", ())))
        about = NoteFields(
            memory.now, name=given.get("name"), namespace=self._namespace(given), tags=tags
        )
        row = keeping.new_note(given["content"], about, memory)
        if kinds := [kind for _, some in secrets_in([row]) for kind in some]:
            what = f"it holds what looks like a {', '.join(kinds)}, and was not kept"
            raise BadUsage(what, "say it without; the user can keep it with memcli add")
        if known := self._known_note(row):
            return ToolAnswer(known)
        keeping.keep_note(memory, row, given.get("replaces", ()), "serve")
        return ToolAnswer({key: row[key] for key in ("id", "text")})

    def _known_note(self, row: Json) -> Json | None:
        """The same words in the same namespace that hold already: agents tell a thing again."""
        from memcli.memory.holds import holding

        snapshot, same = self._memory.snapshot, {k: row[k] for k in ("text", "namespace")}
        where = " AND ".join(f"{name} = {literal(value)}" for name, value in same.items())
        where += f" AND level = 0 AND {holding(self._memory.now)}"
        found = snapshot.read("memories", ["id", "text"], where).to_pylist()
        return found[0] if found else None

    def _forget(self, given: Json) -> ToolAnswer:
        fields = given_fields("memory_forget")
        if summary := " ".join(given.get("summary", "").split()):
            records = keeping.fold(self._memory, given["ids"], summary, "serve")
        else:
            records = keeping.archive(self._memory, given["ids"], "serve")
        return ToolAnswer({"forgotten": self._as_told(records, fields)})

    def _profile(self, given: Json) -> ToolAnswer:
        fields = given_fields("memory_profile")
        records = recalling.told_of(self._memory, given.get("name"), self._namespace(given))
        found = [as_told({**record, "id": record["ids"][0]}, fields, {}) for record in records]
        return ToolAnswer({"profile": found})

    # ---------------------------------------------------------------- what they share

    def _namespace(self, given: Json) -> str | None:
        """Namespace of a call; the one that bounds the server bounds it, but for `shared`."""
        from memcli.memory.spaces import SHARED

        bound, asked = self._memory.namespace, given.get("namespace")
        if bound and asked not in (None, bound, SHARED):
            raise BadUsage(f"namespace {asked} is not this project's", f"{bound} and {SHARED} are")
        return asked or bound

    def _touch(
        self, recalled: Sequence[tuple[str, int]], query: str, session: str | None = None
    ) -> None:
        """Count what was recalled, unless the store is only read."""
        if recalled and not self._read_only:
            self._memory.note_recalled(recalled, query, session)


def told_records(snapshot: Snapshot, records: Sequence[Json], fields: Sequence[str]) -> list[Json]:
    """Records as they may stand in a prompt; a bare answer is judged with what it answers."""
    records = visible_rows(snapshot, records)
    near = (turn for record in records for turn in record.get("around") or ())
    opened = open_answers(snapshot, ((each["id"], each["text"]) for each in (*records, *near)))
    return [as_told(record, fields, opened) for record in records]


def as_told(record: Json, fields: Sequence[str], opened: Mapping[str, str]) -> Json:
    """
    Fields of a record as they may stand in a prompt; absent ones are left out.

    opened: texts in the place of those that answer with a secret, by id.
    """
    told = {name: record[name] for name in fields if record.get(name) is not None}
    if "text" in told:
        text = opened.get(record["id"], told["text"])
        told["text"] = told_text(text, record["id"])
    if "around" in told:
        parts = ("id", "speaker", "text")
        told["around"] = [as_told(turn, parts, opened) for turn in told["around"]]
    return told


def told_text(text: str, id_: str) -> str:
    """Text of a memory as it may stand in a prompt: no secrets, and of a very long one a part."""
    begins = text[: LONGEST_TOLD + _BEYOND]
    told = without_secrets(begins, id_)
    if len(text) <= LONGEST_TOLD:
        return told
    more = f"{len(text) - LONGEST_TOLD:,} more characters; memory_search gives the part asked for"
    # Counted from the end: where marks are shorter than secrets, what is cut in two moves forward.
    shown = told[: min(LONGEST_TOLD, len(told) - (len(begins) - LONGEST_TOLD))]
    return f"{shown.rstrip()} … [{more}]"


def _part(text: str, query: str) -> str:
    """Text, or of a long one the sentences that share most words with the query."""
    if len(text) <= LONGEST_HIT:
        return text
    from memcli.language.sentences import split_sentences
    from memcli.search.excerpts import excerpt

    parts = [sentence.text.strip() for sentence in split_sentences(text)]
    return excerpt([part for part in parts if part], query, LONGEST_HIT, _lengths)


def _lengths(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def _text(text: str) -> Json:
    return {"type": "text", "text": text}
