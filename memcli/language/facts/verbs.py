"""Read the verb group at the start of a predicate: verb, tense, negation, "no longer"."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memcli.language.facts.patterns import FORMS


class Reading(NamedTuple):
    """A verb group read one way: base form, tense (or "former"), and the text behind it."""

    verb: str
    tense: str
    negated: bool
    ceased: bool
    rest: str


ADVERBS: Final = frozenset(
    """
    also now currently really still just always recently actually usually often presently mostly
    finally officially already absolutely totally truly generally normally originally mainly
    especially only quite very definitely even then soon both ever simply apparently sometimes
    primarily lately once
    """.split()
)
NEGATIVES: Final = {
    "isn't": "is", "aren't": "are", "wasn't": "was", "weren't": "were", "doesn't": "does",
    "don't": "do", "didn't": "did", "hasn't": "has", "haven't": "have", "hadn't": "had",
}  # fmt: skip
_CEASED = re.compile(r"(?:stopped|quit|gave up|has given up|has stopped|has quit) (?=\w+ing )")


def begins_with_verb(text: str) -> bool:
    """Tell whether an inflected verb comes first, perhaps behind an adverb."""
    for word in text.lower().split(" ", 3)[:3]:
        word = word.strip(",.")
        if word in NEGATIVES or word in {"no", "never"}:
            return True
        if word not in ADVERBS:
            base, tense = FORMS.get(word, ("", ""))
            return tense in ("present", "past") and word != base
    return False


def is_verb_group(text: str) -> bool:
    """Tell whether a text begins with a verb or an auxiliary, perhaps behind adverbs."""
    for word in text.lower().split(" ", 4)[:4]:
        if word in FORMS or word in NEGATIVES or word in _GROUP_WORDS:
            return True
        if word not in ADVERBS:
            return word == "and"
    return False


_GROUP_WORDS: Final = frozenset(
    "can't cannot would no never used did does do stopped gave can".split()
)


def verb_readings(predicate: str) -> list[Reading]:
    """Read the verb group at the start of a predicate in each way that it can be read."""
    ceased = _CEASED.match(predicate)
    if ceased:
        return [
            reading._replace(negated=True, ceased=True, tense="present")
            for reading in _group("is " + predicate[ceased.end() :])
        ]
    return _group(predicate)


class _Auxiliaries(NamedTuple):
    """What the words of a verb group before the verb say."""

    tense: str = ""
    negated: bool = False
    ceased: bool = False
    former: bool = False


def _group(predicate: str) -> list[Reading]:
    """Return the readings of a verb group: "is living in" is a form of be and one of live."""
    words = list(re.finditer(r"\S+", predicate[:160]))
    said = _Auxiliaries()
    readings: list[Reading] = []
    for index, match in enumerate(words[:8]):
        word = match[0].lower().strip(",")
        following = words[index + 1][0].lower() if index + 1 < len(words) else ""
        said, is_auxiliary = _auxiliary(said, word, following)
        if is_auxiliary:
            continue
        word = NEGATIVES.get(word, word)
        reading = _read(said, word, predicate[match.end() :])
        if not reading:
            break
        readings.append(reading)
        if reading.verb not in {"be", "have"}:
            break
        said = said._replace(tense=_tense_after(word, reading))
    if said.negated and re.search(r"\bany ?more(?=[.,;!]|\Z)", predicate[:160]):
        readings = [reading._replace(ceased=True) for reading in readings]
    return readings[::-1]


def _auxiliary(said: _Auxiliaries, word: str, following: str) -> tuple[_Auxiliaries, bool]:
    """Take in a word that is no verb of its own; also return whether it is such a word."""
    if word in NEGATIVES:
        word, said = NEGATIVES[word], said._replace(negated=True)
    if word == "no" and following == "longer":
        return said._replace(negated=True, ceased=True), True
    if word == "used" and following == "to":
        return said._replace(former=True), True
    if word in {"not", "never"}:
        return said._replace(negated=True), True
    if word in {"do", "does", "did"}:
        return said._replace(tense="past" if word == "did" else "present"), True
    return said, word in ADVERBS or word in {"longer", "to"}


def _read(said: _Auxiliaries, word: str, behind: str) -> Reading | None:
    """Read one word as the verb of the group, or None if no rule knows it as one."""
    base, own = FORMS.get(word, ("", ""))
    # "Brands like X": a bare form behind a name is no verb unless an auxiliary is there.
    if not base or (word == base and own == "present" and not (said.tense or said.former)):
        return None
    now = "former" if said.former else _tense(said.tense, base, own)
    return Reading(base, now, said.negated, said.ceased, _skip_adverbs(behind.lstrip()))


def _tense_after(word: str, reading: Reading) -> str:
    """Return what a form of be or have makes of the verb behind it."""
    if word in {"was", "were", "had"}:
        return "was"
    return "perfect" if reading.verb == "have" else reading.tense


def _tense(before: str, base: str, own: str) -> str:
    """Return the tense of a verb from what stood before it and its own form."""
    if before == "was":
        return "past" if own == "progressive" or base == "be" else "passive"
    if before == "perfect":
        return "perfect"
    if before == "present" and own == "past":
        return "passive"
    if own == "progressive":
        return "progressive" if before == "present" else "other"
    return before or own


def _skip_adverbs(text: str) -> str:
    for _ in range(3):
        first, _, rest = text.partition(" ")
        if first.lower() in ADVERBS:
            text = rest
        elif first.lower() == "not":
            return "\0" + text
        else:
            break
    return text
