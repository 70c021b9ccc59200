"""Syntax of one sentence: its words with parts of speech, lemmas, names and a dependency tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from memcli.language.data import read_data

# Contractions are split as in Universal Dependencies English; hyphens are words of their own, but
# in "sister-in-law" and "ex-husband", who else were the sister and the husband.
_KIN: Final = (
    r"(?:wife|husband|partner|girlfriend|boyfriend|boss|mother|father|mom|mum|dad|sister|brother"
    r"|son|daughter|child|kid|parent|aunt|uncle|niece|nephew|grand\w+|fianc\w+)s?\b"
)
_WORDS: Final = re.compile(
    rf"\w+-in-laws?\b|(?:ex|step|half|foster|great|god)-{_KIN}"
    r"|\w+(?=n['\u2019]t\b)|n['\u2019]t\b|['\u2019](?:s|m|re|ve|ll|d)\b"
    r"|\d+(?:[.,:]\d+)+|\w+(?:\.\w+)+(?=\W|$)|\w+|\.{2,}|[^\w\s]",
    re.IGNORECASE,
)
# "I've a car": a verb of its own, as "'ve" is not for a parser.
_HAVING: Final = re.compile(
    r"['\u2019]ve(?=\s+(?:an?|no|two|three|four|five|six)\s)", re.IGNORECASE
)
# "My sister's vegan" is no sister's own, which a parser may take it for.
_BEING: Final = re.compile(
    r"['\u2019]s(?=\s+(?:(?:an?|the|not|in|at|on|from|also|still|always|never|only|really|so|very|about)\s"
    r"|(?:vegan|vegetarian|pregnant|married|divorced|engaged|retired|single|diabetic|deaf|blind|gay"
    r"|allergic|away|back|home|here|ill|sick|down|coming|moving|getting|having|selling|leaving)"
    r"\s*(?:[.,;!?)]|$|(?:and|but|now|to|on|in|at|from|for|since|with)\s)))",
    re.IGNORECASE,
)
_ONES: Final = re.compile(r"\b(?:my|our|his|her)\s+(?:\w+\s+)?[a-z]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands, [start, end) in its text, and the form that a parser was trained on."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """
    A word of a parsed sentence; `index` and `head` count from 1, the head of the root is 0.

    relation: of Universal Dependencies, with its subtype (`nsubj:pass`); upos, xpos: its tags of
    Universal Dependencies and of the Penn Treebank; name: O, or B- or I- with PER, LOC, ORG, MISC;
    sure: how probable the parser holds its head to be, in [0, 1].
    """

    index: int
    text: str
    start: int
    end: int
    lemma: str
    upos: str
    xpos: str
    head: int
    relation: str
    name: str = "O"
    sure: float = 1.0

    @property
    def dependency(self) -> str:
        """The relation without its subtype."""
        return self.relation.partition(":")[0]

    def is_(self, *relations: str) -> bool:
        """Tell whether the relation is one of these; `nsubj` stands for `nsubj:pass` too."""
        relation = self.relation
        return relation in relations or (":" in relation and self.dependency in relations)


@dataclass(frozen=True)
class Parse:
    """A sentence and its words; none where it was too long to be parsed."""

    text: str
    words: tuple[Word, ...] = ()
    _children: dict[int, list[Word]] = field(default_factory=dict, repr=False, compare=False)
    # What was asked for before, as rules ask for the same children again and again.
    _related: dict[tuple[int, tuple[str, ...]], list[Word]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Note the children of each word."""
        for word in self.words:
            self._children.setdefault(word.head, []).append(word)

    def __hash__(self) -> int:
        """Tell it from others by its text, so that what is read of it can be kept."""
        return hash(self.text)

    @property
    def root(self) -> Word | None:
        """The word that depends on no other."""
        return next(iter(self._children.get(0, ())), None)

    def head(self, word: Word) -> Word | None:
        """Return the word that a word depends on; None for the root."""
        return self.words[word.head - 1] if word.head else None

    def children(self, word: Word, *relations: str) -> list[Word]:
        """Return the words that depend on one, in order; of some relations only if given."""
        return list(self._below(word, relations))

    def child(self, word: Word, *relations: str) -> Word | None:
        """Return the first child of these relations."""
        return next(iter(self._below(word, relations)), None)

    def _below(self, word: Word, relations: tuple[str, ...]) -> Sequence[Word]:
        below = self._children.get(word.index, ())
        if not relations or not below:
            return below
        found = self._related.get((word.index, relations))
        if found is None:
            found = [each for each in below if each.is_(*relations)]
            self._related[word.index, relations] = found
        return found

    def ancestors(self, word: Word) -> Iterator[Word]:
        """Yield the head of a word, its head, and so on to the root."""
        above = self.head(word)
        while above is not None:
            yield above
            above = self.head(above)

    def subtree(self, word: Word, without: Iterable[str] = ()) -> list[Word]:
        """Return a word and all below it, in order; without children of some relations."""
        skipped, found, todo = tuple(without), [], [word]
        while todo:
            found.append(one := todo.pop())
            todo += [c for c in self.children(one) if not (skipped and c.is_(*skipped))]
        return sorted(found, key=lambda each: each.index)

    def span(self, words: Sequence[Word]) -> tuple[int, int]:
        """Return [start, end) of the text from the first of some words to the last."""
        return min(word.start for word in words), max(word.end for word in words)

    def slice(self, words: Sequence[Word]) -> str:
        """Return the text from the first of some words to the last, as it stands."""
        start, end = self.span(words)
        return self.text[start:end]

    def names(self) -> list[tuple[str, list[Word]]]:
        """Return the names of a sentence: type (PER, LOC, ORG, MISC) and words of each."""
        found: list[tuple[str, list[Word]]] = []
        for word in self.words:
            position, _, type_ = word.name.partition("-")
            if position == "I" and found and found[-1][1][-1].index == word.index - 1:
                found[-1][1].append(word)
            elif type_:
                found.append((type_, [word]))
        return found


# What reads a batch of sentences: a model of memcli.models.parser, or a made-up one in a test.
Parsing = Callable[[Sequence[str]], list[Parse]]


def tokenize(text: str) -> list[Token]:
    """Return the words of a sentence as a parser knows them: "dont" is two, "u" is "you"."""
    found = []
    for match in _WORDS.finditer(text):
        start, end = match.span()
        parts = _contractions().get(match[0].lower())
        if parts is None:
            form = "have" if _HAVING.match(text, start) else match[0]
            if form[1:] in ("s", "S") and _BEING.match(text, start) and _is_of_own(text, start):
                form = "is"
            found.append(Token(_chat_forms().get(form, form), start, end))
            continue
        # The first part keeps its letters; the second is what the parser knows it as.
        cut = start + len(parts[0])
        found += [Token(text[start:cut], start, cut), Token(parts[1], cut, end)]
    return found


def _is_of_own(text: str, start: int) -> bool:
    """Tell whether somebody's noun stands right before a place: "my older sister"."""
    return _ONES.search(text, max(0, start - 40), start) is not None


@cache
def _contractions() -> dict[str, tuple[str, str]]:
    return {word: (a, b) for word, (a, b) in read_data("contractions").items()}


@cache
def _chat_forms() -> dict[str, str]:
    return read_data("chat_forms")
