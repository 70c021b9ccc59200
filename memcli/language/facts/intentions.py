"""
Intentions: what a speaker says there is to do, "I need to call the dentist on Monday".

An obligation, or a wish to be reminded, of the speaker's own; what others should do, what was to be
done, what is only thought of, quoted, denied or so of everybody is none. Cue words are data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from memcli.language.data import read_data, words
from memcli.language.facts.forms import bases, case_of, form, is_any, is_kind, is_period, is_time
from memcli.language.facts.predicates import (
    is_in_quotes,
    is_over,
    is_unmeant,
    predications,
    subject_of,
    tense_of_predicate,
)
from memcli.language.syntax import Parse, Word

# What may stand below a task's verb and is told apart from it.
_APART = ("parataxis", "discourse", "vocative")
_TIMES_ELSEWHERE = (*_APART, "ccomp", "acl", "advcl")
_OBJECTS = ("obj", "iobj", "obl", "xcomp")


@dataclass(frozen=True, slots=True)
class Intention:
    """
    What there is to do: where its words stand, [start, end), and where its day may stand.

    verbs, objects: the bases of its verb and of what it is done to, by which it is known again;
    is_weak: it counts with a day only; is_denied: it needs not be done, or not any more;
    is_shared: of "we", which in a chat with a program may be the two of them.
    """

    place: tuple[int, int]
    clause: tuple[int, int]
    verbs: frozenset[str]
    objects: frozenset[str]
    is_weak: bool = False
    is_denied: bool = False
    is_shared: bool = False


def find_intentions(parse: Parse, in_notes: bool = False) -> list[Intention]:
    """
    Return what the speaker of a sentence says there is to do, in order.

    in_notes: they are the speaker's to himself, so that "remember to" and "don't forget to" are.
    """
    if is_unmeant(parse):
        return []
    found: list[Intention] = []
    for word in parse.words:
        made = _read(parse, word, in_notes)
        if made is not None and made.place not in [each.place for each in found]:
            found.append(made)
    return found


def noted_intention(parse: Parse) -> Intention | None:
    """Return what is noted to be done: all that a line says; None for one without words."""
    root = parse.root
    if root is None:
        return None
    told = [w for w in parse.words if w.upos != "PUNCT"] or [root]
    whole = parse.span([parse.words[0], told[-1]])
    named = frozenset() if root.upos == "VERB" else bases(root)
    return Intention(whole, whole, bases(root), objects_of(parse, root) or named)


def doings(parse: Parse) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield (verbs, objects) of what the speaker says to have done: "I've called the dentist"."""
    for one in predications(parse):
        mine = one.subject is None or form(one.subject) in words("intentions", "first")
        if mine and one.tense in ("past", "perfect") and not one.is_negated and not one.teller:
            yield bases(one.head), objects_of(parse, one.head)


def objects_of(parse: Parse, verb: Word) -> frozenset[str]:
    """Return the bases of the nouns that a verb is done to, at or with, without times."""
    below = parse.children(verb, "obj", "iobj", "obl", "nmod")
    nouns = [w for w in below if w.upos in ("NOUN", "PROPN") and not is_time(parse, w)]
    joined = [c for w in nouns for c in parse.children(w, "conj")]
    return frozenset(base for w in (*nouns, *joined) for base in (*bases(w), form(w)))


def _words(key: str) -> frozenset[str]:
    return words("intentions", key)


def _ongoing() -> list[str]:
    phrases: list[str] = read_data("intentions")["ongoing"]
    return phrases


def _is(word: Word, key: str) -> bool:
    return not bases(word).isdisjoint(_words(key))


def _read(parse: Parse, word: Word, in_notes: bool) -> Intention | None:
    """Return the intention that a verb of obligation, or of reminding, is said with."""
    if word.upos not in ("VERB", "AUX", "ADJ"):
        return None
    asked = _reminded(parse, word) or (_noted(parse, word) if in_notes else None)
    if asked is not None:
        return _made(parse, word, asked)
    if "?" in parse.text[word.end :] or not _is_meant(parse, word):
        return None
    cue = _cue_of(parse, word)
    if cue is not None and not parse.child(word, "obj", "iobj"):
        task = _complement(parse, word)
        is_open = bool(cue.get("through"))
        inner = _passed(parse, task) if task is not None else None
        if task is None or (is_open and inner is task):
            return None
        return _made(parse, word, inner or task, denied=_is_denied(parse, word))
    return _by_modal(parse, word)


def _reminded(parse: Parse, word: Word) -> Word | None:
    """Return what one asks to be reminded of: "remind me to V", "don't let me forget the cake"."""
    subject = subject_of(parse, word)
    auxiliaries = {form(a) for a in parse.children(word, "aux")}
    bidden = subject is None and word.xpos in ("VB", "VBP") and not parse.child(word, "mark")
    asked = subject is not None and form(subject) == "you" and auxiliaries & _words("asked")
    before = [w for w in parse.subtree(word, _APART) if w.start < word.start]
    bidden = bidden and not any(w.upos in ("NOUN", "PROPN", "PRON", "DET") for w in before)
    me = any(form(w) == "me" for w in parse.children(word, "obj", "iobj"))
    if not (me and (bidden or asked)) or _is_quoted(parse, word) or _is_conditional(parse, word):
        return None
    denied = _is_denied(parse, word)
    if _is(word, "reminding") and not denied:
        about = (w for w in parse.children(word, "obl") if case_of(parse, w) in _words("about"))
        return _complement(parse, word) or next(about, None)
    forgotten = next((w for w in parse.children(word, "xcomp") if _is(w, "kept_from")), None)
    if "let" in bases(word) and denied and forgotten is not None:
        return _complement(parse, forgotten) or parse.child(forgotten, "obj")
    return None


def _noted(parse: Parse, word: Word) -> Word | None:
    """Return what one tells oneself: "Remember to V", "don't forget to V"."""
    bidden = word.is_("root") and not parse.child(word, "nsubj") and word.xpos in ("VB", "VBP")
    told = _is_denied(parse, word) if _is(word, "kept_from") else _is(word, "through")
    return _complement(parse, word) if bidden and told else None


def _cue_of(parse: Parse, word: Word) -> dict[str, Any] | None:
    """Return the row of a verb of obligation that the speaker is the subject of, now or later."""
    subject = subject_of(parse, word)
    if subject is None or form(subject) not in _words("first"):
        return None
    above = parse.head(word)
    is_ahead = word.is_("xcomp") and above is not None and _is(above, "ahead")
    if word.is_("xcomp", "acl") and not is_ahead:
        return None
    tense = "future" if is_ahead and above else tense_of_predicate(parse, word)
    if is_ahead and above is not None and tense_of_predicate(parse, above) not in _GOING:
        return None
    return next(
        (cue for cue in read_data("intentions")["cue"] if _fits(cue, parse, word, tense)), None
    )


_GOING = ("progressive", "future")


def _fits(cue: dict[str, Any], parse: Parse, word: Word, tense: str) -> bool:
    """Tell whether a verb is that of a cue, in its form, its tense and with its auxiliary."""
    beside = {form(w) for w in parse.words[max(0, word.index - 4) : word.index + 1]}
    return (
        cue["verb"] in bases(word)
        and form(word) == cue.get("form", form(word))
        and tense in cue["tense"].split()
        and ("with" not in cue or not beside.isdisjoint(cue["with"].split()))
    )


def _by_modal(parse: Parse, word: Word) -> Intention | None:
    """Return "I must V", "I'd better V", and "I mustn't forget to V"."""
    subject = subject_of(parse, word)
    if subject is None or form(subject) not in _words("first") or word.xpos not in ("VB", "VBP"):
        return None
    beside = parse.children(word, "aux", "advmod")
    modals = {form(w) for w in beside if w.start < word.start}
    if not modals.isdisjoint(("have", "'ve")):
        return None
    denied = _is_denied(parse, word)
    if denied and _is(word, "kept_from") and modals & _words("kept_by"):
        task = _complement(parse, word) or parse.child(word, "obj")
        return _made(parse, word, task) if task else None
    used = modals & _words("modals")
    if not used or denied:
        return None
    return _made(parse, word, _passed(parse, word), weak=used <= _words("weak_modals"))


def _complement(parse: Parse, word: Word) -> Word | None:
    """Return the verb that stands with "to" behind another."""
    for child in parse.children(word, "xcomp"):
        marks = {form(m) for m in parse.children(child, "mark")}
        if child.start > word.start and not marks.isdisjoint(("to", "ta", "na")):
            return None if _is_negated(parse, child) else child
    return None


def _passed(parse: Parse, task: Word) -> Word:
    """Return the verb that a task is told with: "bring" of "remember to bring"."""
    inner = _complement(parse, task) if _is(task, "through") else None
    return inner or task


def _is_denied(parse: Parse, word: Word) -> bool:
    return _is_negated(parse, word) or is_over(parse, word)


def _is_negated(parse: Parse, word: Word) -> bool:
    return any(is_any(w, "negations") for w in parse.children(word, "advmod", "aux"))


def _is_conditional(parse: Parse, word: Word) -> bool:
    clauses = parse.children(word, "advcl")
    marks = [m for c in clauses for m in parse.children(c, "mark", "advmod")]
    return any(form(m) in ("if", "unless") for m in marks)


def _is_meant(parse: Parse, word: Word) -> bool:
    """Tell whether a clause is the speaker's word of what is so, not a condition, nor others'."""
    each: Word | None = word
    while each is not None:
        above = parse.head(each)
        doubted = [a for a in parse.children(each, "advmod", "aux") if is_any(a, "adverbs")]
        might = [a for a in parse.children(each, "aux") if form(a) in ("might", "may", "would")]
        if _is_conditional(parse, each) or doubted or might or each.is_("csubj", "acl"):
            return False
        marks = parse.children(each, "mark", "advmod")
        if each.is_("advcl", "ccomp") and any(is_any(m, "marks") for m in marks):
            return False
        if above is not None and each.is_("ccomp") and not _is_own_thought(parse, above):
            return False
        each = above
    return not _is_quoted(parse, word)


def _is_quoted(parse: Parse, word: Word) -> bool:
    """Tell whether a clause stands between quotation marks, or begins with a single one."""
    start = min(w.start for w in parse.subtree(word, _APART) if w.upos != "PUNCT")
    return is_in_quotes(parse, word) or parse.text[:start][-1:] in ("'", "\u2018")


def _is_own_thought(parse: Parse, above: Word) -> bool:
    subject = subject_of(parse, above)
    mine = subject is None or form(subject) in _words("first")
    return mine and _is(above, "thinking") and not _is_denied(parse, above)


# ---------------------------------------------------------------- what is to be done


def _made(
    parse: Parse, cue: Word, task: Word, *, denied: bool = False, weak: bool = False
) -> Intention | None:
    """Return the intention to do what a word says; None where that is nothing to be done."""
    told = [w for w in parse.subtree(task, _APART) if w not in _left_out(parse, task)]
    told = [w for w in told if w.start >= _first(parse, task).start and w.upos != "PUNCT"]
    clause = parse.subtree(cue, _TIMES_ELSEWHERE)
    if not told or not (denied or _is_something(parse, cue, task, told)):
        return None
    objects = objects_of(parse, task) if task.upos == "VERB" else bases(task)
    place = parse.span(told)
    subject = subject_of(parse, cue)
    shared = subject is not None and form(subject) == "we"
    return Intention(place, parse.span(clause), bases(task), objects, weak, denied, shared)


def _first(parse: Parse, task: Word) -> Word:
    """Return the first word of a task: its verb, or its noun with what stands before it."""
    if task.upos not in ("NOUN", "PROPN", "PRON"):
        return task
    return next(w for w in parse.subtree(task, (*_APART, "case")))


def _left_out(parse: Parse, task: Word) -> list[Word]:
    """Return the words below a task that tell why, or something else that is so."""
    out: list[Word] = []
    for child in parse.children(task, "advcl", "conj", "case", "cc", "ccomp"):
        marks = [form(m) for m in parse.children(child, "mark", "advmod", "cc")]
        why = child.is_("advcl") and not _words("reasons").isdisjoint(marks)
        other = child.is_("conj") and parse.child(child, "nsubj") is not None
        if why or other or (child.is_("case") and task.upos != "VERB"):
            out += parse.subtree(child)
    return out


def _is_something(parse: Parse, cue: Word, task: Word, told: list[Word]) -> bool:
    """Tell whether something is to be done once, that one can tell from the words alone."""
    around = [w for w in parse.subtree(cue, _APART) if w.upos in ("ADV", "ADJ")] + told
    endless = [w for w in around if _is(w, "endless") and not _is(w, "modals")]
    endless += [w for w in told if _is(w, "endless")]
    if endless or any(is_any(w, "often") for w in around):
        return False
    if any(is_time(parse, w) and is_period(parse, w) for w in told):
        return False
    if task.upos in ("NOUN", "PROPN"):
        return not _is(task, "empty")
    done_to, after = _done_to(parse, task), parse.text[task.start :].lower()
    objects = parse.children(task, "obj", "iobj")
    hearer = any(form(w) == "you" for w in objects)
    if hearer or any(_is(w, "light") for w in objects) or any(x in after for x in _ongoing()):
        return False
    if _is(task, "getting"):
        return _is_gettable(parse, task, objects)
    if _is(task, "consulting") and any(is_kind(w, "occupation") for w in done_to):
        return True
    if task.upos != "VERB" or _is(task, "idle") or parse.child(task, "cop"):
        return False
    return any(not _is(w, "empty") for w in done_to)


def _is_gettable(parse: Parse, task: Word, objects: list[Word]) -> bool:
    """Tell "get milk" and "make a cake" from "get through it" and "make it a good day"."""
    nouns = [w for w in objects if w.upos in ("NOUN", "PROPN")]
    turned = any(w.upos == "ADJ" for w in parse.children(task, "xcomp"))
    led = "get" in bases(task) and parse.child(task, "compound:prt") is not None
    vain = any(_is(w, "ungettable") or _is(w, "empty") for w in nouns)
    return bool(nouns) and not (turned or led or vain)


def _done_to(parse: Parse, task: Word) -> list[Word]:
    """Return what a task is done to: objects, places, further verbs, but no times."""
    below = [w for w in parse.children(task, *_OBJECTS) if not is_time(parse, w)]
    return below + [c for w in parse.children(task, "conj") for c in parse.children(w, "obj")]
