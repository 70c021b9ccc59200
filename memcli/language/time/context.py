"""What stands around a matched form, and what depends on it: tense, since, last and next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from memcli.language.time import calendar as cal
from memcli.language.time.calendar import Span
from memcli.language.time.tense import Tense, sentence_around, tense_at

BACKWARD: Final = frozenset({"last", "past", "this past"})
FORWARD: Final = frozenset({"next", "coming", "upcoming", "this coming"})
# A form after one of these says how often, or is measured from and not meant itself.
NOT_ITSELF = re.compile(
    r"\b(?:every|each|most|alternate)\s+$"
    r"|\b(?:(?:hour|day|night|evening|morning|afternoon|week|weekend|month|year)s?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\s(?:before|after|from|prior\sto|following)"
    r"\s(?:the\s)?$"
)
ON = re.compile(
    r"\b(?:on|by|until|till|since|from|before|after|for|through|starting|due|to|between)\s+$"
)
SINCE = re.compile(r"\bsince\s(?:the\s)?$")
UNTIL = re.compile(r"\b(?:until|till|by)\s(?:the\s)?$")
_AHEAD = re.compile(r"\b(?:until|till|by|for|to|due)\s(?:the\s)?$")
# What may follow a time that is no mere attribute of a noun.
CLOSED_AFTER = re.compile(
    r"\s*(?:$|\s\(|[.,;:!?)\]\"”…\u2014\u2013*\n])|\s+-|\s+(?:and|or|at|in|on|to|with|for"
    r"|because|we|i|but|when|it"
    r"|so|the|my|our|he|she|they|you|was|were|is|are|will|as|from|this|if|after|before|until|last"
    r"|instead|too|then|that|there|works|sounds|around|about|by|since|which|who|where|while|next"
    r"|together|again|due|noon|have|had|has|did|would|can|could|should|a|an|of\s+(?:this|last|next)"
    r")\b"
)
OFTEN = re.compile(
    r"\b(?:every|each|always|usually|often|annual|annually|yearly|weekly|born"
    r"|(?:days?|times|once|twice|evenings)\s(?:a|per)\s(?:week|month|year))\b"
)
_EVERY_YEAR = re.compile(
    r"\b(?:always|usually|often|annual|annually|yearly|born|(?:every|each)\s\w{3,10})\b"
)
_YEARLY_DAY = re.compile(r"\b(?:birthday|anniversary|birthdate)\b")


@dataclass(frozen=True, slots=True)
class Hit:
    """A form matched at [start, end) of a lower-case text; `original` has the capitals."""

    found: re.Match[str]
    original: str
    said: date

    def __getitem__(self, name: str) -> str:
        """Return the text of a named group, empty where it took no part."""
        return self.found.groupdict().get(name) or ""

    @property
    def tense(self) -> Tense:
        """The tense of the clause around."""
        return tense_at(self.found.string, self.found.start(), self.found.end())

    def before(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether a pattern that ends in $ matches the 40 characters before."""
        start = self.found.start()
        # endpos, not a slice, so that ^ is the start of the text and not of the window
        return bool(pattern.search(self.found.string, max(0, start - 40), start))

    def after(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether a pattern matches right after."""
        return bool(pattern.match(self.found.string, self.found.end()))

    @property
    def looks_back(self) -> bool:
        """Whether a day without a week or month is past: since it, or told in the past.

        What was planned for Friday, moved to Friday or due by Friday is still ahead.
        """
        return self.before(SINCE) or (self.tense == "past" and not self.before(_AHEAD))

    def sentence(self) -> str:
        """Return the sentence around."""
        low, high = sentence_around(self.found.string, self.found.start())
        return self.found.string[low:high]

    def is_capital(self, group: str) -> bool:
        """Tell whether a group begins with a capital where it stands."""
        return self.original[self.found.start(group)].isupper()


def some_year(hit: Hit) -> int | None:
    """Return the year that a form gives by number or as last, this or next year."""
    if hit["year"]:
        return int(hit["year"])
    steps = {"last": -1, "this": 0, "next": 1}
    return hit.said.year + steps[hit["year_word"]] if hit["year_word"] else None


def which_year(hit: Hit, make: Callable[[int], Span]) -> Span | None:
    """Choose among what returns every year by the tense and by since, until or by before it."""
    sentence = hit.sentence()
    if _EVERY_YEAR.search(sentence):
        return None
    tense = hit.tense
    if tense in ("present", "unknown") and _YEARLY_DAY.search(sentence):
        return None
    if tense == "past" or hit.before(SINCE):
        return cal.latest_begun(make, hit.said)
    if tense == "unknown" and not hit.before(UNTIL):
        return cal.nearest(make, hit.said)
    return cal.first_unfinished(make, hit.said)


def directed(hit: Hit, make: Callable[[int], Span]) -> Span | None:
    """Choose among what returns every year by last, this or next before it."""
    which = hit["which"]
    if which in BACKWARD:
        return cal.latest_over(make, hit.said)
    if which in FORWARD:
        return cal.first_after(make, hit.said)
    past = which == "this" and hit.tense == "past"
    return (cal.latest_begun if past else cal.first_unfinished)(make, hit.said)
