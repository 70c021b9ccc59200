"""
An export as pairs to fine-tune a model with: {"messages": [user, assistant]}, a line each.

In a session with an assistant, a pair is what a person said and the assistant's answer; among
people, what one said and what the next one said to it. Turns of one speaker in a row are one.
What is secret, hidden or archived is left out, and no pair goes across it: an answer to it would
tell of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from memcli.exports.pages import SessionPage
from memcli.exports.sessions import SESSIONS, grouped, read_group
from memcli.exports.shareable import closed_ids, is_shareable
from memcli.jsonl import Row
from memcli.language.roles import ASSISTANTS

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

COLUMNS: Final = "id session_id seq level type text speaker happened_at extra".split()
# Neither of the two who speak.
NO_SPEAKERS: Final = frozenset({"system", "tool"})


class SpeakerTurns(NamedTuple):
    """Turns in a row of one speaker."""

    speaker: str
    is_assistant: bool
    text: str


def encode_pairs(contents: Contents) -> Iterator[bytes]:
    """Yield one line for each pair."""
    snapshot, namespace = contents.snapshot, contents.namespace
    closed = closed_ids(contents)
    rows = snapshot.sql(SESSIONS, namespace=namespace).to_pylist()
    for group in grouped([SessionPage(path="", **row) for row in rows]):
        by_session = read_group(snapshot, group, COLUMNS)
        for session in group:
            pairs = list(find_pairs(by_session.get(session.session_id, []), closed))
            contents.counts["pairs"] += len(pairs)
            contents.on_rows(session.rows)
            yield b"".join(map(_line, pairs))


def find_pairs(rows: Sequence[Row], closed: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what was said and what was said to it, from the rows of one session in order."""
    runs = list(_runs(rows, closed))
    has_assistant = any(one.is_assistant for run in runs for one in run)
    for run in runs:
        for first, then in pairwise(run):
            if not has_assistant or (then.is_assistant and not first.is_assistant):
                yield first.text, then.text


def _runs(rows: Sequence[Row], closed: set[str]) -> Iterator[list[SpeakerTurns]]:
    """Yield what was said without a gap: turns that cannot be told end a run."""
    run: list[SpeakerTurns] = []
    for row in rows:
        if row["level"] != 0 or role_of_row(row) in NO_SPEAKERS:
            continue
        if not _is_open(row, closed):
            yield run
            run = []
            continue
        speaker = str(row["speaker"])
        is_assistant = role_of_row(row) in ASSISTANTS or speaker.casefold() in ASSISTANTS
        if run and run[-1].speaker == speaker:
            run[-1] = run[-1]._replace(text=f"{run[-1].text}\n{row['text']}")
        else:
            run.append(SpeakerTurns(speaker, is_assistant, row["text"]))
    yield run


def _is_open(row: Row, closed: set[str]) -> bool:
    """Say whether a turn may be told: somebody said it, and it is neither secret nor put away."""
    return bool(row["speaker"] and row["text"]) and is_shareable(row, closed)


def role_of_row(row: Row) -> str:
    """Return the role of a turn's speaker, "" where none was given."""
    role = json.loads(row["extra"]).get("role") if row["extra"] else None
    return str(role or row["speaker"] or "").casefold()


def _line(pair: tuple[str, str]) -> bytes:
    messages = [
        {"role": role, "content": text}
        for role, text in zip(("user", "assistant"), pair, strict=True)
    ]
    return msgspec.json.encode({"messages": messages}) + b"\n"
