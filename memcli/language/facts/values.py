"""The values that a rule of `fact_patterns` takes from the text behind a verb, by their form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from memcli.language.facts import words as known
from memcli.language.facts.patterns import Rule
from memcli.language.facts.phrases import (
    DATE,
    NAME,
    OWNED_PLACE,
    PLACE,
    PROPER,
    VAGUE,
    action_phrase,
    listed_items,
    noun_phrase,
    planned_action,
)
from memcli.language.names.recognition import NOT_NAMES, is_nationality, is_place
from memcli.language.names.words import MONTHS, WEEKDAYS

_EVALUATIVE = re.compile(
    r"\b(?:great|good|amazing|wonderful|fantastic|awesome|true|real|natural|big|huge|born|brilliant"
    r"|terrible|bad|excellent|incredible|lovely|nice|sweet|better|best|total|perfect)\b",
    re.IGNORECASE,
)
# "left X for", "joined X on stage": no employer; "left X in May", "quit X on Friday": one.
_ELSEWHERE = re.compile(
    r" (?:(?:for|to|at|behind|with)\b"
    r"|(?:on|in) (?!\d|(?:(?:early|mid|late|the|last|this) )?"
    rf"(?:{'|'.join(sorted(MONTHS | WEEKDAYS))}"
    r"|spring|summer|autumn|fall|winter|beginning|middle|end)\b))",
    re.IGNORECASE,
)
_PET = re.compile(
    rf"an? (?:[\w-]+ ){{0,4}}?(?P<kind>{known.PETS})\b(?:,? (?:named|called|whose name is)"
    rf" (?P<name>{PROPER}))?"
)


def _place(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    rest = text[follows.end() :]
    match = PLACE.match(rest)
    if match and match[1].split(" ")[0].casefold() not in NOT_NAMES - {"new"}:
        return [match[1]]
    return [noun_phrase(rest)] if known.HOUSING.match(rest) and noun_phrase(rest) else []


def _organization(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    rest = text[follows.end() :]
    owned = OWNED_PLACE.match(rest)
    if owned:
        return [owned[0]]
    match = PLACE.match(rest)
    if match and match[1].split(" ")[0].casefold() not in NOT_NAMES:
        return [match[1].split(",")[0]]
    housed = known.ORGANIZATION.match(rest)
    return [re.sub(r"\A(?:an?|the) ", "", housed[0], flags=re.IGNORECASE)] if housed else []


def _joined(text: str, follows: re.Match[str], rule: Rule) -> list[str]:
    """Return an employer joined or left; a name alone may be a place or a person."""
    values = _organization(text, follows, rule)
    behind = text[follows.end() :].partition(values[0])[2] if values else ""
    if not values or text.startswith("the ") or is_place(values[0]) or _ELSEWHERE.match(behind):
        return []
    if rule.negated:
        return values if NAME.match(values[0]) else []
    return values if re.match(r" as (?:an?|the|its|their) |'s? .{0,20}\bteam\b", behind) else []


def _profession(text: str, follows: re.Match[str], rule: Rule) -> list[str]:
    value = _said_profession(text, follows, rule)
    return value if value and known.PROFESSION.fullmatch(value[0]) else []


def _said_profession(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    rest = re.split(r" (?:at|for|in|with|on|from|of|and) ", text[follows.end() :], maxsplit=1)[0]
    value = noun_phrase(rest, 5)
    return [value] if value and not _EVALUATIVE.search(value) else []


def _names(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    match = NAME.match(text, follows.end())
    usual = match and match[0].split(" ")[0].casefold() not in NOT_NAMES
    return [match[0]] if match and usual and not text[match.end() :].startswith("'") else []


def _languages(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    return [
        item for item in listed_items(text[follows.end() :]) if is_nationality(item.split(" ")[-1])
    ]


def _dates(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    match = DATE.match(text, follows.end())
    return [match["value"]] if match else []


def _pets(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    match = _PET.match(text, follows.end())
    if not match:
        return []
    return [f"{match['kind']} named {match['name']}" if match["name"] else match["kind"]]


def _preference(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    value = noun_phrase(text[follows.end() :])
    return [value] if value and not VAGUE.match(value) else []


def _played(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    rest = text[follows.end() :]
    match = known.PLAYED.match(rest)
    return [match[0].lower()] if match else []


def _project(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    rest = text[follows.end() :]
    owned = re.match(rf"(?:an?|the|his|her|their) (?!\w+self)\w|{PROPER}", rest)
    value = noun_phrase(rest)
    return [value] if owned and value and not VAGUE.match(value) else []


def _schools(text: str, follows: re.Match[str], rule: Rule) -> list[str]:
    values = _organization(text, follows, rule)
    school = r"(?:university|college|school|academy|institute)"
    return values if values and re.search(school, values[0], re.IGNORECASE) else []


def _nouns(text: str, follows: re.Match[str], _: Rule) -> list[str]:
    value = noun_phrase(text[follows.end() :])
    return [value] if value and not VAGUE.match(value) else []


FORMS_OF_VALUE: Final[dict[str, Callable[[str, re.Match[str], Rule], list[str]]]] = {
    "constant": lambda text, follows, rule: [rule.constant],
    "given": lambda text, follows, rule: [follows["value"]],
    "status": lambda text, follows, rule: [follows["value"].lower()],
    "place": _place,
    "organization": _organization,
    "organization_joined": _joined,
    "profession": _profession,
    "profession_said": _said_profession,
    "name": _names,
    "language": _languages,
    "date": _dates,
    "pet": _pets,
    "preference": _preference,
    "played": _played,
    "project": _project,
    "school": _schools,
    "noun": _nouns,
    "saving": _nouns,
    "studies": _nouns,
    "list": lambda text, follows, rule: listed_items(text[follows.end() :]),
    "action": lambda text, follows, rule: (
        [a] if (a := action_phrase(text[follows.end() :])) else []
    ),
    "planned": lambda text, follows, rule: (
        [a] if (a := planned_action(text[follows.end() :])) else []
    ),
}
