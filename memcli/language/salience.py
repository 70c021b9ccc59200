"""
Salience features: what of a quotation's grammar says how much it matters, by name.

The numeric part is in memcli/algorithms/logistic.py; the weights in data/salience_weights.toml are
fitted by tests/bench/fit_salience.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Final, NamedTuple

from memcli.language.data import read_data, words
from memcli.language.quotation import Quotation
from memcli.language.syntax import Parse, Word
from memcli.language.words import echoed

__all__ = ["FEATURES", "Weights", "features", "weights"]

_cue = partial(words, "salience")
_OPEN: Final = frozenset(
    "it that this these those they them he she him her his their its one".split()
)
_FIRST: Final = frozenset("i we my our me us mine".split())
_CONTENT: Final = frozenset("NOUN PROPN VERB ADJ NUM".split())

_GROUPS: Final = (
    *("times", "kin", "milestone", "doings", "taste", "habit", "passing", "feeling", "judged"),
    "vague",
)

FEATURES: Final = (
    *("bias", "content", "specific", "persons", "names", "numbers", *_GROUPS),
    *("i_subject", "my_subject", "named_subject", "open_subject", "gerund_subject"),
    *("generic_subject", "perfect", "future", "progressive", "present", "modal", "negated"),
    *("copula", "wish", "opinion", "requested", "open_object", "conditional", "exclaims"),
    *("needs_before", "fragment", "facts", "labelled", "impersonal", "own_concrete"),
    *("general_named", "echoed", "decides"),
)


class Weights(NamedTuple):
    """Weights of features and of the static vector, and the least value worth keeping."""

    features: tuple[float, ...]
    vector: tuple[float, ...]
    threshold: float


@cache
def weights() -> Weights:
    """Return the fitted weights, those of the features in the order of FEATURES."""
    data = read_data("salience_weights")
    named: dict[str, float] = data["features"]
    vector = tuple(float(v) for v in data["vector"])
    return Weights(tuple(named.get(f, 0.0) for f in FEATURES), vector, data["threshold"])


def features(parse: Parse, quotation: Quotation, n_facts: int = 0, heard: str = "") -> list[float]:
    """
    Return the features of a quotation in the order of FEATURES, each about 0 to 3.

    n_facts: how many facts its sentence states, as memcli.language.facts reads them; heard: what
    another said in the turn before.
    """
    own = [w for w in parse.words if quotation.start <= w.start < quotation.end]
    head = _head(parse, own)
    values: dict[str, float] = {
        **_counts(own),
        **_of_subject(parse, head),
        **_of_verb(parse, head, own),
        "bias": 1,
        "exclaims": "!" in parse.text[quotation.start : quotation.end],
        "needs_before": quotation.is_open,
        "facts": min(3, n_facts),
        "labelled": bool(re.match(r"[^.!?]{2,40}:\s", parse.text)),
        "echoed": echoed(parse.text[quotation.start : quotation.end], heard),
    }
    values |= _crossed(values, own)
    return [float(values.get(name, 0.0)) for name in FEATURES]


def _crossed(values: Mapping[str, float], own: Iterable[Word]) -> dict[str, float]:
    """Say what counts together: who is spoken of, and whether anything definite is said."""
    mine = any(values.get(name) for name in ("i_subject", "we_subject", "my_subject"))
    definite = sum(values[name] for name in ("persons", "places", "names", "numbers", "times"))
    spoken = any(w.text.lower() in _FIRST for w in own)
    passed = values.get("past") or values.get("perfect")
    return {
        "impersonal": not spoken and not values["kin"] and not values["persons"],
        "own_concrete": mine and min(3, definite),
        "general_named": not spoken and not passed and bool(definite),
        "echoed": 0 if spoken else values["echoed"],
    }


def _head(parse: Parse, own: list[Word]) -> Word | None:
    """Return the word of a quotation that the others hang on."""
    inside = {w.index for w in own}
    return next((w for w in own if w.head not in inside and w.upos != "PUNCT"), None)


def _counts(own: Iterable[Word]) -> dict[str, float]:
    """Count words, names and times, each up to three."""
    own = [w for w in own if not w.is_("vocative")]
    lemmas = [w.lemma.lower() for w in own]
    kinds = [w.name[2:] for w in own if w.name.startswith("B-")]
    content = sum(w.upos in _CONTENT for w in own)
    telling = [w for w in own if w.upos in _CONTENT and w.lemma.lower() not in _empty()]
    counted = {
        "persons": kinds.count("PER"),
        "places": kinds.count("LOC") + kinds.count("ORG"),
        "names": kinds.count("MISC"),
        "numbers": sum(w.upos == "NUM" for w in own),
        **{group: sum(lemma in _cue(group) for lemma in lemmas) for group in _GROUPS},
        "specific": math.log1p(len(telling)),
    }
    return {"content": math.log1p(content), **{name: min(3, n) for name, n in counted.items()}}


@cache
def _empty() -> frozenset[str]:
    """Return the words of content that say little."""
    return _cue("vague") | _cue("judged") | _cue("light") | words("quotation", "light")


def _of_subject(parse: Parse, head: Word | None) -> dict[str, float]:
    """Say whom a clause is about."""
    subject = head and parse.child(head, "nsubj", "csubj", "expl")
    if subject is None:
        return {"fragment": 1}
    lowered = subject.text.lower()
    below = [w.text.lower() for w in parse.subtree(subject, ("acl", "conj"))]
    owner = parse.child(subject, "nmod:poss", "det")
    named = any(w.name != "O" for w in parse.subtree(subject, ("acl",)))
    return {
        "i_subject": lowered == "i",
        "we_subject": lowered == "we",
        "my_subject": lowered not in _FIRST and not _FIRST.isdisjoint(below),
        "named_subject": named,
        "open_subject": lowered in _OPEN or (owner is not None and owner.text.lower() in _OPEN),
        "gerund_subject": subject.xpos == "VBG",
        "generic_subject": owner is None and not named and subject.upos == "NOUN",
    }


def _of_verb(parse: Parse, head: Word | None, own: list[Word]) -> dict[str, float]:
    """Say what a clause does: tense, mood, and what its verb takes."""
    if head is None:
        return {}
    auxiliaries = parse.children(head, "aux", "cop")
    lemmas = {w.lemma for w in auxiliaries}
    verbs = [head, *parse.children(head, "xcomp", "ccomp")]
    objects = [w for v in verbs for w in parse.children(v, "obj", "obl")]
    decided = words("quotation", "decided") | {"go"}
    going = head.lemma in ("go", "gon") and bool(parse.child(head, "xcomp"))
    return {
        "past": head.xpos == "VBD" or any(w.xpos == "VBD" for w in auxiliaries),
        "present": head.xpos == "VBP" and not auxiliaries and head.lemma not in _cue("opinion"),
        "perfect": "have" in lemmas,
        "future": bool(lemmas & {"will", "shall", "wo", "'ll"}) or going,
        "progressive": head.xpos == "VBG",
        "modal": bool(lemmas & _cue("modals")),
        "negated": any(w.lemma in ("not", "never", "no", "n't") for w in parse.children(head)),
        "copula": bool(parse.child(head, "cop")),
        "wish": head.lemma in _cue("wish"),
        "decides": head.lemma == "let" and any(w.lemma in decided for w in verbs[1:]),
        "opinion": head.lemma in _cue("opinion"),
        "requested": any(w.lemma in _cue("requested") for w in verbs[1:]),
        "open_object": any(w.text.lower() in _OPEN for w in objects),
        "conditional": any(w.lemma in ("if", "unless") for w in own),
    }
