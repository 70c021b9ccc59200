"""Salience: how much lasting content a sentence carries, and which words are fillers."""

from __future__ import annotations

import math
import re
from typing import Final

from memcli.language.acts.modality import plain_quotes, restates_user
from memcli.language.persons.antecedents import KIN
from memcli.language.words import FUNCTION_WORDS

__all__ = ["content_words", "salient"]

_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
# Words that greet, thank, praise, agree or fill. A sentence with no other word says nothing.
_FILLERS: Final = frozenset(
    """
    absolutely actually agree agreed ah aha alright always amazing anyway apologies appreciate
    appreciated awesome awww aw back beautiful best bet better bless bye care catch certainly cheers
    congrats congratulations cool course cute damn dear definitely done dude enjoy enjoyed everyone
    exactly excellent excited exciting fab fantastic feel fine folks forward friend fun gee get glad
    go goes going gonna good goodbye goodnight gosh got gotcha great guess guy guys ha haha hahaha
    happy hear heck hello help helpful hey hi hmm honestly hope huge hugs i'd i'll i'm i've idea
    imagine
    impressive incredible indeed inspiring interesting it'll it's kind know later let let's lol look
    looking looks lot lots love loved lovely luck man many maybe mean mind morning much neat need
    never nice night nope noted oh ok okay omg oof ooh pal perfect perfectly please pleasure point
    pretty problem proud quite rad ready really right see seems share shared sharing sir solid soon
    sorry sound sounds spot still sure surely super sweet talk tell terrific thank thanks that's
    there's they're thing things think thoughtful tight time totally truly u ugh understand
    understood
    vibe vibes wait way we'll we're welcome well wicked will wish wonderful word words work worries
    worry wow yay yeah yep yes yo yup you'll you're you've one glad hang keep amazed stay safe
    strong
    cheer rock rocks awhile bit cannot can't don't won't may chat message today tomorrow though
    lucky thrilled stoked pumped brilliant superb marvelous delighted heart hearts here's what's
    how's let me ask anytime anything something everything someone day week weekend evening
    afternoon happening question questions clear crystal confirm got absolutely certainly
    """.split()
)
_FIRST = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|we|we're|we've|we'll|my|our|mine|the user)\b", re.IGNORECASE
)
# Words of events, possessions, plans and preferences that mark a life, with the phrases below.
_LIFE_WORDS: Final = frozenset(
    """
    born moved moving live lived lives living married marry engaged divorced wedding pregnant died
    graduate
    graduated graduating graduation study studied studies studying degree enrolled hired fired quit
    promoted
    promotion retire retired job career interview salary worked started starting opened launched
    joined
    adopted bought sold own owns diagnosed allergic allergy surgery hospital injured injury vegan
    vegetarian
    travel traveled travelled traveling trip visited visiting flew volunteer volunteered
    volunteering won
    competed published finished completed learned learning plan plans planned planning decided
    decide chose
    prefer prefers preference favorite favourite hate hates dislike dislikes birthday anniversary
    named
    called deadline budget goal appointment meeting diet hobby practice practicing since agreed
    accepted
    scheduled booked cooked painted wrote written built created ex pet pets dog dogs cat cats puppy
    kitten
    """.split()
)
_LIFE = re.compile(
    r"\b(?:grew up|passed away|work(?:s|ing)? (?:as|at|for|in)\b|signed up|used to|want to"
    r"|going to|hope to)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:yesterday|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january"
    r"|february|march"
    r"|april|june|july|august|september|october|november|december|(?:last|next|this|every"
    r"|each) (?:week"
    r"|month|year|night|summer|winter|spring|fall|autumn|weekend|\w+day)|(?:day|week|month"
    r"|year)s? ago"
    r"|since (?:\d{4}|\w+ \w+)|(?:for|in) (?:the (?:past|last) )?(?:\d+|a|two|three|four|five"
    r"|six|ten"
    r"|several|few) (?:day|week|month|year)s?)\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d[\d.,:/%-]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|twice)\b"
)
_NAME = re.compile(r"(?<=[\w,;:'\"(] )[\"']?(?!I\b|I')[A-Z][\w'&-]*(?: [A-Z][\w'&-]*)*")
_QUESTION = re.compile(r"\?\W*$")

# How far the sum of the cues carries: at 1 a sentence scores 0.63, at 2 it scores 0.86.
_SCALE: Final = 2.2
_MAX_CHARS: Final = 2000


def content_words(sentence: str) -> list[str]:
    """Return the words, in lower case, that are neither function words nor fillers."""
    words = _WORD.findall(plain_quotes(sentence).lower())
    return [w for w in words if w not in FUNCTION_WORDS and w not in _FILLERS and not _stretched(w)]


def _stretched(word: str) -> bool:
    """Tell "sooo" and "yesss" from words: the same letter three times."""
    return len(word) > 2 and word[-1] == word[-2] == word[-3] and word.isalpha()


def salient(sentence: str) -> float:
    """
    Return in [0, 1] how much lasting content a sentence carries; 0 for mere fillers.

    A saturating sum of cues: content words (as the count of a logarithm, so length alone does not
    win), names, numbers, times, verbs of life events, relations, and the first person, which
    raises the
    rest because what people say of themselves lasts. Questions count for a third. The cues are
    those of
    Edmundson (1969) for extracts, with those of life events for the place in the document.
    """
    text = plain_quotes(sentence[:_MAX_CHARS])
    words = set(content_words(text))
    if not words:
        return 0.0
    own = 1.0 if _FIRST.search(text) or restates_user(text) else 0.6
    cues = 0.35 * math.log1p(len(words)) + _cues(text, words)
    asked = 0.33 if _QUESTION.search(text) else 1.0
    return asked * (1.0 - math.exp(-own * cues / _SCALE))


def _cues(text: str, words: set[str]) -> float:
    """Weigh the names, numbers, times, life events and relations of a sentence, each bounded."""
    life = len(_LIFE.findall(text)) + len(words & _LIFE_WORDS)
    counted = (
        (0.5, len(_NAME.findall(text)), 3),
        (0.4, len(_NUMBER.findall(text)), 3),
        (0.6, len(_WHEN.findall(text)), 2),
        (0.7, life, 2),
        (0.5, len(words & KIN), 2),
    )
    return sum(weight * min(most, count) for weight, count, most in counted)
