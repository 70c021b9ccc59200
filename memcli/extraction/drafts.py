"""Drafts of statements: the facts and quotations of one sentence, before they are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from memcli.language.data import words
from memcli.language.facts.attributes import about
from memcli.language.facts.predicates import is_unmeant
from memcli.language.facts.reading import find_facts
from memcli.language.parts import TimeSpan, Utterance
from memcli.language.quotation import Quotation, quotations, whole, with_before
from memcli.language.roles import CALLED
from memcli.language.secrets import has_secret
from memcli.language.syntax import Parse
from memcli.language.time.finding import find_times
from memcli.language.words import compared_words, echoed

if TYPE_CHECKING:
    from memcli.language.facts.fact import Fact


@dataclass(frozen=True, slots=True)
class Meant:
    """
    Whom the pronouns of a sentence mean: names by place, and the turns that name them.

    renamed: whose name is over, as was said before it in its turn.
    """

    brackets: tuple[tuple[int, str], ...] = ()
    source_ids: tuple[str, ...] = ()
    by_start: Mapping[int, str] = field(default_factory=dict)
    renamed: str | None = None


NOBODY: Final = Meant()
# What was decided yesterday may be to come.
LONG_AGO: Final = timedelta(days=31)
# An answer as short as that is not understood without its question.
SHORT_ANSWER_WORDS: Final = 8
# From this share of its words of content on, a sentence is an echo of the turn before.
ECHO: Final = 0.75


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A quotation, or a fact of one, before it is judged.

    lead: the sentence before, where the quotation does not stand without it, and its times;
    question: what it may answer; heard: what another said in the turn before; n_facts: of its
    sentence.
    """

    parse: Parse
    quotation: Quotation
    utterance: Utterance
    spans: tuple[TimeSpan, ...] = ()
    meant: Meant = NOBODY
    fact: Fact | None = None
    question: str | None = None
    lead: str | None = None
    lead_spans: tuple[TimeSpan, ...] = ()
    n_facts: int = 0
    heard: str = ""
    is_secret: bool = False

    @property
    def said(self) -> str:
        """The words as they stand."""
        return self.parse.text[self.quotation.start : self.quotation.end]


def drafts(
    parse: Parse,
    utterance: Utterance,
    question: Parse | None = None,
    meant: Meant = NOBODY,
    before: Parse | None = None,
    listed: Sequence[Fact] = (),
    heard: str = "",
) -> Iterator[Draft]:
    """
    Yield what one sentence gives: each fact, and each quotation that states none.

    question: what another asked in the turn before, if it may be answered here; before: the
    sentence before it in its turn; listed: the facts of a list under its heading; heard: what
    another said in the turn before, which nobody wants to be told again.
    """
    if has_secret(parse.text):
        yield Draft(parse, Quotation(0, len(parse.text)), utterance, is_secret=True)
        return
    if is_unmeant(parse):
        return
    spans = _times(parse, utterance)
    asked = question.text if question else None
    facts = list(listed) or _facts(parse, utterance, question, meant, before)
    facts = [fact for fact in facts if not _was_planned(fact, spans, utterance)]
    stated = [fact for fact in facts if not fact.is_aside]
    draft = partial(
        Draft,
        parse,
        utterance=utterance,
        spans=spans,
        meant=meant,
        n_facts=len(stated),
        heard=heard,
    )
    named = meant.by_start
    answers = question if question and is_short(parse.text) else None
    quoted = quotations(
        parse,
        utterance.is_assistant,
        named=named,
        alone=before is None,
        asked=answers.words if answers else (),
    )
    for fact in facts:
        around = next((q for q in quoted if covers(q, fact.place)), None) or _around(parse, fact)
        yield draft(around, fact=fact, question=asked)
    if listed or any(fact.effect == "correct" for fact in facts):
        return
    for quotation in quoted:
        found = draft(quotation, question=asked)
        if not any(covers(quotation, fact.place) for fact in stated) and not _is_echo(found):
            yield from _led(found, before)


def _around(parse: Parse, fact: Fact) -> Quotation:
    """Return the sentence of a fact; of "wait, Brindisi" nothing is cut, as if one were called."""
    told = whole(parse)
    is_cut = fact.value in parse.text and fact.value not in parse.text[told.start : told.end]
    return Quotation(0, len(parse.text)) if is_cut else told


def _is_echo(draft: Draft) -> bool:
    """Tell what only says again what the other said, not of oneself."""
    said = draft.said
    return echoed(said, draft.heard) >= ECHO and words("quotation", "first").isdisjoint(
        compared_words(said)
    )


def _was_planned(fact: Fact, spans: Sequence[TimeSpan], utterance: Utterance) -> bool:
    """Tell a plan of long ago ("last year we decided to move"): what came of it is not told."""
    if utterance.said_at is None or fact.effect != "state":
        return False
    told = [span for span in spans if _meets(span.place, fact.place)]
    over = [s.end <= utterance.said_at and s.start < utterance.said_at - LONG_AGO for s in told]
    return bool(about(fact.attribute).get("passes")) and bool(over) and all(over)


def _meets(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _led(draft: Draft, before: Parse | None) -> Iterator[Draft]:
    """Yield a quotation; an open one with the sentence before it, unless that tells nothing."""
    if before is None or not draft.quotation.is_open:
        yield draft
    elif with_before(before, draft.parse, draft.quotation, draft.meant.by_start):
        yield replace(draft, lead=before.text, lead_spans=_times(before, draft.utterance))


def _times(parse: Parse, utterance: Utterance) -> tuple[TimeSpan, ...]:
    if utterance.said_at is None:
        return ()
    return tuple(find_times(parse, utterance.said_at, utterance.utc_offset))


def _facts(
    parse: Parse,
    utterance: Utterance,
    question: Parse | None,
    meant: Meant,
    prior: Parse | None,
) -> list[Fact]:
    """Return the facts of a sentence: of an assistant's words, and of nobody's, there are none."""
    if utterance.is_assistant or not utterance.speaker:
        return []
    speaker = called(utterance.speaker)
    return find_facts(
        parse,
        speaker,
        before=question,
        prior=prior,
        pronouns=meant.by_start,
        renamed=meant.renamed,
    )


def called(speaker: str) -> str:
    """Return what facts call a speaker: "the user" where that is a role and no name."""
    return CALLED.get(speaker.strip().lower(), speaker)


def is_short(said: str) -> bool:
    """Tell whether some words, if they answer a question, are told with it."""
    return len(said.split()) <= SHORT_ANSWER_WORDS


def covers(quotation: Quotation, place: tuple[int, int]) -> bool:
    """Tell whether a quotation holds a stretch of its sentence."""
    return quotation.start <= place[0] and place[1] <= quotation.end
