"""
Names that a store knows: how who speaks is called, and by which words others are meant.

A name that was told in another session is not invented. That of somebody who speaks may always be
said of what they say; that of anybody else where the turn has another of their names, or the word
that says who they are: "my sister", where the store knows that the sister of the speaker is Nora.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from memcli.language.data import words
from memcli.language.facts.fact import Fact
from memcli.language.grounding import name_words
from memcli.language.names.forms import name_key
from memcli.language.names.recognition import NOT_NAMES
from memcli.language.parts import Utterance
from memcli.language.roles import CALLED, ROLES
from memcli.memory.entities import canonical_of
from memcli.memory.entity_records import entity_rows
from memcli.memory.sessions import as_utterance
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

__all__ = ["KnownNames", "naming_turns"]

FACT_COLUMNS: Final = ["subject", "attribute", "value"]
TURN_COLUMNS: Final = ["id", "text", "speaker", "happened_at", "extra"]
NAMING: Final = frozenset({"name", "full_name", "first_name", "nickname"})
# A name that ends a sentence behind a comma, or follows a greeting: "Well done, Ana!".
_VOCATIVE = re.compile(
    r"(?:, |\b(?:Hi|Hello|Hey|Dear|Thanks|Thank you),? )([^\W\d_a-z][^\W\d_]+)(?=[.!?,]|$)"
)
MIN_VOCATIVES: Final = 2
# So many turns back somebody may have been named who is "she" now.
MAX_BACK: Final = 6


@dataclass
class KnownNames:
    """
    Names of one namespace.

    groups: all spellings of a name by each of its keys; called: names of those who speak, by key;
    meant: for words of a name, words that mean the same one.
    """

    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=dict)
    meant: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, namespace: str) -> KnownNames:
        """Return what a store knows of the names of a namespace."""
        known = cls()
        known.add_entities(entity_rows(snapshot, namespace))
        inside = f"namespace = {quoted([namespace])}"
        turns = snapshot.rows(TURN_COLUMNS, f"level = 0 AND {inside}")
        known.add_addressee([as_utterance(row) for row in turns])
        facts = snapshot.rows(FACT_COLUMNS, f"level = 1 AND attribute IS NOT NULL AND {inside}")
        known.add_facts(Fact(f["subject"] or "", f["attribute"], f["value"] or "") for f in facts)
        return known

    def add_entities(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the spellings that mean the same."""
        roots, groups = canonical_of(rows), dict[str, set[str]]()
        for row in rows:
            groups.setdefault(roots[row["id"]], set()).add(row["name"])
        for names in groups.values():
            self.groups.update(dict.fromkeys(map(name_key, names), frozenset(names)))
            self._mean(names, (name.split()[0] for name in names))

    def add_addressee(self, turns: Sequence[Utterance]) -> None:
        """Take the name by which the assistant calls the only person who talks to it."""
        people = {name_key(t.speaker or "user") for t in turns if not t.is_assistant}
        if len(people) != 1:
            return
        said = Counter(name for t in turns if t.is_assistant for name in _VOCATIVE.findall(t.text))
        names = {n: count for n, count in said.items() if n.casefold() not in NOT_NAMES}
        name = max(names, key=lambda n: (names[n], n), default="")
        if name and names[name] >= MIN_VOCATIVES and 2 * names[name] > sum(names.values()):
            self._call(people.pop(), name)

    def add_facts(self, facts: Iterable[Fact]) -> None:
        """Take names from facts: of who speaks, and of who is somebody's sister."""
        for fact in facts:
            if fact.attribute in NAMING:
                self._call(name_key(fact.subject).removeprefix("the "), fact.value)
            elif fact.value[:1].isupper():
                self._mean([fact.value], fact.attribute.split("_"))

    def names_of(self, speaker: str) -> frozenset[str]:
        """Return the words of all names of somebody who speaks."""
        key = name_key(speaker)
        names = {speaker, CALLED.get(key, speaker), *self.called.get(key, ())}
        spelled = (full for name in names for full in self.groups.get(name_key(name), ()))
        return frozenset(word for name in {*names, *spelled} for word in name_words(name))

    def speaker_of(self, subject: str, people: Iterable[str]) -> str | None:
        """Return which of some people a subject means, if it is a name of one."""
        said = frozenset(name_words(subject)) - {"the"}
        return next((p for p in people if said and said <= self.names_of(p)), None)

    def strangers(self, text: str, cited: Sequence[Utterance], people: Iterable[str]) -> list[str]:
        """Return who speaks, and is told to do what others said without a word of them."""
        said = {word for turn in cited for word in name_words(turn.text)}
        own = {turn.speaker or "user" for turn in cited}
        told = frozenset(name_words(text))
        by = [p for p in {*people, *own} if told & self.names_of(p) - {"the"}]
        if not said.isdisjoint(words("grounding", "second_person")) or own.intersection(by):
            return []
        return sorted(p for p in by if p not in ROLES and said.isdisjoint(self.names_of(p)))

    def _call(self, speaker: str, name: str) -> None:
        self.called.setdefault(speaker, set()).add(name)

    def _mean(self, names: Iterable[str], by: Iterable[str]) -> None:
        keys = {form for word in by for form in name_words(word)}
        for word in {word for name in names for word in name_words(name)}:
            self.meant.setdefault(word, set()).update(keys)


def naming_turns(
    missing: Sequence[str], cited: Sequence[Utterance], before: Sequence[Utterance]
) -> list[Utterance]:
    """
    Return the turns of people before some others that name what is missing there.

    The nearest of each, in order; none where the others have no "she" that could be meant by it, or
    where a name is not found. Only names can be meant, no numbers and dates.
    """
    said = {word for turn in cited for word in name_words(turn.text)}
    if said.isdisjoint(words("grounding", "third_person")):
        return []
    near = [turn for turn in before if not turn.is_assistant][-MAX_BACK:]
    found = []
    for name in missing:
        wanted = set(name_words(name))
        naming = [t for t in near if wanted and not wanted.isdisjoint(name_words(t.text))]
        if not naming:
            return []
        found.append(naming[-1])
    return [turn for turn in near if turn in found]
