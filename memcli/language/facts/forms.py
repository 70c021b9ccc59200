"""Bases of words: what a verb or noun may be a form of, and kinds of words from data."""

from __future__ import annotations

import re
from functools import cache

from memcli.language.data import read_data, words
from memcli.language.syntax import Parse, Word
from memcli.language.verb_forms import PLAIN_FORMS

# "on the 15th"
_DAY = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)")
_PERIODS = ("a", "an", "per", "every", "each", "most", "all", "some")


@cache
def stems(form: str) -> frozenset[str]:
    """Return what a lower-case form may come from: "studies" gives study, "planning" plan."""
    found = {form, PLAIN_FORMS.get(form) or read_data("verb_forms")["others"].get(form, form)}
    for ending, added in (("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("d", "")):
        if form.endswith(ending) and len(form) > len(ending) + 1:
            found.add(form[: -len(ending)] + added)
    for ending in ("ing", "ed"):
        stem = form.removesuffix(ending)
        if stem != form and len(stem) > 1:
            found |= {stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem}
    return frozenset(found)


def form(word: Word) -> str:
    """Return a word in lower case, its apostrophe plain."""
    return word.text.lower().replace("\u2019", "'")


def bases(word: Word) -> frozenset[str]:
    """Return the base forms that a word may have: the parser's lemma is wrong for rare ones."""
    return stems(form(word)) | {word.lemma}


def is_kind(word: Word, kind: str) -> bool:
    """Tell whether a noun is of a kind of nouns.toml, in singular or plural."""
    return not bases(word).isdisjoint(words("nouns", kind))


def is_any(word: Word, key: str) -> bool:
    """Tell whether a word is in a list of moods.toml."""
    return not bases(word).isdisjoint(words("moods", key))


def is_proper(word: Word) -> bool:
    """Tell whether a noun is a name; a capital within a sentence makes one, whatever its tag."""
    written = word.text[:1].isupper() and word.upos in ("NOUN", "PROPN")
    inside = word.index > 1 and not word.text.isupper()
    return written and (inside or word.xpos in ("NNP", "NNPS"))


def is_time(parse: Parse, word: Word) -> bool:
    """Tell whether a noun phrase is a time: its head is a unit, a day or month, or a year."""
    text = form(word)
    no_noun = word.upos in ("VERB", "AUX", "ADJ", "ADP") and not text[:1].isdigit()
    if no_noun or word.name[2:] in ("PER", "ORG", "LOC"):
        return False
    if text in words("moods", "time_nouns") or (word.upos == "NOUN" and is_any(word, "time_nouns")):
        return True
    if len(text) == 4 and text.isdigit() and text[:2] in ("19", "20"):
        return True
    if any(form(c) == "ago" for c in parse.children(word)):
        return True
    if text in ("couple", "few", "end", "beginning", "start", "middle"):
        return any(is_time(parse, c) for c in parse.children(word, "nmod"))
    if _DAY.fullmatch(text) and any(form(c) == "the" for c in parse.children(word, "det")):
        return True
    clock = text.endswith(("am", "pm", "o'clock")) or ":" in text
    return text[:1].isdigit() and (clock or _has_month(parse, word))


def _has_month(parse: Parse, word: Word) -> bool:
    return any(form(c) in words("moods", "time_nouns") for c in parse.children(word, "nmod"))


def is_period(parse: Parse, word: Word) -> bool:
    """Tell whether a time comes back ("every Monday", "twice a week"): it is no date."""
    found = [form(c) for c in parse.children(word, "det", "case", "amod")]
    return not set(found).isdisjoint(_PERIODS) or form(word).endswith(
        ("days", "ends", "daily", "weekly", "monthly")
    )


def case_of(parse: Parse, word: Word) -> str:
    """Return the preposition of a noun phrase, its words joined by spaces; "" if it has none."""
    found = [c for c in parse.children(word, "case") if c.start < word.start]
    return " ".join(form(c) for c in found if c.xpos != "POS")
