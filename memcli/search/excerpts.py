"""Excerpts of long turns: the statements made from one, else the sentences that matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from memcli.language.words import lexical_query
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.holds import holds

if TYPE_CHECKING:
    from datetime import datetime

    from store import Snapshot

GAP: Final = "…"
# Of a text with more parts than this, the best ones are looked at: measuring costs most.
MOST_PARTS: Final = 1_000
# Characters of a text that are looked at, and on each side of a word of the query.
SEARCHED: Final = 200_000
AROUND: Final = 1_000
_WORD = re.compile(r"\w+")
Measure = Callable[[Sequence[str]], list[int]]


def statements_of(
    snapshot: Snapshot, turn_ids: Sequence[str], now: datetime
) -> dict[str, list[str]]:
    """Return the texts of the statements made from turns alone that hold, in order, by turn."""
    links = snapshot.read_ids(
        "links", turn_ids, ["source_id", "target_id", "relation"], "target_id"
    )
    made = {row["source_id"] for row in links.to_pylist() if row["relation"] == "derived_from"}
    columns = ["id", "text", "source_ids", "seq", *HOLDS]
    rows = snapshot.read_ids("memories", sorted(made), columns).to_pylist()
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row["seq"] or 0, row["id"])):
        alone = row["level"] == 1 and len(row["source_ids"] or ()) == 1
        if alone and holds(row, now) and row["type"] != "vault":
            found.setdefault(row["source_ids"][0], []).append(row["text"])
    return found


def searched_part(text: str, query: str, most: int = SEARCHED) -> str:
    """
    Return what of a text is looked at: all, or of a very long one what is near a query's words.

    The places follow one another in the order of the text, in blocks of their own, from the word
    where a sentence begins; where the query has no word in it, that is the beginning.
    """
    if len(text) <= most:
        return text
    wanted = [re.escape(word) for word in _WORD.findall(lexical_query(query))]
    pattern = re.compile(rf"\b(?:{'|'.join(wanted)})\b" if wanted else r"(?!)", re.IGNORECASE)
    found: list[str] = []
    end = size = 0
    for match in pattern.finditer(text):
        if match.start() < end or size + 2 * AROUND > most:
            continue
        before = text.rfind(". ", end, match.start())
        start = max(end, before + 2 if before >= 0 else 0, match.start() - AROUND)
        stop = text.find(". ", match.end() + AROUND, match.end() + 2 * AROUND)
        end = stop + 1 if stop >= 0 else match.end() + AROUND
        found.append(text[start:end])
        size += end - start
    return "\n\n".join(found) or text[: 2 * AROUND]


def excerpt(parts: Sequence[str], query: str, limit: int, measure: Measure) -> str:
    """
    Return the parts of a text that share most words with a query, in the order of the text.

    All that is returned measures `limit` or less, but for a first part that is too long by itself:
    of that, the beginning. A gap shows where something was left out.
    """
    wanted = {word.casefold() for word in _WORD.findall(lexical_query(query))}
    gap = measure([GAP])[0]
    shared = [len(wanted & {w.casefold() for w in _WORD.findall(part)}) for part in parts]
    kept: list[int] = []
    left = limit
    best = sorted(range(len(parts)), key=lambda i: (-shared[i], i))[:MOST_PARTS]
    for index, cost in zip(best, measure([parts[i] for i in best]), strict=True):
        if cost + gap <= left:
            kept.append(index)
            left -= cost + gap
    if not kept and parts:
        return _beginning(parts[0], limit - gap, measure)
    return _joined(parts, sorted(kept))


def _joined(parts: Sequence[str], kept: Sequence[int]) -> str:
    words: list[str] = []
    expected = 0
    for index in kept:
        words += [parts[index]] if index == expected else [GAP, parts[index]]
        expected = index + 1
    return " ".join(words if expected == len(parts) else [*words, GAP])


def _beginning(text: str, limit: int, measure: Measure) -> str:
    """Return as much of the beginning of a text as measures `limit` or less, and a gap."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure([text[:middle]])[0] <= limit else (low, middle - 1)
    cut = text[:low].rsplit(None, 1)[0] if " " in text[:low] else text[:low]
    return f"{cut.rstrip()} {GAP}".lstrip()
