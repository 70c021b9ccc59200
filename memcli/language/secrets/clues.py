"""
Clues: what the words of a turn, of its sentences and of the turn before tell of, as classes.

Kept apart from what is weighed by them: places, letters and runs ask for the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Final

from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.answers import leads
from memcli.language.secrets.asking import (
    SECRETIVE,
    asked_classes,
    asks_for_some,
    named_classes,
)
from memcli.language.secrets.candidates import Candidate
from memcli.language.secrets.cues import Cue, classes_in, cues_in, listed

# A turn of which all sentences are one context; and an answer to the turn before.
SHORT_TURN: Final = 400
SHORT_ANSWER: Final = 200
# Between a value and the words that tell of it, in a sentence however long.
REACH: Final = 150
# Before a value that answers.
LONGEST_LEAD: Final = 24
# No sentence ends behind "no." and "nr.".
_ENDS = lazy_pattern(r"[.!?](?<!\.[.!?])(?<!\b[Nn][or][.!?])\s|[\n\u3002\uff01\uff1f]")
_FENCE = lazy_pattern(r"```.*?(?:```|\Z)", re.DOTALL)
_PROGRAM = lazy_pattern(r"\w\(|[={}<>\[\]]{2}(?<!=>)(?<!<=)(?<! >>)|::|\\")
_DOTTED = lazy_pattern(r"[a-z]+\.[a-z]+\.[a-z]+\b[=(;]")
# So many words has a sentence of talk.
TALK: Final = 8
_ADDRESS = lazy_pattern(r"(?<![\w.+-])[\w.+-]{1,64}@\w[\w-]*\.[\w.]+")
_SIGN_IN: Final = frozenset(("sign",))
NAME: Final = lazy_pattern(r"[^\W\d_]+(?:'[^\W\d_]+)*")


class Clues:
    """
    What the words of a turn tell of.

    folded: the text in small letters, each character at its place; before: the turn before, whose
    question says what an answer is.
    """

    def __init__(self, text: str, folded: str, before: str) -> None:
        self.text, self.folded = text, folded
        is_short = len(text) <= SHORT_ANSWER
        self.asked = asked_classes(before) if is_short else frozenset()
        self.is_answer = is_short and asks_for_some(before)
        self.named = named_classes(before) if is_short and not self.asked else frozenset()
        self.classes = self.asked | self.named | classes_in(folded)
        self.has_papers = "paper" in self.classes
        self.cues_of = cache(self._cues_of)
        self.classes_at = cache(self._classes_at)

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where the sentences end."""
        return [*(match.end() for match in _ENDS.finditer(self.text)), len(self.text) + 1]

    @cached_property
    def fences(self) -> Sequence[tuple[int, int]]:
        """Where blocks of code stand."""
        return [m.span() for m in _FENCE.finditer(self.text)] if "```" in self.text else ()

    def _classes_at(self, number: int) -> frozenset[str]:
        """Return the classes of the words of a sentence."""
        return frozenset().union(*(cue.classes for cue in self.cues_of(number)))

    def number_at(self, place: int) -> int:
        """Return the number of the sentence in which a place is."""
        return bisect_right(self.ends, place)

    def _cues_of(self, number: int) -> Sequence[Cue]:
        """Return the cues of a sentence; none of one of a program."""
        start = self.ends[number - 1] if number else 0
        said = self.folded[start : self.ends[number]]
        if self._is_program(number):
            return ()
        cues = list(cues_in(said, start))
        cues += [
            Cue(*m.span(), _SIGN_IN) for m in _ADDRESS.finditer(self.text, start, self.ends[number])
        ]
        return sorted(cues)

    def _is_program(self, number: int) -> bool:
        """Tell a sentence of a program, in which words are names."""
        start, end = self.ends[number - 1] if number else 0, self.ends[number]
        if any(first <= start < last for first, last in self.fences):
            return True
        if _PROGRAM.search(self.folded, start, end):
            return True
        # Among words of talk, what points join may be a password.
        dotted = _DOTTED.search(self.folded, start, end)
        return dotted is not None and len(NAME.findall(self.folded, start, end)) < TALK

    def _asked_within(self, number: int) -> frozenset[str]:
        """Return the classes of the sentence before where it is a question of a short turn."""
        if not number or len(self.text) > SHORT_TURN:
            return frozenset()
        end = self.ends[number - 1]
        if self.text[:end].rstrip()[-1:] not in ("?", "\uff1f", "\u061f"):
            return frozenset()
        classes = frozenset().union(*(cue.classes for cue in self.cues_of(number - 1)))
        return classes if classes & (SECRETIVE | {"device"}) else frozenset()

    def _named_for(self, candidate: Candidate) -> frozenset[str]:
        """Return the classes of what the turn before names, where this one begins with a value."""
        if not self.named or candidate.start > LONGEST_LEAD:
            return frozenset()
        words = NAME.findall(self.folded[: candidate.start])
        return (
            self.named if set(words) <= listed("step") | listed("link") | leads() else frozenset()
        )

    def _window(self, candidate: Candidate, before: int, behind: int) -> Sequence[Cue]:
        """Return the cues of the sentence of a candidate that stand so near to it."""
        cues = self.cues_of(bisect_right(self.ends, candidate.start))
        first = bisect_left(cues, candidate.start - before, key=lambda cue: cue.start)
        last = bisect_right(cues, candidate.end + behind, key=lambda cue: cue.start)
        return [
            c for c in cues[first:last] if not c.start < candidate.end > candidate.start < c.end
        ]

    def cues_before(self, cue: Cue, first: int) -> Sequence[Cue]:
        """Return the cues from a place on before another, in its sentence and the one before."""
        number = self.number_at(cue.start)
        found: list[Cue] = []
        for cues in (self.cues_of(number - 1) if number else (), self.cues_of(number)):
            start = bisect_left(cues, first, key=lambda each: each.start)
            end = bisect_left(cues, cue.start, key=lambda each: each.start)
            found += [each for each in cues[start:end] if each.end < cue.start]
        return found

    def _near(self, candidate: Candidate) -> frozenset[str]:
        """Return the classes of the words of a sentence that stand near a candidate."""
        return frozenset().union(*(c.classes for c in self._window(candidate, REACH, REACH)))

    def others(self, number: int) -> frozenset[str]:
        """Return the classes of the words of the other sentences of a short turn."""
        if len(self.text) > SHORT_TURN:
            return frozenset()
        rest = (n for n in range(len(self.ends)) if n != number)
        return frozenset().union(*(cue.classes for n in rest for cue in self.cues_of(n)))
