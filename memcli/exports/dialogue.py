"""
Dialogues of an export to learn from: what was said without a gap, session by session.

Turns of one speaker in a row are one. What is secret, hidden, archived or has ended is left out,
and a dialogue ends there: what was said to it would tell of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.exports.pages import SessionPage
from memcli.exports.sessions import SESSIONS, grouped, read_group
from memcli.exports.shareable import CLOSED, closed_ids, is_shareable
from memcli.jsonl import Row
from memcli.language.roles import ASSISTANTS
from memcli.memory.holds import holding

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

COLUMNS: Final = "id session_id seq level type text speaker happened_at extra".split()
# Neither of the two who speak.
NO_SPEAKERS: Final = frozenset({"system", "tool"})
# Turns that say what held once: a model that learns them would tell it as so.
ENDED: Final = """
UNION SELECT unnest(source_ids) FROM memories
WHERE level = 1 AND valid_to IS NOT NULL AND NOT {holding}
"""


class SpeakerTurns(NamedTuple):
    """Turns in a row of one speaker, with their ids."""

    speaker: str
    is_assistant: bool
    text: str
    ids: tuple[str, ...]


class SessionDialogues(NamedTuple):
    """One session, and its dialogues in order."""

    session: SessionPage
    dialogues: list[list[SpeakerTurns]]

    @property
    def has_assistant(self) -> bool:
        """Say whether somebody in it is an assistant."""
        return any(said.is_assistant for dialogue in self.dialogues for said in dialogue)


def read_dialogues(contents: Contents, now: datetime | None = None) -> Iterator[SessionDialogues]:
    """Yield the dialogues of every session, in the order in which they began."""
    snapshot = contents.snapshot
    ended = ENDED.format(holding=holding(now or datetime.now(UTC)))
    closed = closed_ids(contents, f"{CLOSED}{ended}")
    rows = snapshot.sql(SESSIONS, namespace=contents.namespace).to_pylist()
    for group in grouped([SessionPage(path="", **row) for row in rows]):
        by_session = read_group(snapshot, group, COLUMNS)
        for session in group:
            contents.on_rows(session.rows)
            turns = by_session.get(session.session_id, [])
            yield SessionDialogues(session, [*find_dialogues(turns, closed)])


def find_dialogues(rows: Sequence[Row], closed: set[str]) -> Iterator[list[SpeakerTurns]]:
    """Yield what was said without a gap, from the rows of one session in order."""
    dialogue: list[SpeakerTurns] = []
    for row in rows:
        if row["level"] != 0 or role_of_row(row) in NO_SPEAKERS:
            continue
        if _is_open(row, closed):
            _append(dialogue, row)
        elif dialogue:
            yield dialogue
            dialogue = []
    if dialogue:
        yield dialogue


def _append(dialogue: list[SpeakerTurns], row: Row) -> None:
    """Add a turn, to the last one where the same person goes on."""
    speaker, text = str(row["speaker"]), row["text"]
    if dialogue and dialogue[-1].speaker == speaker:
        last = dialogue[-1]
        dialogue[-1] = last._replace(text=f"{last.text}\n{text}", ids=(*last.ids, row["id"]))
        return
    is_assistant = role_of_row(row) in ASSISTANTS or speaker.casefold() in ASSISTANTS
    dialogue.append(SpeakerTurns(speaker, is_assistant, text, (row["id"],)))


def _is_open(row: Row, closed: set[str]) -> bool:
    """Say whether a turn may be told: somebody said it, and it is neither secret nor put away."""
    return bool(row["speaker"] and row["text"]) and is_shareable(row, closed)


def role_of_row(row: Row) -> str:
    """Return the role of a turn's speaker, "" where none was given."""
    role = json.loads(row["extra"]).get("role") if row["extra"] else None
    return str(role or row["speaker"] or "").casefold()
