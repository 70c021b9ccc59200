"""
Dialogue acts (DAMSL): whether a sentence states something as a fact of its speaker.

The classes follow the dialogue acts of DAMSL (Stolcke et al., 2000), reduced to what a memory
needs: whatever is not `stated` must not become a fact. The order of the tests is the order of
trust: a joke about a plan is a joke, a question about a wish is a question.

"Let's ..." is a suggestion, unless it names a time ("Let's meet at 6 pm on Friday"): then it is a
plan, and `stated`, with the lower `certainty` that "let's" gets. "I might" is stated as well.
What a witness says of the speaker ("My boss told me I got the job") is stated; what others say of
themselves or of the world is a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from memcli.language.acts.cues import (
    ABOUT_SPEAKER,
    ASKED_OF,
    ASKS,
    CAN_YOU,
    CLICHE,
    FLAGS,
    HEARSAY,
    JOKE,
    LEAD,
    LETS,
    OFFERED,
    OFFERED_INSIDE,
    PLANNED,
    QUOTED,
    REPORTED,
    SELF_SAID,
    SUPPOSED,
    TAG,
)
from memcli.language.acts.modality import certainty, is_negated, plain_quotes, restates_user
from memcli.language.acts.salience import content_words, salient
from memcli.language.lexicon.verbs import AUXILIARIES, BARE_VERBS, COMMANDS, is_adverb, is_finite

__all__ = ["Stance", "certainty", "is_negated", "restates_user", "salient", "stance", "stated_part"]


class Stance(StrEnum):
    """What a sentence does; only `stated` is a fact of the speaker."""

    STATED = "stated"
    QUESTION = "question"
    CHATTER = "chatter"
    SUGGESTION = "suggestion"
    HYPOTHETICAL = "hypothetical"
    JOKE = "joke"
    QUOTATION = "quotation"
    REQUEST = "request"


# "Play the cello" may answer a question; a longer command is a command all the same.
_ANSWER_WORDS: Final = 5
# A sentence that is longer is judged by its beginning and its end.
_MAX_CHARS: Final = 1500


def stance(sentence: str, is_assistant: bool, after_question: bool = False) -> Stance:
    """
    Classify a sentence.

    `after_question`: the turn before ended in a question, so that a bare "Two cats." is an answer
    and a verb at the beginning ("Play the cello") is no command. An imperative of an assistant is
    advice, a suggestion; one of a person is a request.
    """
    text = _judged(plain_quotes(sentence))
    if not any(ch.isalpha() for ch in text):
        return Stance.STATED if after_question and any(map(str.isdigit, text)) else Stance.CHATTER
    if JOKE.search(text):
        return Stance.JOKE
    core = _core(text)
    for test in _TESTS:
        found = test(text, core)
        if found:
            return found
    answers = after_question and len(core.split()) <= _ANSWER_WORDS
    if not answers and _commands(core) and not CLICHE.match(core):
        return Stance.SUGGESTION if is_assistant else Stance.REQUEST
    called = core != text and _VOCATIVE.fullmatch(core.rstrip("!. "))
    return Stance.CHATTER if called or _is_chatter(core, answers) else Stance.STATED


def _judged(text: str) -> str:
    half = _MAX_CHARS // 2
    return text if len(text) <= _MAX_CHARS else f"{text[:half]} {text[-half:]}"


def _core(text: str) -> str:
    """Return a sentence without tag question and without the interjections that lead in."""
    core = TAG.sub(".", text)
    lead = LEAD.match(core)
    rest = core[lead.end() :] if lead else core
    return rest.strip() or core


def _question(text: str, core: str) -> Stance | None:
    if OFFERED.match(core) and not LETS.match(core):
        return Stance.SUGGESTION
    if CAN_YOU.match(core):
        return Stance.REQUEST
    closing = core.rstrip("\"')]} ").rstrip()
    end = closing.rfind("?")
    asks = end >= 0 and not any(ch.isalnum() for ch in closing[end:])
    if asks and not _states_first(core):
        return Stance.QUESTION
    return Stance.QUESTION if not asks and ASKS.match(core) and "!" not in core[-2:] else None


_STATES_FIRST = re.compile(
    r"(?:i|i'm|i've|we|we're|we've|my)\b[^?]{12,}[,;.!\u2014-]\s*(?:what|how|do|does|have|can|is"
    r"|are|will|would|any|and you)\b",
    FLAGS,
)
_LAST_CLAUSE = re.compile(r"\s*[,;.!\u2014-]\s*(?=[^,;.!?\u2014-]*\?\W*$)")


def stated_part(sentence: str) -> str:
    """Return a statement without the question that only follows it ("..., can you imagine?")."""
    if len(sentence) > _MAX_CHARS or not sentence.rstrip("\"')]} ").endswith("?"):
        return sentence
    tag = TAG.search(sentence) or _LAST_CLAUSE.search(sentence)
    if tag and (TAG.search(sentence) or _states_first(_core(sentence))):
        return sentence[: tag.start()].rstrip() + "."
    return sentence


def _states_first(core: str) -> bool:
    """Tell whether a question only follows a statement: "I moved to Rome, have you been there?"."""
    return bool(_STATES_FIRST.match(core))


def _hypothetical(_text: str, core: str) -> Stance | None:
    return Stance.HYPOTHETICAL if SUPPOSED.search(core) else None


def _suggestion(_text: str, core: str) -> Stance | None:
    if LETS.match(core):
        return Stance.STATED if PLANNED.search(core) else Stance.SUGGESTION
    return Stance.SUGGESTION if OFFERED_INSIDE.search(core) else None


def _request(text: str, core: str) -> Stance | None:
    plea = ASKED_OF.match(core) or re.match(r"\W*please\b", text, FLAGS)
    return Stance.REQUEST if plea or core.lower().rstrip(".! ").endswith(" please") else None


def _quotation(text: str, core: str) -> Stance | None:
    quoted = sum(len(part[0]) for part in QUOTED.finditer(text))
    if quoted > 0.8 * len(text):
        return Stance.QUOTATION
    told = REPORTED.search(core)
    if told and not ABOUT_SPEAKER.match(told["what"]):
        return Stance.QUOTATION
    return Stance.QUOTATION if HEARSAY.search(core) else None


_TESTS: Final[tuple[Callable[[str, str], Stance | None], ...]] = (
    _question,
    _hypothetical,
    _suggestion,
    _request,
    _quotation,
)


_AFTER_NOUN: Final = frozenset("of and or from".split())


def _commands(core: str) -> bool:
    """Tell whether a sentence begins with a verb in its base form that has no subject."""
    words = re.findall(r"[\w']+", core[:80].lower())
    while words and (is_adverb(words[0]) or words[0] in ("don't", "do", "not", "to", "and")):
        words.pop(0)
    if not words or words[0] not in COMMANDS or words[0] in SELF_SAID:
        return False
    # "Work is fine", "Plan of the day": a noun. "Read all of it" after a past tense is rare.
    if len(words) < 2:
        return True
    follower = words[1]
    third = follower.endswith("s") and is_finite(follower) and follower not in BARE_VERBS
    return not third and follower not in AUXILIARIES and follower not in _AFTER_NOUN


def _is_chatter(core: str, answers: bool) -> bool:
    """Tell whether a sentence carries nothing about anyone's life."""
    words = content_words(core if answers else _VOCATIVE.sub("", core))
    if answers:
        return not words and not (_FIRST_PERSON.match(core) and not CLICHE.match(core))
    if not words:
        return not any(ch.isdigit() or (ch.isalpha() and not ch.isascii()) for ch in core)
    return bool(CLICHE.match(core)) and len(words) <= _most_words(core)


# A name that is called: alone, or after a comma at the end, or before one at the beginning.
_VOCATIVE = re.compile(
    r"(?:^|,\s*)[A-Z][\w'-]*(?: [A-Z][\w'-]*)?(?=[!.~]*\W*$)|^[A-Z][\w'-]*(?=, )"
)
_FIRST_PERSON = re.compile(r"(?:i|i'm|i've|i'd|i'll|we|we're|my|our)\b", FLAGS)


def _most_words(core: str) -> int:
    """Return how many content words a cliche may have: fewer where it speaks of the speaker."""
    return 2 if re.search(r"\b(?:my|we|our|i(?:'ve)?)\b", core[3:], FLAGS) else 5
