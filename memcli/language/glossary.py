"""
Glossary: what people say that a word stands for, "by the den we mean the back office".

Cues with what stands on either side of them, as Hearst read hyponyms (1992); that letters in
brackets are those of the words before them is after Schwartz and Hearst (2003), stricter. Rules and
cues are data (data/glossary.toml), in the languages that people write in. MARK (2025) keeps what it
reads of this kind as a memory of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from memcli.language.data import read_data, words
from memcli.language.names.forms import initials_of, name_key
from memcli.language.words import FUNCTION_WORDS

# What a name in angle brackets stands for is one side: x the word, y what it means.
_OTHER_SIDE: Final = frozenset("meaning before phrase name meaning-han meaning-hangul".split())
_OPENING = re.compile(r"<([a-z-]+)>")
# Characters before a cue in which what it is about stands.
LONGEST_FRONT: Final = 120
_LATIN = re.compile(r"[\w-]+")


class Definition(NamedTuple):
    """What a word stands for: the word, what it means, and the clause that says so."""

    term: str
    meaning: str
    said: str


class _Rule(NamedTuple):
    """
    A rule; front: what stands right before the pattern, which is looked for first.

    trims: only the last words of the front are what is meant.
    """

    cues: tuple[str, ...]
    front: re.Pattern[str] | None
    pattern: re.Pattern[str]
    needs: str
    trims: bool


class _Found(NamedTuple):
    """Where a rule fits a text: both sides as they are said, and from where to where."""

    term: str
    meaning: str
    start: int
    end: int


def find_definitions(text: str, heading: str = "") -> list[Definition]:
    """
    Return what words stand for by a text, each pair once, in order.

    heading: the headings that a paragraph of a document stands under.
    """
    lowered = text.lower()
    rules = [rule for rule in _rules() if any(cue in lowered for cue in rule.cues)]
    found = [one for rule in rules for one in _read(rule, text)]
    if heading and words("glossary", "headings") & set(_LATIN.findall(heading.lower())):
        found += _read(_item(), text)
    once = {(name_key(one.term), name_key(one.meaning)): one for one in reversed(found)}
    return sorted(once.values(), key=lambda one: text.find(one.said))


def plain_term(text: str) -> str:
    """Return words without quotes, spaces and an article at their ends."""
    first, _, rest = text.strip(_part("edges")).partition(" ")
    is_article = first.lower() in words("glossary", "articles")
    wears_none = first.islower() or first == "The"
    return rest.strip() if rest and is_article and wears_none else f"{first} {rest}".strip()


@cache
def _part(name: str) -> str:
    """Return a fragment of the data as a regular expression, with those that it is made of."""
    text = read_data("glossary")["parts"][name]
    return re.sub(r"\{([a-z_]+)\}", lambda other: _part(other[1]), text)


def _side(name: str) -> str:
    """Return what a name in angle brackets stands for."""
    return f"(?P<{'y' if name in _OTHER_SIDE else 'x'}>{_part(name)})"


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_compiled(**rule) for rule in read_data("glossary")["rules"])


@cache
def _item() -> _Rule:
    return _compiled("", read_data("glossary")["item"])


def _compiled(cue: str, pattern: str, needs: str = "") -> _Rule:
    opening = _OPENING.match(pattern)
    front = re.compile(_side(opening[1]) + r"\Z", re.IGNORECASE) if opening else None
    rest = pattern[opening.end() :] if opening else pattern
    whole = re.sub(r"<([a-z-]+)>", lambda name: _side(name[1]), rest)
    return _Rule(
        tuple(cue.split("|")), front, re.compile(whole, re.IGNORECASE), needs, "<before>" in pattern
    )


def _read(rule: _Rule, text: str) -> Iterator[Definition]:
    """Yield what one rule finds in a text."""
    for found in _places(rule, text):
        term, meaning = plain_term(found.term), _meaning(found.meaning, found.term, rule)
        is_sound = _is_term(term, found.term) and _is_meaning(meaning) and meaning != term
        if is_sound and _fits(term, meaning, rule.needs) and _is_stated(text, found, rule):
            yield Definition(term, meaning, text[found.start : found.end].strip())


def _places(rule: _Rule, text: str) -> Iterator[_Found]:
    """Yield where a rule fits: first its cue, for words to stand before one are everywhere."""
    for match in rule.pattern.finditer(text):
        sides, start = match.groupdict(), match.start()
        if rule.front is not None:
            window = max(0, start - LONGEST_FRONT)
            front = rule.front.search(text, window, start)
            if front is None:
                continue
            sides, start = sides | front.groupdict(), front.start()
        yield _Found(sides["x"], sides["y"], start, match.end())


# ---------------------------------------------------------------- what stands on either side


def _meaning(said: str, term: str, rule: _Rule) -> str:
    """Return what is meant of the words on the other side of a cue."""
    if re.fullmatch(_part("quoted"), said.strip()):
        return plain_term(said)
    if re.match(_part("ideograph"), plain_term(said)):
        whole, at = plain_term(said), plain_term(said).find(plain_term(term)[0])
        return whole[max(0, at) :] if at < len(whole) - 1 else whole
    if rule.trims or rule.needs == "letters":
        return _with_initials(said, plain_term(term)) or _last_phrase(said, plain_term(term))
    whole = re.sub(read_data("glossary")["tails"], "", _clause(said), flags=re.IGNORECASE)
    return plain_term(whole)


def _clause(text: str) -> str:
    """Return a text as far as its first comma, or as far as a list of names goes."""
    parts = text.split(", ")
    joining = "|".join(words("glossary", "joining"))
    for end in range(len(parts) - 1, 0, -1):
        some = parts[: end + 1]
        if all(part.istitle() or len(part.split()) < 3 for part in some[:-1]) and re.search(
            rf"^\S+ (?:{joining}) \S+$|^(?:{joining}) \S+$", some[-1]
        ):
            return ", ".join(some)
    return parts[0]


def _last_phrase(said: str, term: str) -> str:
    """Return the last words of a text that a word may be short for: a name, or from an article."""
    tokens = said.split()
    starts = [
        at + (token.lower() in words("glossary", "articles"))
        for at, token in enumerate(tokens)
        if token.lower() in words("glossary", "articles") or _begins(token, term)
    ]
    fits = [" ".join(tokens[at:]) for at in starts]
    return next((some for some in reversed(fits) if some and _abbreviates(term, some)), "")


def _begins(token: str, term: str) -> bool:
    return token[:1].isupper() and token[:1] == term[:1].upper()


def _with_initials(said: str, letters: str) -> str | None:
    """Return the last words of a text whose first letters some letters are, if there are any."""
    tokens = re.findall(r"[^\s,-]+", said)
    wanted = letters.replace(".", "").casefold()
    for start in range(len(tokens) - 1, -1, -1):
        some = tokens[start:]
        if wanted in initials_of(tuple(token.casefold() for token in some)):
            opened = re.search(r"[\s,-]+".join(map(re.escape, some)), said)
            return opened[0] if opened else None
    return None


def _is_term(term: str, said: str) -> bool:
    """Say whether a word can stand for something: it is no pronoun, and short."""
    tokens = term.split()
    if not 0 < len(tokens) <= read_data("glossary")["longest_term"] or not _has_letters(term):
        return False
    is_own = term.isupper() or re.fullmatch(_part("quoted"), said.strip()) is not None
    return is_own or not all(token.lower() in FUNCTION_WORDS for token in tokens)


def _is_meaning(meaning: str) -> bool:
    tokens = meaning.split()
    is_short = 0 < len(tokens) <= read_data("glossary")["longest"]
    if not is_short or not _has_letters(meaning):
        return False
    return tokens[0].lower().strip(_part("edges")) not in words("glossary", "empty")


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 2


def _fits(term: str, meaning: str, needs: str) -> bool:
    """Say whether a word and its meaning show what a rule wants of them."""
    if needs == "letters":
        is_list = "," in meaning and len(term) < 3
        return _with_initials(meaning, term) == meaning and not is_list
    if needs == "abbreviates":
        return _abbreviates(term, meaning)
    if needs == "kin":
        return term[:1].isupper() or _abbreviates(term, meaning)
    return True


def _abbreviates(term: str, meaning: str) -> bool:
    """Say whether the letters of a word stand in another in their order, and begin it."""
    letters = [char for char in term.casefold() if char.isalpha()]
    rest = iter(meaning.casefold())
    return letters[:1] == list(meaning.casefold()[:1]) and all(char in rest for char in letters)


# ---------------------------------------------------------------- whether it is said


def _is_stated(text: str, found: _Found, rule: _Rule) -> bool:
    """Say whether it is told as so: not asked, doubted or denied in its sentence."""
    if "(" in rule.cues or text[found.end - 1] == ")":
        return True
    ends = re.compile(_part("sentence_end"))
    starts = [end.end() for end in ends.finditer(text, 0, found.start)]
    before = text[max(starts, default=0) : found.start]
    end = ends.search(text, found.end)
    rest = text[found.end : end.end() if end else len(text)]
    doubted = {token.lower() for token in _LATIN.findall(before)} & words("glossary", "doubts")
    told = text[found.start : found.end] + rest
    denied = re.search(read_data("glossary")["denials"], told, re.IGNORECASE)
    return not (doubted or denied or re.search(_part("asked") + r"\s*\Z", rest))
