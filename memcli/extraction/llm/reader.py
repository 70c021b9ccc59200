"""
Model reader: a conversation as a language model reads it, one topic after the other.

Each batch of turns is one call, together with the memories that are near to it, so that the model
can say what is outdated (Mem0's update step). Where the model fails, or may not be asked any more,
the built-in extractor reads those turns. Secrets are found by the built-in detection only, and
never shown to the model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from memcli.extraction.decisions import Decision, ReadingWithDecisions
from memcli.extraction.llm.batches import (
    STATEMENT_COLUMNS,
    Conversation,
    Shown,
    as_statement,
    batches_of,
)
from memcli.extraction.llm.names import KnownNames, naming_turns
from memcli.extraction.llm.operations import Operation, extract_batch
from memcli.extraction.llm.prompt import ExistingMemory
from memcli.extraction.llm.statements import ordered_sources, statement_of
from memcli.extraction.reader import GrammarReader
from memcli.extraction.statements import Reading, Refused, Statement
from memcli.language.parts import Utterance
from memcli.language.secrets import find_secrets, has_secret, redact
from memcli.models.llm.opening import open_cached
from memcli.models.llm.settings import LlmSettings
from store.errors import BudgetExhausted, InvalidAnswer, RequestRefused
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.extraction.step import ExtractStep
    from memcli.memory.sessions import Session
    from memcli.models.encoder import Encoder
    from memcli.models.llm.cache import Budget, CachedModel
    from store import Snapshot

__all__ = ["ModelReader"]

Floats = NDArray[np.float32]

MAX_EXISTING: Final = 10
NEAR_COLUMNS: Final = ("id", "text", "valid_from", "valid_to", "happened_at", "metadata")
NEAR: Final = "level = 1 AND superseded_by IS NULL AND type <> 'vault'"


@dataclass(frozen=True, slots=True)
class _Near:
    """A statement that a batch may bear on, and how near it is."""

    memory: ExistingMemory
    valid_to: datetime | None
    cosine: float = 0.0


class ModelReader:
    """
    Reads sessions with a model; `read` is what Extraction.run takes.

    `note` is told in a line what went wrong and was made good. ServiceUnavailable passes through:
    what was answered until then is in the cache of the model.
    """

    def __init__(
        self,
        model: CachedModel,
        budget: Budget,
        snapshot: Snapshot,
        encoder: Encoder,
        built_in: GrammarReader,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.model, self.budget = model, budget
        self.snapshot, self.encoder = snapshot, encoder
        self.built_in, self.note = built_in, note
        self._is_spent = False
        self._ended: set[str] = set()
        self._names: dict[str, KnownNames] = {}
        self._added: dict[str, list[tuple[_Near, Floats]]] = {}
        self._has_statements = snapshot.count("memories", "level = 1") > 0

    @property
    def cached_answers(self) -> int:
        """How many answers came from the cache."""
        return self.model.hits

    def read(self, sessions: Iterable[Session]) -> Iterator[tuple[Session, Reading]]:
        """Yield what the turns of each session state, and mean for older statements."""
        for session in sessions:
            yield session, self.read_session(session)

    def read_session(self, session: Session) -> ReadingWithDecisions:
        """Return the same of one session."""
        talk = Conversation(session, self._done(session), self.built_in)
        if talk.done:
            self._recall(talk)
        for batch in batches_of(talk):
            places = sorted({place for place, _ in batch} - talk.done)
            before = {place: len(talk.reading.statements[place]) for place in places}
            self._read_batch(talk, batch, places)
            self._remember(
                talk, [s for p in places for s in talk.reading.statements[p][before[p] :]]
            )
        return talk.reading

    # ---------------------------------------------------------------- a batch

    def _read_batch(
        self, talk: Conversation, batch: Sequence[Shown], places: Sequence[int]
    ) -> None:
        """Read some turns with the model, or without it where that fails."""
        near = self._near(talk, sorted({place for place, _ in batch}))
        operations = self._ask(talk, batch, [each.memory for each in near])
        if operations is None:
            self._read_without(talk, places)
            return
        for operation in operations:
            self._apply(talk, operation, {each.memory.id: each for each in near})
        for place in places:
            if has_secret(talk.utterances[place].text):
                for statement in talk.built_in.statements[place]:
                    if statement.type == "vault":
                        talk.keep(statement)

    def _ask(
        self, talk: Conversation, batch: Sequence[Shown], existing: Sequence[ExistingMemory]
    ) -> list[Operation] | None:
        """Return what the model proposes; None where the built-in extractor is to do it."""
        if self._is_spent:
            return None
        try:
            return extract_batch(self.model, [shown for _, shown in batch], existing)
        except BudgetExhausted as error:
            self._is_spent = True
            self.note(f"{error.what}; the rest is read without the model ({error.remedy})")
        except (InvalidAnswer, RequestRefused) as error:
            first, last = batch[0][0] + 1, batch[-1][0] + 1
            session = talk.session.key.session_id or "without a name"
            where = f"turns {first} to {last} of session {session}"
            self.note(f"{where} are read without the model: {error.what}")
        return None

    def _read_without(self, talk: Conversation, places: Sequence[int]) -> None:
        """Take what the built-in extractor makes of some turns."""
        for place in places:
            for statement in talk.built_in.statements[place]:
                talk.keep(statement)
        ids = {talk.utterances[place].id for place in places}
        talk.reading.refused += [r for r in talk.built_in.refused if r.source_id in ids]

    def _apply(self, talk: Conversation, operation: Operation, near: dict[str, _Near]) -> None:
        """Do what the model proposes, as far as the turns bear it out."""
        cited = [talk.utterances[p] for p in sorted({talk.places[i] for i in operation.source_ids})]
        if all(talk.places[turn.id] in talk.done for turn in cited):
            return
        target = near.get(operation.target_id or "")
        turn = ordered_sources(cited)[0]
        if operation.kind == "noop" or (target and _says_the_same(operation, target)):
            if target:
                noop = Decision(target.memory.id, "noop", turn.id, reason=operation.reason)
                talk.reading.decisions.append(noop)
            return
        new: Statement | None = None
        if operation.text:
            made = self._made(talk, operation, cited, target.memory.text if target else "")
            if isinstance(made, Refused):
                talk.reading.refused.append(made)
                return
            new = made
            talk.keep(new)
            turn = talk.utterances[talk.places[new.source_ids[0]]]
        # What an assistant alone says ends nothing that a person said.
        if target and not turn.is_assistant:
            self._end(talk, operation, target, new, turn)

    def _made(
        self, talk: Conversation, operation: Operation, cited: Sequence[Utterance], replaced: str
    ) -> Statement | Refused:
        """Return the statement of an operation, with the turn that names whom it means by "she"."""
        names, people = self._names_of(talk), talk.reading.people
        judge = self.built_in.judge
        made = statement_of(operation, cited, people, names, replaced, judge)
        before = talk.utterances[: talk.places[cited[0].id]]
        if isinstance(made, Refused) and (naming := naming_turns(made.foreign, cited, before)):
            return statement_of(operation, [*naming, *cited], people, names, replaced, judge)
        return made

    def _names_of(self, talk: Conversation) -> KnownNames:
        namespace = talk.session.key.namespace
        if namespace not in self._names:
            self._names[namespace] = KnownNames.of(self.snapshot, namespace)
        return self._names[namespace]

    def _end(
        self,
        talk: Conversation,
        operation: Operation,
        target: _Near,
        new: Statement | None,
        turn: Utterance,
    ) -> None:
        """Rule that a memory holds no more."""
        old = target.memory
        new_id = talk.seen[new.text.casefold()] if new else None
        if new_id == old.id:
            return
        end = new.valid_from if new and operation.kind == "supersede" else None
        ends = [e for e in (end or turn.said_at, target.valid_to) if e]
        valid_to = min(ends, default=None)
        # What ended before it began was never true.
        if valid_to and old.valid_from:
            valid_to = max(valid_to, old.valid_from)
        kind: Literal["supersede", "invalidate"] = (
            "supersede" if operation.kind == "supersede" else "invalidate"
        )
        self._ended.add(old.id)
        talk.reading.decisions.append(
            Decision(old.id, kind, turn.id, new_id, valid_to, operation.reason)
        )

    # ---------------------------------------------------------------- what there is already

    def _done(self, session: Session) -> frozenset[int]:
        """Return the places of the turns that were extracted by an earlier run."""
        if session.key.pending >= session.key.turns:
            return frozenset()
        where = f"level = 2 AND {_of_session(session)}"
        done = {
            id_
            for row in self.snapshot.rows(["source_ids"], where)
            for id_ in row["source_ids"] or ()
        }
        return frozenset(p for p, row in enumerate(session.rows) if row["id"] in done)

    def _recall(self, talk: Conversation) -> None:
        """Take the statements that the store has of turns done, for the summaries of the whole."""
        where = f"level = 1 AND {_of_session(talk.session)}"
        rows = self.snapshot.read("memories", STATEMENT_COLUMNS, where).to_pylist()
        for row in rows:
            statement = as_statement(row)
            # One that was merged with others since has another id: it would come in anew.
            if talk.id_of(statement) == row["id"] and statement.source_ids[0] in talk.places:
                talk.keep(statement)

    def _remember(self, talk: Conversation, statements: Iterable[Statement]) -> None:
        """Note what this run adds, for the batches that follow."""
        open_ = [statement for statement in statements if statement.type != "vault"]
        if not open_:
            return
        self._names_of(talk).add_facts(fact for s in open_ if (fact := s.fact))
        vectors = self.encoder.encode([statement.text for statement in open_])
        known = self._added.setdefault(talk.session.key.namespace, [])
        for statement, vector in zip(open_, vectors, strict=True):
            said_at = talk.utterances[talk.places[statement.source_ids[0]]].said_at
            memory = ExistingMemory(
                talk.id_of(statement), statement.text, statement.valid_from or said_at
            )
            known.append((_Near(memory, statement.valid_to), vector))

    def _near(self, talk: Conversation, places: Sequence[int]) -> list[_Near]:
        """Return the statements nearest to some turns, of the store and of this run."""
        vectors = talk.session.vectors[list(places)].astype(np.float32)
        vectors = vectors[vectors.any(axis=1)]
        best: dict[str, _Near] = {}
        for near in (*self._stored(talk.session.key.namespace, vectors), *self._own(talk, vectors)):
            before = best.get(near.memory.id)
            if near.memory.id not in self._ended and (not before or before.cosine < near.cosine):
                best[near.memory.id] = near
        # Rounded, so that noise in the last digits does not change a prompt that is in the cache.
        ranked = sorted(best.values(), key=lambda each: (-round(each.cosine, 3), each.memory.id))
        return ranked[:MAX_EXISTING]

    def _stored(self, namespace: str, vectors: Floats) -> Iterator[_Near]:
        if not self._has_statements:
            return
        where = f"{NEAR} AND namespace = {quoted([namespace])}"
        for vector in vectors:
            found = self.snapshot.nearest(vector, MAX_EXISTING, NEAR_COLUMNS, where)
            for row in found.to_pylist():
                # What was ruled invalid has no successor that would tell.
                if "ruling" not in json.loads(row["metadata"] or "{}"):
                    since = row["valid_from"] or row["happened_at"]
                    memory = ExistingMemory(row["id"], _open(row["text"]), since)
                    yield _Near(memory, row["valid_to"], row["cosine"])

    def _own(self, talk: Conversation, vectors: Floats) -> Iterator[_Near]:
        known = self._added.get(talk.session.key.namespace)
        if not known or not len(vectors):
            return
        cosines = (np.stack([vector for _, vector in known]) @ vectors.T).max(axis=1)
        for index in np.argsort(-cosines, kind="stable")[:MAX_EXISTING]:
            yield replace(known[index][0], cosine=float(cosines[index]))


def _open(text: str) -> str:
    """Return a text of the store without secrets."""
    return redact(text, find_secrets(text))


def _says_the_same(operation: Operation, target: _Near) -> bool:
    """Say whether a memory would be replaced by itself."""
    return operation.text.casefold() == target.memory.text.casefold()


def _of_session(session: Session) -> str:
    """Return the filter for the rows of a session."""
    name = session.key.session_id
    session_is = "IS NULL" if name is None else f"= {quoted([name])}"
    return f"namespace = {quoted([session.key.namespace])} AND session_id {session_is}"


def reader_of(settings: LlmSettings, step: ExtractStep, note: Callable[[str], None]) -> ModelReader:
    """Return what reads the sessions of an extraction with a model."""
    model, budget = open_cached(settings, step.snapshot.layout.work)
    return ModelReader(model, budget, step.snapshot, step.encoder, step.built_in, note)
