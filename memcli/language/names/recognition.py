"""
Find the proper names in a text by capitals, cues and the speakers' own names.

Rules of the kind that began named-entity recognition (MUC-6; McDonald 1996 on internal and external
evidence): the inside of a name ("Inc", "Street") and what stands around it ("my sister X", "flew
to X") say what it is. The lists are general: the hundred most common given names of a century of
United States births, countries, capitals and other large cities. No model, no gazetteer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Final

from memcli.language.names.types import NO_PERSON, Run, canonical, has_person_verb, type_of
from memcli.language.names.words import (
    GIVEN_NAMES,
    NEVER_NAMES,
    NOT_NAMES,
    PARTICLE_SET,
    PARTICLES,
    PLACES,
    UPPER,
    is_nationality,
    is_place,
)
from memcli.language.parts import Entity
from memcli.language.words import FUNCTION_WORDS

__all__ = [
    "NOT_NAMES",
    "UPPER",
    "canonical",
    "find_entities",
    "is_nationality",
    "is_place",
]

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD: Final = r"[\w&'\u2019-]"
_NUMBER: Final = r"\d{1,2}\b(?![:.,/%-]\d|%)"
_CAPITALISED: Final = rf"[{UPPER}]{_WORD}{{0,40}}"
_NAME = re.compile(
    rf"(?<![\w@#/.'\u2019-])(?:{_CAPITALISED}|[a-z]{{1,2}}[A-Z]{_WORD}{{2,30}})"
    # A full stop belongs to a name behind an initial or a title only.
    r"(?:(?:(?<=\b[A-Z])\.|(?<=\b[DMS][rst])\.|(?<=\bMrs)\.|(?<=\bProf)\.)? "
    rf"(?:(?:{PARTICLES}) (?:(?:la|der|den|the) )?)?(?:{_CAPITALISED}|{_NUMBER})){{0,5}}"
)
_QUOTED = re.compile(r"[\"\u201c]([^\"\u201c\u201d\n]{2,60})[\"\u201d]|\*([^*\n]{2,60})\*")
_WORK_CUE = re.compile(
    r"(?:\b(?:read|reading|watch|watched|watching|book|novel|movie|film|song|series|show|album|game"
    r"|titled|called|named|play|played|playing|story|poem|podcast|painting)\b[^.!?\"\n]{0,25})\Z",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"(?:\A|[.!?:;\n\u2022|>)\]\u2026\U0001f300-\U0001faff][\"'\u201d]?)[\s*_#\"'\u201c(-]*\Z"
)
_HEADING_WORDS: Final = 4


def find_entities(text: str, known: Collection[str] = ()) -> list[Entity]:
    """
    Return the names in the text with their types, in order, each canonical name once.

    `known` are names of people, such as the speakers'; they are found at the start of a sentence
    too. Languages and nationalities are `other`. Scripts without capitals give only `known`.
    """
    if not text or text.islower():
        return []
    people = {canonical(name).casefold() for name in known}
    found = [*_works(text), *_known_unspaced(text, known)]
    taken = {work for entity in found for work in entity.name.split()} if found else set()
    runs = _runs(text, people)
    for run in runs:
        name = canonical(run.text)
        if name and not taken.issuperset(name.split()):
            found.append(Entity(name, type_of(run, name, text, people)))
    typed = {entity.name: entity for entity in reversed(found) if entity.type != "other"}
    return [typed.get(name, entity) for name, entity in {e.name: e for e in found}.items()]


def _works(text: str) -> list[Entity]:
    """Find quoted titles: in title case, and behind a word such as book or watched."""
    works: list[Entity] = []
    for match in _QUOTED.finditer(text):
        title = (match[1] or match[2]).strip(" .,!?")
        words = [word for word in title.split() if word.casefold() not in FUNCTION_WORDS]
        cued = _WORK_CUE.search(text[max(0, match.start() - 45) : match.start()])
        if cued and words and all(word[0].isupper() or word[0].isdigit() for word in words):
            works.append(Entity(title, "work"))
    return works


def _known_unspaced(text: str, known: Collection[str]) -> list[Entity]:
    """Find known names in scripts that set no space around them."""
    unspaced = [name for name in known if re.search(f"[{_CJK}]", name)]
    return [Entity(canonical(name), "person") for name in unspaced if name in text]


def _runs(text: str, people: set[str]) -> list[Run]:
    """Find the runs of capitalised words that are names."""
    candidates: list[Run] = []
    for line_start, line in _lines(text):
        if _is_heading(line):
            continue
        for match in _NAME.finditer(line):
            opens = bool(_SENTENCE_END.search(line[max(0, match.start() - 12) : match.start()]))
            candidates.extend(_trimmed(match[0], line_start + match.start(), opens, people))
    inside = Counter(run.text for run in candidates if not run.opens)
    return [run for run in candidates if _is_name(run, text, people, inside)]


def _lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    return lines


def _is_heading(line: str) -> bool:
    """Tell a line in title case or capitals, whose capitals mean nothing."""
    words = [word for word in re.findall(r"[^\W\d_]+", line[:400]) if len(word) > 3]
    return len(words) >= _HEADING_WORDS and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def _trimmed(text: str, start: int, opens: bool, people: set[str]) -> list[Run]:
    """Cut a run at ordinary words: "Thanks Ana" is Ana, and it still stands inside a sentence."""
    if text.casefold() in PLACES:
        return [Run(text, start, opens)]
    runs: list[Run] = []
    words: list[str] = []
    at = begin = start
    for word in text.split(" "):
        if _is_ordinary(word, opens and not words, people, " " not in text):
            runs.append(Run(" ".join(words), begin, opens and begin == start))
            words = []
        else:
            begin = begin if words else at
            words.append(word)
        at += len(word) + 1
    runs.append(Run(" ".join(words), begin, opens and begin == start))
    return [_without_particles(run) for run in runs if run.text]


def _without_particles(run: Run) -> Run:
    """Drop particles and numbers that are left at the ends of a run."""
    words = run.text.split(" ")
    while words and words[-1].casefold() in PARTICLE_SET:
        words.pop()
    skipped = 0
    while words and (words[0].casefold() in PARTICLE_SET or words[0].isdigit()):
        skipped += len(words.pop(0)) + 1
    return Run(" ".join(words), run.start + skipped, run.opens and not skipped)


def _is_ordinary(word: str, opens: bool, people: set[str], alone: bool) -> bool:
    """Tell a word that is no part of a name: "Hope" at the start, but not in "Cape of Hope"."""
    plain = _bare(word)
    if plain in people or plain in PARTICLE_SET:
        return False
    if plain in NEVER_NAMES or _before_apostrophe(plain) in NEVER_NAMES:
        return True
    if not (opens or alone):
        return False
    if plain in NOT_NAMES or _before_apostrophe(plain) in NOT_NAMES:
        return True
    return opens and plain.endswith(("ing", "ed", "ly", "n't")) and plain not in GIVEN_NAMES


def _before_apostrophe(word: str) -> str:
    return word.replace("\u2019", "'").partition("'")[0]


def _bare(word: str) -> str:
    """Drop a possessive and a full stop."""
    plain = word.casefold().rstrip(".'\u2019")
    return plain[:-2] if plain.endswith(("'s", "\u2019s")) else plain


def _is_name(run: Run, text: str, people: set[str], inside: Counter[str]) -> bool:
    """Judge a run: capitals inside a sentence are enough, at its start there must be evidence."""
    name = canonical(run.text)
    plain = name.casefold()
    if len(name) < 2 or not name[-1].isalnum():
        return False
    if plain in people or plain in PLACES:
        return True
    if run.text.isupper() and " " not in run.text:
        return _is_acronym(run, text)
    if run.text.isupper():
        return False
    first = name.split(" ")[0].casefold()
    if not run.opens or " " in name or first in GIVEN_NAMES or inside[run.text]:
        return not _in_lower_case(name, text)
    return has_person_verb(run, text) and not NO_PERSON.match(name)


def _is_acronym(run: Run, text: str) -> bool:
    """Tell NASA from SO GOOD: short, not next to other capitals, and not a word of the text."""
    around = text[max(0, run.start - 8) : run.start], text[run.start + len(run.text) :][:8]
    shouted = any(re.search(r"\b[A-Z]{3,}\b|\b[A-Z]{2,}\Z|\A ?[!]{2}", side) for side in around)
    word_like = re.fullmatch(r"(?:[^AEIOUY]{0,2}[AEIOUY]{1,2}){1,3}[^AEIOUY]{0,2}", run.text)
    cued = re.search(r"\b(?:the|at|for|an?|from) \Z", around[0])
    return 2 <= len(run.text) <= 6 and not shouted and (not word_like or cued is not None)


def _in_lower_case(name: str, text: str) -> bool:
    """Tell a single word that the text also writes small: then it is no name."""
    return " " not in name and bool(re.search(rf"\b{re.escape(name.lower())}\b", text))
