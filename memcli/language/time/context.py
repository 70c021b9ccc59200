"""What stands around a matched form, and what depends on it: tense, since, last and next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from memcli.language.data import words
from memcli.language.syntax import Parse, Word
from memcli.language.time import calendar as cal
from memcli.language.time.calendar import Span, Yearly
from memcli.language.time.cues import sentence_around, tense_at
from memcli.language.time.grammar import around
from memcli.language.time.tense import (
    Tense,
    anchor,
    is_loose,
    is_noun_of,
    is_perfect,
    tense_of,
    verb_of,
)

BACKWARD: Final = words("time", "backward")
FORWARD: Final = words("time", "forward")
STEPS: Final = {"last": -1, "this": 0, "next": 1}
_ATTRIBUTE: Final = ("compound", "amod", "nmod", "flat")
# A date without its year is said of a day as near as that, not of one as far as that.
NEAR: Final = 60 * cal.DAY
_FAR: Final = 250 * cal.DAY
# What is told in the past of a day so near ahead was said later than its time tells.
_CLOSE: Final = 14 * cal.DAY


@dataclass(frozen=True)
class Hit:
    """A form matched in the lower-case text of a sentence, which may have been parsed."""

    found: re.Match[str]
    parse: Parse
    said: date

    def __getitem__(self, name: str) -> str:
        """Return the text of a named group, empty where it took no part."""
        return self.found.groupdict().get(name) or ""

    def before(self, name: str) -> bool:
        """Tell whether what stands in the 40 characters before is of that name in the data."""
        start = self.found.start()
        # endpos, not a slice, so that ^ is the start of the text and not of the window
        return bool(around("before", name).search(self.found.string, max(0, start - 40), start))

    @property
    def edge(self) -> str:
        """The word before that says which edge of the time is meant, nothing where none does."""
        start = self.found.start()
        edge = around("before", "edge_word").search(self.found.string, max(0, start - 40), start)
        return edge[1].split()[0].lstrip("'\u2019") if edge else ""

    def after(self, name: str) -> bool:
        """Tell whether what follows is of that name in the data."""
        return bool(around("after", name).match(self.found.string, self.found.end()))

    def in_sentence(self, name: str) -> bool:
        """Tell whether the sentence has what is of that name in the data."""
        low, high = sentence_around(self.found.string, self.found.start())
        return bool(around("in_sentence", name).search(self.found.string, low, high))

    def is_capital(self, group: str) -> bool:
        """Tell whether a group begins with a capital where it stands."""
        return self.parse.text[self.found.start(group)].isupper()

    @cached_property
    def word(self) -> Word | None:
        """The word that the others of the form depend on, None where nothing was parsed."""
        return anchor(self.parse, *self.found.span())

    @cached_property
    def verb(self) -> Word | None:
        """The word with a tense that the form depends on."""
        return verb_of(self.parse, self.word) if self.word else None

    @cached_property
    def tense(self) -> Tense:
        """The tense of the clause around."""
        if self.word:
            return tense_of(self.parse, self.word)
        return tense_at(self.found.string, *self.found.span())

    @property
    def looks_back(self) -> bool:
        """Whether a day without a week or month is past: since it, or told in the past.

        Unparsed, what was planned for Friday, moved to Friday or due by Friday is still ahead.
        """
        ahead = self.word is None and self.before("ahead")
        return self.is_edge or (self.tense == "past" and not ahead)

    @property
    def is_edge(self) -> bool:
        """Whether a time is begun: since it, or what a thing is from: "the photos from May"."""
        word = self.word if self.word and self.word.is_("nmod") else None
        if word and word.head > word.index:  # "From Monday I have a car": of no thing
            word = None
        case = self.parse.child(word, "case") if word else None
        return self.before("since") or bool(case and case.lemma == "from")

    @property
    def opens_perfect(self) -> bool:
        """
        Whether a date stands apart before a present perfect: "20 June at the club, I've paid".

        No perfect has a date of the past (Klein, "The present perfect puzzle", 1992).
        """
        if not (self.word and self.verb and is_perfect(self.parse, self.verb)):
            return False
        between = self.parse.words[self.word.index : self.verb.index]
        ends = any(each.text in (",", ";", ":", "-", "\u2013") for each in between)
        return ends and not self.is_edge and self.verb.index > self.word.index

    @property
    def stands_alone(self) -> bool:
        """Whether a time is no attribute of a noun, as in "our Friday meeting", "spring break"."""
        head = self.parse.head(self.word) if self.word else None
        if not self.word or not head or head.start < self.found.end():
            return True
        if self.word.relation == "nmod:poss" or not self.word.is_(*_ATTRIBUTE):
            return True
        return self.word.is_("nmod", "flat") and self.after("closed")

    @property
    def is_free(self) -> bool:
        """Whether a time is the near one of its name, neither one of many nor part of a name."""
        word, start = self.word, self.found.start()
        if word is None:
            return self.after("closed")
        before = next((each for each in self.parse.words if each.end == start - 1), None)
        named = before and before.index > 1 and before.text[0].isupper()
        if before and (before.name.endswith("PER") or before.upos == "PRON"):
            named = False
        bound = self.parse.children(word, "det", "amod", "compound", "nmod:poss")
        bound = [each for each in bound if each.end <= start and each.lemma != "all"]
        return self.stands_alone and not named and not bound

    @property
    def is_report(self) -> bool:
        """Whether no verb tells if "Sixty visitors on Tuesday!" is hoped for or reported."""
        case = self.parse.child(self.word, "case") if self.word else None
        if case is None or case.lemma != "on" or self.tense != "unknown":
            return False
        return any(each.upos == "NUM" or each.text == "!" for each in self.parse.words)

    @property
    def is_timetable(self) -> bool:
        """Whether weekdays tell when something is open or done each week."""
        if self.word and is_noun_of(self.parse, self.word, "timetable"):
            return True
        listed = self.after("weekdays") or self.before("weekdays")
        headed = self.before("headed") or self.after("weekdays_of")
        return listed and (headed or self.tense == "unknown")

    @property
    def is_this_week(self) -> bool:
        """Whether "from Monday to Friday" is told of one week."""
        if self.word and self.word.is_("nmod"):
            return False
        away = self.tense == "present" and self.in_sentence("away")
        return away or self.tense in ("past", "future")

    @property
    def is_spent(self) -> bool:
        """Whether a holiday is a time without a preposition: "we spent it there", "left it"."""
        head = self.parse.head(self.word) if self.word else None
        if self.word is None or head is None or head.upos != "VERB":
            return False
        return self.word.relation == "obl:unmarked" or head.lemma in ("spend", "celebrate")


def some_year(hit: Hit) -> int | None:
    """Return the year that a form gives by number or as last, this or next year."""
    if hit["year"]:
        return int(hit["year"])
    return hit.said.year + STEPS[hit["year_word"]] if hit["year_word"] else None


def which_year(hit: Hit, make: Yearly) -> Span | None:
    """Choose among what returns every year by the tense and by since or until before it."""
    if hit.in_sentence("every_year"):
        return None
    if hit.tense in ("present", "unknown") and hit.in_sentence("yearly_day"):
        return None
    if hit.opens_perfect:
        return cal.nearest(make, hit.said)
    if hit.tense == "past" or hit.is_edge:
        return cal.latest(make, hit.said)
    if hit.tense == "unknown" and not hit.before("until"):
        return cal.nearest(make, hit.said)
    return cal.first(make, hit.said)


def which_day(hit: Hit, make: Yearly) -> Span | None:
    """
    Choose among the days of a date without year as which_year does, but near where that is far.

    A date is said without its year where it is near: "I declined the dinner on May 10", said on the
    fifth, dates the dinner. Where the verb itself says otherwise, what is days away is not known.
    """
    span = which_year(hit, make)
    if span is None:
        return None
    begun = span[0] <= hit.said
    other = (cal.first if begun else cal.latest)(make, hit.said)
    near = abs(other[0] - hit.said)
    if not begun and hit.before("until"):
        return span
    if near > NEAR or abs(span[0] - hit.said) < _FAR:
        return span
    loose = hit.word is not None and is_loose(hit.parse, hit.word)
    helpers = hit.parse.children(hit.verb, "aux", "cop") if hit.verb else []
    if hit.tense == "present" or (not begun and hit.verb and not helpers) or (begun and loose):
        return other
    if not begun and any(each.lemma == "be" for each in helpers):
        return other if loose else span
    return None if hit.word and begun and near <= _CLOSE else span


def directed(hit: Hit, make: Yearly) -> Span:
    """Choose among what returns every year by last, this or next before it."""
    which = hit["which"]
    if which in BACKWARD:
        return cal.latest(make, hit.said, edge=1)
    if which in FORWARD:
        return cal.first(make, hit.said, edge=0)
    past = which == "this" and hit.tense == "past"
    return (cal.latest if past else cal.first)(make, hit.said)
