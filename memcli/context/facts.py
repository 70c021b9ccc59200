"""
Asked facts: what a prompt is told of the persons and attributes that a question is about.

Facts of the person that is named come first, those of the attribute that is asked for before all:
"what shall I cook for Jonas?" has his allergy. Without a name, they are of the one who asks, and of
those of whom most is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.context.profiles.sections import (
    HISTORY,
    PLANS,
    is_stale,
    is_told,
    section_of,
    told_otherwise,
)
from memcli.jsonl import Row
from memcli.language.asked_attributes import named_subjects
from memcli.language.broad import is_broad, told_words
from memcli.language.data import read_data
from memcli.language.data import words as words_of
from memcli.language.facts.attributes import about
from memcli.language.keywords import stems
from memcli.language.words import compared_words
from memcli.memory import telling
from memcli.memory.holds import holding
from memcli.memory.states import State, ids_in_state
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

COLUMNS: Final = (*telling.COLUMNS, "namespace", "importance", "source_ids")
FACTS: Final = "level = 1 AND attribute IS NOT NULL AND type != 'vault'"
QUOTATIONS: Final = "level = 1 AND attribute IS NULL AND type != 'vault'"
# Of whom nobody asks by name, those of whom most is known.
MOST_MAIN: Final = 2
# How much a fact matters that is asked for by attribute; by a word of it; words of the person on
# what is asked for; a fact that is only of them; or of the main persons, where all is asked for.
BY_ATTRIBUTE, BY_WORD, BY_QUOTATION, BY_NAME, BY_ALL = 5.0, 4.0, 2.0, 1.0, 0.5
# Facts that nothing but the name asks for are told as long as they matter to anybody, and only
# where nothing better is asked for.
LEAST_WEIGHT: Final = 0.8
LEAST_OF_ALL: Final = 0.5
MOST_BY_NAME: Final = 3
MOST_OF_ALL: Final = 10
MOST_QUOTATIONS: Final = 3
# "allergic" is of the allergy: words that begin alike with so many letters.
SHARED_LETTERS: Final = 6


def read_facts(snapshot: Snapshot, namespaces: Sequence[str], now: datetime) -> list[Row]:
    """Facts of some namespaces that hold, were said by a person and are not hidden."""
    where = f"{FACTS} AND namespace IN ({quoted(namespaces)}) AND {holding(now)}"
    hidden = ids_in_state(snapshot, State.hidden)
    rows = snapshot.read("memories", COLUMNS, where).to_pylist()
    seen = (row for row in rows if not (row["happened_at"] and row["happened_at"] > now))
    return [row for row in seen if is_told(row) and row["id"] not in hidden]


def read_quotations(
    snapshot: Snapshot,
    facts: Sequence[Row],
    namespaces: Sequence[str],
    question: str,
    now: datetime,
) -> list[Row]:
    """Quotations of those who are asked after that have a word of an asked attribute in them."""
    words = stems(told_words(question))
    known = read_data("attributes")
    asked = [name for name in known if len(name) >= SHARED_LETTERS and _asks(words, name)]
    speakers = named_subjects({row["speaker"] for row in facts if row["speaker"]}, question)
    if not asked or not speakers:
        return []
    has = " OR ".join(f"contains(lower(text), {quoted([n[:SHARED_LETTERS]])})" for n in asked)
    inside = f"namespace IN ({quoted(namespaces)}) AND speaker IN ({quoted(sorted(speakers))})"
    where = f"{QUOTATIONS} AND {inside} AND ({has}) AND {holding(now)}"
    rows = snapshot.read("memories", COLUMNS, where).to_pylist()
    rows = [row for row in rows if is_told(row) and "?" not in row["text"]]
    rows.sort(key=lambda row: (-(row["importance"] or 0.0), row["id"]))
    return rows[:MOST_QUOTATIONS]


def asked_facts(
    rows: Iterable[Row], question: str, now: datetime, broad: bool | None = None
) -> list[tuple[float, Row]]:
    """Facts that a question asks for, with how much they matter, the first to tell at the front."""
    some = _current(list(rows), now)
    broad = is_broad(question) if broad is None else broad
    words = stems(told_words(question))
    meant = stems(told_words(question) - words_of("questions", "light"))
    named = named_subjects({row["subject"] for _, row in some}, question)
    main = Counter(row["subject"] for _, row in some if "'s " not in row["subject"])
    persons = named or {name for name, _ in main.most_common(MOST_MAIN)}
    asked, others = [], []
    for section, row in some:
        weight = telling.weight_of(section)
        said = stems(compared_words(f"{row['attribute']} {row['value']}"))
        is_of = row["subject"] in persons
        worth = weight * (0.5 + (row["importance"] or 0.0) / 2)
        if is_of and _asks(words, row["attribute"]):
            asked.append((BY_ATTRIBUTE + worth, row))
        elif meant & said:
            asked.append(((BY_WORD if is_of else BY_WORD / 2) + worth, row))
        elif row["subject"] in named and weight >= (LEAST_OF_ALL if broad else LEAST_WEIGHT):
            others.append((BY_NAME + worth, row))
        elif broad and is_of and weight >= LEAST_OF_ALL:
            others.append((BY_ALL + worth, row))
    for found in (asked, others):
        found.sort(key=lambda one: (-one[0], one[1]["id"]))
    if broad:
        return [*asked, *others[:MOST_OF_ALL]]
    return asked or others[:MOST_BY_NAME]


def _current(rows: Sequence[Row], now: datetime) -> list[tuple[str, Row]]:
    """Facts with their sections, without what is told as past and intentions long gone by."""
    ends = told_otherwise(rows, now)
    newest = max((row["happened_at"] for row in rows if row["happened_at"]), default=None)
    placed = [(section_of(row, now, ends), row) for row in rows]
    return [
        (section, row)
        for section, row in placed
        if section is not None
        and section != HISTORY
        and not (section == PLANS and is_stale(row["happened_at"], newest))
    ]


def _asks(words: set[str], attribute: str) -> bool:
    """Say whether stems of words of a question ask for an attribute: "eat" for an allergy."""
    asking = (*str(about(attribute).get("asks", "")).split(), *attribute.split())
    return not words.isdisjoint(stems(asking))
