"""Doings of a life: what was done on a date, what is done for a while or often, what is to come."""

from __future__ import annotations

from typing import Final

from memcli.language.facts.forms import bases, form, is_any, is_kind, is_period, is_proper, is_time
from memcli.language.facts.noun_phrases import action_value, is_open
from memcli.language.facts.paths import at
from memcli.language.facts.predicates import Predication
from memcli.language.facts.subjects import is_person
from memcli.language.syntax import Word

# The tenses of what is to come, where there is a date.
TO_COME: Final = ("future", "progressive", "ing")


def doing(one: Predication) -> tuple[str, str, Word] | None:
    """
    Return (attribute, value, verb) of what somebody did, does or will do; None if it says little.

    event: in the past, with a date, a name, or a verb of weight; done: the same in the perfect;
    doing: for a while ("is writing a novel"); habit: "usually", "every Monday", or of many things;
    plan: to come, with a date, in the present too where the date says so.
    """
    head, doer = one.head, _doer(one)
    someone = one.subject is None or _is_near(one)
    gap = head.is_("acl") and one.subject is not None and one.parse.head(head) != one.subject
    if one.is_copular or head.upos not in ("VERB", "AUX") or gap or not someone or _is_about(one):
        return None
    if "become" in bases(head) and not any(_is_became(w) for w in at(one, "xcomp")):
        return None
    become = [w for w in at(one, "xcomp") if w.xpos == "VBN" and "get" in bases(head)]
    if become and one.tense == "progressive" and _dates(one, become[0]):
        return "plan", one.parse.slice([head, become[0]]), become[0]
    if become and one.tense == "past" and is_any(become[0], "befall") and not one.is_negated:
        return "event", one.parse.slice([head, become[0]]), become[0]
    attribute = None if one.parse.child(doer, "ccomp") else _attribute(one, doer)
    if attribute is None or (one.is_negated and attribute not in ("done", "skill")):
        return None
    passive = one.parse.child(head, "aux:pass")
    happened = passive is not None and is_any(doer, "befall")
    value = action_value(one.parse, doer, alone=happened)
    if passive is not None and value is not None:
        whole = attribute == "event" and one.parse.text[passive.end : head.start].isspace()
        value = f"{form(passive)} {value}" if whole else None
    alone = attribute in ("doing", "event") and value is not None and " " not in value
    return (attribute, value, doer) if value and not alone else None


def _is_became(word: Word) -> bool:
    """Tell what a person may become in earnest: "become a piece of luggage" is said in jest."""
    kinds = ("occupation", "relation", "nationality", "title")
    return is_proper(word) or any(is_kind(word, kind) for kind in kinds)


def _is_near(one: Predication) -> bool:
    """Tell whether it is the speaker, a relative, or a joined "Tom and I", not just a name."""
    word = one.subject
    if word is None or not is_person(one.parse, word):
        return False
    joined = [word, *one.parse.children(word, "conj")]
    return bool(one.parse.child(word, "nmod:poss")) or any(w.upos == "PRON" for w in joined)


def _doer(one: Predication) -> Word:
    """Return the verb that says what is done: "visit" of "going to visit", else the predicate."""
    if "go" in bases(one.head) and one.head.xpos == "VBG":
        for child in one.parse.children(one.head, "xcomp"):
            if any(form(m) in ("to", "na") for m in one.parse.children(child, "mark")):
                return child
    return one.head


def _attribute(one: Predication, doer: Word) -> str | None:
    """Return what kind of doing it is, by tense, time and weight; None where it says little."""
    dated, often = bool(_dates(one, doer)), _often(one)
    if one.effect != "state":
        return None if is_any(doer, "stative") else "habit"
    had = not bases(doer).isdisjoint(("have", "get")) and doer.xpos in ("VBD", "VBN")
    if one.tense == "past" and dated and had:
        return "event" if any(not is_time(one.parse, o) for o in at(one, "obj")) else None
    if one.tense == "modal":
        can = any(form(a) in ("can", "ca") for a in one.parse.children(doer, "aux"))
        alone = one.subject is not None and form(one.subject) != "we" and not dated
        return "skill" if can and alone and is_any(doer, "skills") else None
    heavy = dated or often or is_any(doer, "weighty")
    light = is_any(doer, "stative") or (is_any(doer, "weak") and not heavy)
    if light or (one.tense == "ing" and one.subject is not None):
        return None
    if dated and (one.tense in TO_COME or _is_scheduled(one, doer)):
        return "plan" if _is_to_come(one, doer) else None
    if one.tense == "present":
        subject = form(one.subject) if one.subject else ""
        many = is_any(doer, "lasting") and any(o.xpos == "NNS" for o in at(one, "obj"))
        living = any(form(w) == "living" for w in at(one, "obl:for")) or _is_driver(one, doer)
        return "habit" if subject and (often or living or (many and subject != "we")) else None
    if doer is one.head and _is_lasting(one, doer):
        return "doing"
    told = dated or _names(one, doer) or is_any(doer, "weighty") or _is_rich(one, doer)
    return _past(one, doer) if told and doer is one.head else None


def _is_driver(one: Predication, doer: Word) -> bool:
    """Tell "I drive a bus": nobody does but for a living."""
    indefinite = [o for o in at(one, "obj") if one.parse.child(o, "det")]
    return "drive" in bases(doer) and any(is_kind(o, "driven") for o in indefinite)


def _past(one: Predication, doer: Word) -> str | None:
    """Return event or done of what is over: a form that reads the same of others."""
    if one.tense == "perfect":
        planned = is_any(doer, "intend")
        return "done" if doer.xpos in ("VBN", "VBD") and not planned else None
    passive = one.parse.child(doer, "aux:pass") is not None
    left_out = doer.xpos == "VBN" and one.subject is not None and not passive
    told = doer.xpos in ("VBD", "VBN") and not left_out
    return "event" if one.tense == "past" and told else None


def _is_about(one: Predication) -> bool:
    """Tell whether a form is a complement: "all about discovering secrets"."""
    marks = one.parse.children(one.head, "case", "mark")
    return any(form(m) not in ("to", "na") for m in marks)


def _is_lasting(one: Predication, doer: Word) -> bool:
    """Tell whether it is done for a while: "is writing a novel", "been rehearsing"."""
    going_on = one.tense == "perfect" and doer.xpos == "VBG"
    marked = one.tense == "ing" and _is_marked(one, doer)
    weight = is_any(doer, "lasting") or _is_rich(one, doer)
    return weight and (one.tense == "progressive" or going_on or marked)


def _dates(one: Predication, doer: Word) -> list[Word]:
    """Return the times of a doing that are dates: "on Friday", "next month", not "soon"."""
    below = one.parse.children(one.head, "obl", "advmod", "nmod")
    below += one.parse.children(doer, "obl", "advmod") if doer is not one.head else []
    times = [c for c in below if is_time(one.parse, c) and not is_period(one.parse, c)]
    return [c for c in times if not is_any(c, "undated")]


def _is_to_come(one: Predication, doer: Word) -> bool:
    """Tell whether a date lies ahead: "lately" and "for ten years" do not."""
    beside = [w for c in _dates(one, doer) for w in one.parse.subtree(c)]
    return bool(beside) and not any(is_any(w, "behind") for w in beside)


def _is_scheduled(one: Predication, doer: Word) -> bool:
    """Tell the present of a timetable: "I start my new job tomorrow", not "I work on Monday"."""
    beside = [w for c in _dates(one, doer) for w in one.parse.subtree(c)]
    return one.tense == "present" and not _often(one) and any(is_any(w, "ahead") for w in beside)


def _often(one: Predication) -> bool:
    verbs = (one.head, *one.parse.children(one.head, "xcomp"))
    below = [c for v in verbs for c in one.parse.children(v, "advmod", "obl")]
    times = [c for c in below if is_time(one.parse, c)]
    return any(is_any(c, "often") for c in below) or any(is_period(one.parse, c) for c in times)


def _is_marked(one: Predication, doer: Word) -> bool:
    """Tell whether a form without a subject is said of now: "been rehearsing", "still working"."""
    beside = one.parse.children(doer, "aux", "advmod")
    return any(is_any(w, "present") for w in beside if w.start < doer.start)


def _is_rich(one: Predication, doer: Word) -> bool:
    """Tell whether an action has an object that is described: "a rundown community center"."""
    objects = [o for o in one.parse.children(doer, "obj") if o.upos in ("NOUN", "PROPN")]
    described = [o for o in objects if one.parse.child(o, "amod", "compound", "nmod", "nummod")]
    double = any(one.parse.child(o, "compound") for o in objects)
    weak = is_any(doer, "weak") and not double
    return bool(described) and not any(is_open(o) for o in objects) and not weak


def _names(one: Predication, doer: Word) -> bool:
    """Tell whether a doing has a name in it."""
    below = one.parse.subtree(doer, ("conj", "advcl", "ccomp", "parataxis", "nsubj"))
    return any(w.xpos == "NNP" and w.start > doer.start and w.name != "O" for w in below)
