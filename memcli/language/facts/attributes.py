"""Attributes of facts, from data: single or many, their sentences, groups and asking words."""

from __future__ import annotations

from functools import cache
from typing import Any

from memcli.language.data import read_data, words

_PLURAL = {"is": "are", "has": "have", "was": "were", "does": "do"}
_STATES = ("is {}", "is not {}", "used to be {}")
_UNKNOWN: dict[str, Any] = {"group": "other", "asks": ""}


@cache
def about(attribute: str) -> dict[str, Any]:
    """Return the row of an attribute in attributes.toml: single, says, group, asks, slot."""
    row: dict[str, Any] = read_data("attributes").get(attribute, _UNKNOWN)
    if row is _UNKNOWN and is_relation(attribute):
        single = attribute in words("nouns", "one_each")
        return {"group": "family", "asks": attribute, "single": single}
    return row


@cache
def linked() -> frozenset[str]:
    """Return the attributes that end values of others, and those others: life, name and pet."""
    rows = read_data("attributes").items()
    ended = {name: f"{row.get('ends', '')} {row.get('parts', '')}".split() for name, row in rows}
    ends = {name: others for name, others in ended.items() if others}
    return frozenset((*ends, *(other for others in ends.values() for other in others)))


def is_single(attribute: str) -> bool:
    """Tell whether an attribute has one value at a time; any noun of "X's NOUN is V" has."""
    return bool(about(attribute).get("single", attribute not in read_data("attributes")))


def is_relation(attribute: str) -> bool:
    """Tell whether an attribute is a person's relation, its value the name of that person."""
    return attribute.split(" ")[-1] in words("nouns", "relation")


def is_impossible(attribute: str, value: str) -> bool:
    """Tell a value that nobody means, as "allergic to apps" and "900 years old"."""
    most = about(attribute).get("most")
    if most and value.isdigit() and int(value) > most:
        return True
    return value.split(" ")[-1].lower() in about(attribute).get("never", "").split()


def is_hollow(attribute: str, value: str) -> bool:
    """Tell a value that says nothing by itself: "lessons", without of what."""
    return about(attribute)["group"] != "family" and value.lower() in words("nouns", "hollow")


def slot_of(attribute: str) -> str:
    """Return the attribute whose values it competes with: likes for loves and dislikes."""
    return str(about(attribute).get("slot", attribute))


def is_opposite(attribute: str) -> bool:
    """Tell whether an attribute denies that of its slot: dislikes, of likes."""
    return bool(about(attribute).get("opposite"))


def canonical(
    subject: str, attribute: str, value: str, polarity: str = "positive", past: bool = False
) -> str:
    """Return the plain sentence of a fact: "Ana lives in Porto"."""
    says = about(attribute).get("says")
    if value.lower() in about(attribute).get("states", "").split():
        says = _STATES
    others: dict[str, str] = read_data("moods")["others"]
    value = " ".join(others.get(word.lower(), word) for word in value.split(" "))
    if attribute in ("event", "doing", "done") and value.split(" ")[0].istitle():
        value = value[:1].lower() + value[1:]
    if says:
        form = says[1 if polarity == "negative" else 2 if past else 0]
        return _agreed(subject, form.format(value, a=_with_article(value)))
    if not attribute:
        return value
    verb = "is not" if polarity == "negative" else "was" if past else "is"
    return f"{_owner(subject)} {attribute} {verb} {value}"


def _with_article(value: str) -> str:
    """Return "a nurse" for "nurse"; what is a name, many or counted stays."""
    first, last = value.split(" ")[0], value.split(" ")[-1]
    counted = first in read_data("time")["numbers"] or first in words("values", "determined")
    many = last.endswith("s") and not last.endswith(("ss", "us"))
    if counted or many or not (first.isalpha() and first.islower()):
        return value
    return f"{'an' if first[0] in 'aeiou' else 'a'} {value}"


def _agreed(subject: str, says: str) -> str:
    """Return a sentence, its verb in the plural for "Mara's kids" and "the keys"."""
    last = subject.split(" ")[-1]
    many = (
        " " in subject and last.endswith("s") and not last.endswith(("ss", "'s")) and last.islower()
    )
    verb, _, rest = says.partition(" ")
    plural = _PLURAL.get(verb, verb.removesuffix("s"))
    return f"{subject} {plural if many else verb} {rest}"


def _owner(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
