"""Rules of facts, which are data, applied to one predication: the values of each that fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from memcli.language.data import read_data, words
from memcli.language.facts.fact import Effect, Place
from memcli.language.facts.forms import (
    bases,
    case_of,
    form,
    is_any,
    is_kind,
    is_period,
    is_proper,
    is_time,
)
from memcli.language.facts.kinds import fits
from memcli.language.facts.noun_phrases import (
    action_value,
    joined,
    noun_value,
    stood_for,
    time_value,
)
from memcli.language.facts.paths import at
from memcli.language.facts.predicates import Predication
from memcli.language.facts.subjects import is_kin, is_person
from memcli.language.syntax import Parse, Word

_UNTIL, _SINCE = ("until", "till", "til"), ("since", "from", "as of", "for")
_DATING = ("", "on", "in", "at", "by", *_SINCE)
_BESIDE_A_TIME = ("acl", "advcl", "conj", "parataxis", "punct", "advmod")
_TENSES = {
    "state": ("present", "progressive", "perfect"),
    "present": ("present",),
    "habit": ("present", "perfect", "modal"),
    "event": ("past", "perfect", "bare"),
    "progressive": ("progressive", "perfect", "ing"),
    "passive": ("present", "perfect", "past"),
    "coming": ("present", "progressive", "future"),
    "any": ("present", "progressive", "perfect", "past", "bare"),
    "able": ("present", "progressive", "perfect", "modal"),
    "been": ("perfect",),
    "wish": ("modal",),
    "can": ("modal",),
    "ongoing": ("progressive",),
}


@dataclass(frozen=True)
class Rule:
    """A row of fact_rules.toml, which says what each field means."""

    attribute: str
    verb: str = ""
    be: str = ""
    be_case: str = ""
    take: tuple[str, ...] = ("self",)
    kind: tuple[str, ...] = ()
    tense: str = "state"
    effect: Effect = "state"
    value: str = ""
    needs: str = ""
    subject_kind: str = ""
    past: bool = False
    strict: bool = False
    bare: bool = False
    thing: bool = False
    with_case: bool = False
    needs_negation: bool = False
    may_deny: bool = False
    act: bool = False
    dated: bool = False
    alone: bool = False
    beside: str = ""
    no_object: bool = False
    about: str = ""
    single: bool = False
    pair: bool = False
    to_person: bool = False
    over: bool = False

    @property
    def is_time(self) -> bool:
        """Tell whether the value is a time."""
        return self.kind in (("time",), ("date",), ("calendar",))

    def accepts(self, one: Predication) -> bool:
        """Tell whether a predication has the rule's predicate, tense, polarity and subject."""
        denied = self.needs_negation == one.is_negated if self.needs_negation else True
        if self.over and (one.effect != "end" or _goes_on(one)):
            return False
        return denied and self._has_head(one) and self._has_tense(one) and self._has_subject(one)

    def _has_head(self, one: Predication) -> bool:
        if self.verb:
            if one.tense == "ing" and one.parse.child(one.head, "mark", "case"):
                return False
            if self.no_object and _is_of_another(one):
                return False
            return not (one.is_copular or (self.alone and _is_followed(one, self.verb)))
        case = case_of(one.parse, one.head) or _mark_of(one)
        if self.be_case:
            known = one.is_copular and case in self.be_case.split()
            return known and (not self.be or any(_is(one.head, w) for w in self.be.split()))
        complements = self.be.split()
        return one.is_copular and not case and any(_is(one.head, w) for w in complements)

    def _has_tense(self, one: Predication) -> bool:
        if one.effect in ("past", "end"):
            lasting = ("state", "able", "any", "habit", "present", "progressive")
            return self.tense in lasting or (self.tense == "passive" and _is_passive(one))
        if self.tense == "passive" and not _is_passive(one):
            return False
        if one.tense == "perfect" and self.tense in ("state", "habit") and _was_once(one):
            return False
        can = one.tense == "modal" and self.needs_negation
        past = one.tense == "past" and self.past
        return one.tense in _TENSES[self.tense] or can or past

    def _has_subject(self, one: Predication) -> bool:
        word = one.subject
        if self.pair and not (word and one.parse.child(word, "conj")):
            return False
        if self.to_person and _is_to_a_thing(one):
            return False
        if self.subject_kind:
            told = [word] if not self.about else at(one, self.about)
            return any(w and is_kind(w, self.subject_kind.removeprefix("@")) for w in told)
        return self.thing or bool(self.about) or word is None or is_person(one.parse, word)


def _is_to_a_thing(one: Predication) -> bool:
    """Tell "married to my job": nobody is."""
    to = at(one, "obl:to")
    return any(not (is_proper(w) or is_kin(w) or is_kind(w, "occupation")) for w in to)


def _goes_on(one: Predication) -> bool:
    """Tell whether what is over is limited by what follows: "no longer together in one team"."""
    return bool(one.parse.child(one.head, "obl", "nmod", "xcomp", "acl"))


def _is_followed(one: Predication, verb: str) -> bool:
    """Tell whether something other than a time goes on from a verb."""
    after = one.parse.children(one.head, "obj", "obl", "xcomp")
    particle = one.parse.child(one.head, "compound:prt") if "_" not in verb else None
    return bool(particle) or any(not is_time(one.parse, w) for w in after)


def _is_of_another(one: Predication) -> bool:
    """Tell whether something is done with an object: "moved my bank to X", not "moved house"."""
    objects = one.parse.children(one.head, "obj")
    return any(not is_kind(each, "home") for each in objects)


def _mark_of(one: Predication) -> str:
    """Return what marks an action as a complement: "into" of "I'm into running"."""
    marks = one.parse.children(one.head, "mark") if one.head.xpos == "VBG" else []
    return form(marks[0]) if marks else ""


def _is(head: Word, word: str) -> bool:
    if word in ("@time", "@number", "@noun"):
        return head.upos == "NUM" or (word != "@number" and head.upos in ("NOUN", "PROPN"))
    return is_kind(head, word[1:]) if word.startswith("@") else word in bases(head)


def _was_once(one: Predication) -> bool:
    """Tell whether a perfect is of what was done at some time: "have used", not "have lived"."""
    going_on = one.head.xpos == "VBG" or one.is_copular or is_any(one.head, "steady")
    return not going_on and times_of(one) == (None, None)


def _is_passive(one: Predication) -> bool:
    passive = one.parse.child(one.head, "aux:pass", "nsubj:pass")
    return passive is not None or (one.head.is_("acl") and one.head.xpos == "VBN")


@cache
def _rules() -> tuple[dict[str, list[Rule]], list[Rule]]:
    """Return the rules by each of their verbs, and those of "to be"."""
    by_verb: dict[str, list[Rule]] = defaultdict(list)
    copular = []
    for row in read_data("fact_rules")["rule"]:
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        rule = Rule(**fields)
        for verb in rule.verb.split():
            by_verb[verb].append(rule)
        if not rule.verb:
            copular.append(rule)
    return by_verb, copular


def rules_for(one: Predication) -> list[Rule]:
    """Return the rules that accept a predication."""
    by_verb, copular = _rules()
    particle = "".join(f"_{form(c)}" for c in one.parse.children(one.head, "compound:prt"))
    keys = [base + particle for base in sorted(bases(one.head))]
    beside = one.parse.words[one.head.index : one.head.index + 1]
    keys += [f"{base}_{form(w)}" for w in beside if w.is_("advmod") for base in bases(one.head)]
    keys += ["have"] if form(one.head) == "got" and one.tense == "present" else []
    verbal = dict.fromkeys(rule for key in keys for rule in by_verb.get(key, ()))
    return [rule for rule in (copular if one.is_copular else verbal) if rule.accepts(one)]


def values_of(rule: Rule, one: Predication) -> list[tuple[Word, str]]:
    """Return the words that hold a rule's values, and their text."""
    if not has_needed(rule, one):
        return []
    if rule.beside and not _has_beside(rule.beside, one):
        return []
    if rule.value:
        return [(one.head, rule.value)]
    for path in rule.take:
        for word in at(one, path):
            found = [] if _has_gap(one, word) else list(_values(rule, one.parse, word))
            if found:
                return found
    return []


def has_needed(rule: Rule, one: Predication) -> bool:
    """Tell whether a predicate has the object that a rule needs: "a job" of "I got a job"."""
    objects = one.parse.children(one.head, "obj")
    return not rule.needs or any(_is(o, w) for o in objects for w in rule.needs.split())


def _has_gap(one: Predication, word: Word) -> bool:
    """Tell whether an action's object stands before its clause: "the risotto I love to cook"."""
    inside = one.head.is_("acl:relcl") and word.upos == "VERB"
    return inside and one.parse.child(word, "obj") is None


def _has_beside(beside: str, one: Predication) -> bool:
    """Tell whether a phrase stands with a predicate: "obl:as", or "obl:for living" with a noun."""
    path, *nouns = beside.split(" ")
    return any(not nouns or any(_is(w, noun) for noun in nouns) for w in at(one, path))


def _values(rule: Rule, parse: Parse, word: Word) -> Iterator[tuple[Word, str]]:
    """Yield the values of a coordination that are of the rule's kinds; none if the first is not."""
    for each in joined(parse, stood_for(parse, word)):
        text = value_text(rule, parse, each) if fits(parse, each, rule.kind) else None
        if text:
            yield each, text
        elif each is word:
            return


def value_text(rule: Rule, parse: Parse, word: Word) -> str | None:
    """Return the text of one value as a rule wants it; None where it says nothing."""
    being = [c for c in parse.children(word, "cop") if c.xpos in ("VBG", "VB")]
    if being and rule.take != ("self",):
        told = noun_value(parse, word) and form(word) not in words("nouns", "cut_off")
        return parse.slice([being[0], word]) if told else None
    if word.xpos == "VBN" and rule.kind and rule.kind[0].startswith("@"):
        return form(word)
    if rule.act or word.upos == "VERB":
        light = "stative" if rule.attribute == "plan" else "weak"
        if rule.act and is_any(word, light) and not is_any(word, "weighty"):
            return None
        to = not rule.act and word.xpos == "VB"
        return action_value(
            parse, word, with_to=to, alone=rule.attribute == "skill" or is_any(word, "complete")
        )
    late = rule.is_time
    text = time_value(parse, word) if late else noun_value(parse, word, rule.strict, rule.bare)
    if text and rule.with_case and (cases := parse.children(word, "case")):
        at_ = parse.text.find(text, cases[0].end)
        return parse.text[cases[0].start : at_ + len(text)] if at_ >= 0 else None
    return text


def times_of(
    one: Predication, value: Word | None = None, dated: bool = False
) -> tuple[Place | None, Place | None]:
    """
    Return the place of the time since which a predication holds, and until which.

    For what happened, will, or is `dated`, any time that it names; else "since" and "for" only.
    """
    parse, since, until = one.parse, None, None
    lasting = one.tense in ("present", "perfect") and one.effect == "state" and not dated
    heads = [one.head, *([value] if value and not is_time(parse, value) else [])]
    below = [c for h in dict.fromkeys(heads) for c in parse.children(h, "obl", "advmod", "nmod")]
    for child in (c for c in below if c not in heads and c is not value and is_time(parse, c)):
        case = case_of(parse, child)
        place = parse.span(parse.subtree(child, _BESIDE_A_TIME))
        if case in _UNTIL:
            until = until or place
        elif case not in _DATING or (case == "for" and is_any(child, "hours")):
            continue
        elif case in _SINCE or not (lasting or is_period(parse, child)):
            since = since or (None if is_any(child, "vague") else place)
    return since, until
