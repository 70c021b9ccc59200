"""
Tense of the clause that a time stands in, which tells on which side of the present it lies.

From the parse, by the verb that the time depends on, up to the first one that has a tense of its
own: an infinitive, a gerund or a participle has that of the clause that it belongs to.
"""

from __future__ import annotations

from typing import Final, Literal

from memcli.language.data import read_data
from memcli.language.syntax import Parse, Word

Tense = Literal["past", "present", "future", "unknown"]

_LEMMAS: Final = {key: frozenset(text.split()) for key, text in read_data("time")["lemmas"].items()}
_EXCITED: Final = frozenset(read_data("time")["cues"]["present"].split())
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
    tense = _first(parse, [word, *parse.ancestors(word)])
    ahead = tense == "past" and _is_planned(parse, word)
    return "future" if ahead else tense


def verb_of(parse: Parse, word: Word) -> Word | None:
    """Return the word with a tense that a time depends on."""
    return next((each for each in (word, *parse.ancestors(word)) if _tense(parse, each)), None)


def is_perfect(parse: Parse, verb: Word) -> bool:
    """Tell whether a verb stands in the present perfect, so that what it says lasts or is over."""
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


def is_moved(verb: Word) -> bool:
    """Tell whether a verb moves a time: "from Friday to Monday"."""
    return _is(verb, "moved")


def is_coming(parse: Parse, verb: Word) -> bool:
    """Tell whether the present of a verb may tell what is to come: "leaves", "is", "are due"."""
    return _is(verb, "coming") or any(each.lemma == "be" for each in _auxiliaries(parse, verb))


def _is(word: Word, key: str) -> bool:
    """Tell whether a word is one of a list, also by a lemma like "plann" or "reschedul"."""
    lemma, listed = word.lemma, _LEMMAS[key]
    return lemma in listed or lemma + "e" in listed or lemma[:-1] in listed


def _first(parse: Parse, words: list[Word]) -> Tense:
    """Return the first tense that there is."""
    return next((tense for word in words if (tense := _tense(parse, word))), "unknown")


def _auxiliaries(parse: Parse, word: Word) -> list[Word]:
    return parse.children(word, "aux", "cop")


def _is_planned(parse: Parse, word: Word) -> bool:
    """Tell "booked for June", "had to be in by Friday", "tickets for the play on Friday"."""
    case = parse.child(word, "case", "mark")
    above = list(parse.ancestors(word))
    if any(_is(each, "scheduled") for each in above[:1]):
        return True
    if case and case.lemma in _AHEAD:
        infinitive = case.lemma == "by" and any(_is_infinitive(parse, each) for each in above[:1])
        going = any(each.lemma == "go" and each.xpos == "VBG" for each in above[:3])
        planned = any(_is(each, "planned") for each in above[:3])
        return infinitive or going or planned
    things = [thing for each in above[:1] for thing in parse.children(each, "obj")]
    return any(_is(thing, "planned") and parse.children(thing, "nmod") for thing in things)


def _is_infinitive(parse: Parse, word: Word) -> bool:
    return any(mark.xpos == "TO" for mark in parse.children(word, "mark"))


def _tense(parse: Parse, word: Word) -> Tense | None:
    """Return the tense of a predicate, None where a word is no predicate."""
    auxiliaries = _auxiliaries(parse, word)
    if not auxiliaries and word.is_("nsubj", "obj", "obl", "nmod", "compound", "amod"):
        return None
    # "getting" of "getting married" is the auxiliary, whatever its relation.
    verbs = [each for each in parse.children(word, "root") if each.index < word.index]
    if verbs and not auxiliaries:
        return _tense(parse, verbs[0])
    finite = next((each for each in auxiliaries if each.xpos in ("MD", "VBD", "VBP", "VBZ")), None)
    if finite:
        return _of_auxiliary(parse, finite, word, auxiliaries)
    return _of_verb(parse, word)


def _of_verb(parse: Parse, word: Word) -> Tense | None:
    """Return the tense of a verb without auxiliaries, or of what stands without a verb."""
    if word.xpos in ("VBP", "VBD") and word.text.lower() == word.lemma:
        return "past" if _is(word, "unchanging") else "present"
    if word.xpos in ("VBP", "VBZ"):
        return "present"
    if word.xpos == "VBD":
        polite = word.lemma == "want" and parse.child(word, "xcomp")
        return "future" if polite and polite.lemma in ("ask", "say", "tell", "invite") else "past"
    if word.upos not in ("VERB", "AUX"):
        praised = any(_is(each, "praise") for each in parse.children(word, "amod"))
        return "past" if _is(word, "over") or (praised and word.is_("root", "parataxis")) else None
    return _of_infinite(parse, word)


def _of_auxiliary(parse: Parse, first: Word, verb: Word, all_: list[Word]) -> Tense:
    """Return the tense that an auxiliary or copula gives to its predicate."""
    if first.xpos == "MD":
        could_not = first.lemma == "could" and any(
            each.lemma in ("not", "n't") for each in parse.children(verb, "advmod")
        )
        if could_not or any(each.lemma == "have" for each in all_):
            return "past"
        return "future" if first.text.lower() in _LEMMAS["future_modals"] else "present"
    if first.xpos == "VBD":
        return "future" if verb.xpos == "VBG" and _is(verb, "hoping") else "past"
    if first.lemma == "have":
        return "present" if verb.text.lower() == "got" else "past"
    if verb.xpos == "VBG" and first.lemma == "be":
        return "present" if _is(verb, "regular") else "future"
    gone = (
        verb.xpos == "VBN" and first.relation == "aux" and first.text.lower() in ("'s", "\u2019s")
    )
    return "past" if gone else "present"


def _of_infinite(parse: Parse, verb: Word) -> Tense:
    """Return the tense of an infinitive, gerund or participle, mostly that of what governs it."""
    above = list(parse.ancestors(verb))
    if verb.relation == "root" or not above or verb.is_("parataxis"):
        return "past" if verb.xpos == "VBN" and verb.text.lower() not in _EXCITED else "future"
    outer = _first(parse, above)
    governor = above[0]
    if verb.xpos == "VBN" and verb.is_("acl", "ccomp", "advcl"):
        return outer if _is(verb, "planned") else "past"
    if verb.is_("conj") and not _is_infinitive(parse, verb):
        if verb.xpos == "VB" and governor.xpos == "VBD":
            return "past" if _is(verb, "unchanging") else "present"
        return "past" if verb.xpos == "VBN" and outer != "future" else outer
    planned = any(_is(each, "planned") for each in above[:2])
    if verb.xpos == "VBG":
        marks = {mark.lemma for mark in parse.children(verb, "mark", "case")}
        over = marks & {"after", "since", "from"} or _is(governor, "over")
        if over and outer != "future":
            return "past"
        coming = _is(governor, "obtained") and verb.lemma in ("start", "begin")
        if planned or coming or _is(governor, "hoping"):
            return "future"
        return "past" if outer == "past" else "present"
    return "past" if outer == "past" and not planned else "future"
