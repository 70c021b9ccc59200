"""
Facts of a sentence, by rules over its grammar.

The rules, the kinds of nouns and the attributes are data (memcli/language/data). Reading them off
dependencies is after Angeli, Premkumar and Manning (2015), "Leveraging linguistic structure for
open domain information extraction".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from memcli.language.data import words
from memcli.language.facts.answers import answer_facts, item_facts, prior_facts
from memcli.language.facts.attributes import about, is_hollow, is_impossible, is_single
from memcli.language.facts.corrections import amending, correction, keyed_fact, takes_back
from memcli.language.facts.doings import doing
from memcli.language.facts.fact import Effect, Fact, Polarity
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
from memcli.language.facts.matching import Rule, rules_for, times_of, values_of
from memcli.language.facts.nominals import beside_facts, called_facts, new_name_facts, noun_facts
from memcli.language.facts.noun_phrases import is_definite
from memcli.language.facts.paths import at
from memcli.language.facts.predicates import Predication, is_question, is_unmeant, predications
from memcli.language.facts.subjects import FIRST, Who, is_person
from memcli.language.standing import dangling
from memcli.language.syntax import Parse, Word

# A predicate whose subject or object has a less probable head states nothing.
SURE: Final = 0.4
# Animals have none.
WORK: Final = "work"


def find_facts(
    parse: Parse,
    speaker: str,
    *,
    before: Parse | None = None,
    heading: Parse | None = None,
    prior: Parse | None = None,
    pronouns: Mapping[int, str] | None = None,
    renamed: str | None = None,
) -> list[Fact]:
    """
    Return what a sentence states of its speaker, of persons with a name, or of their things.

    before: the question of another speaker that it answers; heading: what stands above the list
    that it is an item of; prior: the sentence right before it in its turn; pronouns: names of
    pronouns by their start in the sentence; renamed: whose name is over, as was said before it.
    """
    corrected = correction(parse, speaker) or keyed_fact(parse, speaker)
    if corrected is not None:
        return [corrected]
    if is_question(parse) or is_unmeant(parse):
        return []
    who = Who(speaker, pronouns or {})
    found = list(beside_facts(parse, who))
    for one in filter(_is_sure, predications(parse)):
        one = replace(one, subject=_antecedent(one) or one.subject)
        facts = [*_rule_facts(one, who), *called_facts(one, who), *noun_facts(one, who)]
        if renamed:
            facts += new_name_facts(one, renamed)
        found += [_corrected(fact, one) for fact in facts] or _doing_facts(one, who)
    if before is not None:
        found += answer_facts(before, parse, speaker)
    # "The water board rang: I got the job!" may be one sentence or two.
    for told in (parse, prior) if prior is not None else (parse,):
        found += prior_facts(told, parse, speaker)
    if heading is not None:
        found += item_facts(heading, parse, speaker)
    amended = None if found else amending(parse, speaker)
    return [amended] if amended else _each_once(found)


def _corrected(fact: Fact, one: Predication) -> Fact:
    """Return "Actually, my birthday is in June" as a correction; of many values it is none."""
    lasts = fact.is_single and fact.effect == "state" and one.tense == "present"
    changed = any(form(w) == "now" for w in one.parse.words)
    corrects = lasts and not changed and takes_back(one.parse)
    return replace(fact, effect="correct") if corrects else fact


def _each_once(facts: list[Fact]) -> list[Fact]:
    """Return facts without repetitions, and without "a cat" where the cat's name is told."""
    kinds = {f.value for f in facts if f.attribute == "kind"} | {f.attribute for f in facts}
    kinds -= {"pet", "family"}
    by_slot: dict[tuple[str, str, str], Fact] = {}
    told_of = {(f.subject, f.attribute, f.value) for f in facts if not f.is_aside}
    for fact in facts:
        kind = fact.value.split(" ")[-1]
        lesser = ("trait", "avoids")
        told = [f for f in facts if f.value == fact.value and f.attribute not in lesser]
        owned = any(f.subject.endswith(f"'s {fact.value}") for f in facts)
        known = (
            (fact.attribute == "job" and any(f.attribute == "employer" for f in facts))
            or (fact.is_aside and (owned or (fact.subject, fact.attribute, fact.value) in told_of))
            or (fact.attribute in lesser and told)
            or (
                fact.attribute in ("pet", "family")
                and not kinds.isdisjoint((kind, kind.rstrip("s")))
            )
        )
        if not known and (fact.value != fact.subject or fact.effect == "end"):
            by_slot.setdefault((fact.subject, fact.attribute, fact.value), fact)
    return list(by_slot.values())


def _antecedent(one: Predication) -> Word | None:
    """Return the person before that "he" or "she" is, where the sentence has just one."""
    word = one.subject
    if word is None or form(word) not in ("he", "she"):
        return None
    before = one.parse.words[: word.index]
    nouns = [w for w in before if w.upos in ("NOUN", "PROPN") and is_person(one.parse, w)]
    persons = [w for w in nouns if w.is_("nsubj")]
    if not persons:
        # "I have a daughter, Layla, she's six"
        persons = [w for w in nouns if w.is_("obj") and not _is_other_gender(word, w)]
        named = [n for w in persons for n in one.parse.children(w, "appos") if is_proper(n)]
        return named[0] if len(persons) == len(named) == 1 else None
    # "My neighbour Karl" is one person, though the parser may see two subjects.
    pair = len(persons) == 2 and persons[1].index == persons[0].index + 1
    alone = len(persons) == 1 and sum(w.name == "B-PER" for w in before) <= 1
    return persons[0] if pair or alone else None


def _is_other_gender(pronoun: Word, noun: Word) -> bool:
    others = "male_nouns" if form(pronoun) == "she" else "female_nouns"
    return is_kind(noun, "animal") or not bases(noun).isdisjoint(words("genders", others))


def _subjects(one: Predication, who: Who, things: bool) -> list[str]:
    """Return whom a predication is about; a chat that leaves the subject out means the speaker."""
    parse = one.parse
    if one.teller is not None:
        teller = who.name(parse, one.teller)
        first = one.subject is not None and form(one.subject) in FIRST
        return [teller] if teller and first else []
    if one.subject is None:
        return [who.speaker] if _is_left_out(one) else []
    return who.names(parse, one.subject, things)


def _is_left_out(one: Predication) -> bool:
    """Tell whether a chat leaves out "I": an inflected form with nothing that could be subject."""
    word: Word | None = one.head
    while word is not None and word.is_("xcomp", "conj", "parataxis", "advcl"):
        word = one.parse.head(word)
    if word is None or word.head or one.parse.child(word, "nsubj", "csubj"):
        return False
    heads = [w for w in one.parse.words if w.upos not in ("ADV", "INTJ", "PUNCT", "SYM")]
    first = heads[0] if heads else word
    inflected = word.xpos in ("VBD", "VBN", "VBG") and form(word) != word.lemma
    return inflected and (first is word or first.is_("aux"))


def _rule_facts(one: Predication, who: Who) -> Iterator[Fact]:
    """Yield what the rules find in one predication."""
    for rule in rules_for(one):
        # "My cat is a lawyer": nobody means it.
        if (
            one.subject
            and is_kind(one.subject, "animal")
            and about(rule.attribute)["group"] == WORK
        ):
            continue
        told = rule.about and at(one, rule.about)
        about_it = [n for w in told or () for n in who.names(one.parse, w, rule.thing)]
        for subject in about_it if rule.about else _subjects(one, who, rule.thing):
            for word, value in values_of(rule, one):
                fact = _fact(rule, one, subject, word, value)
                if fact is not None:
                    yield fact


def _is_sure(one: Predication) -> bool:
    """Tell whether the parser is sure of whom a predicate is said, and of what it is done to."""
    subject = [one.subject] if one.subject is not None else []
    return all(w.sure >= SURE for w in (*subject, *one.parse.children(one.head, "obj")))


def _is_predicate(one: Predication, word: Word) -> bool:
    """Tell the predicate, or the verb that makes one with its auxiliary: "got married"."""
    beside = word.upos == "VERB" and word.head == one.head.index
    is_pair = one.head.upos == "AUX" or ("get" in bases(one.head) and word.relation == "root")
    return word is one.head or (beside and is_pair)


def _fact(rule: Rule, one: Predication, subject: str, word: Word, value: str) -> Fact | None:
    """Return the fact of one value, its polarity and effect by rule and predication."""
    if word.sure < SURE and not _is_predicate(one, word):
        return None
    if _says_nothing(rule, one, word, value):
        return None
    lasting = one.effect == "state"
    effect: Effect = rule.effect if lasting or rule.over else one.effect
    if rule.past and one.tense == "past" and lasting:
        effect = "past"
    changes = rule.tense == "event" or rule.effect == "end"
    times = times_of(one, word, rule.dated) if not rule.is_time else (None, None)
    if (one.is_negated and changes and not rule.may_deny) or (rule.dated and times[0] is None):
        return None
    if one.is_negated and about(rule.attribute).get("had") and is_definite(one.parse, word):
        return None
    if one.is_negated and lasting and _is_limited(one, word, value):
        return None
    denied = effect == "end" or (one.is_negated and not rule.needs_negation)
    polarity: Polarity = "negative" if denied else "positive"
    single = rule.single or is_single(rule.attribute)
    return Fact(subject, rule.attribute, value, polarity, effect, single, one.place, *times)


def _says_nothing(rule: Rule, one: Predication, word: Word, value: str) -> bool:
    """Tell a value that is cut, meant in jest or hollow, and an end for a while only."""
    ends = "end" in (rule.effect, one.effect)
    vain = is_impossible(rule.attribute, value) or is_hollow(rule.attribute, value)
    vain = vain or bool(about(rule.attribute).get("no_place") and word.name.endswith("LOC"))
    return vain or _is_half_a_name(one.parse, word, value) or (ends and _is_for_a_while(one, word))


def _is_half_a_name(parse: Parse, word: Word, value: str) -> bool:
    """Tell a value that is cut within a name: "Raspberry | Pis"."""
    after = parse.words[word.index] if word.index < len(parse.words) else None
    if after is None or not value.endswith(word.text) or after.start != word.end + 1:
        return False
    return is_proper(word) and after.text[:1].isupper() and after.upos in ("NOUN", "PROPN")


def _is_for_a_while(one: Predication, word: Word) -> bool:
    """Tell what ends for a time only: "gave up coffee for Lent"."""
    below = [c for w in (one.head, word) for c in one.parse.children(w, "obl", "nmod")]
    spells = [c for c in below if case_of(one.parse, c) == "for"]
    return any(is_time(one.parse, c) or is_any(c, "spells") for c in spells)


def _is_limited(one: Predication, word: Word, value: str) -> bool:
    """
    Tell whether what is denied is so of some only: "I've never taken classes through Coursera".

    A denial without what limits it says more than was said.
    """
    parse = one.parse
    below = [c for w in (one.head, word) for c in parse.children(w, "obl", "nmod", "acl", "advcl")]
    said = ("NOUN", "PROPN", "NUM", "VERB")
    behind = [c for c in below if c.start > word.start and c.upos in said]
    limits = [c for c in behind if not is_time(parse, c) or is_period(parse, c)]
    return any(c.text not in value for c in limits)


def _dangles(one: Predication, who: Who) -> bool:
    """Tell whether a clause means what was said before it: "I ran one in 2016"."""
    start, end = one.place
    own = [w for w in one.parse.words if start <= w.start < end]
    before = [w for w in one.parse.words if w.start < start]
    return bool(dangling(one.parse, own, who.pronouns, before))


def _doing_facts(one: Predication, who: Who) -> Iterator[Fact]:
    """Yield what somebody did, does or will do, where no rule knows it better."""
    found = None if _dangles(one, who) else doing(one)
    if found:
        attribute, value, doer = found
        times = times_of(one, doer) if attribute != "habit" else (None, None)
        denied = one.is_negated or one.effect == "end"
        polarity: Polarity = "negative" if denied else "positive"
        for subject in _subjects(one, who, False):
            yield Fact(subject, attribute, value, polarity, one.effect, False, one.place, *times)
