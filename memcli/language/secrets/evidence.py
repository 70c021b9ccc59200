"""
Evidence: a number or an odd word is a secret where enough around it says so, in whatever order.

Phrases have no end: "Dad changed the alarm again, it's 7390 now" is none that a rule would know. So
what looks like a code or a password is weighed: by its form, by the classes of the words in its
sentence, in the rest of a short turn and in the question before, and by what stands right beside
it. What is counted, paid or measured with a number is no secret. The weights are data.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Final

from memcli.language.data import read_data
from memcli.language.secrets.candidates import Candidate, candidates, turns_of_dial
from memcli.language.secrets.cues import Cue, classes_in, classes_of, cues_in
from memcli.language.secrets.rules import Found
from memcli.language.words import FUNCTION_WORDS

# A turn of which all sentences are one context; and an answer to the turn before.
SHORT_TURN: Final = 400
SHORT_ANSWER: Final = 200
LONGEST_QUESTION: Final = 240
# Between a value and the words that tell of it, in a sentence however long.
REACH: Final = 150
# Of an answer that is no more than its value: "still 2470".
MOST_FILLERS: Final = 4
# Before an answer: "o 619".
LONGEST_ARTICLE: Final = 2
# Of a sentence that says how a dial is turned.
LONGEST_DIAL: Final = 160
# What is looked at right before a value.
LEAD: Final = 40
_ENDS = re.compile(r"(?<!\.)[.!?]\s|[\n\u3002\uff01\uff1f]")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PROGRAM = re.compile(r"\w\(|[={}<>\[\]]{2}|::|\\|[a-z]+\.[a-z]+\.[a-z]+\b(?!@)")
_SIGN = re.compile(r"(?:[:\uff1a=\u2192\u2190>]|[-\u2013\u2014]>?)\s*[\"'`*\u201c\u201e\u00ab\u300c]*\s*$")
_LEAD_WORD = re.compile(r"([^\W\d_]+(?:['\u2019][^\W\d_]+)?|[#\u2248~])[\s\"'`*,(\u201c\u201e\u00ab]*$")
_NEXT_WORD = re.compile(r"[\"'`*\u201d)]{0,2}[ \u00a0-]{0,2}([^\W\d_]+(?:['\u2019][^\W\d_]+)*)")
_WORDLESS_LINK = re.compile(r"[\u662f\u4e3a\u6210\u306f\u304c\u3092\ub294\uc740\uc774\uac00\uc73c\ub85c]\s?$")
_ENDING = re.compile(r"\b(?:ending|ends|ended|endet|endend|termin\w+|finissant|eindigend|końcówk\w+)\b[^,.]{0,12}$|\u5c3e\u53f7\D{0,3}$|\b(?:up|down|rose|fell|close|next|zu|bis|added) to $")
# So many of so many.
_OF = re.compile(r"\s(?:out of|of|von|sur|de|di|van|z|ze|av|\u0438\u0437)\s\d")
# Behind a value that stands between signs.
_APART = re.compile(r"[\"'`*)]{0,2}(?:[.,!;](?:\s|$)|\s*$|\n)")
_WORDLESS: Final = "\u2e80"
_TOLD: Final = frozenset(("password", "pin", "paper"))
_SIGN_IN: Final = frozenset(("sign",))
_ADDRESS = re.compile(r"[\w.+-]+@\w[\w-]*\.[\w.]+")


def found_by_evidence(text: str, folded: str, before: str = "") -> Iterator[Found]:
    """
    Yield kinds and places of what enough evidence says to be secret, overlapping.

    folded: the text in small letters, each character at its place; before: the turn before, whose
    question says what an answer is.
    """
    evidence = _Evidence(text, folded, before)
    if evidence.classes.isdisjoint(_TELLING):
        return
    for candidate in candidates(text, folded, has_papers=evidence.has_papers):
        yield from evidence.judged(candidate)
    yield from evidence.of_dials()


def is_counted(folded: str, start: int) -> bool:
    """Tell by the word before a number that it is that of an order, a room, an amount."""
    return _last_word(folded[max(0, start - LEAD) : start]) in _counted()


class _Evidence:
    """What the words of a turn say of its values."""

    def __init__(self, text: str, folded: str, before: str) -> None:
        self.text, self.folded = text, folded
        self.asked = _asked(before) if len(text) <= SHORT_ANSWER else frozenset()
        self.classes = self.asked | classes_in(folded)
        self.has_papers = "paper" in self.classes
        self.cues_of = cache(self._cues_of)

    @cached_property
    def ends(self) -> Sequence[int]:
        return [*(match.end() for match in _ENDS.finditer(self.text)), len(self.text) + 1]

    @cached_property
    def fences(self) -> Sequence[tuple[int, int]]:
        return [m.span() for m in _FENCE.finditer(self.text)] if "```" in self.text else ()

    def _cues_of(self, number: int) -> Sequence[Cue]:
        """Return the cues of a sentence; none of one of a program."""
        start = self.ends[number - 1] if number else 0
        said = self.folded[start : self.ends[number]]
        if _PROGRAM.search(said) or any(s <= start < e for s, e in self.fences):
            return ()
        cues = list(cues_in(said, start))
        cues += [Cue(*m.span(), _SIGN_IN) for m in _ADDRESS.finditer(self.text, start, self.ends[number])]
        return sorted(cues)

    def judged(self, candidate: Candidate) -> Iterator[Found]:
        """Yield a candidate that is a secret, with its kind."""
        number = bisect_right(self.ends, candidate.start)
        near = self._near(number, candidate)
        weights = _weights(candidate.shape)
        if not self._may_be(candidate, near, number):
            return
        score = sum(weights.get(form, 0) for form in candidate.forms)
        score += sum(weights.get(name, 0) for name in near)
        asked = self.asked | self._asked_within(number)
        score += self._around(near, self.others(number), asked, weights)
        # What stands in a document is looked at more closely.
        enough = _weights("")["enough" if len(self.text) <= SHORT_TURN else "enough_in_long"]
        if score + sum(weights.get(name, 0) for name in _BESIDE) < enough:
            return
        score += self._beside(candidate, weights)
        if score >= enough and not self._is_amount(candidate, near):
            yield _kind(candidate, near | self.asked), candidate.start, candidate.end

    def _may_be(self, candidate: Candidate, near: frozenset[str], number: int) -> bool:
        """Tell a value that has one of the words beside it without which none is secret."""
        if candidate.shape == "quoted":
            lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
            is_said = _last_word(lead) in _beside("link") or _SIGN.search(lead) is not None
            is_said = is_said or _next_word(self.text, candidate.end + 1) in _beside("as_that")
            return is_said and len(self.text) <= SHORT_TURN and not near.isdisjoint(_NEEDED["quoted"])
        if not {"bare", "weak"}.isdisjoint(candidate.forms):
            return not near.isdisjoint(("password", "sign"))
        if candidate.shape == "word" and len(self.text) > SHORT_TURN:
            return not near.isdisjoint(("password", "net"))
        around = near | self.asked | self.others(number)
        is_sent = "sent" in around or ("bring" in around and not _BROUGHT.isdisjoint(around))
        if "six" in candidate.forms and is_sent:
            return True
        if candidate.shape == "number" and {"open", "enter"} <= around:
            return True
        if candidate.shape == "number" and self.asked and self._is_only(candidate):
            return True
        if "usual" in candidate.forms and self._is_entered(candidate):
            return True
        return not _NEEDED[candidate.shape].isdisjoint(around)

    def _asked_within(self, number: int) -> frozenset[str]:
        """Return the classes of the sentence before where it is a question of a short turn."""
        if not number or len(self.text) > SHORT_TURN:
            return frozenset()
        end = self.ends[number - 1]
        if self.text[:end].rstrip()[-1:] not in ("?", "\uff1f"):
            return frozenset()
        classes = frozenset().union(*(cue.classes for cue in self.cues_of(number - 1)))
        return classes if classes & _SECRETIVE else frozenset()

    def _near(self, number: int, candidate: Candidate) -> frozenset[str]:
        """Return the classes of the words of a sentence that stand near a candidate."""
        cues = self.cues_of(number)
        first = bisect_left(cues, candidate.start - REACH, key=lambda cue: cue.start)
        found: set[str] = set()
        for cue in cues[first:]:
            if cue.start > candidate.end + REACH:
                break
            if cue.end <= candidate.start or cue.start >= candidate.end:
                found |= cue.classes
        return frozenset(found)

    def others(self, number: int) -> frozenset[str]:
        """Return the classes of the words of the other sentences of a short turn."""
        if len(self.text) > SHORT_TURN:
            return frozenset()
        rest = (n for n in range(len(self.ends)) if n != number)
        return frozenset().union(*(cue.classes for n in rest for cue in self.cues_of(n)))

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
        score = shared["other_sentence"] * sum(weights.get(name, 0) for name in others)
        if asked:
            new = asked - near
            score += weights["asked"] + shared["asked"] * sum(weights.get(n, 0) for n in new)
        return score

    def _beside(self, candidate: Candidate, weights: dict[str, float]) -> float:
        """Return what the words right before and behind a candidate weigh."""
        lead = self.text[max(0, candidate.start - LEAD) : candidate.start]
        before = _last_word(lead)
        is_linked = _SIGN.search(lead) or before in _beside("link") or _WORDLESS_LINK.search(lead)
        is_changed = self._stands_beside(candidate, _CHANGED, before)
        stands = {
            "link": bool(is_linked) or is_changed,
            "done": self._is_done(candidate, before),
            "coded": self._is_code(candidate),
            "told": self._is_told(candidate),
            "only": self._is_only(candidate),
            "apart": _APART.match(self.text, candidate.end) is not None,
        }
        score = sum(weights.get(name, 0) for name, holds in stands.items() if holds)
        is_year = stands["done"] and "year" in candidate.forms
        return score - (weights.get("year", 0) if is_year else 0)

    def _is_done(self, candidate: Candidate, before: str) -> bool:
        """Tell a value right beside which stands what is done with it: "dial 4471"."""
        is_time = not {"clock", "year"}.isdisjoint(candidate.forms)
        return self._stands_beside(candidate, _ENTERED if is_time else _DONE, before, behind=3)

    def _is_entered(self, candidate: Candidate) -> bool:
        """Tell four or six digits of a short turn that somebody is to dial."""
        return len(self.text) <= SHORT_TURN and self._stands_beside(candidate, _ENTERED, "", behind=3)

    def _stands_beside(
        self, candidate: Candidate, classes: frozenset[str], before: str, behind: int = -1
    ) -> bool:
        """Tell whether a word of some classes stands right before a value, or right behind it."""
        if before and classes_of(before) & classes:
            return True
        for cue in self.cues_of(bisect_right(self.ends, candidate.start)):
            between = self.text[cue.end : candidate.start]
            is_before = cue.end <= candidate.start <= cue.end + 2 and ":" not in between
            if (is_before or 0 <= cue.start - candidate.end <= behind) and cue.classes & classes:
                return True
        return False

    def _is_only(self, candidate: Candidate) -> bool:
        """Tell what is all that an answer says, beside such as "still"."""
        if not self.asked:
            return False
        rest = self.folded[: candidate.start] + self.folded[candidate.end :]
        words = re.findall(r"[^\W\d_]+", rest)
        return len(words) <= MOST_FILLERS and all(
            word in _beside("step") or word in _beside("link") or word in _goes_on()
            for word in words
        )

    def _is_code(self, candidate: Candidate) -> bool:
        """Tell a number behind a word for codes at the end of a clause, with no other between."""
        cues = self.cues_of(bisect_right(self.ends, candidate.start))
        codes = [c.end for c in cues if c.end <= candidate.start and "code" in c.classes]
        if not codes or candidate.start - codes[-1] > LEAD or len(self.text) > SHORT_TURN:
            return False
        return not re.search(r"\d", self.text[codes[-1] : candidate.start])

    def _is_told(self, candidate: Candidate) -> bool:
        """Tell a value between which and what it is of nothing stands but "is" and a sign."""
        number = bisect_right(self.ends, candidate.start)
        cues = [c for c in self.cues_of(number) if c.end <= candidate.start and c.classes & _OPENED]
        if not cues or cues[-1].end < candidate.start - LEAD:
            return False
        said = self.folded[cues[-1].end : candidate.start]
        between = re.findall(r"[^\W\d_]+", said)
        if not all(self._is_empty(word) for word in between):
            return False
        # "Door 4711" is one of many doors.
        return bool(between or _SIGN.search(said)) or not _NUMBERED >= cues[-1].classes

    @staticmethod
    def _is_empty(word: str) -> bool:
        """Tell a word that stands between a thing and its number: "is", "now"."""
        return word in _beside("link") or word in _beside("step") or "change" in classes_of(word)

    def _is_amount(self, candidate: Candidate, near: frozenset[str]) -> bool:
        """Tell a number of something by the words right before and behind it."""
        if candidate.shape not in ("number", "paper"):
            return False
        lead = self.folded[max(0, candidate.start - LEAD) : candidate.start]
        last = _last_word(lead)
        is_begin = candidate.start <= len(last) + 1 and len(last) <= LONGEST_ARTICLE
        if (last in _counted() and not is_begin) or _ENDING.search(lead):
            return True
        is_label = last in _beside("labels") and candidate.shape == "number"
        if is_label and near.isdisjoint(("keypad", "pin", "password")):
            return True
        if "year" in candidate.forms and last in _beside("dated"):
            return True
        behind = self.folded[candidate.end : candidate.end + LEAD].lstrip(" ")
        if behind and behind[0] >= _WORDLESS:
            return behind.startswith(_wordless_amounts())
        word = _next_word(self.folded, candidate.end)
        if word in _beside("amounts") or _OF.match(self.folded, candidate.end):
            return True
        if not word or word in _goes_on() or self._is_used(candidate):
            return False
        is_said = not _TOLD.isdisjoint(near) and self._is_told(candidate)
        is_sent = "six" in candidate.forms and "sent" in near
        return not is_said and not is_sent

    def _is_used(self, candidate: Candidate) -> bool:
        """Tell a value right behind which stands what is done with it: "8364 turns it off"."""
        cues = self.cues_of(bisect_right(self.ends, candidate.start))
        first = bisect_left(cues, candidate.end, key=lambda cue: cue.start)
        behind = cues[first : first + 2]
        return any(c.start <= candidate.end + 4 and c.classes & _USES for c in behind)

    def of_dials(self) -> Iterator[Found]:
        """Yield the numbers to which a dial is turned left and right."""
        if self.classes.isdisjoint(("turn", "enter")):
            return
        for number, end in enumerate(self.ends):
            start = self.ends[number - 1] if number else 0
            cues = self.cues_of(number) if end - start <= LONGEST_DIAL else ()
            classes = self.asked.union(*(cue.classes for cue in cues))
            n_turns = sum(not _TURNED.isdisjoint(cue.classes) for cue in cues)
            is_dial = n_turns > 1 and "code" in classes
            if is_dial or (n_turns and not classes.isdisjoint(("lock", "keypad"))):
                places = turns_of_dial(self.text, start, end)
                if all(self._ends_there(place[1]) for place in places):
                    yield from (("code", *place) for place in places)

    def _ends_there(self, end: int) -> bool:
        """Tell a number behind which no noun stands."""
        if self.folded[end : end + 2].strip()[:1] >= _WORDLESS:
            return not self.folded[end:].lstrip().startswith(_wordless_amounts())
        word = _next_word(self.folded, end)
        return not word or word in _goes_on() or "turn" in classes_of(word)


def _kind(candidate: Candidate, classes: frozenset[str]) -> str:
    if candidate.shape != "number":
        return _KINDS[candidate.shape]
    if "pin" in classes or "card" in classes:
        return "pin"
    is_sent = "six" in candidate.forms and not classes.isdisjoint(("sent", "bring"))
    return "one-time code" if is_sent else "code"


_KINDS: Final = {"word": "password", "quoted": "password", "paper": "number", "hex": "api key"}


def _asked(before: str) -> frozenset[str]:
    """Return the classes of the words of a question or request at the end of a turn."""
    end = before.strip()[-LONGEST_QUESTION:].lower().replace("\u2019", "'")
    if not _asks(end) or _how_many().search(end):
        return frozenset()
    classes = frozenset().union(*(cue.classes for cue in cues_in(end)))
    is_sent = "sent" in classes and not classes.isdisjoint(("code", "number"))
    is_asked = classes & (_SECRETIVE | _THINGS) or is_sent or "open" in classes
    return classes if is_asked else frozenset()


# Without any of these classes nothing is secret.
_NEEDED: Final = {
    "number": frozenset(("password", "pin", "code", "lock", "keypad", "net", "device", "card")),
    "word": frozenset(("password", "pin", "net", "device", "account", "sign", "lock")),
    "paper": frozenset(("paper",)),
    "hex": frozenset(("key",)),
    "quoted": frozenset(("password", "pin", "code", "lock", "keypad", "net")),
}
# Beside "they sent me".
_BROUGHT: Final = frozenset(("code", "account", "device", "enter"))
_TELLING: Final = frozenset(("sent", "code", "enter", "open")).union(*_NEEDED.values())
_BESIDE: Final = ("link", "done", "told", "apart", "coded", "only")
_CHANGED: Final = frozenset(("change",))
_OPENED: Final = frozenset(
    ("password", "pin", "code", "lock", "keypad", "net", "card", "device", "paper")
)
_TURNED: Final = frozenset(("turn", "enter"))
_THINGS: Final = frozenset(("device", "account", "card"))
_ENTERED: Final = frozenset(("enter",))
_DONE: Final = frozenset(("enter", "open", "sign"))
_USES: Final = _DONE | {"change", "code", "works", "wants"}
_NUMBERED: Final = frozenset(("lock", "net", "account", "device", "open", "sign", "card"))
_SECRETIVE: Final = frozenset(
    ("password", "pin", "code", "lock", "keypad", "net", "card", "paper")
)


def _asks(end: str) -> bool:
    if "?" in end or "\uff1f" in end or end.endswith((":", "\uff1a")):
        return True
    first = _WORDS.match(end)
    if first and first[0] in _beside("asks"):
        return True
    return _request().search(end) is not None or any(word in end for word in _asks_anywhere())


_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@cache
def _how_many() -> re.Pattern[str]:
    return re.compile(read_data("secrets_evidence")["beside"]["how_many"])


@cache
def _asks_anywhere() -> Sequence[str]:
    return tuple(read_data("secrets_evidence")["beside"]["asks_anywhere"])


@cache
def _request() -> re.Pattern[str]:
    return re.compile(read_data("secrets_replies")["request"])


def _last_word(lead: str) -> str:
    """Return the last word of what stands before a value, without such as "now"."""
    said = lead.lower().replace("\u2019", "'")
    while (found := _LEAD_WORD.search(said)) and found[1] in _beside("step"):
        said = said[: found.start()]
    return found[1] if found else ""


def _next_word(text: str, end: int) -> str:
    found = _NEXT_WORD.match(text, end)
    return found[1].lower().replace("\u2019", "'") if found else ""


@cache
def _weights(shape: str) -> dict[str, float]:
    weights = read_data("secrets_evidence")["weights"]
    return dict(weights[shape] if shape else weights)


@cache
def _beside(name: str) -> frozenset[str]:
    return frozenset(read_data("secrets_evidence")["beside"][name].split())


@cache
def _counted() -> frozenset[str]:
    return _beside("counted") - _beside("link")


@cache
def _wordless_amounts() -> tuple[str, ...]:
    return tuple(word for word in _beside("amounts") if word[0] >= _WORDLESS)


@cache
def _goes_on() -> frozenset[str]:
    """Return the words that follow a value which is no amount of them: those without a meaning."""
    lists = read_data("languages").values()
    words = " ".join(" ".join((each.get("telling", ""), each.get("shared", ""))) for each in lists)
    replies = " ".join(read_data("secrets_replies")["goes_on"])
    return FUNCTION_WORDS | _beside("goes_on") | frozenset((words + " " + replies).split())
