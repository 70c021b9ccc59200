"""
Telling: a memory in one line, as a page, a summary or a prompt gives it back.

A fact is told by the sentence of its attribute, with since and until; a quotation by who said it,
when, and the words. What no longer holds says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from memcli.language.data import read_data
from memcli.language.facts.attributes import about, canonical
from memcli.language.roles import CALLED
from memcli.memory.holds import holds

# Columns that a row needs to be told.
COLUMNS: Final = (
    "id level type text speaker subject attribute value polarity happened_at valid_from valid_to"
    " superseded_by"
).split()
# Quotations of less importance are worth no line in a profile or a summary. What is kept begins at
# 0.43 (memcli/language/data/salience_weights.toml); above this is the better half of it.
WORTH: Final = 0.6
LASTING: Final = 0.7
LONGEST_QUOTATION: Final = 30
SECTIONS: Final[Mapping[str, Mapping[str, object]]] = read_data("profile")["sections"]
OTHER: Final = "other"
# Stands for a turn in which nothing was said, only a file sent.
FILE_ALONE: Final = "(a file)"
# Of an id, as much as names it.
SHORT_ID: Final = 8


def is_fact(row: Mapping[str, Any]) -> bool:
    """Say whether a row states a fact."""
    return None not in (row["subject"], row["attribute"], row["value"])


def told(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """Line that tells a memory; with `now`, what held until then is told as past."""
    return told_fact(row, now) if is_fact(row) else told_quotation(row)


def told_line(row: Mapping[str, Any], is_dated: bool = True) -> str:
    """Line of a summary: the words that were said while they are few, else what they state."""
    if is_fact(row) and len(row["text"].split()) > LONGEST_QUOTATION:
        return told_fact(row)
    return told_quotation(row) if is_dated else spoken(row["text"], row["speaker"])


def is_worth(row: Mapping[str, Any]) -> bool:
    """Say whether a statement is worth a line in what sums up many: by its importance, or a fact
    of an attribute that matters to anybody, such as an allergy.
    """
    lasts = is_fact(row) and weight_of(group_of(row["attribute"])) >= LASTING
    return lasts or (row["importance"] or 0.0) >= WORTH


def group_of(attribute: str) -> str:
    """Section of a profile that an attribute belongs to, by its data; OTHER where it says none."""
    group = str(about(attribute).get("group", OTHER))
    return group if group in SECTIONS else OTHER


def weight_of(section: str) -> float:
    """How much what stands in a section matters to somebody who knows nothing else, in [0, 1]."""
    return float(str(SECTIONS[section]["weight"]))


def told_fact(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """Sentence of a fact, with when it holds: "Ana lives in Porto (since 2026-05-15)."."""
    sentence = fact_sentence(row, now)
    when = period(row, now)
    return f"{sentence} ({when})." if when else f"{sentence}."


def told_since(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """Line that tells a memory; a fact also since when it holds where it was said then."""
    start = row["valid_from"]
    if not is_fact(row) or start is None or period(row, now):
        return told(row, now)
    return f"{fact_sentence(row, now)} (since {day(start)})."


def fact_sentence(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """Sentence of a fact without dates and full stop."""
    past = now is not None and not holds(row, now)
    polarity = row.get("polarity") or "positive"
    value = open_value(row)
    sentence = canonical(called(row["subject"]), row["attribute"], value, polarity, past)
    return " ".join((sentence[:1].upper() + sentence[1:]).split()).rstrip(".")


def open_value(row: Mapping[str, Any]) -> str:
    """Value of a fact, `[secret ID]` where it is one, or a part of one, in the words it is of."""
    value, text = str(row["value"]), row["text"]
    from memcli.language.secrets import find_secrets

    secrets = (text[secret.start : secret.end] for secret in find_secrets(text))
    is_secret = any(secret in value or value in secret for secret in secrets)
    return mark_of_id(row["id"]) if is_secret else value


def told_quotation(row: Mapping[str, Any]) -> str:
    """Words of a memory after who said them and when: "Mara, 2026-05-15: I moved."."""
    moment = f", {day(row['happened_at'])}" if row["happened_at"] else ""
    return spoken(row["text"], row["speaker"], moment)


def spoken(text: str, speaker: str | None, moment: str = "") -> str:
    """Words after the name of who said them, unless they begin with it: a model's statements do."""
    name = called(speaker or "")
    plain = " ".join(text.split())
    return plain if not name or plain.startswith(name) else f"{name}{moment}: {plain}"


def called(name: str) -> str:
    """Name of a person, or what is theirs, as it is told: that of a role is "the user"."""
    first = name.partition("'")[0]
    return CALLED.get(first.casefold(), first) + name[len(first) :]


def period(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """When a fact holds, where that is more than when it was said; nothing for always."""
    start, end, said = row["valid_from"], row["valid_to"], row["happened_at"]
    since = day(start) if start and start != said else ""
    until = day(end) if end and end != said else ""
    if since and until:
        return f"on {since}" if since == until else f"{since} to {until}"
    if until:
        return f"until {until}"
    over = now is not None and end is None and not holds(row, now)
    return "no longer" if over else f"since {since}" if since else ""


def until_text(row: Mapping[str, Any]) -> str:
    """When what holds no longer ended; "no longer" for what was corrected or has no known end."""
    start, end = row["valid_from"], row["valid_to"]
    return f"until {day(end)}" if end and (start is None or start < end) else "no longer"


def without_secrets(text: str, id_: str) -> str:
    """Text with `[secret ID]` for each secret in it; the id is of the memory that holds it."""
    from memcli.language.secrets import find_secrets, redact

    return redact(text, find_secrets(text), mark_of_id(id_))


def mark_of_id(id_: str) -> str:
    """What stands in a prompt for a secret of the memory of an id."""
    return f"[secret {id_[:SHORT_ID]}]"


def day(moment: datetime) -> str:
    """Day of a moment, in UTC."""
    return moment.strftime("%Y-%m-%d")
