"""
Tools: what an agent can do with a store, each by the same core as the command of that name.

Whatever they give goes into a prompt, so it passes the redactor; a person sees the whole with
`memcli show`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.agents.arguments import read_arguments
from memcli.agents.listing import given_fields, specifications, tool_list
from memcli.agents.protocol import INVALID_PARAMS, ProtocolError
from memcli.jsonl import Json
from memcli.memory.filters import Filters
from memcli.memory.telling import without_secrets
from store.errors import BadUsage, MemcliError
from store.literals import literal

if TYPE_CHECKING:
    from memcli.agents.resident import ResidentMemory
    from memcli.records import Hit

HITS: Final = 10
CONTEXT_TOKENS: Final = 2_000
# Of a hit that is longer, a search gives the part that bears on the question.
LONGEST_HIT: Final = 1_200


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
        from memcli.context.building import build_context
        from memcli.context.gathering import Request
        from memcli.context.tokens import EncoderMeter
        from memcli.memory.recall_blocks import strip_recall

        memory = self._memory
        task = strip_recall(given["task"])[0].strip()
        if not task:
            return ToolAnswer({"text": "", "tokens": 0}, "nothing is known that bears on this")
        space, now = self._namespace(given), memory.now
        budget = given.get("max_tokens", CONTEXT_TOKENS)
        # The agent has this session's turns before it: `recent` would be told twice.
        request = Request(task, budget, space, recent=0, now=memory.present, asked_at=now)
        block = build_context(self._retriever(space), request, EncoderMeter(memory.encoder()))
        self._touch(block.recalled(), task)
        found = {"text": block.text, "tokens": block.tokens}
        return ToolAnswer(found, block.text or "nothing is known that bears on this")

    def _search(self, given: Json) -> ToolAnswer:
        from memcli.memory.times import parse_time
        from memcli.records import Query

        since, until = (parse_time(given[k]) if k in given else None for k in ("since", "until"))
        question = Query(
            v=1, query=given["query"], name=given.get("name"), since=since, until=until
        )
        hits = self._hits(question, self._namespace(given), given.get("limit", HITS))
        self._touch([(hit.id, rank) for rank, hit in enumerate(hits, 1)], given["query"])
        fields = given_fields("memory_search")
        found = [as_told(msgspec.to_builtins(hit), fields) for hit in hits]
        for record in found:
            record["text"] = _part(record["text"], given["query"])
        return ToolAnswer({"hits": found})

    def _get(self, given: Json) -> ToolAnswer:
        records = self._memory.select(given["ids"])
        if around := given.get("around", 0):
            near = [record for one in records for record in self._near(one, around)]
            records = list({record["id"]: record for record in near}.values())
        fields = given_fields("memory_get")
        return ToolAnswer({"memories": [as_told(record, fields) for record in records]})

    def _near(self, record: Json, around: int) -> list[Json]:
        """A memory and the turns around it, or around those that it was made of."""
        from memcli.memory.lookup import turns_around
        from memcli.memory.selection import read_records

        snapshot = self._memory.snapshot
        if record["level"] == 0:
            return turns_around(snapshot, record, around) or [record]
        turns = read_records(snapshot, record.get("source_ids") or (), record["namespace"]).values()
        return [record, *(near for turn in turns for near in turns_around(snapshot, turn, around))]

    def _add(self, given: Json) -> ToolAnswer:
        from memcli.ingestion.notes import NoteFields, NoteStep, note_rows, secrets_in
        from memcli.memory.step import given_options

        memory = self._memory
        tags = tuple(dict.fromkeys(given.get("tags", ())))
        space, name = self._namespace(given), given.get("name")
        about = NoteFields(memory.now, name=name, namespace=space, tags=tags)
        rows = note_rows([given["content"]], about, memory.now)
        if not rows:
            raise BadUsage("there is nothing to keep in it", "it was all recalled before")
        if kinds := [kind for _, some in secrets_in(rows) for kind in some]:
            what = f"it holds what looks like a {', '.join(kinds)}, and was not kept"
            raise BadUsage(what, "say it without; the user can keep it with memcli add")
        if known := self._known_note(rows[0]):
            return ToolAnswer(known)
        ended = [record["id"] for record in memory.select(given.get("replaces", ()))]
        step = NoteStep(memory.store, memory.encoder(), rows, memory.now, ended)
        step.commit(given_options(by="serve", replaces=len(ended) or None))
        return ToolAnswer({key: rows[0][key] for key in ("id", "text")})

    def _known_note(self, row: Json) -> Json | None:
        """The same words in the same namespace that hold already: agents tell a thing again."""
        from memcli.memory.holds import holding

        snapshot, same = self._memory.snapshot, {k: row[k] for k in ("text", "namespace")}
        where = " AND ".join(f"{name} = {literal(value)}" for name, value in same.items())
        where += f" AND level = 0 AND {holding(self._memory.now)}"
        found = snapshot.read("memories", ["id", "text"], where).to_pylist()
        return found[0] if found else None

    def _forget(self, given: Json) -> ToolAnswer:
        from memcli.memory.step import given_options
        from memcli.retention.archiving import ArchiveStep

        memory = self._memory
        records = memory.select(given["ids"])
        step = ArchiveStep(memory.store, memory.now, memory.snapshot)
        step.take(records)
        step.commit(given_options(by="serve", memories=len(step.named)))
        fields = given_fields("memory_forget")
        return ToolAnswer({"forgotten": [as_told(record, fields) for record in step.records]})

    def _profile(self, given: Json) -> ToolAnswer:
        from memcli.context.profiles.people import Directory
        from memcli.context.profiles.reading import people_to_show, read_profiles
        from memcli.context.profiles.records import profile_records

        memory = self._memory
        directory = Directory(memory.snapshot, self._namespace(given))
        people, is_list = people_to_show(directory, given.get("name"))
        if is_list:
            names = ", ".join(person.name for person in people)
            raise BadUsage("several people talk here", f"name one: {names}")
        profiles = read_profiles(memory.snapshot, people, memory.now)
        fields = given_fields("memory_profile")
        records = profile_records(memory.snapshot, profiles)
        found = [as_told({**record, "id": record["ids"][0]}, fields) for record in records]
        return ToolAnswer({"profile": found})

    # ---------------------------------------------------------------- what they share

    def _namespace(self, given: Json) -> str | None:
        """Namespace of a call; the one that bounds the server bounds it, but for `shared`."""
        from memcli.memory.spaces import SHARED

        bound, asked = self._memory.namespace, given.get("namespace")
        if bound and asked not in (None, bound, SHARED):
            raise BadUsage(f"namespace {asked} is not this project's", f"{bound} and {SHARED} are")
        return asked or bound

    def _hits(self, question: Any, space: str | None, limit: int) -> list[Hit]:
        """Hits in a namespace and in `shared`; without a namespace, in all."""
        from memcli.memory.spaces import readable
        from memcli.search.queries import QueryOptions, run_query

        memory = self._memory
        spaces = [None] if space is None else readable(memory.snapshot, space)
        hits: list[Hit] = []
        for one in spaces:
            filters = Filters(namespace=one).as_of_moment(memory.present)
            asking = QueryOptions(filters, now=memory.now)
            hits += run_query(memory.retriever, question, asking, limit)
        visible = (hit for hit in hits if hit.type != "vault")
        return sorted(visible, key=lambda hit: -hit.score)[:limit]

    def _retriever(self, space: str | None) -> Any:
        """What searches, with the weights of a namespace."""
        from memcli.search.weights import weights_for

        retriever = self._memory.retriever
        retriever.weights = weights_for(retriever.snapshot.commit, space)
        return retriever

    def _touch(self, recalled: Sequence[tuple[str, int]], query: str) -> None:
        """Count what was recalled, unless the store is only read."""
        if recalled and not self._read_only:
            from memcli.search.access_log import record_accesses

            memory = self._memory
            record_accesses(memory.store, recalled, query, memory.now, last=False)


def as_told(record: Json, fields: Sequence[str]) -> Json:
    """Fields of a record as they may stand in a prompt; absent ones are left out."""
    told = {name: record[name] for name in fields if record.get(name) is not None}
    if "text" in told:
        told["text"] = without_secrets(told["text"], record["id"])
    if "around" in told:
        told["around"] = [as_told(turn, ("id", "speaker", "text")) for turn in told["around"]]
    return told


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
