"""
Memory types: the kind of a statement, how much it matters and how far to trust it.

The kinds are those of MIRIX (core, semantic, episodic, procedural, vault). Importance and
confidence are sums of named terms, so that each can be explained: `why` holds the terms that
apply, and the value is their sum, clipped to [0, 1].
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from memcli.language.parts import Fact

__all__ = ["CONFIDENCE", "IMPORTANCE", "Scored", "confidence", "importance", "memory_type"]


class Scored(NamedTuple):
    """A value in [0, 1] and the terms that sum to it before it is clipped."""

    value: float
    why: dict[str, float]


# Terms of importance. base: any statement; core ... vault: its type; fact: a rule read a fact off
# it; lasting: that fact is of those one is hurt to see forgotten; emotion, emphasis: words and
# marks of feeling; number, date, name: it has one; decision: a decision, plan, goal or status;
# short: under four words and no fact.
IMPORTANCE: Final[Mapping[str, float]] = {
    "base": 0.25,
    "core": 0.35,
    "semantic": 0.1,
    "procedural": 0.15,
    "episodic": 0.05,
    "vault": 0.4,
    "fact": 0.1,
    "lasting": 0.15,
    "emotion": 0.1,
    "emphasis": 0.05,
    "number": 0.05,
    "date": 0.05,
    "name": 0.05,
    "decision": 0.1,
    "short": -0.1,
}
# Terms of confidence beside `certainty`, which counts as given, times 0.8. fact: a rule read it;
# negated: denials are misread more often; hedged: words of doubt; pronoun: who or what it speaks of
# is open; long: many clauses in one. Stances by name: what is not the speaker's own claim is worth
# less.
CERTAINTY: Final = 0.8
CONFIDENCE: Final[Mapping[str, float]] = {
    "fact": 0.1,
    "negated": -0.05,
    "hedged": -0.2,
    "pronoun": -0.1,
    "long": -0.05,
}
DIALOGUE_ACTS: Final[Mapping[str, float]] = {
    "stated": 0.05,
    "suggestion": -0.3,
    "hypothetical": -0.4,
    "quotation": -0.25,
    "question": -0.4,
    "request": -0.2,
    "joke": -0.4,
    "chatter": -0.4,
}
LONG_WORDS: Final = 40
SHORT_WORDS: Final = 4

_CORE: Final = frozenset(
    "name birthday age origin residence occupation employer spouse partner mother father sibling"
    " child"
    " relative relationship_status allergic_to health diet phone email address pet".split()
)
_LASTING: Final = _CORE - {"age"} | {"speaks", "education"}
_SEMANTIC: Final = frozenset(
    "likes loves dislikes hates prefers fears owns has_count speaks learning plays education friend"
    " lives_with past_residence past_employer past_occupation project goal value status".split()
)
_ROUTINE = re.compile(
    r"\b(?:always|never|every (?:time|day|morning|evening|night|week|month|\w+day)|from now on"
    r"|whenever"
    r"|make sure (?:to|that|you)|remember to|don't forget to|be sure to|how to|step \d|first,?"
    r" .{3,80}"
    r" then|in order to|the (?:rule|procedure|policy|process) (?:is|for)|must (?:not )?be|should"
    r" (?:always|never)|instructions? (?:are|is|for))\b",
    re.IGNORECASE,
)
# "has always loved" is no rule.
_NO_RULE = re.compile(
    r"\b(?:ha[sd]|have|did|was|were|is|are|\w+ed) (?:always|never)\b"
    r"|\b(?:always|never) (?:\w+ed|been|knew|thought|lets?|fails?|know)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|went|got|took|made|saw|met|came|bought|gave|said|told|found|left|began"
    r"|won|lost|ran|ate|wrote|flew|drove|broke|built|caught|felt|heard|held|kept|knew|paid|read"
    r"|sent"
    r"|sold|spent|spoke|taught|thought|wore|became|\w{3,}ed|yesterday|last (?:night|week|month|year"
    r"|\w+day)|ago|tomorrow|tonight|next (?:week|month|year|\w+day))\b",
    re.IGNORECASE,
)
_EMOTION = re.compile(
    r"\b(?:love[sd]?|hate[sd]?|happy|happiest|sad|angry|afraid|scared|terrified|thrilled|excited"
    r"|proud"
    r"|devastated|heartbroken|grief|grateful|worried|anxious|nervous|ashamed|lonely|furious|upset"
    r"|overjoyed|depressed|stressed|crying|cried|died|death|funeral|passed away|accident|dream"
    r"|miss(?:es|ed)?"
    r"|engaged|married|divorced?|pregnant|born|cancer|surgery|emergency)\b",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(
    r"!{2,}|\b(?:important|crucial|critical|urgent|essential|remember|don't forget)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")
_DATE = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march"
    r"|april|june"
    r"|july|august|september|october|november|december|yesterday|tomorrow|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|might|may be|could be|i think|i guess|i suppose|thinks"
    r"|guesses"
    r"|seems?|apparently|not sure|kind of|sort of|supposedly|around|approximately|i believe"
    r"|likely)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|never|no longer|nobody|none)\b|n['\u2019]t\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\A\W*(?:he|she|it|they|this|that|these|those|there|we|you)\b", re.IGNORECASE
)


def memory_type(sentence: str, facts: Sequence[Fact], is_secret: bool = False) -> str:
    """
    Return vault, core, procedural, semantic or episodic, the first that applies.

    A secret is for the vault; facts of identity are core; routines, instructions and standing rules
    are procedural; other lasting facts and what is said without a past or a date are semantic; the
    rest happened once: episodic.
    """
    if is_secret:
        return "vault"
    attributes = {fact.attribute for fact in facts}
    if attributes & _CORE:
        return "core"
    if "habit" in attributes or _is_routine(sentence):
        return "procedural"
    if attributes & _SEMANTIC or any(a.startswith("favourite_") for a in attributes):
        return "semantic"
    if attributes or _PAST.search(sentence) or _DATE.search(sentence):
        return "episodic"
    return "semantic"


def importance(sentence: str, facts: Sequence[Fact], kind: str) -> Scored:
    """Return how much a statement of that type matters, by the terms of IMPORTANCE."""
    attributes = {fact.attribute for fact in facts}
    holds = {
        "base": True,
        kind: kind in IMPORTANCE,
        "fact": bool(facts),
        "lasting": bool(attributes & _LASTING),
        "decision": bool(attributes & {"decision", "plans_to", "goal", "status"}),
        "emotion": bool(_EMOTION.search(sentence)),
        "emphasis": bool(_EMPHASIS.search(sentence)),
        "number": bool(_NUMBER.search(sentence)),
        "date": bool(_DATE.search(sentence)),
        "name": bool(_NAME.search(sentence)),
        "short": _words(sentence) < SHORT_WORDS and not facts,
    }
    return _scored({term: IMPORTANCE[term] for term, applies in holds.items() if applies})


def confidence(
    sentence: str, facts: Sequence[Fact], certainty: float = 1.0, stance: str = "stated"
) -> Scored:
    """
    Return how far a statement may be trusted, by the terms of CONFIDENCE.

    `certainty` in [0, 1] is what the caller makes of the words; `stance` is the name of a stance,
    of which those in STANCES add a term.
    """
    holds = {
        "fact": bool(facts),
        "negated": bool(_NEGATION.search(sentence)) or any(fact.negated for fact in facts),
        "hedged": bool(_HEDGED.search(sentence)),
        "pronoun": bool(_PRONOUN.match(sentence)),
        "long": _words(sentence) > LONG_WORDS,
    }
    terms = {"certainty": CERTAINTY * min(max(certainty, 0.0), 1.0)}
    terms |= {term: CONFIDENCE[term] for term, applies in holds.items() if applies}
    if stance in DIALOGUE_ACTS:
        terms[f"stance: {stance}"] = DIALOGUE_ACTS[stance]
    return _scored(terms)


def _is_routine(sentence: str) -> bool:
    return bool(_ROUTINE.search(sentence)) and not _NO_RULE.search(sentence)


def _words(sentence: str) -> int:
    return sentence.count(" ") + 1


def _scored(terms: dict[str, float]) -> Scored:
    return Scored(min(max(sum(terms.values()), 0.0), 1.0), terms)
