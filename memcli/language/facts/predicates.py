"""
Predications of a sentence: who does or is what, and whether the speaker states that it is so.

Mood and polarity come from auxiliaries, marks, adverbs and the verbs above (for factive ones see
Karttunen, "Some observations on factivity", 1971); verbs of aspect ("stopped", "used to") turn
their complement into a state that began or ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from memcli.language.data import read_data, words
from memcli.language.exaggeration import is_exaggerated
from memcli.language.facts.fact import Effect
from memcli.language.facts.forms import bases, form, is_any, is_kind, is_time
from memcli.language.framing import is_in_a_world, is_told_of
from memcli.language.syntax import Parse, Word

NOMINAL = ("NOUN", "PROPN", "ADJ", "NUM", "PRON")
_NOW = ("present", "progressive", "perfect")
_CLAUSES = ("conj", "parataxis", "acl", "ccomp", "advcl")
_CLOSING = "\"'\u201d\u2019)* !."
# From this probability of its head on, a word is taken for where the parser put it.
SURE = 0.6
_QUOTES = ('"', "“", "”", "«")


@dataclass(frozen=True, slots=True)
class Predication:
    """
    A predicate with its subject.

    tense: present, progressive, perfect, past, future, modal, or bare and ing where a chat leaves
    the subject out; effect: as in Fact; teller: whose words a colon or quotation marks give.
    """

    parse: Parse
    head: Word
    subject: Word | None
    tense: str
    is_negated: bool = False
    effect: Effect = "state"
    is_copular: bool = False
    teller: Word | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where the clause stands in its sentence, [start, end)."""
        skipped = ("conj", "parataxis", "discourse", "vocative", "cc")
        kept = [w for w in self.parse.subtree(self.head, skipped) if w.upos != "PUNCT"]
        return self.parse.span(kept or [self.head])


# A sentence is read as itself, as the one before the next and as what that answers.
@lru_cache(maxsize=64)
def predications(parse: Parse, asked: bool = False) -> tuple[Predication, ...]:
    """Return what a sentence states, in order; of a question, nothing unless it is `asked` for."""
    if not asked and (is_question(parse) or is_unmeant(parse)):
        return ()
    found: list[Predication] = []
    for word in parse.words:
        if _may_predicate(parse, word) and not word.is_("aux", "cop", "mark", "case"):
            found += _read(parse, word)
    return tuple(found)


def _may_predicate(parse: Parse, word: Word) -> bool:
    """
    Tell whether a word can be a predicate.

    "like" is one, if it has a subject and an object, and so is "together" behind "to be".
    """
    sided = parse.child(word, "nsubj") and parse.child(word, "obj")
    verbal = word.upos in ("ADP", "SCONJ") and sided
    adverbial = is_any(word, "predicative") and parse.child(word, "cop")
    return word.upos in ("VERB", "AUX", *NOMINAL) or bool(verbal or adverbial)


def is_unmeant(parse: Parse) -> bool:
    """Tell whether words of irony, songs or pretence, or of a slip, stand in a sentence."""
    text, moods = parse.text.lower(), read_data("moods")
    # At its beginning it takes back what was said before it, and the sentence is meant.
    taken_back = any(text.find(each, 1) > 0 for each in moods["taken_back"])
    return taken_back or any(each in text for each in moods["unmeant"])


def retracts(sentence: str) -> bool:
    """
    Tell whether a sentence takes back the one before it: "Just kidding", "Well, not a town".

    "Well, I've got the app" puts what was said otherwise, and less of it is so.
    """
    said = sentence.lower().replace("\u2019", "'").strip(" *_(\"'.!)")
    moods = read_data("moods")
    cues: list[str] = moods["retracting"]
    opener, _, instead = said.partition(", ")
    first = instead.split(" ")[0].strip(",")
    if opener in words("moods", "otherwise") and first and "?" not in instead:
        return first not in words("moods", "going_on")
    return said in moods["retracting_alone"] or any(
        re.match(rf"{re.escape(cue)}\b", said) for cue in cues
    )


def is_question(parse: Parse) -> bool:
    """Tell whether a sentence asks: by its mark (not "..., can you imagine?") or its start."""
    told, _, last = parse.text.rstrip(_CLOSING).rpartition(",")
    if last.endswith("?") and not (told and last[:-1].strip() in read_data("moods")["exclaimed"]):
        return True
    first, second = ([form(w) for w in parse.words[:2]] + ["", ""])[:2]
    asked = first in words("moods", "asking") and second in ("you", "i", "we", "is", "are")
    return asked or _is_inverted(parse)


def _is_inverted(parse: Parse) -> bool:
    """
    Tell "is your sister coming", "who told her": the verb or a question word before the subject.

    Only where the parser is sure of it, as an "Are going to Rome" leaves its subject out.
    """
    first = next((w for w in parse.words if w.upos not in ("PUNCT", "CCONJ", "INTJ")), None)
    if first is None or parse.root is None or first.sure < SURE:
        return False
    subject = parse.child(parse.root, "nsubj")
    asks = first.xpos == "WP" and first == subject
    verbal = first.is_("aux", "cop") and first.head == parse.root.index
    behind = verbal and subject is not None and subject.start > first.start
    near = (
        behind
        and subject is not None
        and min(w.index for w in parse.subtree(subject)) == first.index + 1
        and subject.sure >= SURE
    )
    return (asks or near) and is_any(first, "asking")


def _read(parse: Parse, word: Word) -> Iterator[Predication]:
    """Yield the predication of a word where it is stated."""
    before = parse.children(word, "mark", "case")
    into = word.xpos == "VBG" and any(form(m) == "into" for m in before)
    copular = parse.child(word, "cop") is not None or into or _is_pursuit(parse, word)
    if word.upos not in ("VERB", "AUX") and not copular and not parse.child(word, "nsubj"):
        return
    # "I gave up meat, except for sausages" is no "no meat".
    if any(is_any(w, "excepting") for w in parse.subtree(word, _CLAUSES)):
        return
    if is_in_a_world(parse, word) or is_exaggerated(parse, word):
        return
    stated, turned = _stated(parse, word), _turned(parse, word)
    if stated is None or turned is None or (stated[0] is None and is_told_of(parse, word)):
        return
    top, effect = turned
    tense, over, subject = (
        tense_of_predicate(parse, top),
        is_over(parse, top),
        subject_of(parse, top),
    )
    if top is not word:
        tense = "present" if tense not in ("future", "modal", "ing") else "other"
    denied = not over and any(_denies(parse, w) for w in _around(parse, top, subject))
    inner = top is not word and any(_denies(parse, w) for w in parse.children(word, "advmod"))
    if inner or (effect != "state" and (denied or over)) or (over and tense not in _NOW):
        return
    effect = "end" if over else effect
    yield Predication(parse, word, subject, tense, denied, effect, copular, stated[0])


def _is_pursuit(parse: Parse, word: Word) -> bool:
    """Tell whether an -ing form is what a noun is: "My hobby is painting"."""
    subject = parse.child(word, "nsubj") if word.xpos == "VBG" else None
    return subject is not None and is_kind(subject, "pursuit")


def _denies(parse: Parse, word: Word) -> bool:
    """Tell whether a word denies: "not" does, in "not only" and "not just" it does not."""
    following = form(parse.words[word.index]) if word.index < len(parse.words) else ""
    return is_any(word, "negations") and following not in ("only", "just", "merely", "simply")


def _turned(parse: Parse, word: Word) -> tuple[Word, Effect] | None:
    """Return the verb that carries a predicate's tense, and its effect; None for a complement."""
    above = parse.head(word)
    if above is None or above.upos != "VERB" or not word.is_("xcomp", "advcl", "obj", "obl"):
        return word, "state"
    effect = _aspect(parse, above, word)
    if effect is None:
        return (word, "state") if word.is_("advcl") else None
    return None if _is_only_wanted(parse, above) else (above, effect)


def _is_only_wanted(parse: Parse, verb: Word) -> bool:
    """Tell "to stop" in "she told me to stop running", "I want to stop": nothing has stopped."""
    above = parse.head(verb)
    if above is None or not verb.is_("xcomp", "ccomp") or above.upos not in ("VERB", "ADJ"):
        return False
    to = any(form(mark) == "to" for mark in parse.children(verb, "mark"))
    return to and _aspect(parse, above, verb) is None


def _aspect(parse: Parse, above: Word, word: Word) -> Effect | None:
    """Return the effect that a verb has on its complement: state, end, past; None if none."""
    if is_any(above, "aspect_start") or is_any(above, "aspect_go_on"):
        return "state"
    particle = [form(c) for c in parse.children(above, "compound:prt")]
    given_up = "give" not in bases(above) or "up" in particle
    if is_any(above, "aspect_end") and word.xpos != "VB" and given_up:
        return "end"
    to = next((c for c in parse.children(word, "mark") if form(c) == "to"), None)
    plain = not any(form(a) != "did" for a in parse.children(above, "aux"))
    past = form(above) == "used" and plain and to is not None and to.start <= above.end + 1
    return "past" if past else None


def _around(parse: Parse, word: Word, subject: Word | None) -> list[Word]:
    """Return the words that may deny a predicate: auxiliaries, adverbs, "no" of its object."""
    found = parse.children(word, "advmod", "aux", "cc:preconj")
    found = [w for w in found if w.start < word.end + 12]
    between = parse.words[subject.index : word.index] if subject else ()
    if not any(w.upos == "VERB" for w in between[:-1]):
        found += between
    if word.upos in NOMINAL:
        found += parse.children(word, "det")
    for each in parse.children(word, "obj", "advmod"):
        found += [d for d in parse.children(each, "det") if form(d) == "no"]
    return found


def is_over(parse: Parse, word: Word) -> bool:
    """Tell whether "no longer", "not ... any more", "anymore" stand with a predicate."""
    for i in (w.index for w in parse.subtree(word, _CLAUSES)):
        pair = " ".join(form(w) for w in parse.words[i - 1 : i + 1])
        if pair in read_data("moods")["over"] or pair.split(" ")[0] == "anymore":
            return True
    return False


def subject_of(parse: Parse, word: Word) -> Word | None:
    """Return the subject of a predicate, that of the clause before if it is joined without one."""
    for _ in range(5):
        found = [c for c in parse.children(word, "nsubj") if c.relation != "nsubj:outer"]
        if found and not (form(found[0]) in ("who", "that", "which") and word.is_("acl")):
            return found[0]
        above = parse.head(word)
        if above is None:
            return None
        if word.is_("acl"):
            asked = word.relation == "acl:relcl" and not found
            return None if asked else above
        if word.is_("parataxis", "advcl") and word.xpos not in ("VBG", "VBN", "VBD"):
            return None
        if not (
            word.is_("conj", "xcomp", "advcl", "parataxis", "root")
            and above.upos in ("VERB", *NOMINAL)
        ):
            return None
        word = above
    return None


def tense_of_predicate(parse: Parse, word: Word) -> str:
    """Return the tense of a predicate with its auxiliaries; see Predication."""
    aux = parse.children(word, "aux", "cop", "root")
    above = parse.head(word)
    if not aux and above is not None and word.is_("conj") and word.xpos in ("VBG", "VBN", "VB"):
        # "We're friends and living in Kiel": a joined predicate borrows the auxiliaries.
        aux = [] if parse.child(word, "nsubj") else parse.children(above, "aux")
    forms, tags = {form(a) for a in aux}, {a.xpos for a in aux}
    if not forms.isdisjoint(words("moods", "future")) or form(word) == "gon":
        return "future"
    if "MD" in tags:
        return "modal"
    had = any(form(a) in ("'d", "had") for a in aux)
    has = any(not bases(a).isdisjoint(("have", "'ve")) for a in aux)
    has = has or (word.xpos == "VBN" and not forms.isdisjoint(("'s",)))
    if had:
        return "past"
    if has:
        return "perfect" if form(word) != "got" else "present"
    if word.xpos == "VBG":
        return "ing" if not aux else "past" if "VBD" in tags else "progressive"
    if "VBD" in tags or word.xpos == "VBD" or (word.xpos == "VBN" and not aux):
        return "past"
    # "I live in Lund and work at Acme": what is joined to a present is one, whatever its tag.
    # So is a plain form that is joined to a past: "I left Rome and now live in Lund".
    joined = word.is_("conj") and above is not None and _is_joined_present(parse, word, above)
    is_present = aux or joined or parse.child(word, "nsubj") or word.xpos in ("VBP", "VBZ")
    return "present" if is_present else "bare"


def _is_joined_present(parse: Parse, word: Word, above: Word) -> bool:
    plain = above.xpos == "VBD" and word.xpos in ("VB", "VBP") and form(word) == word.lemma
    return above.xpos == "VBP" or (plain and not parse.child(above, "aux"))


def _stated(parse: Parse, word: Word) -> tuple[Word | None] | None:
    """Return (teller or None) where a predicate is said to be so; None where it is not."""
    each: Word | None = word
    teller: Word | None = None
    is_apart = False
    while each is not None:
        above = parse.head(each)
        if _is_hedged(parse, each, is_apart):
            return None
        # "He might come, and he's allergic": of two clauses each has its own mood.
        is_apart = each.is_("conj", "parataxis") and parse.child(each, "nsubj") is not None
        # "Next time I decide to watch a show" states no decision.
        if above is not None and each.is_("acl:relcl") and is_time(parse, above):
            return None
        if above is not None and each.is_("advcl", "acl", "ccomp", "csubj", "xcomp", "parataxis"):
            marks = parse.children(each, "mark", "advmod")
            if each.is_("csubj") or any(is_any(m, "marks") for m in marks):
                return None
            infinitive = any(form(m) in ("that", "to") for m in marks)
            inner = each.is_("acl", "advcl", "xcomp", "ccomp") and each is word
            if inner and infinitive and _aspect(parse, above, each) is None:
                return None
            told = _told(parse, each, above) if each.is_("ccomp", "parataxis") else (None,)
            if told is None:
                return None
            teller = told[0] or teller
        each = above
    return None if is_in_quotes(parse, word) and teller is None else (teller,)


def _is_hedged(parse: Parse, word: Word, is_apart: bool = False) -> bool:
    """
    Tell whether an auxiliary or adverb leaves open if it is so; "I'd gone" does not.

    is_apart: it is the clause before one that has its own mood.
    """
    wished = parse.child(word, "xcomp") and not bases(word).isdisjoint(("love", "like"))
    clauses = parse.children(word, "advcl")
    if any(form(m) in ("if", "unless") for c in clauses for m in parse.children(c, "mark")):
        return True
    if is_apart:
        return False
    for child in parse.children(word, "aux", "advmod", "discourse"):
        if wished and form(child) in ("would", "'d"):
            continue
        if (is_any(child, "auxiliaries") and child.is_("aux")) or is_any(child, "adverbs"):
            return not (form(child) in ("'d",) and word.xpos == "VBN")
    return False


def _is_examined(subject: Word | None) -> bool:
    """Tell who knows: "The doctor says I'm prediabetic"."""
    return subject is not None and is_any(subject, "examining")


def is_in_quotes(parse: Parse, word: Word) -> bool:
    """Tell whether a predicate stands between quotation marks."""
    before = sum(parse.text[: word.start].count(mark) for mark in _QUOTES)
    return before % 2 == 1 and any(mark in parse.text[word.end :] for mark in _QUOTES)


def _told(parse: Parse, word: Word, above: Word) -> tuple[Word | None] | None:
    """Return (teller or None) of a complement that may be taken for true, else None."""
    subject = parse.child(above, "nsubj")
    told = above.xpos in ("VBD", "VBN") or word.is_("parataxis")
    first = told if subject is None else form(subject) in ("i", "we")
    if word.is_("ccomp") and any(is_any(c, "negations") for c in parse.children(above, "advmod")):
        return None
    start = min(w.index for w in parse.subtree(word))
    beside = {w.text for w in parse.words[max(0, start - 2) : start]}
    opened = not beside.isdisjoint((":", "'", "\u2018", *_QUOTES))
    if opened and subject is not None and not first and is_any(above, "reporting"):
        return (subject,)
    if word.is_("parataxis"):
        # "..., at least that's what Lisa says" is hearsay; else they are two sentences in one.
        return None if is_any(word, "reporting") else (None,)
    out = "turn" in bases(above) and parse.child(above, "compound:prt") is not None
    sure = (is_any(above, "factive") and first) or form(above) in ("guess", "update") or out
    sure = sure or (_is_examined(subject) and is_any(above, "reporting"))
    return (None,) if sure and not (opened and ":" not in beside) else None
