"""Facts that two sentences state together: a question and its answer, a heading and its item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from memcli.language.data import words
from memcli.language.facts.attributes import about, is_single
from memcli.language.facts.corrections import plain_value
from memcli.language.facts.fact import Fact
from memcli.language.facts.forms import (
    bases,
    case_of,
    form,
    is_any,
    is_kind,
    is_proper,
    is_time,
)
from memcli.language.facts.kinds import fits
from memcli.language.facts.matching import Rule, has_needed, rules_for, value_text, values_of
from memcli.language.facts.nominals import named
from memcli.language.facts.noun_phrases import joined, noun_value
from memcli.language.facts.predicates import Predication, predications
from memcli.language.facts.subjects import FIRST, Who, is_kin, is_name, phrase
from memcli.language.syntax import Parse, Word

_IT = ("him", "her", "it", "them")
_ASKING = ("what", "where", "who", "which", "when", "how", "whose")


def is_fragment(parse: Parse) -> bool:
    """Tell whether a sentence has no subject and verb of its own: "At Acme"."""
    return parse.root is not None and not any(w.is_("nsubj", "cop", "aux") for w in parse.words)


def answer_facts(question: Parse, answer: Parse, speaker: str) -> Iterator[Fact]:
    """Yield what an answer without subject and verb states: "Where do you work?"."""
    yield from _parted_with(question, answer, speaker)
    yield from _asked_for(question, answer, speaker)
    asked = question.text.rstrip().endswith("?")
    told = answer.root is not None and answer.root.xpos in ("VB", "VBP")
    if not (is_fragment(answer) and asked) or told or _is_address(question, answer):
        return
    you = ("you", "your", "yours")
    who = Who(speaker, {w.start: speaker for w in question.words if form(w) in you})
    asks = any(form(w) in _ASKING for w in question.words)
    first = form(answer.words[0])
    said = {w: w == "yes" for w in ("yes", "no") if first in words("moods", w) and not asks}
    for one in predications(question, asked=True):
        yield from _filled(one, who, answer, next(iter(said.values()), None))
    noun = _asked_noun(question) if asks else None
    yield from _noun_facts(question, noun, who, answer) if noun else ()


def _parted_with(question: Parse, answer: Parse, speaker: str) -> Iterator[Fact]:
    """Yield what one has no more: "Do you still have the Skoda?" "Sold it two weeks ago."."""
    you = Who(speaker, {w.start: speaker for w in question.words if form(w) == "you"})
    had = [
        thing
        for one in predications(question, asked=True)
        if is_any(one.head, "having") and you.name(question, one.subject) == speaker
        for thing in question.children(one.head, "obj")
        if thing.upos in ("NOUN", "PROPN") and not is_time(question, thing)
    ]
    for one in predications(answer) if had else ():
        mine = one.subject is None or form(one.subject) in FIRST
        it = any(form(w) in _IT for w in answer.children(one.head, "obj"))
        past = one.tense in ("past", "perfect") and not one.is_negated
        if not (mine and it and past and is_any(one.head, "parting")):
            continue
        since = next((answer.span([w]) for w in answer.words if is_time(answer, w)), None)
        for thing in had:
            attribute = "pet" if is_kind(thing, "animal") else "possession"
            if value := noun_value(question, thing):
                yield Fact(speaker, attribute, value, "negative", "end", False, one.place, since)


def _asked_for(question: Parse, answer: Parse, speaker: str) -> Iterator[Fact]:
    """Yield whom one has: "Do you have kids?" "A daughter, Layla.", "Any pets?" "Two cats."."""
    if not (question.text.rstrip().endswith("?") and _asks_whom(question) and answer.root):
        return
    first = next((w for w in answer.words if w.upos in ("NOUN", "PROPN", "VERB", "PRON")), None)
    if first is None or not is_kin(first) or first.is_("obl", "nmod", "nmod:poss", "compound"):
        return
    counted = [w for w in answer.children(first, "det", "nummod") if w.start < first.start]
    if not any(form(w) in ("a", "an", "one") or w.upos == "NUM" for w in counted):
        return
    is_animal = is_kind(first, "animal")
    if not (is_animal or is_kind(first, "family")):
        return
    names = [w for w in answer.children(first, "appos") if is_proper(w)]
    if names:
        yield from named(answer, speaker, first, names[0])
        return
    value = noun_value(answer, first, bare=True)
    if value:
        place = answer.span([first])
        yield Fact(speaker, "pet" if is_animal else "family", value, place=place)


def _asks_whom(question: Parse) -> bool:
    """Tell "do you have kids?", "got any siblings?", "any pets?"."""
    asked = [w for w in question.words if is_kind(w, "asked_for")]
    you = any(form(w) in ("you", "u") for w in question.words)
    has = any(not bases(w).isdisjoint(("have", "get")) for w in question.words)
    any_ = any(form(w) == "any" for w in question.words)
    alone = len([w for w in question.words if w.upos != "PUNCT"]) <= 4
    return bool(asked) and ((you and has) or (any_ and alone))


def item_facts(heading: Parse, item: Parse, speaker: str) -> Iterator[Fact]:
    """Yield what an item of a list states under its heading: "My allergies:", "I like:"."""
    root = heading.root
    if not is_fragment(item) or root is None:
        return
    for one in predications(heading):
        yield from _filled(one, Who(speaker), item, None)
    if root.upos == "NOUN" and not heading.child(root, "nsubj", "cop"):
        yield from _noun_facts(heading, root, Who(speaker), item)


def _is_address(question: Parse, answer: Parse) -> bool:
    """Tell whether a fragment only calls somebody: "Nora!" after "What did you like?"."""
    named = any(form(w) in ("who", "whose") or "name" in bases(w) for w in question.words)
    root = answer.root
    return bool(root and root.upos == "PROPN" and answer.text.rstrip().endswith("!")) and not named


def prior_facts(prior: Parse, parse: Parse, speaker: str) -> Iterator[Fact]:
    """Yield what a sentence states only with the one before: "That's Rex! We adopted him"."""
    place = (0, len(parse.text))
    for one in predications(parse):
        who = Who(speaker).name(parse, one.subject)
        if who == speaker and not one.is_negated and one.effect == "state":
            for attribute, value in _joined_to(prior, one):
                yield Fact(speaker, attribute, value, is_single=is_single(attribute), place=place)


def _joined_to(prior: Parse, one: Predication) -> Iterator[tuple[str, str]]:
    """Yield (attribute, value) that a predication has of the sentence before it, or its own."""
    parse, head = one.parse, one.head
    objects, phrases = parse.children(head, "obj"), parse.children(head, "obl")
    if prior is not parse:
        shown = _shown(prior) if any(form(o) in _IT for o in objects) else None
        fetched = [p for p in phrases if case_of(parse, p) == "from" and is_kind(p, "shelter")]
        yield from [("pet", shown.text)] if shown is not None and fetched else []
        named = any(case_of(parse, p) == "to" for p in phrases)
        if one.is_copular and "allergic" in bases(head) and not named:
            yield from (("allergy", w.text) for w in prior.words if is_kind(w, "allergen"))
    got = not bases(head).isdisjoint(("get", "land")) and any(is_kind(o, "job") for o in objects)
    yield from (("employer", caller) for caller in _callers(prior) if got and not phrases)


def _shown(prior: Parse) -> Word | None:
    """Return the name that a sentence shows somebody by: "That's Rex!"."""
    shows = bool(prior.words) and form(prior.words[0]) in ("that", "this", "it", "meet")
    return prior.root if shows and prior.root is not None and is_proper(prior.root) else None


def _callers(prior: Parse) -> Iterator[str]:
    """Yield who called, if a firm or an office: "The water board rang"."""
    for told in predications(prior):
        word = told.subject
        if word is None or bases(told.head).isdisjoint(("ring", "call", "phone", "write", "offer")):
            continue
        if is_kin(word) or is_kind(word, "occupation") or not fits(prior, word, ("workplace",)):
            continue
        value = noun_value(prior, word)
        if value:
            yield value.removeprefix("The ").removeprefix("the ")


def _filled(one: Predication, who: Who, answer: Parse, agreed: bool | None) -> Iterator[Fact]:
    """Yield the facts of a predication whose value stands in another sentence."""
    subject, root, place = who.name(one.parse, one.subject), answer.root, (0, len(answer.text))
    if not subject or root is None:
        return
    since = next((answer.span(answer.subtree(w)) for w in answer.words if is_time(answer, w)), None)
    rules = (r for r in rules_for(one) if not (r.beside or r.about) and has_needed(r, one))
    for rule in rules:
        made = Fact(subject, rule.attribute, "", is_single=is_single(rule.attribute), place=place)
        if agreed is not None:
            yield from _agreed(replace(made, since=since), rule, one, agreed)
            continue
        for word in joined(answer, root) if _is_asked_for(rule, one.parse, answer, root) else ():
            text = value_text(rule, answer, word) if fits(answer, word, rule.kind) else None
            denied = one.is_negated and not rule.needs_negation
            if text:
                yield replace(made, value=text, polarity="negative" if denied else "positive")
    if one.head.lemma == "do" and is_kind(root, "occupation"):
        value = noun_value(answer, root) or root.text
        yield Fact(subject, "occupation", value, is_single=True, place=place)


def _agreed(made: Fact, rule: Rule, one: Predication, agreed: bool) -> Iterator[Fact]:
    """Yield the fact of a question that was answered by yes or no."""
    for _, value in values_of(rule, one):
        if agreed:
            yield replace(made, value=value)
        elif rule.tense != "event":
            yield replace(made, value=value, polarity="negative")


def _is_asked_for(rule: Rule, question: Parse, answer: Parse, root: Word) -> bool:
    """Tell whether an answer has the form that a rule's value has: "at a bakery" after work."""
    last = next((form(w) for w in reversed(question.words) if w.upos != "PUNCT"), "")
    case = case_of(answer, root) or last
    plain = rule.take[0] in ("obj", "age", "xcomp") or rule.kind == ("place",)
    return f"obl:{case}" in rule.take or (plain and not case_of(answer, root))


def _asked_noun(question: Parse) -> Word | None:
    """Return the noun of "What is your job?" and "What's your sister's name?"."""
    root = question.root
    if root is not None and form(root) in _ASKING:
        return question.child(root, "nsubj")
    asked = any(form(c) in _ASKING for c in question.children(root, "nsubj", "root")) if root else 0
    return root if root and asked and root.upos == "NOUN" else None


def _noun_facts(parse: Parse, noun: Word, who: Who, answer: Parse) -> Iterator[Fact]:
    """Yield the value of somebody's noun that stands in another sentence."""
    owner_word, root, place = parse.child(noun, "nmod:poss"), answer.root, (0, len(answer.text))
    owner = who.name(parse, owner_word)
    if owner is None or owner_word is None or root is None:
        return
    if "name" in bases(noun):
        of = who.name(parse, parse.child(owner_word, "nmod:poss"))
        plain = Fact(owner, "name", answer.slice([root]), is_single=True)
        made = named(answer, of, owner_word, root) if of else [plain]
        yield from (replace(fact, place=place) for fact in made if is_name(root))
        return
    attribute = _singular(parse, noun)
    for word in joined(answer, root) if attribute else ():
        value = plain_value(answer, word)
        if value:
            yield Fact(owner, attribute, value, is_single=is_single(attribute), place=place)


def _singular(parse: Parse, noun: Word) -> str:
    """Return the attribute that a noun names, plural or not; "" if it is none that is known."""
    text = phrase(parse, noun).lower()
    known = words("nouns", "attribute")
    base = next((b for b in sorted(bases(noun), key=len) if b in known or about(b).get("says")), "")
    return text[: len(text) - len(noun.text)] + base if base else ""
