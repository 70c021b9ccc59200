"""Part a sentence into clauses with a named subject and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from memcli.language.facts.phrases import CJK_NAME, PROPER
from memcli.language.facts.verbs import begins_with_verb, is_verb_group
from memcli.language.names.recognition import NOT_NAMES


class Clause(NamedTuple):
    """A subject and what is said of it."""

    subject: str
    predicate: str


_SUBJECT = re.compile(rf"(?:[Tt]he (?:user|assistant)\b|{PROPER}|{CJK_NAME})")
_DEFINITE = re.compile(
    r"(?:[Tt]he|[Oo]ur) (?P<noun>[\w-]+(?: [\w-]+){0,3}?) (?=(?:is|are|was|were|has)\b)"
)
_CONTRACTED = re.compile(
    r"['\u2019]s (?=(?:an?|the|not|from|now|also|still|just|really|currently|allergic|married"
    r"|single|into"
    r"|\d+|been|got|moved|\w+ing|engaged|divorced|vegan|vegetarian|fluent|based|afraid|born"
    r"|pregnant)\b)"
)
_OPENER = re.compile(
    r"(?:(?:actually|correction|oh|well|yes|yeah|yep|no|nope|so|and|but|also|now|currently|by the"
    r" way"
    r"|btw|sorry|i mean|in fact|update|fyi|anyway|recently|lately|yesterday|today|finally"
    r"|fortunately"
    r"|unfortunately|luckily|sadly|plus|because|hi|hey|hello|ok|okay|originally|officially"
    r"|apparently)"
    r"\b[,:!.]?\s+|(?:in|on|at|since|after|last|this|during|for|as of|these|two|three|a few) "
    r"[^,.;]{1,40}, )",
    re.IGNORECASE,
)
_SEAM = re.compile(
    r"(?:,? (?:and|but|so|because|while)|[;,\u2014\u2013]| - ) (?:also |then |now )?"
)
OFTEN = re.compile(
    r"\b(?:every (?:single )?(?:other )?(?:day|morning|evening|afternoon|night|week|weekend"
    r"|weekday|month"
    r"|year|summer|winter|spring|fall|autumn|\w+day)s?|each (?:day|morning|evening|night|week"
    r"|weekend"
    r"|month|year)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days|on weekends|(?:once|twice|three"
    r" times"
    r"|four times|a few times|several times) (?:a|per) (?:day|week|month|year)|daily|weekly)\b",
    re.IGNORECASE,
)
_REGULARLY = re.compile(
    rf" [a-z]+s .{{0,80}}?{OFTEN.pattern}| [a-z]+s {OFTEN.pattern}", re.IGNORECASE
)


def subject_clauses(sentence: str) -> Iterator[Clause]:
    """Yield the clauses whose subject is named; one without a subject takes the one before."""
    subject = ""
    parts = list(_parts(sentence))
    for index, part in enumerate(parts):
        plain = _without_openers(part)
        found = _subject(plain)
        if found:
            subject = found.subject
            # "likes tea, coffee and milk": what no clause begins belongs to the clause before.
            yield from _split_subject(found)
        elif index and subject and begins_with_verb(plain):
            yield from _split_subject(Clause(subject, plain))
        elif index == 0:
            subject = ""


def _parts(sentence: str) -> Iterator[str]:
    """Yield the parts of a sentence that begin with a subject or an inflected verb."""
    begin = 0
    for seam in _SEAM.finditer(sentence):
        ahead = sentence[seam.end() : seam.end() + 80]
        paired = _SUBJECT.fullmatch(sentence, begin, seam.start())
        if not paired and (begins_with_verb(ahead) or _subject(ahead)):
            yield sentence[begin : seam.start()]
            begin = seam.end()
    yield sentence[begin:]


def _without_openers(text: str) -> str:
    for _ in range(3):
        opener = _OPENER.match(text)
        if not opener:
            break
        text = text[opener.end() :]
    return text.lstrip(" ,")


def _subject(text: str) -> Clause | None:
    """Split a clause into subject and predicate, or None where no named subject is first."""
    definite = _DEFINITE.match(text)
    if definite and not text[4:].startswith(("user", "assistant")):
        return Clause("the " + definite["noun"], text[definite.end() :])
    match = _SUBJECT.match(text)
    if not match or _is_no_name(match[0]):
        return None
    rest = text[match.end() :]
    contracted = _CONTRACTED.match(rest)
    if contracted:
        return Clause(match[0], _uncontracted(rest[contracted.end() :]))
    if rest.startswith("'s "):
        return Clause(match[0], rest)
    if not rest.startswith(" ") or not (is_verb_group(rest[1:]) or _REGULARLY.match(rest)):
        return None
    return Clause(match[0], rest[1:])


def _is_no_name(text: str) -> bool:
    first = text.split(" ")[0].casefold().partition("'")[0]
    return first in NOT_NAMES - {"the"} or first.endswith("ing")


def _uncontracted(rest: str) -> str:
    first = rest.split(" ", 1)[0]
    return ("has " if first in {"been", "got", "moved"} else "is ") + rest


def _split_subject(clause: Clause) -> Iterator[Clause]:
    """Yield "Ana and Bo live ..." for each of the two."""
    pair = re.match(rf"and ({PROPER}) (.*)", clause.predicate, re.DOTALL)
    if pair and pair[1].split(" ")[0].casefold() not in NOT_NAMES:
        # A plural verb looks like a noun, "do" says that it is a verb.
        plural = _PLURAL.match(pair[2])
        predicate = pair[2] if plural else f"do {pair[2]}"
        yield Clause(clause.subject, predicate)
        yield Clause(pair[1], predicate)
    elif not clause.predicate.startswith("and "):
        yield clause


_PLURAL = re.compile(r"(?:are|were|have|do|did|don't|\w+ed)\b")
