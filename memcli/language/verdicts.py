"""Verdicts: what a user says of an assistant's work, and how it is to be done instead."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from memcli.language.data import any_of, read_data, words
from memcli.language.sentences import split_sentences

GOOD: Final = "good"
BAD: Final = "bad"
LONGEST_TERM: Final = 4
# A turn with a correction in it says little else.
LONGEST_TURN: Final = 80
_TERM: Final = r"(?P<{}>[\w./+@#=`'\"-]+(?: [\w./+@#=`'\"-]+){{0,3}}?)"
# Without any of these nothing is corrected, which is soon seen.
_HINT: Final = re.compile(
    r"\b(?:instead|rather|not|never|always|don['\u2019]?t|do not|over|stop)\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w./+@#=-]+")


class Correction(NamedTuple):
    """What a user wants, or does not, and the sentence that says so; terms in lower case."""

    wanted: str | None
    unwanted: str | None
    sentence: str


def verdict(text: str, is_answer: bool = False) -> str | None:
    """
    Return GOOD or BAD as a turn of a user's says it of what was done before; else None.

    is_answer: the assistant had asked something, so that "no" is no verdict.
    """
    rules, n = read_data("verdicts"), len(text.split())
    shown = " ".join(text.casefold().replace("\u2019", "'").split())[: rules["shown"]]
    if is_answer:
        shown = re.sub(rules["answer"], "", shown).lstrip(" ,.;!")
    if n <= rules["longest_bad"] and _pattern("bad").search(shown):
        return BAD
    is_good = n <= rules["longest_good"] and _pattern("good").search(shown)
    return GOOD if is_good and not _pattern("doubt").search(shown) else None


def find_correction(text: str) -> Correction | None:
    """Return how a turn of a user's wants something done, the first that it says."""
    if not _HINT.search(text) or len(text.split()) > LONGEST_TURN:
        return None
    for sentence in split_sentences(text):
        said = " ".join(sentence.text.replace("\u2019", "'").split())
        if sentence.kind == "code" or _pattern("no_correction").search(said.casefold()):
            continue
        for pattern in _corrections():
            found = pattern.search(said)
            if found and (correction := _of_groups(found.groupdict(), said)):
                return correction
    return None


def _of_groups(groups: dict[str, Any], sentence: str) -> Correction | None:
    wanted, unwanted = (_term(groups.get(name)) for name in ("wanted", "unwanted"))
    wanted = _with_verb(groups.get("verb"), wanted)
    unwanted = _with_verb(groups.get("unverb"), unwanted)
    if wanted == unwanted or (wanted is None and unwanted is None):
        return None
    return Correction(wanted, unwanted, sentence)


def _with_verb(verb: str | None, term: str | None) -> str | None:
    return f"{verb.casefold()} {term}" if verb and term else term


def _term(text: str | None) -> str | None:
    """Return a term without what cannot begin or end one; None where nothing is left."""
    found = [word.strip(".'") for word in _WORD.findall((text or "").casefold())]
    edges = words("verdicts", "edges")
    while found and (found[0] in edges or not found[0]):
        found = found[1:]
    while found and (found[-1] in edges or not found[-1]):
        found = found[:-1]
    return " ".join(found) or None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return any_of(read_data("verdicts")[key])


@cache
def _corrections() -> list[re.Pattern[str]]:
    wanted, unwanted = _TERM.format("wanted"), _TERM.format("unwanted")
    after = "|".join(read_data("verdicts")["after"].split())
    ends = rf"(?=\s*(?:[,.;:!()]+(?:\s|$)|$)|\s(?:{after})\b)"
    start = read_data("verdicts")["start"]
    patterns = (
        each.replace("UNTERM", "\0")
        .replace("TERM", wanted)
        .replace("\0", unwanted)
        .replace("START", start)
        for each in read_data("verdicts")["corrections"]
    )
    return [re.compile(f"(?:{pattern}){ends}", re.IGNORECASE) for pattern in patterns]
