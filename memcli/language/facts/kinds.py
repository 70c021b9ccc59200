"""Kinds of values: places, workplaces, names, times, and the kinds of nouns in the data."""

from __future__ import annotations

from memcli.language.data import words
from memcli.language.facts.forms import case_of, form, is_kind, is_proper, is_time
from memcli.language.facts.noun_phrases import is_open
from memcli.language.syntax import Parse, Word

_AGENT_ENDINGS = ("er", "or", "ist", "ian", "eer", "mom", "dad", "mother", "father")
_PARTS_COUNT = ("@diet_food", "@condition")


def fits(parse: Parse, word: Word, kinds: tuple[str, ...]) -> bool:
    """Tell whether a phrase is of one of some kinds: place, org, named, noun, number, @list ..."""
    return not kinds or any(_fits(parse, word, kind) for kind in kinds)


def _fits(parse: Parse, word: Word, kind: str) -> bool:
    """Tell whether a phrase is of a kind; of "nut milk", the parts count too."""
    if kind.startswith("@"):
        if kind == "@medicine" and form(word).endswith(tuple(words("nouns", "medicine_stems"))):
            return True
        parts = parse.children(word, "compound") if kind in _PARTS_COUNT else []
        return any(is_kind(each, kind[1:]) for each in (word, *parts))
    articles = {form(d) for d in parse.children(word, "det")}
    late, type_ = is_time(parse, word), word.name[2:]
    noun = word.upos in ("NOUN", "PROPN") and not late
    named = noun and is_proper(word)
    indefinite = word.upos == "NOUN" and noun and bool(articles & {"a", "an", "another"})
    # A name after "at" is a firm, whatever the parser takes it for.
    firm = named and (type_ != "PER" or case_of(parse, word) == "at")
    closed = not is_open(word)
    house = is_kind(word, "business") or is_kind(word, "firm") or type_ == "ORG"
    plain = word.upos == "NOUN" or (type_ == "ORG" and noun)
    common = plain and bool(articles) and not is_kind(word, "no_employer")
    return {
        "any": not late,
        "noun": noun,
        "role": noun and closed and not is_kind(word, "no_role"),
        "named": named,
        "named_thing": named and type_ != "PER",
        "person": named and type_ == "PER",
        "place": noun and closed and (type_ == "LOC" or (named and type_ != "PER")),
        "city": type_ == "LOC" and not house,
        "firm": named and (house or type_ in ("", "MISC")),
        "org": (firm or indefinite) and closed,
        "workplace": noun and (firm or common) and closed,
        "company": named and type_ in ("ORG", ""),
        "job": word.upos in ("NOUN", "PROPN")
        and _is_job(parse, word, articles)
        and parse.child(word, "nmod:poss") is None,
        "agent": indefinite and _is_agent(word),
        "indefinite": indefinite,
        "plural": word.xpos == "NNS",
        "act": word.upos == "VERB" or word.xpos == "VBG",
        "infinitive": word.xpos != "VBG" or form(parse.words[word.index - 2]) == "of",
        "number": word.text[:1].isdigit() or word.upos == "NUM",
        "measure": parse.child(word, "nummod") is not None,
        "date": late and not (word.xpos == "NNS" and parse.child(word, "nummod")),
        "calendar": late and _is_of_calendar(parse, word),
        "time": late or word.text[:1].isdigit() or (word.upos == "NUM" and word.text != "one"),
    }[kind]


def _is_of_calendar(parse: Parse, word: Word) -> bool:
    """Tell "June" and "the 3rd" from "Tuesday", which is another day a week later."""
    own = parse.subtree(word)
    return any(w.text[:1].isdigit() or w.text in words("time", "months") for w in own)


def _is_job(parse: Parse, word: Word, articles: set[str]) -> bool:
    """Tell whether a noun is what one works as: "a nurse", "head of sales", "the manager at X"."""
    of = any(case_of(parse, c) in ("of", "at", "for") for c in parse.children(word, "nmod"))
    indefinite = not articles or bool(articles & {"a", "an", "another"})
    return indefinite or (of and is_kind(word, "title"))


def _is_agent(word: Word) -> bool:
    """Tell whether a noun is somebody who does something, by its ending."""
    ends = form(word).endswith(_AGENT_ENDINGS)
    return word.xpos == "NN" and ends and not is_kind(word, "no_agent")
