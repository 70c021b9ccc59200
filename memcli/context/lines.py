"""
Lines of a context: entries of memories, and what those that say the same have in common.

Keys are ids, words and facts: of two entries that share one, the first that is taken stands.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from memcli.context.rendering import ContextEntry, day_of, one_line, said, short_date
from memcli.jsonl import Row
from memcli.language.near_duplicates import near_duplicate_groups
from memcli.memory import telling
from memcli.memory.items import Item
from memcli.memory.lessons import about_lesson, helped_text

# Longer texts are the same only where each character is.
LONG_TEXT: Final = 100_000


def line_entry(section: str, row: Row, score: float, now: datetime) -> ContextEntry:
    """ContextEntry that stands under no day, and so says when it was."""
    if row["level"] == 0:
        text = said(row["text"], row["speaker"])
        text += f" ({short_date(row['happened_at'].date())})" if row["happened_at"] else ""
    else:
        text = one_line(telling.told(row, now))
    item = Item(section, text, (row["id"],), row["happened_at"], score)
    place = (row["happened_at"] is None, str(row["happened_at"]), row["id"])
    keys = keys_of(row)
    return ContextEntry(item, place, covers=keys | {key_of(text)}, unless=keys)


def turn_entry(section: str, row: Row, score: float, ended: str = "") -> ContextEntry:
    """ContextEntry of a turn, or of a statement, under its day."""
    # A paragraph of a document stands under its headings, as a turn does behind its speaker.
    headings = None if row["level"] else row.get("context")
    text = said(row["text"], (row["speaker"] or headings) if row["level"] < 2 else None) + ended
    item = Item(section, text, (row["id"],), row["happened_at"], score)
    moment = row["happened_at"].timestamp() if row["happened_at"] else 0.0
    place = (moment, row["session_id"] or "", row["seq"] or 0, row["id"])
    keys = keys_of(row)
    return ContextEntry(item, place, day_of(item), keys, keys)


def keys_of(row: Row) -> frozenset[str]:
    """What a memory shares with what says the same: id, only turn, words, fact."""
    keys = {row["id"], key_of(row["text"])}
    # What was sent with a turn says something else than the turn.
    is_sent = row.get("type") == "resource"
    if row["level"] == 1 and len(row["source_ids"] or ()) == 1 and not is_sent:
        keys.add(row["source_ids"][0])
    if row["level"] == 1 and telling.is_fact(row):
        # The turn says more than one fact of it; without the turn's key both can stand.
        keys -= set(row["source_ids"] or ())
        keys.add("=" + "|".join((row["subject"], row["attribute"], row["value"])).casefold())
    return frozenset(keys)


def lesson_entry(row: Row, place: int) -> ContextEntry:
    """ContextEntry of a lesson, with how often it helped; before it those that are worth more."""
    helped = helped_text(about_lesson(row))
    text = one_line(row["text"]) + (f" ({helped})" if helped else "")
    item = Item("lessons", text, (row["id"],), row["happened_at"], 1.0 / (1 + place))
    keys = frozenset((row["id"], key_of(row["text"])))
    return ContextEntry(item, (place,), covers=keys, unless=keys)


def task_entry(item: Item, place: int) -> ContextEntry:
    """ContextEntry of a task, whose depth is kept."""
    indent = item.text[: len(item.text) - len(item.text.lstrip(" "))]
    text = indent + one_line(item.text)
    covers = frozenset((*item.ids, key_of(text)))
    return ContextEntry(replace(item, text=text), (place,), covers=covers)


def without_secrets(entry: ContextEntry) -> ContextEntry:
    """ContextEntry without secrets."""
    text = telling.without_secrets(entry.item.text, entry.item.ids[0] if entry.item.ids else "")
    return entry if text == entry.item.text else replace(entry, item=replace(entry.item, text=text))


def each_once(entries: list[ContextEntry]) -> list[ContextEntry]:
    """Entries of which those that say the same in nearly the same words share a key."""
    keys: dict[int, frozenset[str]] = {}
    for group in near_duplicate_groups([entry.item.text for entry in entries]):
        keys.update((i, frozenset((f"~{min(group)}",))) for i in group)
    return [
        replace(
            entry,
            covers=entry.covers | keys.get(i, frozenset()),
            unless=entry.unless | keys.get(i, frozenset()) if entry.unless else entry.unless,
        )
        for i, entry in enumerate(entries)
    ]


def key_of(text: str) -> str:
    """Text as others with the same words have it; never an id."""
    if len(text) > LONG_TEXT:
        return f" {hash(text)}"
    return " " + "".join(filter(str.isalnum, text.casefold())) if text else ""
