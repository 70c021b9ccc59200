"""Subjects of facts: the speaker, somebody with a name, somebody related, or a thing of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from memcli.language.data import read_data
from memcli.language.facts.forms import bases, form, is_kind, is_proper
from memcli.language.syntax import Parse, Word

FIRST = ("i", "we", "me", "us", "my", "our", "mine", "ours", "im")


@dataclass(frozen=True)
class Who:
    """Who speaks, and the names that pronouns stand for, by their start in the sentence."""

    speaker: str
    pronouns: Mapping[int, str] = field(default_factory=dict)

    def name(self, parse: Parse, word: Word | None, things: bool = False) -> str | None:
        """
        Return the name of the one that a word is the head of; None where it is not known.

        things: "the meeting" counts too, which says nothing without its context.
        """
        if word is None:
            return None
        text = form(word)
        if word.upos == "PRON" or text in FIRST:
            return self.speaker if text in FIRST else self.pronouns.get(word.start)
        pair = relation_pair(parse, word)
        if pair is not None:
            return name_of(parse, pair[1])
        owner = parse.child(word, "nmod:poss")
        if owner is not None:
            of = self.name(parse, owner)
            owned = of and word.upos in ("NOUN", "PROPN")
            return f"{of}'s {phrase(parse, word)}" if owned else None
        if is_kind(word, "elder") and word.text[:1].isupper() and not parse.child(word, "det"):
            return f"{self.speaker}'s {form(word)}"
        if is_name(word):
            return name_of(parse, word)
        the = any(form(d) == "the" for d in parse.children(word, "det"))
        if the and things and is_kind(word, "animal"):
            return f"{self.speaker}'s {phrase(parse, word)}"
        owned = is_kind(word, "whose") and phrase(parse, word) == word.text
        known = things and the and word.upos == "NOUN" and not owned
        return f"the {phrase(parse, word)}" if known else None

    def names(self, parse: Parse, word: Word | None, things: bool = False) -> list[str]:
        """Return the names of a subject and of those joined to it: "Tom and I"."""
        if word is None:
            return []
        pair = relation_pair(parse, word) or (word, word)
        others = dict.fromkeys(c for each in pair for c in parse.children(each, "conj"))
        all_ = [self.name(parse, each, things) for each in (word, *others)]
        return [n for n in all_ if n] if None not in all_ or self.speaker in all_ else []


def is_person(parse: Parse, word: Word) -> bool:
    """Tell whether a subject is somebody: I, we, a relative, an animal, or a person's name."""
    if form(word) in FIRST or form(word) in ("he", "she", "they", "you"):
        return True
    if is_kin(word) or any(form(c) in FIRST for c in parse.children(word, "conj")):
        return True
    return is_name(word) and word.name[2:] not in ("ORG", "LOC", "MISC")


def is_kin(word: Word) -> bool:
    """Tell whether a noun is a relative, somebody else who is near, or an animal."""
    return is_kind(word, "relation") or is_kind(word, "animal")


def phrase(parse: Parse, word: Word) -> str:
    """Return a noun with its adjectives and compounds, without its owner: "older sister"."""
    before = parse.children(word, "amod", "compound", "nummod")
    first = min([w.index for w in before if w.start < word.start], default=word.index)
    kept = [w for w in parse.words if first <= w.index <= word.index]
    while kept[1:] and (form(kept[0]) in (*FIRST, "own") or kept[0].upos == "DET"):
        kept = kept[1:]
    return parse.slice(kept or [word])


def is_name(word: Word) -> bool:
    """Tell whether a word is a name, or a part of one."""
    known = word.name[2:] in ("PER", "ORG") or (word.xpos == "NNP" and word.name == "O")
    return word.text[:1].isupper() and known and word.upos == "PROPN"


def name_of(parse: Parse, word: Word) -> str:
    """Return the whole name that a word is part of, as it stands, with Dr or Ms before it."""
    if is_title(parse, word):
        return name_of(parse, titled(parse, word))
    for _, members in parse.names():
        if word in members:
            last = max((w.index for w in members if w.text[:1].isupper()), default=0)
            members = [w for w in members if w.index <= last] or members
            return parse.slice(_with_titles(parse, members)).rstrip("'\u2019")
    kept = [word, *(w for w in parse.children(word, "flat", "compound") if w.xpos == "NNP")]
    return parse.slice(_with_titles(parse, kept))


def is_title(parse: Parse, word: Word) -> bool:
    """Tell whether a word is what stands before a name: "Ms", "Dr." of "Dr. Hale"."""
    return titled(parse, word) is not word


def titled(parse: Parse, word: Word) -> Word:
    """Return the name behind a title, which may end in a full stop; another word itself."""
    if not (word.text[:1].isupper() and is_kind(word, "honorific")):
        return word
    after = [w for w in parse.words[word.index : word.index + 2] if w.text != "."][:1]
    named = after and after[0].text[:1].isupper() and after[0].upos == "PROPN"
    return after[0] if named else word


def _with_titles(parse: Parse, members: Sequence[Word]) -> list[Word]:
    """Return the words of a name with the titles before it, which the parser may leave apart."""
    first = min(word.index for word in members)
    while first > 1:
        place = first - 1 if parse.words[first - 2].text != "." else first - 2
        if place < 1 or not is_title(parse, parse.words[place - 1]):
            break
        first = place
    return [*parse.words[first - 1 : members[0].index - 1], *members]


def relation_pair(parse: Parse, word: Word) -> tuple[Word, Word] | None:
    """Return (noun, name) of "my sister Nora" or "Nora, my sister", if a word is one of them."""
    words, at = parse.words, word.index
    if _is_relative(parse, word):
        above = parse.head(word)
        if word.is_("appos") and above is not None and _is_first_name(parse, above):
            return word, above
        beside = words[at] if at < len(words) else None
        if beside is not None and beside.text == "," and at + 1 < len(words):
            beside = titled(parse, words[at + 1])
            beside = beside if beside.is_("appos") else None
        beside = beside and titled(parse, beside)
        return (word, beside) if beside is not None and _is_first_name(parse, beside) else None
    described = _described(parse, word)
    if described is not None:
        return described
    if not _is_first_name(parse, word):
        return None
    for other in parse.children(word, "appos"):
        if _is_relative(parse, other) and is_kind(other, "relation"):
            return other, word
    before = words[at - 2] if at > 1 else None
    found = relation_pair(parse, before) if before is not None and before.upos == "NOUN" else None
    return found if found and found[1] == word else None


def _described(parse: Parse, word: Word) -> tuple[Word, Word] | None:
    """Return (noun, name) of "my flatmate Nora" where the parser takes the name for the head."""
    above = parse.head(word)
    name = above if above is not None and word.relation == "nmod:desc" else word
    nouns = [c for c in parse.children(name, "nmod") if c.relation == "nmod:desc" and is_kin(c)]
    owned = parse.child(name, "nmod:poss") and _is_first_name(parse, name)
    return (nouns[0], name) if nouns and owned else None


def _is_relative(parse: Parse, word: Word) -> bool:
    noun = is_kin(word) and word.upos in ("NOUN", "PROPN")
    return noun and parse.child(word, "nmod:poss") is not None


def _is_first_name(parse: Parse, word: Word) -> bool:
    person = word.name[2:] == "PER" or (is_proper(word) and word.name == "O")
    following = parse.words[word.index] if word.index < len(parse.words) else None
    owns = following is not None and following.xpos == "POS"
    return word.text[:1].isupper() and person and not owns


def relation_of(word: Word) -> str:
    """Return the plain name of a relation: mother for "mom", friend for "buddy"."""
    plain: dict[str, str] = read_data("relations")["plain"]
    familiar = next((plain[base] for base in sorted(bases(word)) if base in plain), None)
    return familiar or (word.lemma if word.xpos == "NNS" else form(word))
