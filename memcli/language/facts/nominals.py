"""Facts that nouns state: "my sister Nora", "a dog named Rex", "X's NOUN is V"."""

from __future__ import annotations

from collections.abc import Iterator

from memcli.language.data import read_data, words
from memcli.language.facts.attributes import about, is_single
from memcli.language.facts.fact import Effect, Fact, Polarity
from memcli.language.facts.forms import bases, case_of, form, is_any, is_kind, is_proper, is_time
from memcli.language.facts.noun_phrases import action_value, is_open, joined, noun_value, time_value
from memcli.language.facts.predicates import Predication, is_in_quotes, is_over
from memcli.language.facts.subjects import (
    FIRST,
    Who,
    is_kin,
    is_name,
    name_of,
    phrase,
    relation_of,
    relation_pair,
)
from memcli.language.syntax import Parse, Word

FAVOURITES = ("favourite", "favorite", "fave", "fav")
_HAVING = ("have", "get", "adopt", "own")
_THIRD = ("he", "she", "it", "they")
_ITS = ("his", "her", "its", "their")


def beside_facts(parse: Parse, who: Who) -> Iterator[Fact]:
    """Yield relations and pets whose name stands beside them: "my sister Nora"."""
    for word in parse.words:
        pair = relation_pair(parse, word) if word.upos in ("NOUN", "PROPN") else None
        if is_in_quotes(parse, word):
            continue
        if pair and pair[0] == word:
            owned = parse.child(word, "nmod:poss") or parse.child(pair[1], "nmod:poss")
            owner = who.name(parse, owned)
            yield from named(parse, owner, word, pair[1]) if owner else ()
        elif pair is None:
            yield from _had(parse, who, word)


def _had(parse: Parse, who: Who, noun: Word) -> Iterator[Fact]:
    """Yield whom and what "my daughter", "our dog", "my flat in Rome" say that a speaker has."""
    kinds = {"family": "own_family", "pet": "own_pet", "home": "home"}
    attribute = next((a for a, kind in kinds.items() if is_kind(noun, kind)), None)
    if attribute is None or not _is_own(parse, noun) or _is_gone(parse, noun):
        return
    places = [c for c in parse.children(noun) if c.relation == "nmod" and is_proper(c)]
    told = any(case_of(parse, p) in ("in", "on", "near") for p in places)
    value = noun_value(parse, noun, bare=attribute != "home")
    if parse.child(noun, "cop") and any(is_any(w, "negations") for w in parse.children(noun)):
        # "He's not my boyfriend anymore" has ended; "She's not my sister" says nothing of one.
        if value and is_over(parse, noun):
            place = parse.span([noun])
            yield Fact(who.speaker, attribute, _plain(value), "negative", "end", place=place)
        return
    if value and (told or attribute != "home"):
        place = parse.span([noun])
        yield Fact(who.speaker, attribute, _plain(value), place=place, is_aside=True)


def _is_own(parse: Parse, noun: Word) -> bool:
    """Tell whether a noun is the speaker's own, and nothing limits it but "my younger ..."."""
    owner, beside = parse.child(noun, "nmod:poss"), parse.children(noun, "amod", "compound", "conj")
    limited = any(form(c) not in (*words("nouns", "sibling_order"), *FIRST) for c in beside)
    own = owner is not None and form(owner) in ("my", "our") and noun.upos == "NOUN"
    return own and not limited and not noun.is_("compound", "conj", "nmod:poss")


def _is_gone(parse: Parse, noun: Word) -> bool:
    """Tell whether it is said that one has a noun no more ("my cat died"), or it is only called."""
    above = parse.head(noun)
    put = above is not None and form(above) == "put" and parse.child(above, "compound:prt")
    lost = above is not None and is_any(above, "losing")
    return lost or bool(put) or noun.is_("vocative", "discourse") or _is_called(parse, noun)


def _is_called(parse: Parse, noun: Word) -> bool:
    """Tell whether a noun is whom the sentence is told to: "My brother, you are right"."""
    after = parse.words[noun.index : noun.index + 2]
    if len(after) < 2 or after[0].text != "," or is_proper(after[1]):
        return False
    return form(after[1]) == "you" or noun.index <= 2


def _plain(value: str) -> str:
    """Return a value without its owner: "daughter" of "my daughter"."""
    first, _, rest = value.partition(" ")
    bare = rest if rest and first.lower() in ("my", "our") else value
    return str(read_data("chat_forms").get(bare, bare))


def named(parse: Parse, owner: str, noun: Word, name: Word) -> Iterator[Fact]:
    """Yield what the name of a relative or an animal states: whose it is, and an animal's kind."""
    place, called = parse.span([noun, name]), name_of(parse, name)
    if is_kind(noun, "animal"):
        yield Fact(owner, "pet", called, place=place)
        yield Fact(called, "kind", noun.lemma, is_single=True, place=place)
    else:
        yield Fact(owner, relation_of(noun), called, place=place)


def called_facts(one: Predication, who: Who) -> Iterator[Fact]:
    """Yield names: "a brother called Tom", "two cats, Mia and Rex", "my cat is named Rex"."""
    parse, head, subject = one.parse, one.head, one.subject
    if one.is_negated or subject is None:
        return
    if not bases(head).isdisjoint(("call", "name")) and is_kin(subject):
        # "My neighbour called his kids Axel and Rex" names the kids.
        objects = parse.children(head, "obj")
        is_other = any(each.xpos != "NNP" for each in objects)
        owner = who.name(parse, parse.child(subject, "nmod:poss"))
        names = [] if is_other else [*parse.children(head, "xcomp"), *objects]
        yield from _all_named(parse, owner, subject, names)
    if not bases(head).isdisjoint(_HAVING):
        owner = who.name(parse, subject)
        for noun in (o for o in parse.children(head, "obj") if is_kin(o)):
            acls = [a for a in parse.children(noun, "acl") if {"call", "name"} & bases(a)]
            names = [n for a in acls for n in parse.children(a, "xcomp", "obj", "obl")]
            yield from _all_named(parse, owner, noun, names + parse.children(noun, "appos", "conj"))


def _all_named(parse: Parse, owner: str | None, noun: Word, names: list[Word]) -> Iterator[Fact]:
    every = [each for name in names for each in joined(parse, name)]
    for name in dict.fromkeys(n for n in every if n.xpos == "NNP" and n.text[:1].isupper()):
        yield from named(parse, owner, noun, name) if owner else ()


def noun_facts(one: Predication, who: Who) -> Iterator[Fact]:
    """Yield what "X's NOUN is V", "the NOUN of X is V" and "X is Y's NOUN" state."""
    parse, head = one.parse, one.head
    subject = one.subject or parse.child(head, "nsubj:outer")
    if not one.is_copular or subject is None or one.tense != "present" or one.teller:
        return
    if one.effect == "end" and head.text[:1].isupper() and form(head) == form(subject):
        yield Fact(head.text, "name", head.text, "negative", "end", True, one.place)
        return
    owner_word = parse.child(subject, "nmod:poss") or next(
        (c for c in parse.children(subject, "nmod") if c.relation != "nmod:desc"), None
    )
    of = owner_word is None or case_of(parse, owner_word) in ("", "of", "for")
    owner = who.name(parse, owner_word, things=True) if of else None
    if owner is None or owner_word is None:
        yield from _kin_of(one, subject, who)
        yield from _favourite(one, subject, who)
    elif _is_plain(parse, head) and _is_attribute(parse, subject, head):
        for word in joined(parse, head):
            yield from _value_facts(one, who, owner, subject, owner_word, word)


def renamed_in(parse: Parse, who: Who) -> str | None:
    """Return whose name a sentence says is over: "we renamed the cat", "Rex isn't Rex any more"."""
    for word in parse.words:
        if "rename" in bases(word):
            things = parse.children(word, "obj", "nsubj:pass")
            names = [name for each in things if (name := who.name(parse, each, things=True))]
            return names[0] if names else None
    return None


def new_name_facts(one: Predication, renamed: str) -> Iterator[Fact]:
    """Yield the new name of what was renamed: "he's Admiral now", "her name is Luna"."""
    parse, head, subject = one.parse, one.head, one.subject
    if not one.is_copular or subject is None or one.tense != "present" or one.is_negated:
        return
    owner = parse.child(subject, "nmod:poss")
    its = form(owner) in _ITS if owner is not None and subject.lemma == "name" else False
    called = form(subject) in _THIRD or its
    value = noun_value(parse, head) if _is_bare_name(parse, head) else None
    if called and one.effect == "state" and value:
        yield Fact(renamed, "name", value, is_single=True, place=one.place)


def _is_bare_name(parse: Parse, head: Word) -> bool:
    """Tell whether a complement is a name alone: not "German", "a Captain", "in Rome"."""
    other = any(is_kind(head, kind) for kind in ("nationality", "language", "belief"))
    limited = parse.child(head, "det", "nmod", "amod", "case", "nummod")
    return is_proper(head) and not (other or limited or is_time(parse, head))


def _kin_of(one: Predication, subject: Word, who: Who) -> Iterator[Fact]:
    """Yield the relation of "Jonas is my brother"."""
    owner, name = one.parse.child(one.head, "nmod:poss"), who.name(one.parse, subject)
    of = who.name(one.parse, owner)
    if of and name and is_name(subject) and is_kind(one.head, "relation") and not one.is_negated:
        polarity: Polarity = "negative" if one.effect == "end" else "positive"
        yield Fact(of, relation_of(one.head), name, polarity, one.effect, place=one.place)


def _favourite(one: Predication, subject: Word, who: Who) -> Iterator[Fact]:
    """Yield what "cider is my favourite drink" states."""
    parse, head = one.parse, one.head
    owner = who.name(parse, parse.child(head, "nmod:poss"))
    asked = any(form(c) in FAVOURITES for c in parse.children(head, "amod"))
    if (
        owner
        and (asked or is_kind(head, "passion"))
        and not one.is_negated
        and not case_of(parse, head)
    ):
        for word in joined(parse, subject):
            value, attribute = noun_value(parse, word, strict=True), phrase(parse, head).lower()
            if value:
                single = is_single(attribute)
                yield Fact(owner, attribute, value, is_single=single, place=one.place)


def _is_plain(parse: Parse, head: Word) -> bool:
    """Tell whether a complement has no preposition, or that of a date: "is on 24 June"."""
    case = case_of(parse, head)
    return not case or (case in ("on", "in", "at") and is_time(parse, head))


def _value_facts(
    one: Predication, who: Who, owner: str, noun: Word, owner_word: Word, word: Word
) -> Iterator[Fact]:
    """Yield what one value of somebody's noun states; a name names a relative or an animal."""
    parse, attribute = one.parse, _attribute(one.parse, noun)
    value = value_of(parse, word, attribute)
    if not value or (one.is_negated and (is_kin(noun) or noun.lemma == "name")):
        return
    if is_kin(noun):
        yield from named(parse, owner, noun, word) if is_name(word) else ()
        return
    over: Effect = "end" if one.effect == "end" else "state"
    denied: Polarity = "negative" if one.is_negated or over == "end" else "positive"
    if noun.lemma != "name" or word.text[:1].isupper():
        yield Fact(owner, attribute, value, denied, over, is_single(attribute), one.place)
    of = who.name(parse, parse.child(owner_word, "nmod:poss"))
    if noun.lemma == "name" and is_kin(owner_word) and of:
        yield from named(parse, of, owner_word, word)


def _attribute(parse: Parse, noun: Word) -> str:
    """Return a noun as an attribute: "phone number" of "my new phone number"."""
    named = phrase(parse, noun).lower().split(" ")
    while len(named) > 1 and named[0] in words("nouns", "latest"):
        named = named[1:]
    return " ".join(named)


def value_of(parse: Parse, word: Word, attribute: str) -> str | None:
    """Return the value of a noun's attribute: a noun, a number, an infinitive, a colour."""
    if word.upos == "VERB":
        return action_value(parse, word, with_to=not about(attribute).get("says"))
    coloured = attribute.endswith(("colour", "color")) or word.text[:1].isupper()
    late = is_time(parse, word) or word.upos == "NUM"
    if is_open(word) or (word.upos == "ADJ" and not (coloured or late)):
        return None
    return time_value(parse, word) if late else noun_value(parse, word)


def _is_attribute(parse: Parse, subject: Word, value: Word) -> bool:
    """Tell whether a noun is one that says something about its owner."""
    favourite = any(form(c) in FAVOURITES for c in parse.children(subject, "amod"))
    brand = is_kind(subject, "named_thing") and is_proper(value)
    return favourite or brand or is_kind(subject, "attribute") or is_kin(subject)
