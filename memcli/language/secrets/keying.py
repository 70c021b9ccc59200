"""
Keying: what is done with a value right before it or behind it, whatever it opens.

"Bang 4482 in", "5582 then the tick", "badge + 73310": nobody says so of what is counted or dated.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.around import LEAD, last_word, next_word
from memcli.language.secrets.candidates import Candidate
from memcli.language.secrets.clues import Clues
from memcli.language.secrets.cues import classes_between, classes_of, listed

# Between a value and the lock that it is used at.
LOCK_REACH: Final = 16
_SHUT: Final = frozenset(("lock", "keypad"))
_USED_AT: Final = _SHUT | {"open"}
# Behind a value that ends with a button: "then the little key".
LONGEST_END: Final = 32
# Between a badge and the code that is typed behind it.
LONGEST_JOINT: Final = 24
_JOINT: Final = r"[ \u00a0]*(?:[+&,]|->|\u2192)?[ \u00a0]*"
_WORDS = lazy_pattern(r"(?:[^\W\d_]+['\u2019]?[^\W\d_]*[ -]?){1,4}")
_CLAUSE = lazy_pattern(r"[.,;!?\n(]")


class Keying(Clues):
    """What the words of a turn tell of, and what is done with its numbers."""

    def _keyed(self, candidate: Candidate) -> dict[str, bool]:
        """Return what is done with a number right before it and behind it."""
        start, end = candidate.start, candidate.end
        lead = self.text[max(0, start - LEAD) : start]
        return {
            "put": is_put_in(self.text, start, end),
            "sealed": is_sealed(self.folded, end),
            "fobbed": is_behind_fob(self.folded, start),
            "came": ("six" in candidate.forms and is_arriving(self.folded, start, end))
            or ("usual" in candidate.forms and is_texted(self.folded, start)),
            "used": self._is_put_to_use(candidate, last_word(lead)),
        }

    def _is_put_to_use(self, candidate: Candidate, verb: str) -> bool:
        """Tell a value used at a lock: "use 5519 at the barrier", "unlocks if you do 0911"."""
        if verb in listed("do"):
            return not self._near(candidate).isdisjoint(_USED_AT)
        if verb not in listed("used"):
            return False
        behind = self._window(candidate, 0, LOCK_REACH)
        return any(c.start >= candidate.end and c.classes & _SHUT for c in behind)

    def _is_keyed(self, candidate: Candidate) -> bool:
        """Tell a number with which something is done that is done with codes alone."""
        return any(holds for name, holds in self._keyed(candidate).items() if name != "used")


def is_put_in(text: str, start: int, end: int) -> bool:
    """Tell a value that is put in: "bang 4482 in", "gib 4471 ein", "key in 1984"."""
    words = text[max(0, start - LEAD) : start].lower().split()
    if len(words) > 1 and words[-1] == "in" and words[-2] in listed("typed_in"):
        return True
    is_in = next_word(text, end) in listed("put_in")
    return is_in and last_word(text[max(0, start - LEAD) : start]) in listed("put")


def is_sealed(folded: str, end: int) -> bool:
    """Tell a value behind which a button is to be pressed: "then the tick", "+ key"."""
    joined = _joined().match(folded, end)
    words = _WORDS.match(folded, joined.end(), joined.end() + LONGEST_END) if joined else None
    return words is not None and "button" in classes_between(words[0])


def is_behind_fob(folded: str, start: int) -> bool:
    """Tell a value that is typed behind what is held to a reader: "badge plus 5528"."""
    lead = folded[max(0, start - LONGEST_JOINT) : start]
    joined = _joint().search(lead)
    said = _CLAUSE.split(lead[: joined.start()])[-1] if joined else ""
    return "fob" in classes_between(said)


def is_texted(folded: str, start: int) -> bool:
    """Tell a value that somebody was sent: "uber texted me 4409"."""
    return _TEXTED.search(folded, max(0, start - LEAD), start) is not None


def is_arriving(folded: str, start: int, end: int) -> bool:
    """Tell a value beside which it is said to have come: "447 029 just pinged in"."""
    if "bring" in classes_of(last_word(folded[max(0, start - LEAD) : start])):
        return True
    word = next_word(folded, end)
    if word in listed("step"):
        word = next_word(folded, folded.find(word, end) + len(word))
    return "bring" in classes_of(word) or _ARRIVING.match(folded, end) is not None


_TEXTED = lazy_pattern(r"\b(?:text|txt|sms|email|messag)(?:ed|d|'d)\s(?:me|us|you|u)\s$")
_ARRIVING = lazy_pattern(r"\s(?:just\s)?(?:pinged|popped|dropped|came|buzzed)\s(?:in|up|through)\b")


@cache
def _joined() -> re.Pattern[str]:
    """Return what matches what joins a value to what is done next."""
    return re.compile(rf"{_JOINT}(?:(?:{_said()})[ ]){{1,2}}|[ \u00a0]?[+&\u2192][ \u00a0]?")


@cache
def _joint() -> re.Pattern[str]:
    """Return what matches what joins a badge to a value, at its end."""
    return re.compile(rf"(?:[ ](?:{_said()})){{1,2}}[ ]$|[ ]?[+&][ ]?$")


def _said() -> str:
    return "|".join(sorted(map(re.escape, listed("joins")), key=len, reverse=True))
