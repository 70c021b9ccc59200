"""
Sessions with an agent: what was asked, tried and said of it, in order, and how each ended.

Outcomes are found by rules: the last check that was run (tests, a build, a linter), overruled by
what the user says last of the work. A session that says neither has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.language.commands import Run, run_of
from memcli.language.verdicts import BAD, GOOD, Correction, find_correction, verdict
from memcli.memory.sessions import is_assistant

if TYPE_CHECKING:
    from store import Snapshot

COLUMNS: Final = (
    "id session_id seq text speaker happened_at type metadata extra superseded_by valid_to"
).split()
TURNS: Final = "level = 0 AND type NOT IN ('vault', 'resource') AND session_id IS NOT NULL"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Trial:
    """A command that was run before a turn, whether it passed, and a line of its output."""

    did: str
    ok: bool
    said: str
    turn: Row

    @property
    def run(self) -> Run:
        """What it ran."""
        return run_of(self.did)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its one program; none for a script."""
        return self.run.words


@dataclass(frozen=True)
class Edits:
    """Files that were changed."""

    n: int


Event = Trial | Edits | Row


@dataclass
class AgentSession:
    """One conversation with an agent: its turns in order, and what was tried between them."""

    id: str
    turns: list[Row] = field(default_factory=list)

    @cached_property
    def events(self) -> list[Event]:
        """Trials, edits and turns, in the order in which they were made and said."""
        found: list[Event] = []
        for turn in sorted(self.turns, key=_place):
            found += _tried_before(turn)
            found.append(turn)
        return found

    @cached_property
    def trials(self) -> list[Trial]:
        """What was tried, in order."""
        return [each for each in self.events if isinstance(each, Trial)]

    @property
    def asked(self) -> Row | None:
        """The user's first turn, which says what the session was for."""
        return next((turn for turn in sorted(self.turns, key=_place) if is_users(turn)), None)

    @property
    def end(self) -> datetime:
        """When its last turn was said."""
        return max((turn["happened_at"] or _NEVER for turn in self.turns), default=_NEVER)

    def outcome(self, after: datetime | None = None) -> str | None:
        """Return GOOD or BAD, as the session ended for a reader, by what came after a moment."""
        state: str | None = None
        is_complaint = was_asked = False
        for each in self._after(after):
            if isinstance(each, Trial):
                if each.run.is_check:
                    state, is_complaint = GOOD if each.ok else BAD, False
            elif isinstance(each, Edits):
                continue
            elif is_users(each):
                said = verdict(each["text"], was_asked)
                state, is_complaint = said or state, said == BAD
            else:
                was_asked = each["text"].rstrip().endswith("?")
                # What was done about a complaint, nobody has said yet.
                state, is_complaint = None if is_complaint else state, False
        return state

    def _after(self, moment: datetime | None) -> Iterator[Event]:
        asked = self.asked
        for each in self.events:
            row = each.turn if isinstance(each, Trial) else each
            if isinstance(row, Edits) or row is asked:
                continue
            if moment is None or (row["happened_at"] or _NEVER) >= moment:
                yield each

    def corrections(self) -> Iterator[tuple[Row, Correction]]:
        """Yield the user's turns that say how something is to be done instead."""
        answered = False
        for turn in sorted(self.turns, key=_place):
            if not is_users(turn):
                answered = True
            elif (answered or turn["trials"]) and (found := find_correction(turn["text"])):
                yield turn, found


def _tried_before(turn: Row) -> Iterator[Event]:
    """Yield what was tried before a turn, as its metadata keeps it."""
    for each in turn.get("trials") or ():
        if isinstance(each, dict) and isinstance(each.get("did"), str):
            yield Trial(each["did"], bool(each.get("ok")), str(each.get("said") or ""), turn)
        elif isinstance(each, dict) and isinstance(each.get("edits"), int):
            yield Edits(each["edits"])


def is_users(turn: Row) -> bool:
    """Say whether a turn is that of an assistant's user."""
    return not turn["is_assistant"]


def read_agent_sessions(
    snapshot: Snapshot, where: str, hidden: Iterable[str]
) -> list[AgentSession]:
    """
    Return the sessions with an assistant, of turns that are in sight and hold, in order of time.

    where: which turns, as a condition in SQL.
    """
    unseen = set(hidden)
    sessions: dict[str, AgentSession] = {}
    talks = set[str]()
    for row in snapshot.rows(COLUMNS, f"{TURNS} AND {where}", ["memories"]):
        if row["superseded_by"] or row["valid_to"] or row["id"] in unseen or not row["text"]:
            continue
        turn = _turn(row)
        if turn["is_assistant"]:
            talks.add(row["session_id"])
        sessions.setdefault(row["session_id"], AgentSession(row["session_id"])).turns.append(turn)
    found = [session for id_, session in sessions.items() if id_ in talks]
    return sorted(found, key=lambda session: (session.end, session.id))


def _turn(row: Row) -> Row:
    """Return what is needed of a turn."""
    metadata = row["metadata"]
    trials = json.loads(metadata).get("trials") if metadata and '"trials"' in metadata else None
    kept = {name: row[name] for name in ("id", "session_id", "seq", "text", "happened_at")}
    return {
        **kept,
        "trials": trials if isinstance(trials, list) else None,
        "is_assistant": is_assistant(row["speaker"], row["extra"]),
    }


def in_order(row: Row) -> tuple[datetime, int, str]:
    """Return the key by which turns of several sessions are in order of time."""
    return row["happened_at"] or _NEVER, row["seq"] or 0, row["id"]


def _place(row: Row) -> tuple[int, datetime, str]:
    return row["seq"] or 0, row["happened_at"] or _NEVER, row["id"]
