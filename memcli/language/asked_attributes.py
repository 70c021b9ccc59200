"""
Asked attributes: which attributes of somebody a question asks for, and of whom.

"Where does Mara live?" is answered by what is known as her residence, in whatever words she said
it; a turn that says "live" is no nearer to it than any other. The rules are in
data/asked_attributes.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from memcli.language.broad import asks_of_oneself
from memcli.language.data import read_data
from memcli.language.facts.attributes import is_relation
from memcli.language.roles import CALLED
from memcli.language.words import compared_words

# A longer question says what it is about in words of its own.
MOST_WORDS = 12
_BEFORE = frozenset("and so but ok in at for from on of to".split())


class _Rule(NamedTuple):
    opens: frozenset[str]
    words: frozenset[str]
    together: frozenset[str]
    without: frozenset[str]
    attributes: frozenset[str]

    def fits(self, opening: str, said: set[str]) -> bool:
        """Say whether a question that opens with a word and has these words is of the rule."""
        together = not self.together or not self.together.isdisjoint(said)
        asked = opening in self.opens and not self.words.isdisjoint(said)
        return asked and together and self.without.isdisjoint(said)


def asked_attributes(question: str) -> frozenset[str]:
    """Return the attributes of facts that a question asks for, none for most questions."""
    asked = compared_words(question)
    while asked and asked[0] in _BEFORE:
        asked = asked[1:]
    if not 2 <= len(asked) <= MOST_WORDS:
        return frozenset()
    said = set(asked)
    fitting = (rule.attributes for rule in _rules() if rule.fits(asked[0], said))
    return frozenset().union(*fitting, _relations(asked))


def named_subjects(subjects: Iterable[str], question: str) -> set[str]:
    """Return subjects that a question names, by a whole name or its first word, or who asks."""
    asked = compared_words(question)
    text = f" {' '.join(asked)} "
    own = asks_of_oneself(question)
    found = set()
    for subject in subjects:
        name = compared_words(subject)
        whole = name and f" {' '.join(name)} " in text
        first = name and subject[:1].isupper() and name[0] in asked
        if whole or first or (own and subject.casefold() in {"user", CALLED["user"]}):
            found.add(subject)
    return found


def _relations(asked: Sequence[str]) -> set[str]:
    """Return the relation whose name is asked for: "who is Mara's brother"."""
    of_somebody = asked[0] == "who" and asked[1] in ("is", "was", "are", "s")
    if not of_somebody and not (asked[0] == "what" and asked[-1] == "name"):
        return set()
    return {word for word in asked[2:] if is_relation(word)}


@cache
def _rules() -> tuple[_Rule, ...]:
    rows: list[dict[str, Any]] = read_data("asked_attributes")["asked"]
    return tuple(map(_read_rule, rows))


def _read_rule(row: dict[str, Any]) -> _Rule:
    opens, said, together, without = (
        frozenset(row.get(key, "").split()) for key in ("opens", "words", "with", "not")
    )
    return _Rule(opens, said, together, without, frozenset(row["attributes"]))
