"""
Memory store: a store as an object, for programs in Python, over the same core as the commands.

What a command says on stderr, such as that turns have no time, is a warning here.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from memcli.agents import keeping, recalling
from memcli.jsonl import Json
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.transcripts import Accepted, Intake
    from memcli.records import Hit
    from memcli.search.resident import ResidentMemory

# A path, a message or messages; a message is a dict of the fields of `memcli help records`.
Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Iterable[Mapping[str, Any]]"
# A naive datetime is of this machine's zone.
Moment: TypeAlias = datetime | str
WRITER = "python"


@dataclass(frozen=True)
class Kept:
    """What became of an input: records read, new ones, and their commit if there are any."""

    seen: int
    new: int
    commit: int | None = None


class MemoryStore:
    """
    A store of memories that is open: made by `memcli.open`.

    It sees what other processes write at the next call. All that it raises on purpose is a
    `memcli.MemcliError`. One thread at a time may use it.
    """

    def __init__(self, memory: ResidentMemory) -> None:
        self._memory = memory

    def __enter__(self) -> Self:
        """Begin to load what a search needs."""
        self._memory.warm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Do nothing: each writing call is a transaction of its own, and nothing stays locked."""

    # ---------------------------------------------------------------- reading

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        name: str | None = None,
        session: str | None = None,
        place: str | None = None,
        company: str | None = None,
        min_score: float | Literal["auto"] | None = None,
        touch: bool = True,
    ) -> list[Hit]:
        """
        Hits of a question, best first, as of `memcli query`.

        company: only what this person said or is named in; place: only what names this place.
        min_score: "auto" gives none where the store hardly has an answer. touch: count them as
        recalled, which keeps them from fading.
        """
        from memcli.records import Query

        question = Query(
            v=1,
            query=query,
            since=_moment(since),
            until=_moment(until),
            name=name,
            session_id=session,
        )
        bounds = (self._memory.namespace, k, min_score, place, company)
        hits = recalling.find(self._memory, question, *bounds)[:k]
        if touch:
            self._touch([(hit.id, rank) for rank, hit in enumerate(hits, 1)], query)
        return hits

    def context(
        self,
        task: str,
        max_tokens: int = 2_000,
        *,
        session: str | None = None,
        recent: int = 6,
        touch: bool = True,
    ) -> str:
        """
        Block for a prompt of what bears on a task, within a budget of tokens; empty if nothing.

        recent: turns of the session, by default of the newest. No secret is in it.
        """
        from memcli.context.requests import Request
        from memcli.memory.recall_blocks import strip_recall

        memory = self._memory
        asked = strip_recall(task)[0].strip()
        if not asked:
            return ""
        request = Request(asked, max_tokens, memory.namespace, session, recent, asked_at=memory.now)
        block = recalling.context_block(memory, request)
        if touch:
            self._touch(block.recalled(), asked)
        return block.text

    def get(self, *ids: str, around: int = 0) -> list[Json]:
        """Memory records by id, beginning of an id or ref, with turns around each."""
        return recalling.selected(self._memory, ids, around)

    def profile(self, name: str | None = None) -> list[Json]:
        """Profile records: what is known of a person, with the ids that say so."""
        return recalling.told_of(self._memory, name, self._memory.namespace)

    def sql(self, statement: str) -> list[dict[str, Any]]:
        """Rows of one SELECT statement, as dicts; see `memcli sql`."""
        answer = self._memory.snapshot.run_statement(statement, namespace=self._memory.namespace)
        rows: list[dict[str, Any]] = answer.rows.to_pylist()
        return rows

    # ---------------------------------------------------------------- writing

    def add(
        self,
        text: str,
        *,
        name: str | None = None,
        tags: Sequence[str] = (),
        session: str | None = None,
        timestamp: Moment | None = None,
        pinned: bool = False,
        replaces: Sequence[str] = (),
        redact: bool | None = None,
        allow: bool = False,
    ) -> str:
        """
        Keep one note, word for word, and return its id.

        replaces: ids of memories whose place it takes. redact: keep [secret:kind] in the place of
        secrets; None is as the store's settings say. With the same timestamp, the same text is
        the same note. allow: take it even if it was purged before, which is BadUsage else.
        """
        from memcli.ingestion.notes import NoteFields, secrets_in
        from memcli.ingestion.redacting import redactor_of

        memory = self._to_write()
        about = NoteFields(
            _moment(timestamp) or memory.now,
            name=name,
            session=session,
            namespace=memory.namespace,
            tags=tuple(dict.fromkeys(tags)),
            pinned=pinned,
        )
        row = keeping.new_note(text, about, memory, redactor_of(memory.store, redact))
        for id_, kinds in secrets_in([row]):
            _warn(f"note {id_} holds what looks like a {', '.join(kinds)}")
        keeping.keep_note(memory, row, replaces, WRITER, allow)
        return str(row["id"])

    def ingest(
        self,
        *sources: Source,
        session: str | None = None,
        name: str | None = None,
        timestamp: Moment | None = None,
        timezone: str | None = None,
        redact: bool | None = None,
        allow: bool = False,
    ) -> Kept:
        """
        Keep conversations: files, globs and folders of any format, or messages as dicts.

        session, name, timestamp: of turns that name none. What is known already changes nothing. A
        bad record raises BadRecord, and nothing of the call is written; a bad file of a folder is
        a warning. So is what was purged before and stays gone, unless `allow` takes it again.
        redact: as of `add`.
        """
        from memcli.ingestion.reading import told_lines
        from memcli.ingestion.step import IngestStep, chunks
        from memcli.ingestion.transcripts import Intake
        from memcli.ingestion.transcripts.archives import file_time
        from memcli.ingestion.turns import Defaults
        from memcli.memory.times import zone_of

        memory, moment = self._to_write(), _moment(timestamp)
        defaults = Defaults(memory.namespace, session, name, moment, memory.now, file_time)
        defaults.zone = zone_of(timezone)
        intake = Intake(zone=defaults.zone, start=moment, namespace=memory.namespace)
        step = IngestStep(memory.store, memory.encoder()(), defaults, redact)
        step.is_allowed = allow
        paths, messages = _parted(sources)
        for chunk in chunks(self._read(paths, messages, step, intake)):
            step.add(chunk)
        new, arguments = step.count_new(), given_options(by=WRITER, inputs=paths, session=session)
        commit = step.commit(arguments)
        for line in told_lines(step, intake):
            _warn(line)
        return Kept(step.seen, new, commit.number if commit else None)

    def extract(self, *, allow: bool = False) -> Json:
        """
        Make quotations, facts, segments and summaries of new turns; the counts of each.

        allow: state again what was purged before, of all turns that say it.
        """
        from memcli.extraction.step import ExtractStep

        memory = self._to_write()
        step = ExtractStep(memory.store, memory.encoder()(), memory.now)
        step.is_allowed = allow
        step.run(step.pending(memory.namespace, None))
        step.commit(given_options(by=WRITER, namespace=memory.namespace))
        for line in step.barred.told():
            _warn(line)
        return step.counts()

    def forget(self, *ids: str) -> list[str]:
        """Archive memories, so that nothing finds them; `memcli restore` brings them back."""
        records = keeping.archive(self._to_write(), ids, WRITER)
        return [record["id"] for record in records]

    # ---------------------------------------------------------------- what they share

    def _to_write(self) -> ResidentMemory:
        """The store, unless it was opened to read only."""
        if self._memory.store.mode == "read":
            raise BadUsage("the store was opened to read only", "open it without read_only")
        return self._memory

    def _touch(self, recalled: Sequence[tuple[str, int]], query: str) -> None:
        """Count what was recalled, unless the store was opened to read only."""
        if self._memory.store.mode == "write":
            recalling.touch(self._memory, recalled, query)

    def _read(
        self, paths: Sequence[str], messages: bytes, step: IngestStep, intake: Intake
    ) -> Iterable[Accepted]:
        """The records of files, then of messages."""
        from memcli.ingestion.reading import read_inputs
        from memcli.ingestion.rejects import OnError, RejectLog
        from memcli.ingestion.transcripts import AUTO, STDIN, find_inputs
        from memcli.ingestion.transcripts import Source as OpenedSource
        from memcli.ingestion.transcripts.jsonl import read_jsonl

        inputs = find_inputs(paths) if paths else []
        step.defaults.sessions = {each.path: each.session for each in inputs if each.session}
        log = RejectLog(OnError.abort, None, _warn)
        yield from read_inputs(inputs, AUTO, self._memory.store.layout.work, intake, log)
        told = OpenedSource(STDIN, io.BytesIO(messages), None, None, intake)
        yield from log.accepted(read_jsonl(told))


def _parted(sources: Iterable[Source]) -> tuple[list[str], bytes]:
    """Part sources into paths, and messages as JSON Lines."""
    from memcli.jsonl import encode

    paths: list[str] = []
    lines: list[bytes] = []
    for source in sources:
        if isinstance(source, str | os.PathLike):
            paths.append(os.fspath(source))
        else:
            some = [source] if isinstance(source, Mapping) else source
            lines += [encode(_plain(message)) for message in some]
    return paths, b"".join(lines)


def _plain(message: Mapping[str, Any]) -> Json:
    """A message whose times are text, so that one without a zone is read as in a file."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in message.items()}


def _moment(value: Moment | None) -> datetime | None:
    """A time in UTC."""
    from memcli.memory.times import parse_time, zone_of

    return None if value is None else parse_time(value, zone_of(None))


def _warn(line: str) -> None:
    warnings.warn(line, stacklevel=3)
