"""Facts of short forms: a value taken back ("I meant 8:30, not 7:30"), "Budget: 2000 EUR"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from memcli.language.data import read_data, words
from memcli.language.facts.attributes import about
from memcli.language.facts.fact import Fact
from memcli.language.facts.forms import bases, form, is_any, is_kind, is_time
from memcli.language.facts.noun_phrases import noun_value, time_value
from memcli.language.syntax import Parse, Word

LONGEST = 8
# Words of what only puts a value right.
LONGEST_AMENDING = 4


def correction(parse: Parse, speaker: str) -> Fact | None:
    """
    Return what takes back what the speaker said before; None where a sentence does not.

    Its attribute is "": that of the fact whose value it replaces, or of the speaker's last one.
    """
    if not takes_back(parse):
        return None
    for word in parse.words:
        for each in _meant(parse, word):
            value = plain_value(parse, each)
            if value:
                after = [w for w in parse.words if w.start > each.start and _is_denied(parse, w)]
                former = plain_value(parse, after[0]) if after else None
                place = (0, len(parse.text))
                return Fact(speaker, "", value, effect="correct", place=place, replaces=former)
    return None


def takes_back(parse: Parse) -> bool:
    """Tell whether a sentence opens with what takes back what was said: "Actually, ..."."""
    text = parse.text.lower().lstrip()
    return any(
        text.startswith(cue) or f". {cue}" in text for cue in read_data("moods")["corrections"]
    )


def amending(parse: Parse, speaker: str) -> Fact | None:
    """
    Return what puts right a value of before by naming another: "Well, vegetarian really.".

    It is `is_aside`: whether it takes the place of one of its kind says `replaced_by`.
    """
    told = [w for w in parse.words if w.upos != "PUNCT"]
    opened = told[:1] if told and is_any(told[0], "amending_names") else []
    said = [w for w in told if w.upos != "INTJ" or w in opened]
    root = parse.root
    if root is None or not 1 < len(said) <= LONGEST_AMENDING:
        return None
    cues = [w for w in said if is_any(w, "amending")] or opened
    others = [w for w in said if w not in cues]
    value = parse.slice(others) if others else ""
    kinds = ("NUM", "ADJ", "NOUN", "PUNCT")
    named = all(w.upos in kinds for w in others) or _is_name(opened, others)
    if not (cues and named and value) or "?" in parse.text:
        return None
    value = value if others[0].upos == "PROPN" else value.lower()
    return Fact(speaker, "", value, effect="correct", place=(0, len(parse.text)), is_aside=True)


def _is_name(opened: Sequence[Word], others: Sequence[Word]) -> bool:
    """Tell "wait, Brindisi": one name behind what takes back."""
    return bool(opened) and all(w.upos == "PROPN" and w.text[:1].isupper() for w in others)


def replaced_by(former: Fact, value: str) -> str | None:
    """Return what of a fact's value another value takes the place of: its number, or all of it."""
    numbers = read_data("time")["numbers"]
    if value.isdigit() or value in numbers or "-" in value:
        counted = [w for w in re.findall(r"\w+", former.value) if w.isdigit() or w in numbers]
        return counted[0] if counted and counted[0] != value else None
    if value[:1].isupper():
        names = about(former.attribute).get("names") in ("place", "organization")
        other = former.value[:1].isupper() and former.value.casefold() != value.casefold()
        return former.value if names and other else None
    kinds = _kinds(former.attribute)
    told = {value, value.split(" ")[-1]}
    return former.value if any(told & words("nouns", kind) for kind in kinds) else None


@cache
def _kinds(attribute: str) -> frozenset[str]:
    """Return the kinds of nouns that the rules take as values of an attribute."""
    rows = [row for row in read_data("fact_rules")["rule"] if row["attribute"] == attribute]
    named = [kind for row in rows for kind in (*row.get("kind", ()), *row.get("be", "").split())]
    return frozenset(kind[1:] for kind in named if kind.startswith("@"))


def _meant(parse: Parse, word: Word) -> list[Word]:
    """Return the value of "I meant V" and of "it's V"."""
    subject = parse.child(word, "nsubj")
    by = form(subject) if subject is not None else ""
    if by == "i" and "mean" in bases(word):
        return parse.children(word, "obj", "ccomp", "xcomp")
    copular = by in ("it", "that") and parse.child(word, "cop") is not None
    denied = any(is_any(c, "negations") for c in parse.children(word, "advmod"))
    late = is_time(parse, word) and not is_any(word, "undated")
    named = word.upos in ("NUM", "PROPN") or late or word.text[:1].isdigit()
    return [word] if copular and not denied and named and word == parse.root else []


def plain_value(parse: Parse, word: Word) -> str | None:
    """Return a time, a number or a noun phrase as a value."""
    late = is_time(parse, word) or word.upos == "NUM"
    return time_value(parse, word) if late else noun_value(parse, word)


def _is_denied(parse: Parse, word: Word) -> bool:
    return any(is_any(c, "negations") for c in parse.children(word, "advmod", "cc"))


def keyed_fact(parse: Parse, speaker: str) -> Fact | None:
    """Return the fact of a line "Budget: 2000 EUR"; None where it is none."""
    words = parse.words
    colon = next((w for w in words[1:3] if w.text == ":"), None)
    if colon is None or not is_kind(words[colon.index - 2], "keyed"):
        return None
    rest = [w for w in words[colon.index :] if w.upos != "PUNCT"]
    if not 0 < len(rest) <= LONGEST or any(w.upos in ("VERB", "AUX", "PRON") for w in rest):
        return None
    attribute = parse.text[: colon.start].strip().lower()
    return Fact(speaker, attribute, parse.slice(rest), is_single=True, place=(0, len(parse.text)))
