"""
Framing: what takes a sentence out of its speaker's own word of what is so.

A condition against the facts ("if I had a garden"), somebody else's words between quotation marks,
a clause cut off the noun that it describes, a made-up world. By the grammar; words are in
framing.toml. On past tense as unreality: Iatridou, "The grammatical ingredients of
counterfactuality" (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from memcli.language.data import words
from memcli.language.standing import is_in_quotes
from memcli.language.syntax import Parse, Word

__all__ = [
    "is_anothers_talk",
    "is_cut_off",
    "is_imagined",
    "is_in_a_world",
    "is_told_of",
    "is_unreal",
]

_cue = partial(words, "framing")
# From this share of its letters on, a sentence is what is quoted in it.
MOSTLY: Final = 0.4
_FINITE: Final = ("VBD", "VBP", "VBZ", "MD")
_NOMINAL: Final = ("NOUN", "PROPN", "PRON", "NUM")


def is_unreal(parse: Parse, own: Sequence[Word]) -> bool:
    """Tell a clause under a condition in the past tense: what it says is not so, or was once."""
    for mark in own:
        if mark.text.lower() not in _cue("conditional") or not mark.is_("mark", "advmod"):
            continue
        held = parse.head(mark)
        if held is None or held.is_("ccomp"):
            continue
        if any(w.xpos == "VBD" for w in (held, *parse.children(held, "aux", "cop"))):
            return True
        if any(w.text.lower() == "ever" for w in parse.children(held, "advmod")):
            return True
    return False


def is_imagined(parse: Parse, head: Word) -> bool:
    """Tell "I'd move tomorrow", which is not done, and "My landlord is a vampire"."""
    would = any(w.lemma in ("would", "'d") and w.is_("aux") for w in parse.children(head))
    perfect = head.xpos == "VBN" and not any(w.lemma == "be" for w in parse.children(head, "aux"))
    subject = parse.child(head, "nsubj")
    own = subject is not None and subject.text.lower() in words("quotation", "first")
    often = any(w.lemma.lower() in words("moods", "often") for w in parse.children(head, "advmod"))
    if would and own and not (often or perfect or head.lemma in _cue("wished")):
        return not head.is_("ccomp")
    articles = (w.text.lower() for w in parse.children(head, "det"))
    made_up = head.lemma.lower() in _cue("creatures") and parse.child(head, "cop") is not None
    return made_up and any(each in ("a", "an") for each in articles)


def is_anothers_talk(parse: Parse) -> bool:
    """Tell a sentence that is mostly somebody else's words between quotation marks."""
    quoted = [w for w in parse.words if w.upos != "PUNCT" and is_in_quotes(parse, w)]
    if not quoted or not any(w.xpos in _FINITE or w.upos == "AUX" for w in quoted):
        return False
    letters = sum(len(w.text) for w in parse.words if w.upos != "PUNCT")
    if sum(len(w.text) for w in quoted) < MOSTLY * letters:
        return False
    before = [w for w in parse.words if w.end <= quoted[0].start]
    tellers = [w for w in before if w.lemma.lower() in _cue("telling") or w.upos in ("VERB", "AUX")]
    subjects = [s for w in tellers for s in parse.children(w, "nsubj")]
    mine = any(s.text.lower() in words("quotation", "first") for s in subjects)
    return bool(tellers) and not mine


def is_told_of(parse: Parse, head: Word) -> bool:
    """Tell a clause that a colon gives as somebody else's: "The ad goes: I lost 20 kilos"."""
    above = parse.head(head)
    if above is None or not head.is_("parataxis", "ccomp") or above.index > head.index:
        return False
    subject = parse.child(above, "nsubj")
    others = subject is not None and subject.text.lower() not in words("quotation", "first")
    telling = above.lemma.lower() in _cue("telling") or above.text.lower() in _cue("telling")
    between = parse.words[above.index : head.index]
    return others and telling and any(w.text == ":" for w in between)


def is_cut_off(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell a main clause that only describes the noun before it: "an ad | my sister sent me"."""
    before = parse.words[own[0].index - 2] if own[0].index > 1 else None
    above = parse.head(head)
    if above is None or above is not before or before.upos not in _NOMINAL:
        return False
    # What it does is done with the noun before it: it has no object of its own.
    done_to = [w for w in parse.children(head, "obj", "ccomp", "xcomp") if w.upos != "PRON"]
    return head.is_("parataxis", "conj") and head.upos == "VERB" and not done_to


def is_in_a_world(parse: Parse, head: Word) -> bool:
    """Tell what somebody has or does in a film, a game or a dream: not of the world."""
    for each in (head, *parse.ancestors(head)):
        placed = [
            w for w in parse.children(each, "obl", "nmod") if w.lemma.lower() in _cue("worlds")
        ]
        if any(c.lemma == "in" for w in placed for c in parse.children(w, "case")):
            return True
    return False
