"""Values of facts: noun phrases and actions as they stand, determiner and times cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from memcli.language.data import words
from memcli.language.facts.forms import case_of, form, is_any, is_kind, is_time
from memcli.language.syntax import Parse, Word

_SIGNS = "%$\u20ac\u00a3\u00b0"
_BREAKS = ("(", "-", "\u2013", "\u2014", ";", ":")
_LINKS = ("-", "/", "'", "&", ".")
LONGEST, LONGEST_ACTION = 9, 14
_OUTSIDE = (
    *("conj", "cc", "parataxis", "discourse", "vocative", "advcl", "acl", "appos", "punct"),
    *("nsubj", "cop", "aux", "mark", "advmod", "case"),
)
_NO_ACTION = tuple(r for r in _OUTSIDE if r not in ("appos", "punct", "advmod", "case"))
_NO_END = ("PUNCT", "ADP", "SYM", "DET")
_DEFINITE = frozenset("the this that these those".split())
_DETERMINERS = frozenset("a an the my our some any no own another".split())


def joined(parse: Parse, word: Word) -> list[Word]:
    """Return a word and what is coordinated with it, without what is denied ("tea, not coffee")."""
    found, todo = [], [word]
    while todo:
        found.append(one := todo.pop(0))
        for other in parse.children(one, "conj"):
            verbal = other.upos in ("VERB", "AUX")
            finite = one.xpos == "VB" and other.xpos in ("VBD", "VBN", "VBZ")
            other_kind = verbal and (finite or one.upos not in ("VERB", "AUX"))
            unsure = is_denied(parse, other) or is_doubted(parse, other)
            if not (other_kind or parse.child(other, "nsubj", "cop") or unsure):
                todo.append(other)
    return found


def is_denied(parse: Parse, word: Word) -> bool:
    """Tell whether "not" or "instead of" stands before a member of a list."""
    before = [c for c in parse.children(word, "advmod", "cc", "case") if c.start < word.start]
    return any(is_any(c, "negations") or form(c) == "instead" for c in before)


def is_doubted(parse: Parse, word: Word) -> bool:
    """Tell whether "maybe" or "perhaps" stands before a member of a list."""
    before = [c for c in parse.children(word, "advmod") if c.start < word.start]
    return any(is_any(c, "adverbs") for c in before)


def is_definite(parse: Parse, word: Word) -> bool:
    """Tell whether a noun is a certain one: "I don't have the car here" denies no having."""
    articles = {form(d) for d in parse.children(word, "det")}
    return not articles.isdisjoint(_DEFINITE) or parse.child(word, "nmod:poss") is not None


def stood_for(parse: Parse, word: Word) -> Word:
    """Return the only thing before that "it" or "them" can be in its sentence, else the word."""
    tags = {"it": ("NN", "NNP"), "them": ("NNS", "NNPS")}.get(form(word), ())
    before = [w for w in parse.words[: word.index - 1] if w.xpos in tags and not w.is_("compound")]
    alone = len(before) == 1 and not is_time(parse, before[0])
    person = alone and (is_kind(before[0], "occupation") or is_kind(before[0], "relation"))
    return before[0] if alone and not person else word


def noun_value(parse: Parse, word: Word, strict: bool = False, bare: bool = False) -> str | None:
    """
    Return a noun phrase as a value; None where it is open, deictic or too long.

    strict: "the vibe" and "games that ..." are none, "the smell of rain" is one; bare: without
    "at the hospital".
    """
    of = any(case_of(parse, c) == "of" for c in parse.children(word, "nmod"))
    titled = of and is_kind(word, "title")
    # "forty-one" is a number; "one" is not.
    tens = any(c.upos == "NUM" for c in parse.children(word, "compound"))
    no_noun = word.upos in ("PRON", "DET", "AUX", "PUNCT", "INTJ", "ADP")
    if no_noun or (is_open(word) and not (titled or tens)):
        return None
    kept = _run([*_phrase(parse, word, bare), *_name_about(parse, word)], word)
    kept = kept[: next((i for i, w in enumerate(kept) if w.text == "("), None)] or [word]
    # What it stood before is a time, and cut off: "from now on".
    while len(kept) > 1 and kept[-1].is_("case"):
        kept = kept[:-1]
    whole = of or word.upos == "PROPN" or is_kind(word, "whole")
    told = parse.child(word, "acl:relcl") is not None and len(kept) == 1
    if strict and (told or (form(kept[0]) == "the" and not whole)):
        return None
    mine = is_kind(word, "relation") and form(kept[0]) in ("my", "our")
    while kept and form(kept[0]) in _DETERMINERS and not mine:
        kept = kept[1:]
    deictic = not tens and any(form(w) in words("nouns", "deictic") for w in kept)
    return None if not kept or len(kept) > LONGEST or deictic else _clean(parse, kept)


def action_value(
    parse: Parse, word: Word, with_to: bool = False, alone: bool = False
) -> str | None:
    """
    Return an action with its object and places as a value: "run a marathon", "singing".

    alone: a verb that says something needs no object, as a skill or a habit: "weld".
    """
    kept = _run([w for w in _below(parse, word, _NO_ACTION) if w.start >= word.start], word)
    while kept and kept[-1].upos in _NO_END and not kept[-1].is_("compound"):
        if kept[-1].text in _SIGNS:
            break
        kept.pop()
    known = [w for w in parse.children(word, "obj") if _is_hollow(parse, w)]
    if _is_half(parse, kept) or any(
        form(d) == "the" for w in known for d in parse.children(w, "det")
    ):
        return None
    kept, deictic = _without_tail(parse, kept), words("nouns", "deictic")
    too_long = len(kept) > LONGEST_ACTION
    if not kept or too_long or any(form(w) in deictic for w in kept) or _lacks(parse, kept):
        return None
    light = any(is_any(word, key) for key in ("intend", "aspect_go_on", "aspect_start"))
    nouns = [w for w in kept[1:] if w.upos in ("NOUN", "PROPN") or w.xpos == "VBG"]
    nouns += [w for w in kept[1:] if _is_told(w) and not light]
    told = (alone or word.xpos == "VBG") and not is_any(word, "weak")
    alone = told or is_any(word, "skills") or is_any(word, "pastimes")
    if all(is_open(w) or _is_hollow(parse, w) for w in nouns) and (nouns or not alone):
        return None
    marks = [m for m in parse.children(word, "mark") if form(m) == "to"]
    return _clean(parse, [*(marks if with_to else ()), *kept])


def _is_hollow(parse: Parse, word: Word) -> bool:
    """Tell "lessons" without of what."""
    told = parse.child(word, "amod", "compound", "nmod", "nmod:poss", "acl", "flat")
    return form(word) in words("nouns", "hollow") and told is None


def _is_half(parse: Parse, kept: Sequence[Word]) -> bool:
    """Tell what goes on with its other half: "go trick | or treating", "from A | to B"."""
    after = parse.words[kept[-1].index : kept[-1].index + 2] if kept else ()
    first = form(after[0]) if after else ""
    if first == "per":
        return True
    ranged = first == "to" and any(form(w) == "from" for w in kept)
    verbal = first == "or" and len(after) > 1 and after[1].upos in ("VERB", "NOUN", "ADJ")
    return ranged or verbal


def _lacks(parse: Parse, kept: Sequence[Word]) -> bool:
    """Tell whether a last noun says which one only in what was cut: "the ability (to see)"."""
    last = kept[-1]
    cut = [c for c in parse.children(last, "acl", "acl:relcl") if c not in kept]
    which = parse.child(last, "det")
    described = parse.child(last, "amod", "compound", "nmod", "nmod:poss", "nummod")
    # "To create a function (that adds up)" says nothing; "bought a house (that ...)" does.
    vague = ("the", "a", "an") if kept[0].xpos == "VB" else ("the",)
    return bool(cut) and described is None and (which is None or form(which) in vague)


def _is_told(word: Word) -> bool:
    """Tell whether an infinitive below an action says something: "learn to surf"."""
    return word.xpos == "VB" and word.is_("xcomp") and not is_any(word, "weak")


def _without_tail(parse: Parse, kept: list[Word]) -> list[Word]:
    """Return an action without "too" and what a comma adds; nothing of one cut off at "how"."""
    for at, each in enumerate(kept):
        above = parse.head(each)
        listed = above is not None and above.is_("conj", "amod", "appos")
        spaced = parse.text[each.start - 1 : each.start].isspace()
        if (each.text in _BREAKS and spaced) or (each.text == "," and not listed):
            kept = kept[:at]
            break
    while len(kept) > 1 and (form(kept[-1]) in words("nouns", "tails") or kept[-1].upos == "PUNCT"):
        kept = kept[:-1]
    return [] if not kept or form(kept[-1]) in words("nouns", "cut_off") else kept


def is_open(word: Word) -> bool:
    """Tell whether a noun says nothing by itself: "it", "something", "idea"."""
    return form(word) in words("nouns", "open")


def _name_about(parse: Parse, word: Word) -> list[Word]:
    """Return all words of the name that a word is part of."""
    return next((members for _, members in parse.names() if word in members), [])


def _phrase(parse: Parse, word: Word, bare: bool) -> list[Word]:
    """Return the words of a noun phrase without clauses, its preposition, and times."""
    found = [word]
    for child in parse.children(word):
        inside = not child.is_(*_OUTSIDE) or child.xpos == "POS" or child.text in _LINKS
        late = child.is_("nmod", "obl") and is_time(parse, child)
        far = bare and child.is_("nmod", "obl") and child.relation != "nmod:poss"
        over = child.start > word.end and form(child) in ("more", "longer", "anymore")
        if inside and not late and not over and not (far and case_of(parse, child) != "of"):
            found += _below(parse, child, ("acl", "parataxis", "advcl", "discourse"))
    return found


def _below(parse: Parse, word: Word, skipped: tuple[str, ...]) -> list[Word]:
    """Return a word's subtree without some relations below its top, and without times."""
    found = [word]
    rest = tuple(s for s in skipped if s in ("acl", "parataxis", "advcl", "discourse", "vocative"))
    for child in parse.children(word):
        late = child.is_("nmod", "obl", "advmod") and is_time(parse, child)
        clause = child.is_("conj") and child.upos == "VERB" and word.upos != "VERB"
        if not (child.is_(*skipped) or late or clause):
            found += _below(parse, child, rest)
    return found


def _run(kept: list[Word], word: Word) -> list[Word]:
    """Return the run of neighbouring words about one: what was cut out ends it."""
    indices = {w.index for w in kept}
    start = end = word.index
    while start - 1 in indices:
        start -= 1
    while end + 1 in indices:
        end += 1
    return sorted((w for w in set(kept) if start <= w.index <= end), key=lambda each: each.index)


def _clean(parse: Parse, said: Sequence[Word]) -> str:
    """Return words as a value: no marks around it, but for those that close what it opens."""
    start, end = parse.span(said)
    kept = parse.text[start:end].strip(' ,.;:!?"“”()*-')
    # An apostrophe may open what ends before it: "the 'Golden Hook'".
    kept = kept if re.search(r"(?:^|\s)'\w", kept[1:]) else kept.strip("'")
    rest = parse.text[parse.text.index(kept, start) + len(kept) :].lstrip(",.!?")
    for opening, closing in ('""', "“”", "()"):
        shut = 0 if opening == closing else kept.count(closing)
        if (kept.count(opening) - shut) % 2 and rest.startswith(closing):
            kept += closing
    opens = len(re.findall(r"(?<!\w)'(?=\w)", kept)) > len(re.findall(r"(?<=\w)'(?!\w)", kept))
    return kept + "'" if opens and rest.startswith("'") else kept


def time_value(parse: Parse, word: Word) -> str:
    """Return a time with those that go on from it: "Thursday at 11"."""
    above = parse.head(word)
    beside = parse.children(above, "obl") if above is not None and word.is_("obl") else []
    kept = {w.index: w for w in parse.subtree(word, _OUTSIDE[:-1])}
    for other in beside:
        if other.start > word.start and (is_time(parse, other) or other.text[:1].isdigit()):
            kept |= {w.index: w for w in parse.subtree(other)}
    run = _run(list(kept.values()), word)
    while run and (run[0].is_("case") or form(run[0]) == "the"):
        run = run[1:]
    return _clean(parse, run or [word])
