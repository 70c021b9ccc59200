"""
Glossary of a store: which names and words were said, or ruled by hand, to mean the same.

What a rule holds for likely, such as that Liz is Elizabeth, is not among them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.language.glossary import plain_term
from memcli.language.words import FUNCTION_WORDS
from memcli.memory.entities import ALIAS, BY_USER, canonical_of, evidence_of

if TYPE_CHECKING:
    from store.reading import TableReader

COLUMNS: Final = ("id", "namespace", "name", "canonical_id", "evidence")
MERGED: Final = "canonical_id IS NOT NULL"
# A question is asked again in so many other words at most.
MOST_REWORDED: Final = 3
_TOKEN = re.compile(r"\w+")
# Scripts in which words stand without spaces: a name is looked for among their signs.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Wording:
    """A question in other words, and the name that it has in the place of its own."""

    text: str
    name: str
    own: str


@dataclass(frozen=True)
class Glossary:
    """Names of a namespace, in groups that mean the same."""

    namespace: str
    groups: tuple[tuple[str, ...], ...]

    def rewordings(self, question: str) -> list[Wording]:
        """Return a question with names in it replaced by the others that mean the same."""
        folded = " ".join(_TOKEN.findall(question.casefold()))
        found: dict[str, Wording] = {}
        for spelling, group in self._spellings:
            if spelling not in folded or not (place := _place(spelling, question)):
                continue
            start, end = place
            if not _is_meant(group[0], question[start:end]):
                continue
            others = [name for name in group[1:] if _key(name) not in folded]
            for name in others:
                text = question[:start] + name + question[end:]
                found.setdefault(text, Wording(text, name, spelling))
        return list(found.values())[:MOST_REWORDED]

    @cached_property
    def _spellings(self) -> list[tuple[str, tuple[str, ...]]]:
        """What each name is looked for by, the longest first, with that name and the others."""
        keyed = [
            (_key(name), (name, *(other for other in group if other != name)))
            for group in self.groups
            for name in group
        ]
        return sorted(((key, names) for key, names in keyed if key), key=lambda one: -len(one[0]))


def read_glossaries(source: TableReader, namespace: str | None = None) -> list[Glossary]:
    """Return the glossaries of a store, of each namespace that has one, or of one."""
    if not source.count("entities"):
        return []
    rows = list(source.rows(COLUMNS, MERGED, ["entities"]))
    stated = [row for row in rows if is_stated(row) and namespace in (None, row["namespace"])]
    if not stated:
        return []
    roots = canonical_of(source.rows(["id", "canonical_id"], None, ["entities"]))
    wanted = sorted({roots[row["id"]] for row in stated})
    named = {row["id"]: row["name"] for row in source.rows_of(wanted, COLUMNS, tables=["entities"])}
    return _grouped(stated, roots, named)


def is_stated(row: Row) -> bool:
    """Say whether a name means another by what was said of it, or by hand."""
    evidence = evidence_of(row)
    is_said = evidence.get("reason") == ALIAS or evidence.get("by") == BY_USER
    return bool(row["canonical_id"]) and is_said


def _grouped(stated: Sequence[Row], roots: dict[str, str], named: dict[str, str]) -> list[Glossary]:
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in stated:
        root = roots[row["id"]]
        group = groups[row["namespace"]][root]
        group += [] if group or root not in named else [named[root]]
        group.append(row["name"])
    return [
        Glossary(space, tuple(tuple(dict.fromkeys(names)) for names in some.values()))
        for space, some in sorted(groups.items())
    ]


def _key(name: str) -> str:
    """Return the words by which a name is looked for; "" for one that anybody says."""
    tokens = _TOKEN.findall(plain_term(name).casefold())
    is_own = name.isupper() or not FUNCTION_WORDS.issuperset(tokens)
    return " ".join(tokens) if is_own else ""


def _place(spelling: str, question: str) -> tuple[int, int] | None:
    """Return where the words of a name stand in a question, one behind the other."""
    if _UNSPACED.search(spelling):
        at = question.casefold().find(spelling)
        return (at, at + len(spelling)) if at >= 0 else None
    tokens = list(_TOKEN.finditer(question))
    wanted = spelling.split(" ")
    for at in range(len(tokens) - len(wanted) + 1):
        some = tokens[at : at + len(wanted)]
        if [token[0].casefold() for token in some] == wanted:
            return some[0].start(), some[-1].end()
    return None


def _is_meant(name: str, said: str) -> bool:
    """Say whether a word of a question is a name: "it" is not IT."""
    return said.isupper() or said.casefold() not in FUNCTION_WORDS


def has_name(text: str, name: str) -> bool:
    """Say whether a text has the words of a name, one behind the other."""
    said, key = " ".join(_TOKEN.findall(text.casefold())), _key(name)
    return key in said if _UNSPACED.search(key) else f" {key} " in f" {said} "
