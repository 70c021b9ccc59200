"""
Rules for secrets: patterns that are tried only where a literal anchor stands.

A text is searched for the anchors, which costs little, and a pattern is compiled when its anchor is
first met. An anchor that holds a shorter one is looked for only where the shorter one was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from memcli.language.data import read_data
from memcli.language.secrets.values import CHECKS, is_quoted_secret

# How far before an anchor its head may reach: a few words, or the beginning of a command.
HEAD: Final = 64
LONG_HEAD: Final = 200
# From this length on, the second half of a compound is looked for within a word.
COMPOUND: Final = 6
# What may follow a value and is no part of it.
TRAILING: Final[str] = read_data("secrets")["trailing"]
_MORE = re.compile(
    r"[ ](?!(?:and|but|und|aber|et|mais|y|pero|e|ma|en|maar|mas|i|ale|и|но|ve|ama) )\w"
)
# Scripts without spaces begin here.
_CJK: Final = "\u2e80"


@dataclass(frozen=True)
class Rule:
    """
    What a secret of a kind looks like beside an anchor.

    tail: what follows the anchor; head: what comes before it. The groups value and value2 are
    secrets if they pass the check, quoted is one between quotation marks. is_inside: the anchor may
    begin within a word. shape: the secret is anchor and all.
    """

    kind: str
    tail_pattern: str
    head_pattern: str = ""
    check: str = "any"
    is_inside: bool = False
    is_shape: bool = False
    is_long: bool = False

    @cached_property
    def _tail(self) -> re.Pattern[str]:
        return re.compile(self.tail_pattern, 0 if self.is_shape else re.IGNORECASE)

    @cached_property
    def _head(self) -> re.Pattern[str] | None:
        if not self.head_pattern:
            return None
        flags = 0 if self.is_shape else re.IGNORECASE
        return re.compile(rf"(?:{self.head_pattern})\Z", flags)

    def found_at(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets of an anchor at text[start:end]."""
        if not (self.is_inside or begins_word(text, start)):
            return
        tail = self._tail.match(text, end)
        if tail is None:
            return
        head = None
        if self._head is not None:
            reach = LONG_HEAD if self.is_long else HEAD
            head = self._head.search(text, max(0, start - reach), start)
            if head is None:
                return
        if self.is_shape:
            place = (head.start() if head else start, tail.end())
            if CHECKS[self.check](
                text[end : place[1]] if self.check == "basic" else text[slice(*place)]
            ):
                yield place
            return
        for match in filter(None, (head, tail)):
            yield from self._values(text, match)

    def _values(self, text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
        """Yield the places of the values of a match that pass the check."""
        for name, value in match.groupdict().items():
            if value is None:
                continue
            start = match.start(name)
            if name == "quoted":
                if is_quoted_secret(value):
                    yield start, match.end(name)
                continue
            plain = value.rstrip(TRAILING)
            if plain and CHECKS[self.check](plain) and ends_there(text, start + len(plain), plain):
                yield start, start + len(plain)


def begins_word(text: str, start: int) -> bool:
    """Tell whether a word begins at a place; one in the middle of "dbPassword" does."""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if not before.isalpha() or first >= _CJK or before >= _CJK:
        return True
    return before.islower() and first.isupper()


def ends_there(text: str, end: int, value: str) -> bool:
    """Tell whether the phrase is over: "is swordfish." is a password, "is causing trouble" not."""
    return not value.isalpha() or not _MORE.match(text, end)


# ---------------------------------------------------------------- from data


@dataclass(frozen=True)
class RuleIndex:
    """Rules by their anchors; `roots` are anchors that hold no other, and those that hold them."""

    rules: Mapping[str, Sequence[Rule]]
    roots: Sequence[tuple[str, Sequence[str]]]

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, Rule]]) -> RuleIndex:
        """Return the index of anchors and their rules."""
        rules: dict[str, list[Rule]] = {}
        for anchor, rule in pairs:
            if rule not in rules.setdefault(anchor, []):
                rules[anchor].append(rule)
        roots: dict[str, list[str]] = {}
        for anchor in sorted(rules, key=len):
            root = next((each for each in roots if each in anchor), anchor)
            roots.setdefault(root, []).append(anchor)
        return cls(rules, list(roots.items()))

    def places(self, text: str) -> Iterator[tuple[int, int, Rule]]:
        """Yield where anchors stand in a text, with the rules of each."""
        for anchors in [anchors for root, anchors in self.roots if root in text]:
            for anchor in anchors:
                yield from self._places_of(anchor, text)

    def _places_of(self, anchor: str, text: str) -> Iterator[tuple[int, int, Rule]]:
        rules, length = self.rules[anchor], len(anchor)
        start = text.find(anchor)
        while start >= 0:
            for rule in rules:
                yield start, start + length, rule
            start = text.find(anchor, start + length)


@cache
def shapes() -> RuleIndex:
    """Return the rules of tokens that are known by their own shape."""
    pairs = []
    for kind, (anchors, tail, *heads) in read_data("secrets")["shapes"].items():
        head = rf"(?<![\w-]){heads[0]}" if heads else r"(?<![\w-])"
        check = "basic" if kind == "basic auth" else "shape"
        rule = Rule(kind, tail, head, check, is_inside=True, is_shape=True)
        pairs += [
            (anchor, rule) for anchor in (["Basic "] if check == "basic" else anchors.split())
        ]
    return RuleIndex.of(pairs)


@cache
def phrases() -> tuple[RuleIndex, RuleIndex]:
    """Return the rules of what is said in words: of ASCII alone, and of other letters."""
    pairs = [pair for said in read_data("secrets")["said"] for pair in _expanded(said)]
    ascii_, other = ([p for p in pairs if p[0].isascii() is is_ascii] for is_ascii in (True, False))
    return RuleIndex.of(ascii_), RuleIndex.of(other)


def _expanded(said: Mapping[str, Any]) -> Iterator[tuple[str, Rule]]:
    """Yield the anchors and rules of an entry: of each language, or of all at once."""
    languages = read_data("secrets")["languages"]
    if "anchors" in said:
        rule = _rule(said, {})
        yield from ((anchor, rule) for anchor in said["anchors"])
        return
    chosen = said["only"].split() if "only" in said else languages
    for name in chosen:
        if name in said.get("but", "").split():
            continue
        rule = _rule(said, languages[name])
        yield from ((noun, rule) for noun in languages[name].get(said["nouns"], ()))


def _rule(said: Mapping[str, Any], language: Mapping[str, Any]) -> Rule:
    return Rule(
        said["kind"],
        filled(said["tail"], language),
        filled(said.get("head", ""), language),
        said["check"],
        said.get("is_inside", False),
        is_long=said.get("is_long", False),
    )


def filled(pattern: str, language: Mapping[str, Any]) -> str:
    """Return a pattern of the data: its lines joined, its {fragments} put in."""
    fragments = read_data("secrets")["fragments"]

    def fragment(found: re.Match[str]) -> str:
        value = language.get(found[1], fragments.get(found[1], ""))
        return filled(value, language)

    joined = "".join(line.strip("\n") for line in pattern.splitlines())
    return re.sub(r"\{([a-z][a-z_0-9]*)\}", fragment, joined)
