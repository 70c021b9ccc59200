"""
Evidence: a number or an odd word is a secret where enough around it says so, in whatever order.

Phrases have no end: "Dad changed the alarm again, it's 7390 now" is none that a rule would know. So
what looks like a code or a password is weighed: by its form, by the classes of the words in its
sentence, in the rest of a short turn and in the question before, and by what stands right beside
it. What is counted, paid or measured with a number is no secret. The weights are data.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets import around, edges
from memcli.language.secrets.around import LEAD, last_word, next_word
from memcli.language.secrets.candidates import Candidate, candidates
from memcli.language.secrets.clues import LONGEST_LEAD, NAME, SHORT_TURN
from memcli.language.secrets.cues import classes_of, copulas, listed
from memcli.language.secrets.keying import Keying
from memcli.language.secrets.looks import DECIMALS, total_weight
from memcli.language.secrets.rules import Found

# A digit among these is of a formula, where no lock is spoken of.
SHORT_MARK: Final = 4
# Of an answer that is no more than its value: "still 2470".
MOST_FILLERS: Final = 4
# Behind a value with which a line begins: "6639 = alarm off".
_EQUALS = lazy_pattern(
    r"\s?(?:=|\u2190|[-\u2013\u2014]\s|[.,]\s(?:that|it)['\u2019]?s\s)", re.IGNORECASE
)
# Between a value and what is done with it: "4471 and hash".
BESIDE: Final = 4

# Without any of these classes nothing is secret.
_NEEDED: Final = {
    "number": frozenset("password pin code lock keypad net device card back".split()),
    "word": frozenset("password pin net device account sign lock enter open change".split()),
    "paper": frozenset(("paper",)),
    "hex": frozenset(("key",)),
    "quoted": frozenset(("password", "pin", "code", "lock", "keypad", "net")),
}
_TELLING: Final = frozenset(("sent", "code", "enter", "open")).union(*_NEEDED.values())
# Beside "they sent me".
_BROUGHT: Final = frozenset(("code", "account", "device", "enter"))
# What a value may be said to be that of; and that of which there are many, each with a number.
_NAMED: Final = frozenset("password pin code lock keypad net card device paper sent back".split())
_NUMBERED: Final = frozenset(("lock", "net", "account", "device", "open", "sign", "card"))
_LOCKED: Final = frozenset(("lock", "keypad", "pin", "card", "password", "back"))
_TOLD: Final = frozenset(("password", "pin", "paper"))
_SHUT: Final = frozenset(("lock", "keypad"))
_DIALLED: Final = _SHUT | {"code"}
_ENTERED_ONLY: Final = frozenset(("pin", "password"))
# What a number is that of, where no word joins the two.
_ASIDE: Final = frozenset(("pin", "password", "card", "sent", "code", "device"))
_OWNED: Final = _SHUT | {"device", "card"}
_THINGS: Final = frozenset(("card", "device", "account", "net"))
_CHANGED: Final = frozenset(("change",))
_ENTERED: Final = frozenset(("enter",))
_DONE: Final = frozenset(("enter", "open", "sign"))
_USED: Final = _DONE | {"change", "code", "works", "wants", "turn", "button"}
_BESIDE: Final = (
    "link",
    "done",
    "told",
    "apart",
    "coded",
    "only",
    "pointed",
    "clause",
    "first",
    "behind",
    "opened",
    "put",
    "sealed",
    "fobbed",
    "came",
    "used",
)
# Forms of what is typed.
_AS_CODES: Final = frozenset(("usual", "single", "groups", "year", "pair"))
_STRANGE: Final = frozenset(("odd", "rich", "signs", "strange", "unusual"))
_KINDS: Final = {"word": "password", "quoted": "password", "paper": "number", "hex": "api key"}


def found_by_evidence(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of what enough evidence says to be secret, overlapping."""
    text, folded = evidence.text, evidence.folded
    for candidate in candidates(text, folded, has_papers=evidence.has_papers):
        yield from evidence.judged(candidate)


class Evidence(Keying):
    """What the words of a turn say of its values."""

    @property
    def is_telling(self) -> bool:
        """Whether it may tell of something secret."""
        return len(self.text) <= SHORT_TURN or not self.classes.isdisjoint(_TELLING)

    def judged(self, candidate: Candidate) -> Iterator[Found]:
        """Yield a candidate that is a secret, with its kind."""
        number = bisect_right(self.ends, candidate.start)
        near = self._near(candidate)
        weights = _weights(candidate.shape)
        if not self._may_be(candidate, near, number):
            return
        # What the answer says of it does not make it that of something else.
        if candidate.start <= LONGEST_LEAD and not _NEEDED[candidate.shape].isdisjoint(self.asked):
            near -= {"other"}
        is_leading = candidate.start <= LONGEST_LEAD
        told_of = near | self._named_for(candidate) | (self.asked if is_leading else frozenset())
        if "short" in candidate.forms and told_of.isdisjoint(_LOCKED):
            return
        score = total_weight(weights, candidate.forms) + total_weight(weights, near)
        asked = self.asked | self._asked_within(number) | self._named_for(candidate)
        score += self._around(near, self.others(number), asked, weights)
        if not asked and self.is_answer and self._is_only(candidate):
            score += weights["asked"]
        # What stands in a document is looked at more closely.
        enough = _weights("")["enough" if len(self.text) <= SHORT_TURN else "enough_in_long"]
        if round(score + total_weight(weights, _BESIDE), DECIMALS) < enough:
            return
        score = round(score + self._beside(candidate, weights), DECIMALS)
        if score >= enough and not self._is_amount(candidate, near):
            yield _kind(candidate, near | self.asked), candidate.start, candidate.end

    def _may_be(self, candidate: Candidate, near: frozenset[str], number: int) -> bool:
        """Tell a value that has one of the words beside it without which none is secret."""
        is_short, needed = len(self.text) <= SHORT_TURN, _NEEDED[candidate.shape]
        if candidate.shape == "quoted":
            return is_short and self._is_quoted_as(candidate) and not near.isdisjoint(needed)
        if candidate.shape == "word":
            return not self._is_all(candidate) and self._may_be_word(candidate, near, number)
        if "brief" in candidate.forms:
            return is_short and not near.isdisjoint(("enter", "open")) and self._is_keyed(candidate)
        around_it = near | self.asked | self.others(number) | self._named_for(candidate)
        is_number = candidate.shape == "number"
        if "marked" in candidate.forms and candidate.end - candidate.start <= SHORT_MARK:
            return not around_it.isdisjoint(_DIALLED)
        return not needed.isdisjoint(around_it) or (
            is_number and self._may_be_used(candidate, around_it)
        )

    def _is_all(self, candidate: Candidate) -> bool:
        """Tell a word that is all there is, and answers nothing: it may be a name or an id."""
        is_asked = bool(self.asked) or self.is_answer
        return not is_asked and self.text.strip() == self.text[candidate.start : candidate.end]

    def _may_be_word(self, candidate: Candidate, near: frozenset[str], number: int) -> bool:
        if not {"bare", "weak"}.isdisjoint(candidate.forms):
            return not near.isdisjoint(("password", "sign"))
        if "snake" in candidate.forms:
            asked = near | self.asked | self._named_for(candidate)
            return len(self.text) <= SHORT_TURN and not asked.isdisjoint(("password", "net"))
        if len(self.text) > SHORT_TURN:
            return not near.isdisjoint(("password", "net"))
        if not _STRANGE.isdisjoint(candidate.forms):
            is_tag = self.text[candidate.start] in "#@"
            return not is_tag and not self._is_program(number)
        around_it = near | self.asked | self.others(number) | self._named_for(candidate)
        return not _NEEDED["word"].isdisjoint(around_it)

    def _may_be_used(self, candidate: Candidate, around_it: frozenset[str]) -> bool:
        """Tell a number that no thing is named for: it was sent, opens something, or is dialled."""
        is_brought = "bring" in around_it and not _BROUGHT.isdisjoint(around_it)
        is_sent = is_brought or not around_it.isdisjoint(("sent", "factor"))
        is_one_time = "usual" in candidate.forms and {"factor", "sent"} <= around_it
        if ("six" in candidate.forms and is_sent) or is_one_time:
            return True
        if len(self.text) <= SHORT_TURN and self._is_keyed(candidate):
            return True
        if around_it >= {"open", "enter"} or self._is_only(candidate):
            return True
        # "The turnstile opens with 6127", whatever that is.
        is_plain = candidate.forms == ("usual",) and len(self.text) <= SHORT_TURN
        if is_plain and "open" in around_it:
            return True
        # Nobody says four digits one by one that are no code.
        if not {"said", "keyed"}.isdisjoint(candidate.forms) and len(self.text) <= SHORT_TURN:
            return True
        is_code = not _AS_CODES.isdisjoint(candidate.forms)
        is_short = len(self.text) <= SHORT_TURN and is_code
        return is_short and self._stands_beside(candidate, _ENTERED, BESIDE)

    def _is_quoted_as(self, candidate: Candidate) -> bool:
        """Tell what stands between quotation marks behind "is", or before "as the password"."""
        lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
        is_said = last_word(lead) in listed("link") or around.SIGN.search(lead) is not None
        return is_said or next_word(self.text, candidate.end + 1) in listed("as_that")

    def _around(
        self,
        near: frozenset[str],
        others: frozenset[str],
        asked: frozenset[str],
        weights: dict[str, float],
    ) -> float:
        """Return what other sentences of a short turn and the question before weigh."""
        shared = _weights("")
        others = others - near - asked
        score = shared["other_sentence"] * total_weight(weights, others)
        if asked:
            new = asked - near
            score += weights["asked"] + shared["asked"] * total_weight(weights, new)
        return score

    def _beside(self, candidate: Candidate, weights: dict[str, float]) -> float:
        """Return what the words right before and behind a candidate weigh."""
        lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
        is_time = not {"clock", "year"}.isdisjoint(candidate.forms)
        is_short = len(self.text) <= SHORT_TURN
        is_clause = is_short and edges.is_clause(self.text, candidate.start, candidate.end)
        stands = {
            "link": around.is_linked(lead) or self._stands_beside(candidate, _CHANGED),
            "done": self._stands_beside(candidate, _ENTERED if is_time else _DONE, BESIDE),
            "coded": self._is_code(candidate),
            "told": self._is_told(candidate),
            "only": self._is_only(candidate),
            "apart": is_clause or around.APART.match(self.text, candidate.end) is not None,
            "pointed": edges.is_pointed_at(self.text, candidate.start, candidate.end),
            "clause": is_clause and self._may_stand_aside(candidate),
            "first": is_short and edges.is_first(self.text, candidate.start),
            "opened": is_short and self._is_opener(candidate),
            "behind": is_short and self._is_named_behind(candidate),
        }
        if candidate.shape == "number" and is_short:
            stands |= self._keyed(candidate)
        # A clause of its own stands for what joins a value to what it is of.
        stands["clause"] &= not (stands["link"] or stands["told"])
        score = total_weight(weights, (name for name, holds in stands.items() if holds))
        is_year = stands["done"] and "year" in candidate.forms
        return score - (weights.get("year", 0) if is_year else 0)

    def _stands_beside(
        self, candidate: Candidate, classes: frozenset[str], behind: int = -1
    ) -> bool:
        """Tell whether a word of some classes stands right before a value, or right behind it."""
        lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
        if classes_of(last_word(lead)) & classes and not lead.rstrip().endswith(":"):
            return True
        for cue in self._window(candidate, LEAD, max(behind, 0)):
            between = self.text[cue.end : candidate.start]
            is_before = cue.end <= candidate.start <= cue.end + 2 and ":" not in between
            if (is_before or 0 <= cue.start - candidate.end <= behind) and cue.classes & classes:
                return True
        return False

    def _may_stand_aside(self, candidate: Candidate) -> bool:
        """Tell a value that may be told as a clause of its own: "my card's there, 8842 ok?"."""
        if candidate.shape != "number":
            return True
        around_it = self._near(candidate) | self.asked | self._named_for(candidate)
        return "short" not in candidate.forms and not around_it.isdisjoint(_ASIDE)

    def _is_right_behind(self, candidate: Candidate, wanted: frozenset[str]) -> bool:
        """Tell a value between which and a word of some classes no more than its thing stands."""
        cues = [c for c in self._window(candidate, LEAD, -1) if c.end <= candidate.start]
        behind = [c for c in cues if c.classes & wanted]
        if not behind:
            return False
        between = NAME.findall(self.folded[behind[-1].end : candidate.start])
        return all(self._is_empty(word) or classes_of(word) & _THINGS for word in between)

    def _is_opener(self, candidate: Candidate) -> bool:
        """Tell a value with which something is opened: "with 6127", "7716 ile"."""
        if candidate.shape != "number" or "open" not in self._near(candidate):
            return False
        lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
        words = (last_word(lead), next_word(self.text, candidate.end))
        return not listed("openers").isdisjoint(words)

    def _is_named_behind(self, candidate: Candidate) -> bool:
        """Tell a value with which a line begins that is said behind it to be something."""
        word = next_word(self.text, candidate.end)
        is_said = word in copulas() or word in listed("as_that") or word in listed("as_for")
        is_said |= _EQUALS.match(self.text, candidate.end) is not None
        return is_said and edges.is_first(self.text, candidate.start)

    def _is_only(self, candidate: Candidate) -> bool:
        """Tell what is all that an answer says, beside such as "still"."""
        is_odd = not {"spelled", "single"}.isdisjoint(candidate.forms)
        if not self.asked and not (is_odd and self.is_answer):
            return False
        rest = self.folded[: candidate.start] + self.folded[candidate.end :]
        words = set(NAME.findall(rest))
        fillers = listed("step") | listed("link") | around.no_nouns()
        return len(words) <= MOST_FILLERS and words <= fillers

    def _is_code(self, candidate: Candidate) -> bool:
        """Tell a number behind a word for codes in a short turn, with no other between."""
        cues = self._window(candidate, LEAD, 0) if len(self.text) <= SHORT_TURN else ()
        codes = [c.end for c in cues if c.end <= candidate.start and "code" in c.classes]
        return bool(codes) and not re.search(r"\d", self.text[codes[-1] : candidate.start])

    def _is_told(self, candidate: Candidate) -> bool:
        """Tell a value between which and what it is of nothing stands but "is" and a sign."""
        named = _NAMED - {"sent"} if "short" in candidate.forms else _NAMED
        value = self.text[candidate.start : candidate.end]
        named |= {"account"} if candidate.shape == "paper" else set()
        cues = [c for c in self._window(candidate, 2 * LEAD, -1) if c.classes & named]
        cues = [c for c in cues if candidate.start - LEAD <= c.end <= candidate.start]
        if not cues:
            return False
        said = self.folded[cues[-1].end : candidate.start]
        # "My debit's 5063".
        if self.folded[cues[-1].end - 2 : cues[-1].end] in ("'s", "\u2019s") and not said.strip():
            return True
        name = self.folded[cues[-1].start : cues[-1].end]
        # "My phones 970135", "doors 4912": so many have no number of six digits each.
        is_of_one = name.endswith("s") and not name.endswith("ss") and "usual" in candidate.forms
        if is_of_one and not said.strip() and not classes_of(name[:-1]).isdisjoint(_OWNED):
            return True
        between = NAME.findall(said)
        if not all(self._is_empty(word) for word in between):
            return False
        # "Door 4711" is one of many doors.
        is_said = bool(between or around.SIGN.search(said)) or "marked" in candidate.forms
        is_said |= candidate.shape == "paper"
        # Nor has one that begins with a nought, but hours have.
        is_said |= value[0] == "0" and "usual" in candidate.forms and "alarm" not in name
        is_said |= any("back" in cue.classes for cue in cues)
        return is_said or not cues[-1].classes <= _NUMBERED

    @staticmethod
    def _is_empty(word: str) -> bool:
        """Tell a word that stands between a thing and its number: "is", "now"."""
        return word in listed("link") or word in listed("step") or "change" in classes_of(word)

    def _is_amount(self, candidate: Candidate, near: frozenset[str]) -> bool:
        """Tell a number of something by the words right before and behind it."""
        if candidate.shape not in ("number", "paper") or self._is_no_amount(candidate):
            return False
        start, end = candidate.start, candidate.end
        if around.is_amount(self.folded, end):
            return True
        if candidate.shape == "number" and self._is_keyed(candidate):
            return False
        if around.is_of_something(self.folded, start, end):
            return True
        # Nobody counts by the four digits of a PIN: "pin 4471 take out 50".
        is_pin = "usual" in candidate.forms and self._is_right_behind(candidate, _ENTERED_ONLY)
        is_parts = candidate.shape == "paper" and "parts" in candidate.forms
        if is_pin or is_parts or self._answers_within(candidate):
            return False
        return self._is_counted(candidate, near)

    def _is_no_amount(self, candidate: Candidate) -> bool:
        """Tell a number with signs, or letters on both sides, with which nothing is counted."""
        if not {"account_long", "hash", "keyed"}.isdisjoint(candidate.forms):
            return True
        first, last = self.text[candidate.start], self.text[candidate.end - 1]
        if first.isalpha() and last.isalpha() and "marked" in candidate.forms:
            return True
        is_amount = around.is_amount(self.folded, candidate.end)
        return "zero" in candidate.forms and not is_amount

    def _is_counted(self, candidate: Candidate, near: frozenset[str]) -> bool:
        """Tell a number of what is named behind it, or a label before it, where none is told."""
        start, end = candidate.start, candidate.end
        lead = self.folded[max(0, start - LEAD) : start]
        is_label = last_word(lead) in listed("labels") and candidate.shape == "number"
        if is_label and near.isdisjoint(("keypad", "pin", "password")):
            return True
        if (
            around.goes_on(self.folded, end)
            or (around.is_told(lead) and "round" not in candidate.forms)
            or self._is_used(candidate)
        ):
            return False
        is_named = "six" in candidate.forms or not _TOLD.isdisjoint(near)
        is_said = is_named and self._is_told(candidate)
        return not is_said and not ("six" in candidate.forms and "sent" in near)

    def _answers_within(self, candidate: Candidate) -> bool:
        """Tell a value with which the sentence behind a question for a code begins."""
        number = bisect_right(self.ends, candidate.start)
        is_first = bool(number) and candidate.start - self.ends[number - 1] <= LONGEST_LEAD
        is_first &= not NAME.search(self.text, self.ends[number - 1], candidate.start)
        asked = self._asked_within(number) if is_first and "usual" in candidate.forms else ()
        return not _ENTERED_ONLY.isdisjoint(asked)

    def _is_used(self, candidate: Candidate) -> bool:
        """Tell a value right behind which stands what is done with it: "8364 turns it off"."""
        cues = self._window(candidate, 0, BESIDE)
        return any(c.start >= candidate.end and c.classes & _USED for c in cues)


def _kind(candidate: Candidate, classes: frozenset[str]) -> str:
    if candidate.shape != "number":
        return _KINDS[candidate.shape]
    if "pin" in classes or "card" in classes:
        return "pin"
    is_sent = "six" in candidate.forms and not classes.isdisjoint(("sent", "bring"))
    return "one-time code" if is_sent else "code"


@cache
def _weights(shape: str) -> dict[str, float]:
    weights = read_data("secrets_evidence")["weights"]
    return dict(weights[shape] if shape else weights)
