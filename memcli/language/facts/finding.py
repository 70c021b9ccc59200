"""
Read subject, attribute and value off a sentence that is already in the third person.

Shallow open information extraction (ReVerb, Fader et al. 2011: a verb, what it governs, constraints
on both) narrowed to the attributes that a memory of a person needs. A clause is a subject, a verb
group (tense, negation, "no longer", "used to") and a rest; the rules of `fact_patterns` say what
they state. Precision first: questions, conditions, hedges, pronouns as subjects and what no rule
knows give nothing.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.language.facts import words as known
from memcli.language.facts.clauses import OFTEN, Clause, subject_clauses
from memcli.language.facts.patterns import RULES, Rule
from memcli.language.facts.phrases import (
    LONGEST_ACTION,
    NAME,
    PROPER,
    VAGUE,
    action_phrase,
    definite_value,
    listed_items,
    noun_phrase,
    planned_action,
)
from memcli.language.facts.slots import (
    LONGEST_SENTENCE,
    is_correction,
    is_single,
    is_single_noun,
    opposite,
    replaces,
    slot,
)
from memcli.language.facts.values import FORMS_OF_VALUE
from memcli.language.facts.verbs import ADVERBS, Reading, verb_readings
from memcli.language.facts.words import ATTRIBUTES, NOUN_ATTRIBUTES
from memcli.language.names.recognition import is_nationality
from memcli.language.parts import Fact

__all__ = [
    "find_facts",
    "is_correction",
    "is_single",
    "opposite",
    "replaces",
    "slot",
]

_POSSESSED = re.compile(
    rf"['\u2019]s (?P<noun>[\w-]+(?: [\w-]+){{0,3}}?)(?:,? (?P<name>{PROPER}),?)? "
    r"(?=(?:is|are|was|were|has|lives|works|likes|loves|hates|moved|got|studies|speaks|owns|plays)\b)"
)
_UNREAL = re.compile(
    r"\b(?:if|unless|suppose|imagine|pretend|hypothetically|maybe|perhaps|might|wish(?:es)?|whether"
    r"|what if|possibly|supposedly|rumou?rs?|jok(?:e|es|ing)|kidding|as though|would have|could"
    r" have"
    r"|should)\b",
    re.IGNORECASE,
)
_CANNOT_STAND = re.compile(r"(?:can't|can\u2019t|cannot|can not) (?:stand|bear) ", re.IGNORECASE)
_WOULD_LIKE = re.compile(r"(?:would|['\u2019]d) (?:really |also )?(?:love|like) to ", re.IGNORECASE)
_NUMBER: Final = r"\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_COUNT = re.compile(rf"(?P<value>(?:{_NUMBER}) (?:[\w-]+ )??(?P<noun>[\w-]+))\b", re.IGNORECASE)
_RELATIVE_KINDS: Final = frozenset("sibling child relative partner friend spouse".split())
_RELATIVES: Final = "|".join(n for n, kind in NOUN_ATTRIBUTES.items() if kind in _RELATIVE_KINDS)
_RELATIVE = re.compile(
    rf"(?:an?|one) (?:[\w-]+ ){{0,2}}?(?P<noun>{_RELATIVES}),?"
    rf" (?:(?:named|called|whose name is|who is called) )?(?P<name>{PROPER})"
)
_LINKING = re.compile(
    r"(?:is|are|was|were|has been|have been)(?: (?:changed|moved|set|updated|shifted|pushed|now"
    r"|still"
    r"|actually|called|named|currently|really|definitely|back|to|at|on|in)\b)*\s+",
)


def find_facts(sentence: str) -> list[Fact]:
    """
    Return what a third-person sentence states, each fact once, in order of the sentence.

    "does not like" gives `dislikes`; "no longer likes" and "used to like" give `likes`, negated;
    "left X" gives `employer` X, negated; "lived in X" gives `past_residence`, which ends nothing.
    """
    plain = sentence.strip()
    if not plain or len(plain) > LONGEST_SENTENCE or plain.endswith(("?", '?"')):
        return []
    facts: list[Fact] = []
    for clause in subject_clauses(plain.replace("\u2019", "'")):
        if not _UNREAL.search(clause.predicate) and not _UNREAL.search(clause.subject):
            facts.extend(_facts_of(clause))
    return list(dict.fromkeys(facts))


def _facts_of(clause: Clause) -> list[Fact]:
    if clause.predicate.startswith("'s "):
        return _possessed(clause)
    habit = _habit(clause)
    facts = _special(clause)
    for reading in verb_readings(clause.predicate):
        facts = facts or _by_rules(clause.subject, reading)
    if clause.subject.startswith("the ") and not clause.subject.startswith(
        ("the user", "the assist")
    ):
        facts = [fact for fact in facts if fact.attribute == "status"] or _value(clause)
        habit = []
    elif "'s " not in clause.subject:
        facts = [fact for fact in facts if fact.attribute != "status"]
    return facts + habit


def _value(clause: Clause) -> list[Fact]:
    """Read "the deadline is 3 May"."""
    link = _LINKING.match(clause.predicate)
    words = clause.subject.lower().split(" ")
    if not link or not is_single_noun(words):
        return []
    value = definite_value(clause.predicate[link.end() :])
    return [Fact(clause.subject, "value", value)] if value else []


def _possessed(clause: Clause) -> list[Fact]:
    """Read "Ana's sister is Bo", "Ana's sister Bo lives in ...", "Ana's favourite food is ..."."""
    match = _POSSESSED.match(clause.predicate)
    if not match:
        return []
    noun, rest = match["noun"].lower(), clause.predicate[match.end() :]
    attribute = NOUN_ATTRIBUTES.get(noun.split(" ")[-1])
    if match["name"] and attribute:
        named = [Fact(clause.subject, attribute, match["name"])]
        return named + _facts_of(Clause(match["name"], rest))
    link = _LINKING.match(rest)
    favourite = re.match(r"(?:all-time )?favou?rite (.+)", noun)
    if link and favourite:
        return _favourite(clause.subject, favourite[1], rest[link.end() :])
    stated = _attribute_of(clause.subject, noun, attribute, rest[link.end() :]) if link else []
    if stated or attribute not in _PEOPLE:
        return stated or _status_of(clause.subject, match["noun"], rest)
    return _facts_of(Clause(f"{clause.subject}'s {match['noun']}", rest))


# What may stand behind "X's NOUN is" for these attributes.
_SHAPED: Final = {
    "occupation": re.compile(rf"(?:an? )?(?P<value>{known.PROFESSION.pattern})(?=[.,;!]|\Z)"),
    "diet": re.compile(rf"(?P<value>{known.DIETS})\b"),
    "goal": re.compile(r"to (?P<value>.+)"),
    "name": re.compile(rf"(?P<value>{PROPER})(?!['\w])"),
}
_PEOPLE: Final = frozenset("spouse partner mother father sibling child friend relative pet".split())


def _favourite(subject: str, noun: str, text: str) -> list[Fact]:
    value = noun_phrase(text)
    name = "favourite_" + re.sub(r"\W+", "_", noun.strip())
    return [Fact(subject, name, value)] if value and not VAGUE.fullmatch(value) else []


def _status_of(subject: str, noun: str, rest: str) -> list[Fact]:
    owner = f"{subject}'s {noun}"
    facts = [fact for reading in verb_readings(rest) for fact in _by_rules(owner, reading)]
    return [fact for fact in facts if fact.attribute == "status"]


def _attribute_of(subject: str, noun: str, attribute: str | None, text: str) -> list[Fact]:
    """Read the value of a noun that belongs to the subject."""
    if attribute in _PEOPLE:
        match = NAME.match(text)
        ends = match and not re.match(r" ?\w", text[match.end() :])
        return (
            [Fact(subject, attribute, match[0])]
            if match and ends and not is_nationality(match[0])
            else []
        )
    if attribute in _SHAPED:
        shaped = _SHAPED[attribute].match(text)
        value = action_phrase(shaped["value"]) if shaped else ""
        return [Fact(subject, attribute, value)] if value else []
    if not attribute and not is_single_noun(noun.split(" ")):
        return []
    value = definite_value(text)
    name = attribute if attribute and " " not in noun else re.sub(r"\W+", "_", noun)
    name = attribute if attribute in {"phone", "email", "address"} else name
    return [Fact(subject, name, value)] if value and name else []


def _special(clause: Clause) -> list[Fact]:
    """Read counts, relatives with names, "can't stand" and "would love to"."""
    text = clause.predicate
    stand = _CANNOT_STAND.match(text)
    if stand:
        return [Fact(clause.subject, "hates", item) for item in listed_items(text[stand.end() :])]
    would = _WOULD_LIKE.match(text)
    if would:
        value = planned_action(text[would.end() :])
        return [Fact(clause.subject, "goal", value)] if value else []
    for reading in verb_readings(text):
        if reading.verb == "have" and reading.tense == "present" and not reading.negated:
            return _had(clause.subject, reading.rest)
    return []


def _had(subject: str, rest: str) -> list[Fact]:
    count = _COUNT.match(rest)
    if count and count["noun"].lower() in known.COUNTABLE:
        return [Fact(subject, "has_count", count["value"])]
    relative = _RELATIVE.match(rest)
    if relative:
        return [Fact(subject, NOUN_ATTRIBUTES[relative["noun"]], relative["name"])]
    return []


def _habit(clause: Clause) -> list[Fact]:
    """Read what the subject does at set times: "swims every Sunday"."""
    first = clause.predicate.split(" ", 1)[0].lower()
    often = OFTEN.search(clause.predicate[:120])
    if not often or (first in ADVERBS and len(clause.predicate.split()) < 3):
        return []
    words = [
        w for w in clause.predicate[: often.end()].split() if w.lower() not in ADVERBS - {"once"}
    ]
    said = " ".join(words)
    plain = re.fullmatch(r"[a-z]+s(?: [^,;:!?()\"]*)?", said)
    if not plain or not 3 <= len(words) <= LONGEST_ACTION:
        return []
    if words[0] in _NO_HABIT or words[1].lower() in _UNNAMED:
        return []
    return [Fact(clause.subject, "habit", said)]


_UNNAMED: Final = frozenset("it them that this these those him her one".split())
_NO_HABIT: Final = frozenset(
    "is was has does likes loves wants hates hopes needs says thinks feels looks seems gets".split()
)


def _by_rules(subject: str, reading: Reading) -> list[Fact]:
    """Apply the rules of the verb; the first of an attribute that yields a value states it."""
    if reading.rest.startswith("\0"):
        reading = reading._replace(negated=True, rest=reading.rest[5:])
    facts: dict[str, list[Fact]] = {}
    for rule, after in RULES.get(reading.verb, ()):
        attribute, negated = _stated(rule, reading)
        match = after.match(reading.rest) if attribute and attribute not in facts else None
        values = FORMS_OF_VALUE[rule.form](reading.rest, match, rule) if match else []
        if values:
            facts[attribute] = [Fact(subject, attribute, value, negated) for value in values]
    return [fact for stated in facts.values() for fact in stated]


def _stated(rule: Rule, reading: Reading) -> tuple[str, bool]:
    """Return the attribute that a rule states in this tense and whether it is denied, or ""."""
    if reading.tense == "former":
        past = rule.in_past or f"past_{rule.attribute}"
        return (past, False) if past in ATTRIBUTES else (rule.attribute, True)
    if reading.tense not in rule.tenses.split():
        return (
            (rule.in_past, False)
            if reading.tense == "past" and not reading.negated
            else ("", False)
        )
    if not reading.negated:
        return rule.attribute, rule.negated
    if rule.opposite and not reading.ceased:
        return rule.opposite, False
    denied = not rule.negated and rule.attribute not in _NEVER_DENIED
    lasting = reading.tense in ("present", "progressive") and denied
    return (rule.attribute, True) if lasting or reading.ceased else ("", False)


# What someone does not plan, or what is not done yet, is no lasting fact.
_NEVER_DENIED: Final = frozenset("goal plans_to decision project status learning age name".split())
