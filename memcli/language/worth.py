"""
Worth of a main clause: whether it tells what one would want to be reminded of, by its grammar.

Kept, open (its subject is known from the sentence before only) or dropped. Words that decide are in
quotation.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from functools import partial
from typing import Final

from memcli.language.data import words
from memcli.language.exaggeration import is_exaggerated
from memcli.language.framing import is_cut_off, is_imagined, is_told_of, is_unreal
from memcli.language.standing import lacks_object
from memcli.language.syntax import Parse, Word

__all__ = ["Worth", "has_named", "is_command", "is_day", "tells", "worth"]

_cue = partial(words, "quotation")
_ADVICE: Final = frozenset("could should might may can must would ought".split())


class Worth(IntEnum):
    """What becomes of a clause."""

    DROPPED = 0
    OPEN = 1
    KEPT = 2


def worth(
    parse: Parse,
    head: Word,
    own: Sequence[Word],
    is_assistant: bool,
    named: Collection[int] = (),
) -> Worth:
    """
    Return the worth of a main clause by its head and its words.

    named: the starts of the pronouns whose name is known; these are not open.
    """
    whole = own
    framed = is_imagined(parse, head) or is_told_of(parse, head) or is_cut_off(parse, head, own)
    if framed or is_unreal(parse, own) or _is_age_of_body(parse, head):
        return Worth.DROPPED
    if head.lemma in _cue("dictated") and is_command(parse, head):
        return Worth.DROPPED
    head, own = _said(parse, head, own)
    if is_exaggerated(parse, head):
        return Worth.DROPPED
    subject = _subject(parse, head)
    if _asks(parse, head, own, subject) or _is_supposed(parse, head) or _points(parse, head):
        return Worth.DROPPED
    if lacks_object(parse, head):
        return Worth.DROPPED
    if is_assistant:
        return _of_assistant(parse, head, own, subject)
    if subject and _is_other(parse, subject):
        found = _of_other(subject, own, whole)
        is_known = any(w.start in named for w in parse.subtree(subject))
        return Worth.KEPT if found and is_known else found
    found = _of_person(parse, head, own, subject)
    return Worth.OPEN if found is Worth.KEPT and _refers(parse, own, named) else found


def _of_person(parse: Parse, head: Word, own: Sequence[Word], subject: Word | None) -> Worth:
    """Judge a person's clause by its subject."""
    if subject is None:
        return _without_subject(parse, head, own)
    lowered, owner = subject.text.lower(), _owner(parse, subject)
    if not _is_finite(parse, head) or {lowered, owner} & _cue("second"):
        return Worth.DROPPED
    if lowered in _cue("first") - _cue("possessive"):
        return _in_first_person(parse, head, own)
    if _modals(parse, head) & _ADVICE and not _has(own, "first"):
        return Worth.DROPPED
    if lowered in _cue("open_subjects") | _cue("possessive") or owner in _cue("demonstrative"):
        return _with_open_subject(parse, head, own, subject)
    return _in_third_person(parse, head, own, subject, owner)


def _is_other(parse: Parse, subject: Word) -> bool:
    return bool({subject.text.lower(), _owner(parse, subject)} & _cue("personal"))


def _of_other(subject: Word, own: Sequence[Word], whole: Sequence[Word]) -> Worth:
    """Judge "She moved to Oslo", "Her name is Ana": open unless she was named right there."""
    if not tells(own, 0) or _has(own, "second"):
        return Worth.DROPPED
    named = any(w.name == "B-PER" and w.index < subject.index for w in whole)
    return Worth.KEPT if named else Worth.OPEN


def _refers(parse: Parse, own: Sequence[Word], named: Collection[int]) -> bool:
    """
    Tell whether a clause has an "it", "him" or "here" that only what was said before explains.

    An "it" may stand for a thing before it in the sentence; a person's name may be known.
    """
    if any(_is_somebody(w, named) or _is_only_place(w, own) for w in own):
        return True
    pronoun = next((w for w in own if _is_open(w)), None)
    if pronoun is None:
        return False
    people = words("salience", "kin")
    return not any(
        w.upos in ("NOUN", "PROPN", "NUM") and w.lemma.lower() not in people | _cue("times")
        for w in parse.words[: pronoun.index - 1]
    )


def _is_somebody(word: Word, named: Collection[int]) -> bool:
    """Tell a "him" or "her" of whom the sentence does not say who it is."""
    plain = word.text.lower() in ("him", "her") and word.xpos == "PRP" and word.start not in named
    return plain and not word.is_("nsubj")


def _is_only_place(word: Word, own: Sequence[Word]) -> bool:
    """Tell a "here" beside which no place is named."""
    if word.text.lower() != "here" or not word.is_("advmod"):
        return False
    return not any(w.name.endswith(("LOC", "ORG")) for w in own) and word.upos == "ADV"


def _is_open(word: Word) -> bool:
    plain = word.upos == "PRON" and word.xpos in ("PRP", "DT") and not word.is_("expl")
    return plain and word.text.lower() in _cue("open_objects")


def _in_third_person(
    parse: Parse, head: Word, own: Sequence[Word], subject: Word, owner: str
) -> Worth:
    """Judge what is said of others and of things: not what holds of all of their kind."""
    if _has(own, "second") or not tells(own, 0):
        return Worth.DROPPED
    core = parse.subtree(head, ("acl", "advcl", "conj", "parataxis"))
    if _has(core, "first") or _is_person(parse, subject):
        return Worth.KEPT
    judged = any(w.lemma.lower() in _cue("evaluations") for w in own)
    if has_named(own) or _has_time(own):
        return Worth.DROPPED if judged and not _is_dated(own) else Worth.KEPT
    placed = parse.child(head, "cop") and parse.child(head, "case")
    general = owner in ("", "a", "an") or judged or head.upos == "ADJ"
    return Worth.KEPT if not general and (placed or _is_past(parse, head)) else Worth.DROPPED


def _is_person(parse: Parse, subject: Word) -> bool:
    """Tell a person by name or by relation."""
    named = any(w.name.endswith("PER") for w in parse.subtree(subject, ("acl", "nmod")))
    return named or subject.lemma.lower() in words("salience", "kin")


def _is_age_of_body(parse: Parse, head: Word) -> bool:
    """Tell "my knees are seventy", which nobody means as it stands."""
    subject = parse.child(head, "nsubj")
    aged = head.upos == "NUM" or head.lemma == "old"
    return aged and subject is not None and subject.lemma.lower() in words("nouns", "body")


def _modals(parse: Parse, head: Word) -> set[str]:
    return {w.lemma for w in parse.children(head, "aux")}


def _is_finite(parse: Parse, head: Word) -> bool:
    return head.xpos in ("VBD", "VBP", "VBZ") or bool(parse.children(head, "aux", "cop"))


def _is_past(parse: Parse, head: Word) -> bool:
    """Tell whether a clause is of the past or the perfect."""
    auxiliary = parse.children(head, "aux", "cop")
    return any(w.xpos in ("VBD", "VBN") or w.lemma == "have" for w in (head, *auxiliary))


def _said(parse: Parse, head: Word, own: Sequence[Word]) -> tuple[Word, Sequence[Word]]:
    """Return the clause that "I think", "I heard" lead in and its words, else the clause itself."""
    below = parse.child(head, "ccomp") if head.lemma in _cue("said") else None
    if below is None or _subject(parse, below) is None or _wh(parse, below):
        return head, own
    inside = {w.index for w in parse.subtree(below)}
    return below, [w for w in own if w.index in inside]


def _subject(parse: Parse, head: Word) -> Word | None:
    return parse.child(head, "nsubj", "csubj", "expl")


def _owner(parse: Parse, noun: Word) -> str:
    """Return the possessive or demonstrative before a noun: my, your, this."""
    return next((w.text.lower() for w in parse.children(noun, "nmod:poss", "det")), "")


def _has(own: Iterable[Word], key: str) -> bool:
    return any(w.text.lower() in _cue(key) for w in own)


def _wh(parse: Parse, head: Word) -> bool:
    return any(w.xpos in ("WP", "WRB", "WDT") for w in parse.children(head))


def _asks(parse: Parse, head: Word, own: Sequence[Word], subject: Word | None) -> bool:
    """Tell whether a clause is a question: by its mark, a question word or its order."""
    after = parse.words[own[-1].index : own[-1].index + 1]
    marked = "?" in (own[-1].text, *(w.text for w in after))
    if marked and parse.text.rstrip(" \"')").endswith("?"):
        return True
    first = next((w for w in own if w.upos not in ("PUNCT", "CCONJ", "INTJ")), own[0])
    inverted = subject is not None and any(
        w.index < subject.index for w in parse.children(head, "aux", "cop")
    )
    ends = parse.text.rstrip(" \"')").endswith("?")
    return inverted and (ends or first.xpos in ("WP", "WRB", "WDT") or first.upos == "AUX")


def _is_supposed(parse: Parse, head: Word) -> bool:
    """Tell whether a clause is about what is not: "if I had ...", "I wish I were"."""
    lemmas = _modals(parse, head)
    conditional = any(
        (parse.child(c, "mark") or c).lemma in ("if", "unless")
        for c in parse.children(head, "advcl")
    )
    if conditional and lemmas & {"would", "could", "might", "'d"}:
        return True
    likened = any(w.lemma.lower() in words("moods", "likening") for w in parse.children(head))
    if likened and head.upos == "NOUN" and parse.child(head, "cop"):
        return True
    perfect = lemmas & _ADVICE and "have" in lemmas
    supposed = ("wish", "suppose", "pretend", "imagine")
    leads = parse.words[0].lemma.lower() in supposed
    return bool(perfect) or leads or (head.lemma in supposed and head is parse.root)


def _points(parse: Parse, head: Word) -> bool:
    """Tell "Here is a photo", "That sounds like a plan", "The 10th works for me"."""
    subject = parse.child(head, "nsubj")
    if head.lemma in ("work", "suit") and subject is not None and is_day(subject):
        return True
    seems = head.lemma in ("sound", "look", "seem")
    below = parse.children(head, "xcomp", "obj", "advmod", "obl", "advcl")
    judges = any(w.lemma in _cue("evaluations") | {"like"} for w in below)
    likened = any(parse.child(w, "case", "mark") for w in below)
    return head.lemma == "here" or (seems and (judges or likened))


def is_day(word: Word) -> bool:
    """Tell "Friday" and "the 10th"."""
    return word.text[:1].isdigit() or word.lemma.lower() in _cue("times")


def is_command(parse: Parse, head: Word) -> bool:
    """Tell whether a clause is an imperative."""
    bare = head.xpos in ("VB", "VBP") and not parse.children(head, "nsubj", "expl", "csubj")
    return bare and not any(
        w.text.lower() == "to" or (w.upos == "AUX" and w.lemma != "do")
        for w in parse.children(head, "mark", "aux")
    )


def _without_subject(parse: Parse, head: Word, own: Sequence[Word]) -> Worth:
    """Judge "Got the job!" and "Let's meet on Friday at 6"; what is no clause tells nothing."""
    if head.lemma == "let" and any(w.text.lower() in ("'s", "\u2019s", "us") for w in own):
        decided = any(_decides(parse, w) for w in parse.children(head, "xcomp", "ccomp"))
        return Worth.KEPT if _is_dated(own) or (decided and tells(own, 1)) else Worth.DROPPED
    if head.upos != "VERB" or _has(own, "second") or not tells(own, 0):
        return Worth.DROPPED
    past = head.xpos in ("VBD", "VBN") or (head.xpos == "VBG" and has_named(own))
    self_said = head.lemma in _cue("self_said") and head.xpos != "VBZ" and tells(own, 1)
    return Worth.KEPT if past or self_said else Worth.DROPPED


def _decides(parse: Parse, verb: Word) -> bool:
    """Tell "stick with", "go with", "add": what settles something."""
    cases = (c.lemma for w in parse.children(verb, "obl") for c in parse.children(w, "case"))
    return verb.lemma in _cue("decided") or (verb.lemma == "go" and "with" in cases)


def _in_first_person(parse: Parse, head: Word, own: Sequence[Word]) -> Worth:
    """Judge what one says of oneself: not courtesy, offers, proposals and moods."""
    if head.lemma in _cue("proposing") or _is_passing(parse, head) or _is_mere_time(parse, head):
        return Worth.DROPPED
    embedded = any(
        (s := _subject(parse, w)) and s.text.lower() in _cue("first")
        for w in own
        if w is not head and w.is_("ccomp", "advcl")
    )
    told = {w.lemma for w in (head, *parse.children(head, "xcomp"))}
    if told & _cue("courtesy") and not (has_named(own) and not _has(own, "second")):
        return Worth.DROPPED
    core = parse.subtree(head, ("acl", "advcl", "conj", "parataxis"))
    if _has(core, "second"):
        offered = told & _cue("offers")
        return Worth.KEPT if embedded or (_is_dated(own) and not offered) else Worth.DROPPED
    if _has(own, "joint") and _modals(parse, head) & _ADVICE and not _is_dated(own):
        return Worth.DROPPED
    if told & _cue("offers") and parse.children(head, "aux") and not tells(own, 2):
        return Worth.DROPPED
    placed = parse.child(head, "cop") is not None and parse.child(head, "case") is not None
    if placed and head.lemma in _cue("passing"):
        return Worth.DROPPED
    if head.lemma in _cue("moods") and not embedded:
        return Worth.KEPT if tells(own, 2) else Worth.DROPPED
    return Worth.KEPT if tells(own, 0) else Worth.DROPPED


def _is_passing(parse: Parse, head: Word) -> bool:
    """Tell "I'm just dropping the kids off": what is over in a minute."""
    going_on = head.xpos == "VBG" and any(w.lemma == "be" for w in parse.children(head, "aux"))
    return going_on and any(
        w.text.lower() in _cue("minute") for w in parse.children(head, "advmod")
    )


def _is_mere_time(parse: Parse, head: Word) -> bool:
    """Tell "I have two years", which does not say of what."""
    if head.lemma not in ("have", "get", "'ve"):
        return False
    objects = parse.children(head, "obj")
    bare = [
        w for w in objects if not parse.children(w, "nmod", "acl", "advmod", "amod", "compound")
    ]
    return bool(bare) and all(
        w.lemma.lower() in words("moods", "time_nouns") and parse.child(w, "nummod") for w in bare
    )


def _with_open_subject(parse: Parse, head: Word, own: Sequence[Word], subject: Word) -> Worth:
    """Judge "It was great", "These houses have gardens": open where it tells something."""
    if not tells(own, 1) or _has(own, "second"):
        return Worth.DROPPED
    judged = any(w.lemma.lower() in _cue("evaluations") for w in own)
    told = (_has(own, "first") and not subject.is_("expl")) or has_named(own) or _has_time(own)
    return Worth.OPEN if told and not judged else Worth.DROPPED


def _of_assistant(parse: Parse, head: Word, own: Sequence[Word], subject: Word | None) -> Worth:
    """Judge an assistant's clause: of a named thing, with a number or a name, no advice."""
    if subject is None or _has(own, "second") or not has_named(own):
        return Worth.DROPPED
    lowered = subject.text.lower()
    advice = _modals(parse, head) & _ADVICE
    if lowered == "i" or lowered in _cue("open_subjects") or advice or not tells(own, 1):
        return Worth.DROPPED
    auxiliary = {w.lemma for w in parse.children(head, "aux")}
    now = any(w.text.lower() == "now" for w in parse.children(head, "advmod"))
    settled = head.lemma in _cue("settled") and (lowered == "we" or now or "have" in auxiliary)
    amount = subject.lemma.lower() in _cue("amounts") and any(w.upos == "NUM" for w in own)
    return Worth.KEPT if settled or amount or (now and parse.child(head, "cop")) else Worth.DROPPED


def _is_dated(own: Iterable[Word]) -> bool:
    return any(w.upos == "NUM" or w.text.lower() in _cue("weekdays") for w in own)


def _has_time(own: Iterable[Word]) -> bool:
    return any(w.lemma.lower() in _cue("times") or w.upos == "NUM" for w in own)


def has_named(own: Iterable[Word]) -> bool:
    """Tell whether some words have a name or a number that is not called."""
    return any(w.name != "O" or w.upos == "NUM" for w in own if not w.is_("vocative"))


def tells(own: Sequence[Word], beside: int) -> bool:
    """Tell whether a clause has a word of content, and `beside` of them beside light ones."""
    content = [
        w
        for w in own
        if w.upos in ("NOUN", "PROPN", "NUM", "ADJ", "VERB", "ADV", "X")
        and not w.is_("vocative", "discourse", "advmod")
    ]
    telling = [w for w in content if w.lemma.lower() not in _cue("light") | _cue("evaluations")]
    telling = [w for w in telling if w.lemma.lower() not in _cue("moods") | _cue("courtesy")]
    return len(telling) > beside or (beside < 2 and len(telling) == beside > 0 and has_named(own))
