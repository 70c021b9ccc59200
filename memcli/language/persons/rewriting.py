"""One sentence as it is being rewritten: its tokens and what was mentioned so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.language.lexicon.roles import CALLED
from memcli.language.lexicon.verbs import is_adverb, is_finite
from memcli.language.persons.agreement import tokens_of
from memcli.language.persons.antecedents import KIN, KIN_GENDER, Antecedent, Gender

__all__ = ["Line", "capital", "possessive"]

_QUOTED = re.compile(r"\"[^\"]*\"|\u201c[^\u201d]*\u201d|(?<!\w)'[^'\s][^']*'(?!\w)|`[^`]*`")
# "You" for anyone: in proverbs, and in conditions of a sentence that is not about the speaker.
_ANYONE = re.compile(
    r"\byou (?:never know|can never|can't (?:go wrong|beat)|only live|gotta|get what)"
    r"|^(?!.*\b(?:I|me|my)\b).{0,200}"
    r"\b(?:when|whenever|once|the more|unless|until|if|makes|lets?|gives?|keeps?) you\b(?!'"
    r"| (?:told|said|were|did|had|went|got"
    r"|mentioned|\w+ed)\b)"
)
_NEUTRAL: Final = frozenset("in at to from on near via through".split())
_CLAUSE_SEAMS: Final = frozenset(
    "because that when while if since although but who which where ; :".split()
)
_DETERMINING: Final = frozenset("a an the my our his their your some any another each new".split())


def capital(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def possessive(name: str, many: bool = False) -> str:
    """Return the possessive of a name; `many` where the name is a plural."""
    return name + ("'" if many and name.endswith("s") else "'s")


class Line:
    """The tokens of a sentence, changed in place from left to right, and the state of the pass."""

    def __init__(
        self, text: str, name: str, addressee: str | None, antecedents: Sequence[Antecedent]
    ) -> None:
        self.text = text.replace("\u2019", "'")
        self.tokens = tokens_of(text)
        self.name = name
        self.other = CALLED.get(addressee.lower(), addressee) if addressee else None
        genders = {each.name: each.gender for each in antecedents if each.gender}
        self.gender: dict[str, Gender] = genders
        talking = {name, self.other}
        self.antecedents = [each for each in antecedents if each.name not in talking]
        self.replacements: list[tuple[str, str]] = []
        self.clear = True
        # The person mentioned last in this clause: "their" can stand only for that one.
        self.last: str | None = None
        self.named: set[str] = set()
        self.group = ""
        self.seen_people: list[Gender | None] = []
        self.seen_many = self.seen_thing = False
        self.anyone = name not in CALLED.values() and bool(_ANYONE.search(self.text))

    def _quoted_tokens(self) -> set[int]:
        spans = [match.span() for match in _QUOTED.finditer(self.text)]
        frozen: set[int] = set()
        place = 0
        for at, token in enumerate(self.tokens if spans else ()):
            if any(start <= place < end for start, end in spans):
                frozen.add(at)
            place += len(token)
        return frozen

    def _put(self, at: int, new: str) -> None:
        self.replacements.append((self.tokens[at], new))
        self.tokens[at] = capital(new) if self._opens(at) else new

    def _opens(self, at: int) -> bool:
        """Tell whether a token is the first of the sentence that is not space."""
        return at == 0 or (at == 1 and self.tokens[0].isspace())

    def _word(self, at: int, step: int) -> str:
        """Return the nearest word or mark before (-1) or after (+1) a token, in lower case."""
        at += step
        while 0 <= at < len(self.tokens) and self.tokens[at].isspace():
            at += step
        if not 0 <= at < len(self.tokens):
            return ""
        return self.tokens[at].lower().replace("\u2019", "'")

    def _notice(self, at: int, token: str, word: str) -> None:
        """Keep track of what a later pronoun of this sentence may stand for."""
        if word in _CLAUSE_SEAMS:
            self.last = None
        if word in KIN:
            self.last = None
            gender = KIN_GENDER.get(word)
            self.seen_many |= word not in KIN_GENDER
            if word in KIN_GENDER:
                self.seen_people.append(gender)
        elif token[0].isupper() and at and self._word(at, -1) not in _NEUTRAL:
            self.last = None
            self.seen_people.append(None)
            self.seen_thing = True
        elif len(word) > 3 and word.endswith("s") and not is_adverb(word) and not is_finite(word):
            self.seen_many = True
        elif self._word(at, -1) in _DETERMINING and len(word) > 2:
            self.seen_thing = True
