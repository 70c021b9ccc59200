"""
Rewrite the first and second person into the third, so that a statement stands alone.

"I moved here with my sister", said by Mara, becomes "Mara moved here with their sister". Choices:

- The speaker is named at the first mention and wherever "I", "me" or "mine" stood. "my" becomes
  "their" (or "her", "his" where an antecedent tells the gender) only while the speaker is the last
  person mentioned in the clause; otherwise the name is repeated, because "Mara's" is never
  ambiguous.
- "we" is the two who talk only where the sentence says so ("you and I", "we agreed"), or where an
  assistant speaks; else "Mara and others": dropping the others would make "we met" nonsense, and
  guessing them would invent. "our" is then "Mara's", which is true either way.
- he, she, it and they are replaced only by the one antecedent that fits. Heuristics after Lappin
and
  Leass (1994), cut down to agreement and recency, with abstention where several fit.
- What stands in quotation marks is left alone, and so is every sentence that is not English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from memcli.language.lexicon.roles import CALLED
from memcli.language.lexicon.verbs import is_finite
from memcli.language.persons.antecedents import Antecedent, aged, antecedents_of
from memcli.language.persons.coreference import PERSONAL, POINTING, Referents
from memcli.language.persons.interlocutors import Interlocutors, has_verb
from memcli.language.persons.openings import opened
from memcli.language.persons.rewriting import capital

__all__ = ["Antecedent", "Resolved", "aged", "antecedents_of", "resolve_persons"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rewritten text; `clear` is False where a pronoun that matters could not be resolved."""

    text: str
    replacements: list[tuple[str, str]] = field(default_factory=list)
    clear: bool = True


_MAX_CHARS: Final = 4000
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ENGLISH: Final = frozenset(
    """
    the and my have has with that this you i i'm i've i'd i'll for it it's are don't to from at
    been but not they
    of our your by about like got went love want she he was we is in on had do did so be can will
    just a she's he's
    """.split()
)
_CONTRACTING: Final = frozenset("you we they she i there don didn".split())
_FOREIGN: Final = frozenset(
    """
    el la los las de que und der die das ich le les et het een niet n\u00e3o il che \u00e8 para por
    con mit ist je est
    des du ne och att mi un una uno ein eine nicht pas gli sono jag ik ja nie jest w z se te que es
    en y o um uma em
    """.split()
)
_LOOSE = re.compile(r"\b(?:i|I)(?:m|ve)\b|\bi\b(?!\.)|\bi(?='(?:m|ve|ll|d)\b)")
_DIRECTION = re.compile(r"\[(?P<what>[a-z]+s [^\]]*)\]$")
_LETS = re.compile(r"(?:let's|let us)\s+(?P<verb>[a-z]+)", re.IGNORECASE)
_COUPLE = re.compile(
    r"(?:(?<=^)|(?<=[,;.!] )|(?<=\bthat )|(?<=\bwhen )|(?<=\bbecause ))"
    r"(?P<who>(?:[Mm]y|[Oo]ur) (?:[\w'-]+ ){0,2}[\w'-]+) and I\b(?!'|\u2019)"
)


def resolve_persons(
    sentence: str, speaker: str, addressee: str | None, antecedents: Sequence[Antecedent]
) -> Resolved:
    """
    Return a sentence with names in place of the pronouns that can be told.

    `speaker` and `addressee` are names, or the roles "user" and "assistant"; `addressee` None where
    several people listen. `antecedents` come from the sentences before, see `antecedents_of`.
    """
    if not speaker.strip() or len(sentence) > _MAX_CHARS or not _is_english(sentence):
        return Resolved(sentence)
    name = CALLED.get(speaker.lower(), speaker)
    direction = _DIRECTION.match(sentence)
    if direction:
        said = direction["what"]
        return Resolved(f"{capital(name)} {said}.", [("", name)])
    text, missing = opened(sentence, addressee)
    cut = text != sentence
    if missing:
        text = f"{missing} {text[:1].lower() if not text[1:2].isupper() else text[:1]}{text[1:]}"
    lets = _LETS.match(text.replace("\u2019", "'"))
    if lets:
        text = f"I suggest we {lets['verb']}{text[lets.end() :]}"
    text = _COUPLE.sub(_turned_couple, _LOOSE.sub(_tightened, text))
    rewriter = _Rewriter(text, name, addressee, antecedents)
    rewriter.group = "they" if lets else ""
    rewriter.run()
    return rewriter.resolved(capital if cut or missing or lets else _same)


def _turned_couple(couple: re.Match[str]) -> str:
    """Put the speaker first: "my wife and I" reads "I and my wife"."""
    phrase = couple["who"]
    if has_verb(phrase):
        return couple[0]
    return f"I and {phrase[:1].lower()}{phrase[1:]}"


def _tightened(loose: re.Match[str]) -> str:
    """Write "i", "im" and "ive" as they should be."""
    return "I" if len(loose[0]) == 1 else f"I'{loose[0][1:]}"


def _is_english(sentence: str) -> bool:
    words = _WORDS.findall(sentence.lower().replace("\u2019", "'"))
    english = sum(word in _ENGLISH or word.partition("'")[0] in _CONTRACTING for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    # "Went swimming": no function word, but a verb that leads.
    return english > foreign or (not foreign and bool(words) and is_finite(words[0]))


def _same(text: str) -> str:
    return text


class _Rewriter(Interlocutors, Referents):
    """One pass over the tokens of one sentence."""

    def run(self) -> None:
        """Replace what can be replaced, from left to right."""
        frozen = self._quoted_tokens()
        for at, token in enumerate(self.tokens):
            if at in frozen or not (token[0].isalpha() or token in ";:"):
                continue
            word, _, ending = token.lower().replace("\u2019", "'").partition("'")
            handler = _HANDLERS.get(word)
            # "US" and "IT" are names.
            if token.isupper() and len(token) > 1:
                handler = None
            if handler and (not ending or ending in ("m", "s", "re", "ve", "ll", "d")):
                handler(self, at, word, ending)
            else:
                self._notice(at, token, word)

    def resolved(self, finish: Callable[[str], str]) -> Resolved:
        """Return the outcome; `finish` is applied to a text whose beginning was cut."""
        text = "".join(self.tokens)
        if self.tokens and self.replacements and self.tokens[0] == self.replacements[0][1]:
            text = capital(text) if text.startswith("the ") else text
        return Resolved(finish(text), self.replacements, self.clear)


_Handler = Callable[[_Rewriter, int, str, str], None]
_HANDLERS: Final[dict[str, _Handler]] = {
    "i": _Rewriter.first,
    "me": _Rewriter.me,
    "my": _Rewriter.my,
    "mine": _Rewriter.mine,
    "myself": _Rewriter.myself,
    "you": _Rewriter.you,
    "your": _Rewriter.your,
    "yours": _Rewriter.yourself,
    "yourself": _Rewriter.yourself,
    "we": _Rewriter.we,
    "us": _Rewriter.we,
    "it": _Rewriter.it,
    "its": _Rewriter.it,
    **dict.fromkeys(("our", "ours", "ourselves"), _Rewriter.our),
    **dict.fromkeys(PERSONAL, _Rewriter.third),
    **dict.fromkeys(POINTING, _Rewriter.pointing),
}
