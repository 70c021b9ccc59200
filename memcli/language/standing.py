"""
Standing: whether a quotation is understood without what was said before it.

Whatever refers back ("that trip", "the dress", "there", "the other one") has to find within the
quotation what it may mean, or in the sentence that is quoted before it; else it dangles. By the
grammar: what stands before a pronoun, agrees with it, and what a noun has to tell which it is
(Prince, "Toward a taxonomy of given-new information", 1981). Words are in standing.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from typing import Final

from memcli.language.data import words
from memcli.language.syntax import Parse, Word

__all__ = ["dangling", "lacks_object"]

_cue = partial(words, "standing")
_NOUNS: Final = ("NOUN", "PROPN", "NUM")
# From this probability of its head on, a word is taken for where the parser put it.
SURE: Final = 0.6
# What tells which one of its kind a noun is.
_TELLING: Final = ("acl", "nmod", "appos", "amod", "compound", "nummod", "flat", "dep")
_RESTRICTING: Final = ("acl", "nmod", "appos")
_WITH_OBJECT: Final = ("aux:pass", "nsubj:pass", "obj", "iobj", "ccomp", "xcomp", "compound")
_OBJECTS: Final = (*_NOUNS, "PRON", "VERB", "X", "SYM", "ADJ", "DET", "ADP", "PART")


def dangling(
    parse: Parse, own: Sequence[Word], named: Collection[int] = (), before: Sequence[Word] = ()
) -> list[Word]:
    """
    Return the words of a stretch of a sentence that mean what was said before it, in order.

    own: the words of the stretch, in order; named: the starts of pronouns whose name is known;
    before: the words of the sentence that is quoted before it.
    """
    found: list[Word] = []
    for place, word in enumerate(own):
        is_known = word.start in named or word.is_("expl")
        told = word.is_("nsubj") or parse.child(word, "cop") is not None
        if is_known or (word.text.lower() not in _cues() and not told):
            continue
        if is_in_quotes(parse, word):
            continue
        known = [*before, *own[:place]]
        if any(dangles(parse, word, known) for dangles in _WAYS):
            found.append(word)
    return found


def lacks_object(parse: Parse, head: Word) -> bool:
    """Tell a verb that says nothing without its object, and has none: "I got in Morocco"."""
    below = parse.children(head)
    if head.lemma in _cue("passive") and parse.child(head, "aux:pass"):
        told = [w for w in below if w.is_("obl", "xcomp", "ccomp", "obj", "nmod")]
        return not any(w.lemma.lower() not in words("moods", "time_nouns") for w in told)
    if head.lemma in _cue("saying"):
        return not any(w.is_("ccomp", "parataxis", "xcomp", "conj", "advcl") for w in below)
    if head.upos != "VERB" or head.lemma not in _cue("transitive"):
        return False
    if any(
        w.is_("aux:pass", "nsubj:pass", "obj", "iobj", "ccomp", "xcomp", "compound") for w in below
    ):
        return False
    # What the parser takes for something else may be the object all the same.
    behind = [w for w in below if w.index > head.index and not w.is_("conj", "advcl", "parataxis")]
    return not any(w.upos in _OBJECTS and not _is_adjunct(parse, w) for w in behind)


def _is_adjunct(parse: Parse, word: Word) -> bool:
    """Tell "in Morocco" and "years ago" from what is done something to."""
    timed = word.lemma.lower() in words("moods", "time_nouns")
    return timed or parse.child(word, "case") is not None


def _is_demonstrative(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell "that trip", "those three", "such a plan", where the noun says no more of which."""
    text, noun = word.text.lower(), parse.head(word)
    if text not in _cue("demonstrative") or not word.is_("det", "det:predet") or noun is None:
        return False
    lemma = noun.lemma.lower()
    near = text in _cue("near") and (lemma in words("moods", "time_nouns") | _cue("present"))
    told = _is_restricted(parse, noun) or _is_named(known, noun) or _is_told(parse, noun)
    return not (near or told)


def _is_both(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell "both properties" that were not spoken of; "both A and B" are told at once."""
    noun = parse.head(word)
    if word.text.lower() not in _cue("pair") or noun is None or parse.child(noun, "conj"):
        return False
    stands = word.is_("nsubj", "obj", "obl")
    if not (stands or word.is_("det", "det:predet", "cc:preconj")):
        return False
    return not (any(_is_thing(w) for w in known) if stands else _is_named(known, noun))


def _is_bare_pronoun(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell a "that" or "those" that stands for a noun, where there is none before it."""
    plain = word.upos == "PRON" and word.xpos in ("DT", "PRP")
    if not plain or word.text.lower() not in _cue("demonstrative"):
        return False
    return not (_is_restricted(parse, word) or any(_is_thing(w) for w in known))


def _is_somebody(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell a "he" or "her" before which nobody is spoken of."""
    return word.text.lower() in _cue("singular") and not any(_is_person(w) for w in known)


def _is_it(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell an "it" or "its" before which no thing is spoken of."""
    one = (w for w in known if w.xpos not in ("NNS", "NNPS") and not w.is_("nummod"))
    return word.text.lower() in _cue("thing") and not any(map(_is_thing, one))


def _is_many(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell a "they" or "their" before which nothing is that may be many."""
    if word.text.lower() not in _cue("plural"):
        return False
    return not any(
        w.xpos in ("NNS", "NNPS") or w.lemma.lower() in _cue("groups") or w.name.endswith("ORG")
        or (w.upos in _NOUNS and w.is_("conj")) or _is_whoever(w)
        for w in known
    )  # fmt: skip


def _is_whoever(word: Word) -> bool:
    return word.upos == "PRON" and word.text.lower() in _cue("whoever")


def _is_known_thing(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell the subject "the dress": one that is taken for known, and was not spoken of."""
    article = parse.child(word, "det")
    if word.upos != "NOUN" or not word.is_("nsubj") or article is None or _has_name(word):
        return False
    if article.text.lower() != "the" or parse.children(word, *_TELLING, "nmod:poss"):
        return False
    main = parse.head(word)
    if main is None or main.is_("acl", "advcl", "ccomp", "csubj") or _is_definite(parse, main):
        return False
    told = _cue("unique") | _cue("served")
    return word.lemma.lower() not in told and not _is_named(known, word)


def _is_known_role(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell "My uncle is the chief", where it is not said of what."""
    article = parse.child(word, "det")
    if word.upos != "NOUN" or parse.child(word, "cop") is None or article is None:
        return False
    if parse.child(word, "case") or article.text.lower() != "the" or _has_name(word):
        return False
    below = [w for w in parse.children(word) if w.index > word.index]
    told = parse.children(word, *_TELLING, "nmod:poss") or any(
        w.is_("obl", "advcl", "ccomp", "csubj") for w in below
    )
    unique = word.lemma.lower() in _cue("unique")
    return not (told or unique or _is_named(known, word))


def _is_definite(parse: Parse, main: Word) -> bool:
    """Tell a clause that has a number, or something of the speaker's own."""
    below = parse.subtree(main, ("conj", "parataxis"))
    own = words("quotation", "own")
    return any(w.upos == "NUM" or w.text.lower() in own for w in below)


def is_in_quotes(parse: Parse, word: Word) -> bool:
    """Tell a word between double quotation marks."""
    before = parse.text[: word.start]
    curly = before.count("\u201c") > before.count("\u201d")
    return curly or before.count('"') % 2 == 1


def _is_there(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell a "there" before which no place is named."""
    adverbial = word.upos == "ADV" or word.xpos == "RB"
    if word.text.lower() != "there" or not adverbial or not word.is_("advmod", "obl"):
        return False
    placed = (w.is_("obl", "nmod") and w.upos in _NOUNS for w in known)
    return not (any(placed) or any(w.name.endswith(("LOC", "ORG")) for w in known))


def _is_following(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell "Then I'm stuck with it": what comes of something that was said before."""
    main = parse.head(word)
    if word.text.lower() not in _cue("following") or main is None or main.xpos == "VBD":
        return False
    return word.is_("advmod") and all(w.upos in ("PUNCT", "CCONJ", "INTJ") for w in known)


def _is_one(parse: Parse, word: Word, known: Sequence[Word]) -> bool:
    """Tell "the other one", "another", "the same": one of what was spoken of."""
    if word.text.lower() not in _cue("others") or word.is_("det:predet"):
        return False
    noun = parse.head(word) if word.is_("amod", "det") else word
    if noun is None or _is_restricted(parse, noun):
        return False
    if noun is not word:
        article = parse.child(noun, "det")
        sole = article is not None and article.text.lower() in ("the", "that", "this")
        return sole and word.text.lower() in _cue("which") and not _is_named(known, noun)
    stands = noun.upos in ("PRON", "NOUN", "ADJ", "NUM", "DET") and noun.is_(
        "nsubj", "obj", "obl", "conj"
    )
    return stands and not any(_is_thing(w) for w in known)


@cache
def _cues() -> frozenset[str]:
    """Return all words that may refer back."""
    keys = ("demonstrative", "pair", "singular", "thing", "plural", "others", "following")
    return frozenset({"there"}).union(*map(_cue, keys))


_WAYS: Final[tuple[Callable[[Parse, Word, Sequence[Word]], bool], ...]] = (
    _is_demonstrative,
    _is_both,
    _is_bare_pronoun,
    _is_somebody,
    _is_it,
    _is_many,
    _is_known_thing,
    _is_known_role,
    _is_there,
    _is_following,
    _is_one,
)


def _is_restricted(parse: Parse, noun: Word) -> bool:
    """Tell whether a noun says which one it is: by what stands behind it, or by a name."""
    below = parse.children(noun)
    behind = any(w.is_(*_RESTRICTING) and w.index > noun.index for w in below)
    quoted = parse.text[noun.end :].lstrip(" ,:")[:1] in tuple("\"'\u201c\u2018")
    return behind or quoted or any(_has_name(w) for w in (noun, *below))


def _has_name(word: Word) -> bool:
    return word.name != "O" or word.upos == "PROPN" or (word.index > 1 and word.text[:1].isupper())


def _is_told(parse: Parse, noun: Word) -> bool:
    """Tell whether a clause before that of a noun may say what it is: "I moved, and that move"."""
    chain = {noun.index}
    each: Word | None = noun
    while each is not None and not each.is_("conj", "parataxis") and not _is_clause(parse, each):
        each = parse.head(each)
        chain |= {each.index} if each else set()
    before = parse.words[: noun.index - 1]
    verbs = [w for w in before if w.upos == "VERB" and w.index not in chain]
    doubtful = any(parse.words[place - 1].sure < SURE for place in chain)
    return noun.xpos == "NN" and not doubtful and bool(verbs) and any(_is_thing(w) for w in before)


def _is_clause(parse: Parse, head: Word) -> bool:
    """Tell "since I moved" from "to move"."""
    return head.is_("advcl") and parse.child(head, "nsubj") is not None


def _is_named(known: Sequence[Word], noun: Word) -> bool:
    """Tell whether a noun was said before."""
    return any(w.upos in _NOUNS and w.lemma.lower() == noun.lemma.lower() for w in known)


def _is_thing(word: Word) -> bool:
    """Tell a noun that a pronoun for a thing may stand for."""
    people = words("salience", "kin") | words("nouns", "relation") | words("quotation", "times")
    return (word.upos in _NOUNS or word.xpos == "VBG") and word.lemma.lower() not in people


def _is_person(word: Word) -> bool:
    unknown = word.upos == "PROPN" and word.name in ("O", "B-MISC")
    dated = word.lemma.lower() in words("quotation", "times")
    named = word.name.endswith("PER") or (unknown and not dated)
    persons = words("salience", "kin") | words("nouns", "relation") | words("nouns", "occupation")
    animal = words("nouns", "animal")
    return named or word.lemma.lower() in persons | animal | _cue("persons") or _is_whoever(word)
