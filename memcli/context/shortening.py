"""Shortening of entries: what is too long for a block is told by the part that matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.context.rendering import ContextEntry, one_line
from memcli.memory import telling
from memcli.search.excerpts import GAP, SEARCHED, excerpt, searched_part, statements_of

if TYPE_CHECKING:
    from memcli.context.tokens import Meter
    from memcli.jsonl import Row
    from store import Snapshot

# What takes more than this part of the budget is shortened.
LONGEST_PART: Final = 8
# What has more characters for each token that it may have is too long without being measured.
LONGEST_TOKEN: Final = 64
SUMMARY_PARTS: Final = 3


def with_ends(row: Row) -> Row:
    """Return the row of a turn; of a very long one, which is cut anyway, both ends of its text."""
    text = row["text"]
    if len(text) <= SEARCHED:
        return row
    return {**row, "text": f"{text[: SEARCHED // 2]} {GAP} {text[-SEARCHED // 2 :]}"}


@dataclass(frozen=True)
class Shortener:
    """
    Makes entries short enough for a block of `limit` units, in view of a question.

    now: the moment whose statements tell what matters of a long turn.
    """

    snapshot: Snapshot
    query: str
    now: datetime
    meter: Meter
    limit: int

    def shortened(self, entries: Sequence[ContextEntry]) -> list[ContextEntry]:
        """Return entries with those that are too long made shorter."""
        starts = [entry.item.text[: LONGEST_TOKEN * self._most(entry)] for entry in entries]
        units = self.meter.units(starts)
        long = {
            i
            for i, entry in enumerate(entries)
            if (units[i] > self._most(entry) or len(starts[i]) < len(entry.item.text))
            and entry.section not in ("tasks", "profile")
        }
        if not long:
            return list(entries)
        turns = sorted({entries[i].item.ids[0] for i in long})
        statements = statements_of(self.snapshot, turns, self.now)
        return [
            self._short(entry, statements.get(entry.item.ids[0], [])) if i in long else entry
            for i, entry in enumerate(entries)
        ]

    def _most(self, entry: ContextEntry) -> int:
        """How long an entry may be; summaries stand for many."""
        longest = self.limit // LONGEST_PART
        return longest * (SUMMARY_PARTS if entry.section == "earlier" else 1)

    def _short(self, entry: ContextEntry, statements: Sequence[str]) -> ContextEntry:
        """Entry that says the part that matters: by its statements, if it has some."""
        from memcli.language.sentences import split_sentences

        id_ = entry.item.ids[0]
        parts = [telling.without_secrets(one_line(text), id_) for text in dict.fromkeys(statements)]
        if not parts:
            near = searched_part(entry.item.text, self.query)
            parts = [s.text.strip() for s in split_sentences(near) if s.text.strip()]
        text = excerpt(parts, self.query, self._most(entry), self.meter.units)
        return replace(entry, item=replace(entry.item, text=text))
