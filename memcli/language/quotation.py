"""
Quotations: which clauses of a parsed sentence are worth keeping, as slices of it.

A main clause is kept, left open or dropped by who does what in it. The whole sentence is quoted
where nothing is dropped; else what remains, where it stands alone. Words are in quotation.toml.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.framing import is_anothers_talk
from memcli.language.own_words import worth_parsing
from memcli.language.standing import dangling
from memcli.language.syntax import Parse, Word
from memcli.language.worth import Worth, has_named, is_command, worth

__all__ = ["Quotation", "quotations", "stands_in", "with_before"]

_cue = partial(words, "quotation")
# "God no." leads to nothing.
LEAST_WORDS: Final = 3
# Letters of an opener or a mark that may be cut off a sentence which is told as a whole.
MOST_CUT: Final = 12
# From this probability of its head on, a word is taken for where the parser put it.
SURE: Final = 0.6
_PARTING: Final = frozenset(",;:.!?)\u2013\u2014")
_CONTENT: Final = ("NOUN", "PROPN", "VERB", "ADJ", "NUM")
_MARKS = re.compile(r"\]\([^()\s]*\)|[\s*_~`|#>\[\]-]+")
_BRACKETS = re.compile(r" ?\[[^\[\]]*\]")
_OPENING = frozenset("\"'\u201c\u2018([")
_CLOSING = frozenset("\"'\u201d\u2019)]")
# A date that was added, as memcli.language.time.wording writes it.
_DATES = re.compile(r" ?\[(?:since |week of )?\d{4}[-\d]*(?: to \d{4}[-\d]*)?\]")
# "We agreed on:", "Core rules: 1."
_LEADS_LIST = re.compile(r"(?::|[:;] *\d[.)])\s*$")
_LABELLED = re.compile(r"[A-Z][^:.!?]{2,40}:\s+\S")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch [start, end) of a sentence; `is_open` where it needs the sentence before it."""

    start: int
    end: int
    is_open: bool = False

    def words(self, parse: Parse) -> list[Word]:
        """Return the words of the stretch, in order."""
        return [w for w in parse.words if self.start <= w.start < self.end]


def stands_in(quotation: str, turn: str) -> bool:
    """Tell whether a quotation, its brackets left out, is in a turn but for space and Markdown."""
    said = _MARKS.sub("", turn)
    # A turn may have brackets of its own.
    bare = (quotation, _DATES.sub("", quotation), _BRACKETS.sub("", quotation))
    return any(_MARKS.sub("", each) in said for each in bare)


def quotations(
    parse: Parse,
    is_assistant: bool = False,
    *,
    named: Collection[int] = (),
    alone: bool = False,
    asked: Sequence[Word] = (),
) -> list[Quotation]:
    """
    Return the stretches of a sentence that are worth keeping, in order; none overlap.

    An assistant's are kept only where something is settled, with a name or a number. named: the
    starts of pronouns whose name is known; alone: leave out what needs the sentence before; asked:
    the words of a question that is told with it.
    """
    if parse.root is None or _is_quoted(parse) or _LEADS_LIST.search(parse.text):
        return []
    if is_anothers_talk(parse):
        return []
    heads = _main_clauses(parse)
    spans = [_own_words(parse, head, heads) for head in heads]
    values = [
        worth(parse, head, own, is_assistant, named) for head, own in zip(heads, spans, strict=True)
    ]
    if _LABELLED.match(parse.text) and not is_assistant and max(values) is Worth.DROPPED:
        return [_trimmed(parse, parse.words)] if _is_own_label(parse) else []
    is_whole = bool(min(values)) and not parse.text.rstrip().endswith("?")
    refers = values[0] is Worth.OPEN or bool(dangling(parse, parse.words, named, asked))
    if is_whole and not refers:
        return [_trimmed(parse, parse.words)]
    if is_whole and not alone and not is_assistant:
        return [_trimmed(parse, parse.words, is_open=True)]
    if _are_nested(spans):
        return []
    runs = [run for run in _runs(parse, spans, values) if _is_sure(parse, run.words(parse))]
    return [run for run in runs if not dangling(parse, run.words(parse), named, asked)]


def _is_sure(parse: Parse, own: Sequence[Word]) -> bool:
    """
    Tell whether it is known where a part of a sentence ends.

    A mark tells, unless what follows may be the last of a list ("Federer, Nadal, | and Djokovic");
    without one the parser has to be sure of its last word, and of what joins it to the rest.
    """
    told = [w for w in own if w.upos in _CONTENT]
    after = parse.words[own[-1].index :]
    if not after or not told:
        return True
    first = [w.upos for w in after if w.upos != "PUNCT"][:2]
    listed = told[-1].is_("conj") and told[-1].upos in ("NOUN", "PROPN", "NUM")
    if listed and first in (["CCONJ", "NOUN"], ["CCONJ", "PROPN"], ["CCONJ", "NUM"]):
        return False
    if after[0].text in _PARTING:
        return True
    inside = {w.index for w in own}
    across = [w for w in parse.words if w.head and (w.index in inside) != (w.head in inside)]
    return all(w.sure >= SURE for w in (*across, told[-1]))


def with_before(
    before: Parse, parse: Parse, quotation: Quotation, named: Collection[int] = ()
) -> str | None:
    """
    Return an open quotation behind the sentence before it; None where that does not explain it.

    Nor does one about a mere "she" say who the next one is. named: as for `quotations`.
    """
    root, text = before.root, before.text
    subject = before.child(root, "nsubj") if root else None
    is_mere = sum(word.upos != "PUNCT" for word in before.words) < LEAST_WORDS
    if is_mere or (subject and subject.text.lower() in _cue("personal") | _cue("open_subjects")):
        return None
    if root is None or is_command(before, root) or text.endswith("?") or not worth_parsing(text):
        return None
    # What is no statement itself explains none: "That's the spirit.", "No need to hurry."
    stands = any(len(text) - (each.end - each.start) < MOST_CUT for each in quotations(before))
    if not stands or any(each.is_open for each in quotations(before)):
        return None
    if dangling(parse, quotation.words(parse), named, before.words):
        return None
    return f"{text} {parse.text[quotation.start : quotation.end]}"


def _runs(
    parse: Parse, spans: Sequence[Sequence[Word]], values: Sequence[Worth]
) -> Iterable[Quotation]:
    """Yield each run of clauses that are kept, the first of which stands alone."""
    run: list[Word] = []
    for own, value in zip([*spans, []], [*values, Worth.DROPPED], strict=True):
        if value and (run or value is Worth.KEPT):
            run += own
        elif run:
            found = _trimmed(parse, run)
            if parse.text[found.start : found.end].count('"') % 2 == 0:
                yield found
            run = []


def _main_clauses(parse: Parse) -> list[Word]:
    """Return the heads of the main clauses, in order of their first words."""
    assert parse.root
    found, todo = [parse.root], [parse.root]
    while todo:
        for child in parse.children(todo.pop(), "conj", "parataxis"):
            if parse.child(child, "nsubj", "csubj", "expl") or is_command(parse, child):
                found.append(child)
                todo.append(child)
    return sorted(found, key=lambda head: min(w.index for w in _own_words(parse, head, found)))


def _own_words(parse: Parse, head: Word, heads: Iterable[Word]) -> list[Word]:
    """Return the words of a clause without the main clauses below it and the marks around it."""
    below = {w.index for w in parse.subtree(head)}
    inner = (h for h in heads if h.index in below and h is not head)
    below -= {w.index for h in inner for w in parse.subtree(h)}
    own = [w for w in parse.words if w.index in below]
    while len(own) > 1 and own[-1].upos == "PUNCT" and own[-1].text not in _CLOSING:
        own.pop()
    while len(own) > 1 and own[0].upos in ("PUNCT", "CCONJ") and own[0].text not in _OPENING:
        own.pop(0)
    return own


def _are_nested(spans: Sequence[Sequence[Word]]) -> bool:
    """Tell whether one clause stands within another."""
    return any(a[-1].index > b[0].index for a, b in pairwise(spans))


def _is_quoted(parse: Parse) -> bool:
    """Tell whether a sentence is another's words from its beginning to its end."""
    text = parse.text.strip(" .!,")
    return len(text) > 1 and text[0] in '"\u201c\u2018\u266a' and text[-1] in '"\u201d\u2019\u266a'


def _is_own_label(parse: Parse) -> bool:
    """Tell "Budget: 2,000 EUR", which is the speaker's, from a line of a list about anything."""
    label, _, value = parse.text.partition(":")
    if words("nouns", "keyed").isdisjoint(label.lower().split()[-1:]):
        return False
    said = [word for word in parse.words if word.start > len(label)]
    return len(value.split()) <= 12 and has_named(said) and "?" not in value


def _trimmed(parse: Parse, own: Sequence[Word], is_open: bool = False) -> Quotation:
    """Return some words of a sentence without what opens it, vocatives and what trails off."""
    # With the sentence before it, what opens it has to stay, or there would be a gap.
    first, last = 0 if is_open else _opening(parse, own), len(own)
    while last > first + 1 and _trails(parse, own, last - 1):
        last -= 1
    after = parse.words[own[last - 1].index :]
    end = after[-1] if after and all(w.upos in ("PUNCT", "SYM") for w in after) else own[last - 1]
    return Quotation(own[first].start, end.end, is_open)


def _trails(parse: Parse, own: Sequence[Word], place: int) -> bool:
    """Tell whether a word at the end may be cut: a vocative, a discourse word, a mark."""
    word = own[place]
    if word.upos == "PUNCT":
        return word.text not in _CLOSING
    comma = any(w.text == "," for w in own[max(0, place - 3) : place])
    above = [word, *parse.ancestors(word)][:2]
    return comma and any(w.is_("vocative", "discourse") for w in above)


def _opening(parse: Parse, own: Sequence[Word]) -> int:
    """Return how many words open a stretch without saying anything."""
    here = 0
    while here < len(own) - 2:
        size = _opener(parse, own[here : here + 6])
        if not size:
            return here
        here += size
    return here


def _opener(parse: Parse, ahead: Sequence[Word]) -> int:
    """Return the number of words at the beginning that are one opener, 0 where there is none."""
    first = ahead[0]
    lowered = [w.text.lower() for w in ahead]
    if first.upos == "PUNCT" and first.text not in _OPENING:
        return 1
    phrases: list[str] = read_data("quotation")["opening_phrases"]
    for phrase in phrases:
        size = phrase.count(" ") + 1
        if lowered[:size] == phrase.split() and lowered[size : size + 1] in ([","], ["!"], [":"]):
            return size
    if first.is_("vocative") and any(w in lowered[1:5] for w in ",!-"):
        return max(w.index for w in parse.subtree(first)) - first.index + 1
    marked = len(lowered) > 1 and lowered[1] in ",!.:\u2014-"
    leads = first.is_("discourse", "cc") or first.upos in ("INTJ", "CCONJ") or marked
    joins = lowered[0] in ("so", "and", "but", "also", "plus") and first.head != first.index + 1
    return 1 if (lowered[0] in _cue("openers") and leads) or joins or first.upos == "INTJ" else 0


def whole(parse: Parse) -> Quotation:
    """Return the whole of a sentence without what opens it and what trails off."""
    return _trimmed(parse, parse.words)
