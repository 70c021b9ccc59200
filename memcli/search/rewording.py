"""
Rewording: a question that names a thing is asked with the other names of that thing too.

"How many PTO days are left?" finds "paid time off is 25 days" where somebody said that PTO stands
for it, and the other way round (MARK, 2025, keeps such terms for a model; here they expand the
question, as in query expansion by a thesaurus, Voorhees 1994). Each wording is a question of its
own, and a row that has the other name has the better of its scores: words that stand in for a name
would dilute the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from memcli.memory.glossary import has_name
from memcli.search.found import Found, with_rows
from memcli.search.signals import RowKey, row_keys

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.memory.glossary import Glossary
    from memcli.search.signals import SignalReader

# How many rows another wording brings.
MOST_BROUGHT: Final = 50
# A name that more turns have is talked of by it: the question finds what it needs by itself.
MAX_MENTIONS: Final = 12


def with_rewordings(
    found: Found,
    glossaries: Iterable[Glossary],
    ask: Callable[[str, str], Found],
    signals: SignalReader,
) -> Found:
    """
    Return what a question brought up with what its other wordings do.

    ask: searches for a wording in a namespace.
    """
    brought: dict[RowKey, tuple[pa.Table, float]] = {}
    answerable = found.answerable
    said = [text for text in found.rows["text"].to_pylist() if text]
    for glossary in glossaries:
        for wording in glossary.rewordings(found.asked.text):
            if sum(has_name(text, wording.own) for text in said) > MAX_MENTIONS:
                continue
            other = ask(wording.text, glossary.namespace)
            answerable = max(answerable, other.answerable)
            texts = other.rows["text"].to_pylist()
            order = other.ranking.order[:MOST_BROUGHT].tolist()
            for at in (at for at in order if has_name(texts[at], wording.name)):
                row = other.rows.slice(at, 1)
                (key,) = row_keys(row)
                score = float(other.ranking.scores[at])
                if score > brought.get(key, (row, 0.0))[1]:
                    brought[key] = row, score
    if not brought:
        return found
    return with_rows(found, brought, "glossary", signals)._replace(answerable=answerable)
