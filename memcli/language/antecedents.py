"""
Antecedents: the one person whom "he" or "she" may stand for, after what was said before.

A name is given where one person only, among those spoken of nearby, agrees in number and gender;
else none. Names and nouns by gender are in genders.toml. Agreement and distance are the first
factors of Lappin and Leass, "An algorithm for pronominal anaphora resolution" (1994).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, NamedTuple

from memcli.language.data import words
from memcli.language.standing import is_in_quotes
from memcli.language.syntax import Parse, Word

__all__ = ["Gender", "Mention", "NamedPronoun", "mentions", "pronoun_names"]

Gender = Literal["f", "m"]

_cue = partial(words, "genders")
_PRONOUNS: Final[dict[str, Gender]] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
}
_OWN: Final = frozenset(("my", "our"))
_STANDING: Final = ("nsubj", "obj", "obl", "root", "appos", "conj", "reparandum")
_NAMING: Final = ("flat", "compound", "appos", "nmod:desc")


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A person spoken of, or "" for a mere "he" or "she"; gender None is not known.

    `is_named` is false of "a girl" and of names that may be a person's: they only make unclear.
    """

    name: str
    gender: Gender | None = None
    is_named: bool = True


class NamedPronoun(NamedTuple):
    """A pronoun's start, the place behind it where a bracket belongs, and the name for it."""

    start: int
    place: int
    name: str


def mentions(
    parse: Parse, speaker: str | None = None, present: Collection[str] = ()
) -> list[Mention]:
    """
    Return the people whom a sentence speaks of, in order, each once.

    `present` are the names of those who talk: they are no antecedents, nor is who is called.
    "My sister" of a known speaker is "Ana's sister"; with her name beside it she goes by the name.
    """
    found: dict[int, Mention] = {}
    for _, own in parse.names():
        if _is_name(own) and not _is_present(own, present):
            found[own[0].index] = Mention(parse.slice(own), _gender_of_name(parse, own))
    for word in parse.words:
        if word.text.lower() in _PRONOUNS:
            found[word.index] = Mention("", _PRONOUNS[word.text.lower()])
        elif _is_person(word) and not _is_named(parse, word) and not parse.child(word, "cop"):
            described = _described(parse, word, speaker)
            gender = _gender_of_noun(word)
            found[word.index] = Mention(described or word.text, gender, described is not None)
        elif (_is_listed(parse, word) or _does_work(parse, word)) and not _is_present(
            [word], present
        ):
            found.setdefault(word.index, Mention(word.text))
        elif _may_be_person(word) and not _is_present([word], present):
            found.setdefault(word.index, Mention(word.text, None, is_named=False))
    return list(dict.fromkeys(found[place] for place in sorted(found)))


def _is_present(own: Sequence[Word], present: Iterable[str]) -> bool:
    """Tell a name, or a short form, of those who talk."""
    parts = [part for name in present for part in name.casefold().split()]
    said = [word.text.casefold() for word in own if len(word.text) > 1]
    return any(p.startswith(s) or s.startswith(p) for s in said for p in parts if len(p) > 1)


def _is_listed(parse: Parse, word: Word) -> bool:
    """Tell a name beside those of persons, "Cerys, Owen and Mali", whatever it is taken for."""
    if word.upos != "PROPN" or word.name[2:] == "PER" or word.name[:2] == "I-":
        return False
    above = parse.head(word) if word.is_("conj") else None
    beside = [*parse.children(word, "conj"), *([above] if above else [])]
    beside += parse.children(above, "conj") if above else []
    return any(each.name.endswith("PER") for each in beside)


def _does_work(parse: Parse, word: Word) -> bool:
    """Tell a name whose bearer is said to be a chef or a cousin: a person, though none known."""
    main = parse.head(word) if word.upos == "PROPN" and word.is_("nsubj") else None
    if main is None or parse.child(main, "cop") is None or word.name[2:] in ("PER", "ORG"):
        return False
    return main.lemma.lower() in words("nouns", "occupation") | words("nouns", "relation")


def _may_be_person(word: Word) -> bool:
    """Tell a name of unknown kind where a person's may stand."""
    unknown = word.upos == "PROPN" and word.name[2:] in ("", "MISC")
    dated = word.lemma.lower() in words("salience", "times")
    return unknown and not dated and word.is_(*_STANDING)


def pronoun_names(parse: Parse, before: Sequence[Mention]) -> list[NamedPronoun]:
    """
    Return the first "he" and the first "she" of a sentence whose person is known, in order.

    `before`: who was spoken of in the sentences before it in the turn and in the two turns before.
    Nothing where two people are possible, or where the sentence itself has somebody who is.
    """
    here = [each for each in mentions(parse) if each.name]
    found, seen = [], set()
    for word in parse.words:
        gender = _PRONOUNS.get(word.text.lower())
        if gender is None or gender in seen:
            continue
        seen.add(gender)
        if is_in_quotes(parse, word):
            continue
        if _is_after_theirs(parse, word, gender):
            continue
        possible = _possible([*before, *here], gender, {each.name for each in here})
        if len(possible) == 1 and possible[0] not in here and possible[0].is_named:
            found.append(NamedPronoun(word.start, _end(parse, word), possible[0].name))
    return found


def _is_after_theirs(parse: Parse, pronoun: Word, gender: Gender) -> bool:
    """Tell whether "him" may be the one that is owned before: "She's at her dad's, ask him"."""
    for word in parse.words[: pronoun.index - 1]:
        owner = parse.child(word, "nmod:poss") if _is_person(word) else None
        theirs = owner is not None and owner.text.lower() in _PRONOUNS
        if theirs and _gender_of_noun(word) in (gender, None):
            return True
    return False


def _end(parse: Parse, word: Word) -> int:
    """Return the end of a word with what is written on to it: "she's"."""
    end = word.end
    for after in parse.words[word.index :]:
        if after.start != end or after.upos == "PUNCT":
            break
        end = after.end
    return end


def _possible(
    known: Iterable[Mention], gender: Gender, here: Collection[str] = ()
) -> list[Mention]:
    """
    Return those who agree; of a name and its beginning ("Ana Silva", "Ana") the longer.

    here: the names of the sentence itself, which are nearer than any other.
    """
    genders: dict[str, set[Gender | None]] = {}
    last: dict[str, Mention] = {}
    before = ""
    for each in known:
        genders.setdefault(each.name, set()).add(each.gender)
        if not each.name and genders.get(before) == {None}:
            # "Cersei! Her coldness ...": what was said of her first tells her gender.
            genders[before].add(each.gender)
        last[each.name], before = each, each.name
    fitting = [name for name, said in genders.items() if gender in said or said == {None}]
    if fitting[:1] == [""]:
        # Somebody was "he" before anybody was named: a person further back may be meant.
        return []
    names = [name for name in fitting if name]
    if any(gender in genders[name] for name in names):
        names = [
            n for n in names if last[n].is_named or n.islower() or n in here or gender in genders[n]
        ]
    return [last[n] for n in names if not any(m != n and m.startswith(f"{n} ") for m in names)]


def _is_person(noun: Word) -> bool:
    if noun.upos != "NOUN":
        return False
    lemma = noun.lemma.lower()
    known = _cue("female_nouns") | _cue("male_nouns") | _cue("either_nouns")
    return lemma in known or (lemma.endswith(("man", "woman", "boy", "girl")) and len(lemma) > 5)


def _gender_of_noun(noun: Word) -> Gender | None:
    lemma = noun.lemma.lower()
    if lemma in _cue("female_nouns") or lemma.endswith(("woman", "girl")):
        return "f"
    return "m" if lemma in _cue("male_nouns") or lemma.endswith(("man", "boy")) else None


def _gender_of_name(parse: Parse, own: Sequence[Word]) -> Gender | None:
    """Return the gender of a name: of the list, of its noun ("my sister Nora"), of its "his"."""
    first = own[0].text.lower()
    if first in _cue("female_names") or first in ("mrs", "ms", "miss", "aunt"):
        return "f"
    if first in _cue("male_names") or first in ("mr", "uncle"):
        return "m"
    genders = {_gender_of_noun(w) for w in _beside(parse, own[0]) if w.upos == "NOUN"}
    head = parse.head(own[0])
    if own[0].is_("nsubj") and head:
        below = [w for w in parse.subtree(head) if w.text.lower() in _PRONOUNS]
        genders |= {_PRONOUNS[w.text.lower()] for w in below if w.text.lower() in ("his", "her")}
    genders -= {None}
    return next(iter(genders)) if len(genders) == 1 else None


def _beside(parse: Parse, word: Word) -> list[Word]:
    """Return what may name the same as a word: in apposition to it, or right before and behind."""
    found = parse.children(word, *_NAMING)
    head = parse.head(word)
    if head and word.is_(*_NAMING):
        found.append(head)
    return [*found, *parse.words[max(0, word.index - 2) : word.index + 1]]


def _is_named(parse: Parse, noun: Word) -> bool:
    """Tell whether a person's noun has the name beside it, or belongs to "him" or "her"."""
    owner = parse.child(noun, "nmod:poss")
    named = any(w.name == "B-PER" and w.upos == "PROPN" for w in _beside(parse, noun))
    return (named and not (owner and owner.name != "O")) or (
        owner is not None and owner.text.lower() in _PRONOUNS
    )


def _is_name(own: Sequence[Word]) -> bool:
    """Tell the name of a person who is spoken of, not to; initials alone are none."""
    text = own[0].text
    written = text[:1].isupper() and not text.isupper() and text.lower() not in _cue("no_names")
    return own[0].name.endswith("PER") and written and not own[0].is_("vocative")


def _described(parse: Parse, noun: Word, speaker: str | None) -> str | None:
    """Return one person by relation, "Ana's sister"; None for many and for those of no one."""
    if noun.xpos in ("NNS", "NNPS") or noun.is_("compound", "vocative"):
        return None
    owner = parse.child(noun, "nmod:poss")
    if owner is None or owner.index > noun.index or noun.is_("xcomp") or parse.child(noun, "cop"):
        return None
    phrase = parse.words[owner.index - 1 : noun.index]
    if owner.text.lower() in _OWN:
        return f"{speaker}'s {parse.slice(phrase[1:])}" if speaker else parse.slice(phrase)
    return parse.slice(phrase) if owner.name.endswith("PER") else None
