"""Words of a secret that is moved to the vault: the turns it was said in, and which it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.jsonl import Row
from memcli.language.secrets import find_secrets
from memcli.memory.vault.entries import SaidTurn
from store.errors import BadUsage, InputNotFound
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

COLUMNS: Final = ("id", "namespace", "session_id", "seq", "text", "speaker", "happened_at")
MARKED: Final = re.compile(r"\[secret:([\w-]+)\]")


class SpokenSecret(NamedTuple):
    """A secret that stands in a turn, and of which kind it is."""

    kind: str
    value: str


def read_turns(snapshot: Snapshot, ids: Collection[str]) -> list[Row]:
    """Return the turns among some memories, in the order in which they were said."""
    rows = snapshot.rows_of(sorted(ids), COLUMNS, where="level = 0")
    return sorted(rows, key=lambda row: (str(row["session_id"]), row["seq"] or 0, row["id"]))


def said_in(turns: Sequence[Row]) -> list[SaidTurn]:
    """Return turns as they are kept beside a value."""
    return [SaidTurn(row["text"], row["speaker"], row["happened_at"]) for row in turns]


def kinds_marked(texts: Sequence[str]) -> set[str]:
    """Return the kinds of the secrets for which marks stand in texts that were derived."""
    return {kind.replace("-", " ") for text in texts for kind in MARKED.findall(text)}


def words_of(snapshot: Snapshot, turns: Sequence[Row]) -> list[SpokenSecret]:
    """Return the secrets that rules find in turns, each once."""
    found = [
        SpokenSecret(secret.kind, row["text"][secret.start : secret.end])
        for row in turns
        for secret in find_secrets(row["text"], _said_before(snapshot, row))
    ]
    return list(dict.fromkeys(found))


def _said_before(snapshot: Snapshot, row: Row) -> str:
    """Return the turn before one, which may have asked for a secret."""
    if row["session_id"] is None or not row["seq"]:
        return ""
    place = f"session_id = {quoted([row['session_id']])} AND seq = {row['seq'] - 1}"
    where = f"namespace = {quoted([row['namespace']])} AND level = 0 AND {place}"
    return next((str(r["text"]) for r in snapshot.rows(["text"], where)), "")


def choose_value(
    turns: Sequence[Row], words: Sequence[SpokenSecret], kinds: Collection[str], whole: bool
) -> str:
    """
    Return which of the words of turns is the value.

    kinds: those that are meant, all if none; whole: all words are. That they are, too, where rules
    find no secret. BadUsage where it is one of several, InputNotFound where none is of a kind.
    """
    all_words = "\n".join(row["text"] for row in turns)
    if whole or not words:
        return all_words
    meant = [word for word in words if not kinds or word.kind in kinds]
    if not meant:
        told = ", ".join(dict.fromkeys(word.kind for word in words))
        raise InputNotFound(f"no {', '.join(sorted(kinds))} is found in it", f"found: {told}")
    if len({word.value for word in meant}) > 1:
        told = ", ".join(dict.fromkeys(word.kind for word in meant))
        remedy = "say which: --kind KIND; or --whole, for all of its words"
        raise BadUsage(f"{len(meant)} secrets are in it: {told}", remedy)
    return meant[0].value


def ids_that_say(snapshot: Snapshot, value: str) -> list[str]:
    """Return memories whose text has a value in it, not as a part of a longer word."""
    is_said = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)").search
    rows = (
        row
        for table in MEMORY_TABLES
        for batch in snapshot.scan(table, ["id", "text"])
        for row in batch.to_pylist()
    )
    return sorted(row["id"] for row in rows if is_said(row["text"]))
