"""
Tense of the clause that a time stands in, which tells on which side of the present it lies.

From the parse, by the verb that the time depends on, up to the first one that has a tense of its
own: an infinitive, a gerund or a participle has that of the clause that it belongs to.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from memcli.language.data import read_data
from memcli.language.syntax import Parse, Word
from memcli.language.verb_forms import PLAIN_FORMS

Tense = Literal["past", "present", "future", "unknown"]

_LEMMAS: Final = {key: frozenset(text.split()) for key, text in read_data("time")["lemmas"].items()}
_TENSES: Final[dict[str, Tense]] = {each: each for each in ("past", "present", "future", "unknown")}
_RULES: Final = [
    (tense, needed)
    for tense, *needed in map(str.split, read_data("time")["tense"]["rules"].strip().splitlines())
]
_ARGUMENTS: Final = frozenset(("nsubj", "obj", "obl", "nmod", "compound", "amod"))
_AHEAD: Final = frozenset(("for", "to", "by", "until", "till", "due"))


def anchor(parse: Parse, start: int, end: int) -> Word | None:
    """Return the word of [start, end) on which the others of it depend."""
    inside = [word for word in parse.words if start <= word.start and word.end <= end]
    places = {word.index for word in inside}
    tops = [word for word in inside if word.head not in places]
    content = [word for word in tops if word.upos not in ("DET", "ADP", "PUNCT", "SCONJ")]
    return next(iter(content or tops), None)


def tense_of(parse: Parse, word: Word) -> Tense:
    """Return the tense of the clause that a time depends on, given by its `anchor`."""
    tense = _first(parse, _above(parse, word))
    ahead = tense == "past" and _is_planned(parse, word)
    return "future" if ahead else tense


def verb_of(parse: Parse, word: Word) -> Word | None:
    """Return the word with a tense that a time depends on."""
    return next((each for each in _above(parse, word) if _tense(parse, each)), None)


def _above(parse: Parse, word: Word) -> list[Word]:
    """
    Return a time and what it depends on, in turn.

    That is the clause which it opens: "I just remembered, on Friday we're off".
    """
    phrase = parse.subtree(word)
    before, after = parse.words[: phrase[0].index - 1][-1:], parse.words[phrase[-1].index :][:1]
    if before and before[0].upos == "PUNCT" and after and after[0].upos == "PRON":
        verb = parse.head(after[0]) if after[0].is_("nsubj") else None
        if verb and verb.index > after[0].index:
            return [word, verb, *parse.ancestors(verb)]
    return [word, *parse.ancestors(word)]


def is_perfect(parse: Parse, verb: Word) -> bool:
    """
    Tell whether a verb stands in the present perfect, so that what it says lasts or is over.

    Who has "been to Peru for two months" is back.
    """
    if any(each.lemma == "to" for each in parse.children(verb, "case")):
        return False
    have = any(
        aux.lemma == "have" and aux.xpos in ("VBP", "VBZ") for aux in _auxiliaries(parse, verb)
    )
    return have and verb.lemma != "get"


def is_loose(parse: Parse, word: Word) -> bool:
    """Tell whether a time dates a thing, no past verb: "declined the dinner on May 10"."""
    verb = verb_of(parse, word)
    if verb and not any(each.xpos == "VBD" for each in (verb, *_auxiliaries(parse, verb))):
        return True
    if (verb and _is(verb, "refused")) or word.is_("obj"):
        return True
    case, head = parse.child(word, "case"), parse.head(word)
    of_thing = word.is_("nmod", "compound", "appos") and not (head and head.is_("nsubj"))
    return of_thing or bool(case and case.lemma not in ("on", "in", "during", "at", "around"))


def is_noun_of(parse: Parse, word: Word, key: str) -> bool:
    """Tell whether a time dates a noun of a list: "the opening hours for Friday"."""
    return any(
        _is(each, key) or f"{each.lemma}s" == each.text.lower() == "times"
        for each in list(parse.ancestors(word))[:2]
        if each.upos != "VERB"
    )


def is_moved(verb: Word) -> bool:
    """Tell whether a verb moves a time: "from Friday to Monday"."""
    return _is(verb, "moved")


def is_coming(parse: Parse, verb: Word) -> bool:
    """Tell whether the present of a verb may tell what is to come: "leaves", "is", "are due"."""
    return _is(verb, "coming") or any(each.lemma == "be" for each in _auxiliaries(parse, verb))


def _is(word: Word, key: str) -> bool:
    return key in _lists(word.lemma)


@cache
def _lists(lemma: str) -> frozenset[str]:
    """Return the lists that a word is in, also by a lemma like "plann" or "reschedul"."""
    forms = {lemma, lemma + "e", lemma[:-1]}
    return frozenset(key for key, listed in _LEMMAS.items() if forms & listed)


def _first(parse: Parse, words: list[Word]) -> Tense:
    """Return the first tense that there is."""
    return next((tense for word in words if (tense := _tense(parse, word))), "unknown")


def _auxiliaries(parse: Parse, word: Word) -> list[Word]:
    return parse.children(word, "aux", "cop")


def _is_planned(parse: Parse, word: Word) -> bool:
    """Tell "booked for June", "had to be in by Friday", "tickets for the play on Friday"."""
    case = parse.child(word, "case", "mark")
    above = list(parse.ancestors(word))[:3]
    governor = above[:1]
    this = any(each.lemma == "this" for each in parse.children(word, "det"))
    if any(_is(each, "scheduled") for each in governor):
        return True
    if this and any(_is(each, "invited") for each in above):
        return True
    if case is None or case.lemma not in _AHEAD:
        things = [thing for each in governor for thing in parse.children(each, "obj")]
        return any(_is(thing, "planned") and parse.children(thing, "nmod") for thing in things)
    things = [each for one in above[:2] for each in parse.children(one, "amod", "acl")]
    going = any(each.lemma == "go" and each.xpos == "VBG" for each in above)
    due = case.lemma == "by" and any(_is_infinitive(parse, each) for each in governor)
    return due or going or any(_is(each, "planned") for each in (*above, *things))


def _is_infinitive(parse: Parse, word: Word) -> bool:
    return any(mark.xpos == "TO" for mark in parse.children(word, "mark"))


def _tense(parse: Parse, word: Word) -> Tense | None:
    """Return the tense of a predicate by the first rule that fits, None of what is none."""
    helpers = _auxiliaries(parse, word)
    marks = _marks(parse, word) | {"helped", *(f"helper:{each.lemma}" for each in helpers)}
    marks -= set() if helpers else {"helped"}
    # "getting" of "getting married" is the auxiliary, whatever its relation.
    verbs = [each for each in parse.children(word, "root") if each.index < word.index]
    above_it = parse.head(word) if word.is_("root") and not helpers else None
    verbs += [above_it] if above_it is not None and above_it.lemma == "get" else []
    if verbs and not helpers and not marks & _ARGUMENTS:
        return _tense(parse, verbs[0])
    finite = next((each for each in helpers if each.xpos in ("MD", "VBD", "VBP", "VBZ")), None)
    outer: Tense | None = None
    if finite:
        marks |= {"finite", f"aux:{finite.relation}", *_named("aux", finite)}
    elif word.upos in ("VERB", "AUX") and word.xpos not in ("VBD", "VBP", "VBZ"):
        above = [] if word.is_("root", "parataxis") else list(parse.ancestors(word))
        outer = _first(parse, above)
        marks |= {f"outer:{outer}"} if above else {"top"}
        marks.update(*(_named("head", each) for each in above[:1]))
        marks.update(*(_named("above", each) for each in above[:2]))
    tense = next(tense for tense, needed in _RULES if all(_fits(each, marks) for each in needed))
    return outer if tense == "outer" else _TENSES.get(tense)


def _named(key: str, word: Word) -> set[str]:
    """Return what rules may ask of a word: its tag, lemma, form and the lists that it is in."""
    form = word.text.lower().replace("\u2019", "'")
    lists = {f"{key}:{name}" for name in _lists(word.lemma)}
    return lists | {f"{key}:{word.xpos}", f"{key}:{word.lemma}", f"{key}={form}"}


def _marks(parse: Parse, word: Word) -> set[str]:
    """Return what rules may ask of a predicate."""
    marks = {word.dependency, word.xpos, word.upos, *_named("in", word)}
    marks |= {f"mark:{each.lemma}" for each in parse.children(word, "mark", "case")}
    marks |= {f"adverb:{each.lemma}" for each in parse.children(word, "advmod")}
    for relation in ("amod", "xcomp"):
        marks.update(*(_named(relation, each) for each in parse.children(word, relation)))
    # The parser has "stole" for the lemma of "stole".
    plain = word.text.lower() == word.lemma and word.lemma not in PLAIN_FORMS
    marks |= {"base"} if plain else set()
    return marks | ({"to"} if _is_infinitive(parse, word) else set())


def _fits(needed: str, marks: set[str]) -> bool:
    if needed[0] == "!":
        return needed[1:] not in marks
    return not marks.isdisjoint(needed.split("|"))
