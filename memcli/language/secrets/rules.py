"""
Rules for secrets: patterns that are tried only where a literal anchor stands.

A text is searched for the anchors, which costs little, and a pattern is compiled when its anchor is
first met. An anchor that holds a shorter one is looked for only where the shorter one was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Any, Final, TypeAlias

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.values import CHECKS, is_quoted_secret

# How far before an anchor its head may reach: a few words, or the beginning of a command.
REACH: Final = 64
# Of a root, by which it is looked up.
ROOT: Final = 3
# Of a text in which each word is looked at once.
LONG: Final = 20_000
# What may follow a value and is no part of it.
TRAILING: Final[str] = read_data("secrets")["trailing"]
_MORE = lazy_pattern(
    r"[ ](?!(?:and|but|und|aber|et|mais|y|pero|e|ma|en|maar|mas|i|ale|и|но|ve|ama) )\w"
)
# Behind a number where words are not spelled apart: a year, a day, an amount.
_COUNTED: Final = tuple("\u5e74\u6708\u65e5\u5143\u5757\u5186\u4eba\u4e2a\u500b\ub144\uc6d4\uc6d0")
# Scripts without spaces begin here.
_CJK: Final = "\u2e80"


# A kind and the place of a secret of it.
Found: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True)
class Rule:
    """
    What a secret of a kind looks like beside an anchor.

    tail: what follows the anchor; head: what comes before it, at most `reach` characters. The
    groups value and value2 are secrets if they pass the check, quoted is one between quotation
    marks. is_inside: the anchor may begin within a word. is_shape: the secret is anchor and all.
    Both are templates, which the words of a language fill.
    """

    kind: str
    tail_template: str
    head_template: str = ""
    check: str = "any"
    is_inside: bool = False
    is_shape: bool = False
    reach: int = REACH
    words: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def tail_pattern(self) -> str:
        """The pattern of what follows; few of the many rules are ever asked for it."""
        return filled(self.tail_template, self.words)

    @cached_property
    def head_pattern(self) -> str:
        """The pattern of what comes before, or nothing."""
        return filled(self.head_template, self.words)

    @cached_property
    def tail(self) -> re.Pattern[str]:
        """What follows the anchor; compiled when the anchor is first met."""
        return re.compile(self.tail_pattern, 0 if self.is_shape else re.IGNORECASE)

    @cached_property
    def _head(self) -> re.Pattern[str]:
        flags = 0 if self.is_shape else re.IGNORECASE
        return re.compile(rf"(?:{self.head_pattern})\Z", flags)

    @property
    def looks(self) -> tuple[str, str, str, str, bool, int]:
        """What it looks for, and how: two rules of which this is the same are one."""
        patterns = self.tail_pattern, self.head_pattern
        return self.kind, *patterns, self.check, self.is_inside, self.reach

    def found_at(self, text: str, start: int, tail: re.Match[str]) -> Iterator[Found]:
        """Yield the secrets of an anchor at a place, which the tail follows."""
        head = None
        if self.head_pattern:
            head = self._head.search(text, max(0, start - self.reach), start)
            if head is None:
                return
        if self.is_shape:
            first = head.start() if head else start
            token = text[first : tail.end()]
            if is_glued(text, first) and not looks_random(token):
                return
            if CHECKS[self.check](token):
                yield self.kind, first, tail.end()
            return
        # What stands before the anchor ends with it: "use wintergarden as the password".
        if head:
            yield from self._values(text, head, is_over=True)
        yield from self._values(text, tail)

    def _values(self, text: str, match: re.Match[str], is_over: bool = False) -> Iterator[Found]:
        """Yield the values of a match that pass the check."""
        for name, value in match.groupdict().items():
            if value is None:
                continue
            start = match.start(name)
            if name == "quoted":
                if is_quoted_secret(value):
                    yield self.kind, start, match.end(name)
                continue
            plain = value.rstrip(TRAILING)
            end = start + len(plain)
            if not plain or not CHECKS[self.check](plain):
                continue
            if is_over or ends_there(text, end, plain):
                yield self.kind, start, end


def begins_word(text: str, start: int) -> bool:
    """Tell whether a word begins at a place; one in the middle of "dbPassword" does."""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if not before.isalpha() or first >= _CJK or before >= _CJK:
        return True
    return before.islower() and first.isupper()


def begins_token(text: str, start: int) -> bool:
    """Tell whether no letter or digit of a script that has spaces stands before a place."""
    return start == 0 or not text[start - 1].isalnum() or text[start - 1] >= _CJK


def is_glued(text: str, start: int) -> bool:
    """Tell whether a token hangs on what is before it, as in "session-ghp_..."."""
    return start > 0 and text[start - 1] in "_-"


def looks_random(token: str) -> bool:
    """Tell a token that nobody chose from the end of a name: "chat-sk-2024-weekly-meeting"."""
    return re.search(r"\d", token) is not None and re.search("[A-Z]", token) is not None


def ends_there(text: str, end: int, value: str) -> bool:
    """Tell whether the phrase is over: "is swordfish." is a password, "is causing trouble" not."""
    if value.isdigit() and text[end : end + 1] in _COUNTED:
        return False
    return not value.isalpha() or not _MORE.match(text, end)


# ---------------------------------------------------------------- from data


@dataclass(frozen=True)
class RuleIndex:
    """Rules by their anchors; `roots` are anchors that hold no other, and those that hold them."""

    rules: Mapping[str, Sequence[Rule]]
    roots: Sequence[tuple[str, Sequence[str]]]
    begins: Callable[[str, int], bool]

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, Rule]], begins: Callable[[str, int], bool]) -> RuleIndex:
        """Return the index of anchors and their rules; `begins` judges where one may stand."""
        rules: dict[str, list[Rule]] = {}
        for anchor, rule in pairs:
            rules.setdefault(anchor, []).append(rule)
        roots: dict[str, list[str]] = {}
        for anchor in sorted(rules, key=len):
            root = next((each for each in roots if each in anchor), anchor)
            roots.setdefault(root, []).append(anchor)
        return cls(rules, list(roots.items()), begins)

    @cached_property
    def _begun(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the roots by their first characters."""
        begun: dict[str, list[int]] = {}
        for number, (root, _) in enumerate(self.roots):
            if len(root) >= ROOT:
                begun.setdefault(root[:ROOT], []).append(number)
        return begun

    @cached_property
    def _short(self) -> Sequence[int]:
        """The numbers of the roots that have fewer."""
        return [number for number, (root, _) in enumerate(self.roots) if len(root) < ROOT]

    def met_in(self, folded: str) -> list[tuple[str, Sequence[str]]]:
        """Return the roots that stand in a text, each with the anchors that hold it."""
        if len(folded) < LONG:
            met = {folded[at : at + ROOT] for at in range(len(folded) - ROOT + 1)}
            places = sorted(chain(self._short, *(self._begun[b] for b in met & self._begun.keys())))
            return [self.roots[n] for n in places if self.roots[n][0] in folded]
        # Most words of a long text are in it often.
        once = "\n".join(set(folded.split()))
        return [pair for pair in self.roots if pair[0] in (folded if " " in pair[0] else once)]

    def found_in(self, text: str, folded: str) -> Iterator[Found]:
        """Yield what the rules find in a text, overlapping; anchors are looked for in `folded`."""
        for _, anchors in self.met_in(folded):
            for anchor in anchors:
                yield from self._found_by(anchor, text, folded)

    @cached_property
    def _rules_of(self) -> Callable[[str], Sequence[Rule]]:
        """The rules of an anchor, those that several languages share once; kept once asked."""
        return cache(
            lambda anchor: list({rule.looks: rule for rule in self.rules[anchor]}.values())
        )

    def _found_by(self, anchor: str, text: str, folded: str) -> Iterator[Found]:
        """Yield what the rules of an anchor find; where it says nothing, that costs little."""
        rules = [(rule.tail.match, rule) for rule in self._rules_of(anchor)]
        inside = [(match, rule) for match, rule in rules if rule.is_inside]
        length, start = len(anchor), folded.find(anchor)
        while start >= 0:
            end = start + length
            for match, rule in rules if self.begins(text, start) else inside:
                if tail := match(text, end):
                    yield from rule.found_at(text, start, tail)
            start = folded.find(anchor, end)


@cache
def shapes() -> RuleIndex:
    """Return the rules of tokens that are known by their own shape."""
    pairs = []
    for kind, (anchors, tail, *heads) in read_data("secrets")["shapes"].items():
        head = rf"(?<![\w-]){heads[0]}" if heads else ""
        rule = Rule(kind, tail, head, "shape", is_inside=bool(heads), is_shape=True)
        pairs += [(anchor, rule) for anchor in anchors.split()]
    return RuleIndex.of(pairs, begins_token)


def phrases() -> tuple[RuleIndex, RuleIndex]:
    """Return the rules of what is said in words: of ASCII alone, and of other letters."""
    return ascii_phrases(), foreign_phrases()


@cache
def ascii_phrases() -> RuleIndex:
    """Return the rules of what is said in ASCII alone: most texts need no others."""
    return RuleIndex.of([pair for pair in _pairs() if pair[0].isascii()], begins_word)


@cache
def foreign_phrases() -> RuleIndex:
    """Return the rules whose anchors have other letters."""
    return RuleIndex.of([pair for pair in _pairs() if not pair[0].isascii()], begins_word)


@cache
def _pairs() -> Sequence[tuple[str, Rule]]:
    """Return the anchors and rules of all that is said in words."""
    return [pair for said in read_data("secrets")["said"] for pair in _expanded(said)]


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
        said["tail"],
        said.get("head", ""),
        said["check"],
        said.get("is_inside", False),
        reach=said.get("reach", REACH),
        words=language,
    )


def filled(pattern: str, language: Mapping[str, Any]) -> str:
    """Return a pattern of the data: its lines joined, its {fragments} put in."""
    fragments = read_data("secrets")["fragments"]

    def fragment(found: re.Match[str]) -> str:
        value = language.get(found[1], fragments.get(found[1], ""))
        return filled(value, language)

    joined = "".join(line.strip("\n") for line in pattern.splitlines())
    return re.sub(r"\{([a-z][a-z_0-9]*)\}", fragment, joined)
