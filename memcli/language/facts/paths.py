"""Paths of rules of facts: the words that stand at a place from a predicate."""

from __future__ import annotations

from collections.abc import Callable

from memcli.language.facts.forms import bases, case_of, form
from memcli.language.facts.noun_phrases import is_denied
from memcli.language.facts.predicates import Predication
from memcli.language.syntax import Parse, Word


def at(one: Predication, path: str) -> list[Word]:
    """Return the words at a path from the predicate; see `take` in fact_rules.toml."""
    parse, head = one.parse, one.head
    relation, _, preposition = path.partition(":")
    if path in _PATHS:
        return _PATHS[path](one)
    if relation == "do":
        return _actions(one, preposition)
    objects = [o for o in parse.children(head, "obj", "xcomp") if o.upos != "VERB"]
    if path == "of_object":
        return [c for o in objects for c in parse.children(o, "compound", "nmod", "amod")]
    if preposition:
        # "I work nights at the hospital": what follows a time is of the verb.
        objects += parse.children(head, "obl:unmarked")
        near = [head, *objects, *(n for o in objects for n in parse.children(o, "nmod", "obl"))]
        phrases = [c for n in near for c in parse.children(n, "obl", "nmod")]
        return [c for c in phrases if case_of(parse, c) == preposition]
    found = [c for c in parse.children(head, relation) if c.start > head.start]
    if relation == "xcomp":
        # "got engaged": the parser may take either for the root, and both for one.
        above = parse.head(head) if head.relation == "root" else None
        found += [*parse.children(head, "root"), *([above] if above else [])]
    return [c for c in found if not case_of(parse, c) and not _is_task(parse, c)]


def _ways(one: Predication) -> list[Word]:
    """Return the infinitives after "how": "weld" of "I know how to weld"."""
    parse = one.parse
    asked = [h for h in parse.children(one.head, "obj", "advmod") if form(h) == "how"]
    below = [c for h in asked for c in parse.children(h, "acl", "advcl")]
    return [c for c in below if any(form(m) == "to" for m in parse.children(c, "mark"))]


def _before(one: Predication) -> list[Word]:
    """Return what stands before a predicate: "lactose" of "lactose intolerant"."""
    below = one.parse.children(one.head, "compound", "amod", "obl")
    return [c for c in below if c.end <= one.head.start]


def _is_task(parse: Parse, word: Word) -> bool:
    """Tell whether a noun is what is to be done: "a business to run"."""
    below = parse.children(word, "acl")
    return any(form(m) == "to" for c in below for m in parse.children(c, "mark"))


def _actions(one: Predication, preposition: str) -> list[Word]:
    """Return the infinitives and -ing forms that depend on a predicate, after a preposition."""
    parse, head = one.parse, one.head
    others = [] if preposition else parse.children(head, "obj", "iobj")
    found = []
    for verb in parse.children(head, "xcomp", "advcl", "obl", "acl"):
        marks = [form(c) for c in parse.children(verb, "mark", "case")]
        marked = preposition in marks if preposition else verb.is_("xcomp")
        own = parse.child(verb, "nsubj") or any(o.start < verb.start for o in others)
        if marked and not own and verb.start > head.start and _is_action(parse, verb):
            found.append(verb)
    return [verb for verb in found if not is_denied(parse, verb)]


def _is_action(parse: Parse, word: Word) -> bool:
    being = any(c.xpos in ("VBG", "VB") for c in parse.children(word, "cop"))
    noun = word.upos == "NOUN" and word.text.endswith("ing")
    return being or noun or word.xpos in ("VB", "VBG")


def _age(parse: Parse, head: Word) -> list[Word]:
    """Return the number of "I'm 34" and "34 years old"."""
    years = [c for c in parse.children(head) if "year" in bases(c)] if form(head) == "old" else []
    below = [n for y in years for n in parse.children(y, "nummod", "compound")]
    numbers = [n for n in below if n.upos == "NUM"]
    sides = ("nsubj", "cop", "punct", "aux", "cc", "conj", "parataxis", "discourse", "advcl")
    # "twenty-six" is one number.
    tens = [c for c in parse.children(head, "compound") if c.upos == "NUM" == head.upos]
    beside = [c for c in parse.children(head) if not c.is_(*sides, "advmod", "vocative")]
    # "Nikhil is 27, a vet in Dundee"
    beside = [c for c in beside if c not in tens and not c.is_("appos")]
    measured = head.index > 1 and parse.words[head.index - 2].upos in ("NUM", "NOUN")
    alone = head.upos == "NUM" and not (beside or measured)
    return numbers or ([head] if alone else [])


_PATHS: dict[str, Callable[[Predication], list[Word]]] = {
    "self": lambda one: [one.head],
    "age": lambda one: _age(one.parse, one.head),
    "before": _before,
    "how": _ways,
    "nsubj": lambda one: [one.subject] if one.subject else [],
}
