"""
Reader of conversations without a language model: turns in, quotations and facts out.

True by construction: a statement is a stretch of its turn, to which only square brackets are added,
a date for a relative time and a name for a pronoun. A sentence is understood from what was said
before it only, so that turns which come in later leave the statements of the earlier as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from memcli.config import DEFAULT_MAX_TURN_BYTES
from memcli.extraction.amendments import amendments
from memcli.extraction.decisions import Decision, ReadingWithDecisions
from memcli.extraction.drafts import NOBODY, Draft, Meant, called, drafts
from memcli.extraction.statements import UNKNOWN_IMPORTANCE, Reading, statement_of
from memcli.language.antecedents import Mention, mentions, pronoun_names
from memcli.language.english import is_english
from memcli.language.facts.corrections import replaced_by
from memcli.language.facts.nominals import renamed_in
from memcli.language.facts.predicates import retracts
from memcli.language.facts.reading import find_facts
from memcli.language.facts.subjects import Who
from memcli.language.own_words import own_words, worth_parsing
from memcli.language.parts import Utterance
from memcli.language.quotation import whole
from memcli.language.roles import USER
from memcli.language.secrets import has_secret
from memcli.language.sentences import Sentence, split_sentences
from memcli.language.syntax import Parse, Parsing
from memcli.memory.sessions import Session, portions

if TYPE_CHECKING:
    from memcli.extraction.salience import Salience
    from memcli.language.facts.fact import Fact

# Sentences that are parsed together: bounds the memory that a long turn takes.
SENTENCES_AT_ONCE: Final = 512
TURNS_AT_ONCE: Final = 2_000
# An assistant talks much; of each turn only what is most worth keeping.
MOST_OF_ASSISTANT: Final = 3
# A correction is of what its speaker said in the last turns.
CORRECTED_TURNS: Final = 4
# Whom a pronoun means is looked for in its turn and those before it, so many.
MENTIONED_TURNS: Final = 2
# No play or made-up text goes on after a pause as long as that.
PAUSE: Final = timedelta(hours=2)
# A turn shorter than this tells too little of its language to be left out for it.
TELLING_CHARACTERS: Final = 120


@dataclass(slots=True)
class _Said:
    """A sentence that may state something: of which turn, and the one before it in that turn."""

    talk: _Talk
    turn: int
    sentence: Sentence
    before: Sentence | None = None
    items: tuple[str, ...] = ()
    is_question: bool = False

    @property
    def utterance(self) -> Utterance:
        """The turn."""
        return self.talk.utterances[self.turn]


@dataclass
class _Talk:
    """A conversation that is being read."""

    utterances: list[Utterance]
    reading: ReadingWithDecisions
    question: tuple[int, Parse] | None = None
    mentions: list[tuple[int, Mention]] = field(default_factory=list)
    seen: set[tuple[str | None, ...]] = field(default_factory=set)
    last: tuple[int, Sentence, Parse] | None = None
    renamed: tuple[int, str] | None = None
    most_bytes: int = DEFAULT_MAX_TURN_BYTES

    def renamed_in(self, turn: int) -> str | None:
        """Return whose name a turn has said to be over."""
        return self.renamed[1] if self.renamed and self.renamed[0] == turn else None

    def note_renamed(self, said: _Said, parse: Parse, made: Iterable[Draft]) -> None:
        """Take note of whose name a sentence says is over, or that the new one has been told."""
        speaker = called(said.utterance.speaker or "")
        name = renamed_in(parse, Who(speaker)) if speaker else None
        for fact in (draft.fact for draft in made if draft.fact):
            if fact.attribute == "name":
                name = fact.subject if fact.effect == "end" else None
                self.renamed = None
        if name:
            self.renamed = (said.turn, name)

    def before(self, said: _Said) -> Parse | None:
        """Return the parse of the sentence right before one in its turn, if that was parsed."""
        if self.last is None or self.last[:2] != (said.turn, said.before):
            return None
        return None if has_secret(self.last[1].text) else self.last[2]


class GrammarReader:
    """Reads conversations by the grammar of their sentences; of what is not English, nothing."""

    def __init__(
        self, parse: Parsing, salience: Salience, most_bytes: int = DEFAULT_MAX_TURN_BYTES
    ) -> None:
        """most_bytes: a turn of more is read in parts."""
        self._parse = parse
        self._most_bytes = most_bytes
        self._salience = salience

    def read(self, sessions: Iterable[Session]) -> Iterator[tuple[Session, Reading]]:
        """Yield what each session states, in order."""
        for some in portions(sessions, lambda session: len(session.rows), TURNS_AT_ONCE):
            talks = [_talk(session.utterances(), self._most_bytes) for session in some]
            self._read(turn for talk in talks for turn in _sentences(talk))
            for session, talk in zip(some, talks, strict=True):
                talk.reading.decisions = _decisions(talk, session.key.namespace)
                yield session, talk.reading

    def read_turns(self, utterances: Sequence[Utterance]) -> Reading:
        """Return what one conversation states."""
        talk = _talk(utterances, self._most_bytes)
        self._read(_sentences(talk))
        return talk.reading

    def _read(self, turns: Iterable[list[_Said]]) -> None:
        """
        Read turns in portions; while one is judged, the next is parsed.

        None is parted but an enormous one, for its sentences are judged together.
        """
        from concurrent.futures import Future, ThreadPoolExecutor

        ahead: tuple[list[_Said], Future[list[Parse]]] | None = None
        with ThreadPoolExecutor(1) as thread:
            for some in portions(turns, len, SENTENCES_AT_ONCE):
                portion = [each for turn in some for each in turn]
                parses = thread.submit(self._parse, [each.sentence.text for each in portion])
                if ahead:
                    self._take(ahead[0], ahead[1].result())
                ahead = portion, parses
            if ahead:
                self._take(ahead[0], ahead[1].result())

    def judge(self, text: str, speaker: str) -> tuple[Fact | None, float]:
        """Return the fact that a text states, of its speaker say, and how much it matters."""
        (parse,) = self._parse([text])
        if parse.root is None:
            return None, UNKNOWN_IMPORTANCE
        facts = find_facts(parse, called(speaker)) if speaker else []
        draft = Draft(parse, whole(parse), Utterance("", text), n_facts=len(facts))
        (score,) = self._salience.scores([draft])
        return next((fact for fact in facts if fact.attribute), None), score

    def _take(self, said: Sequence[_Said], parses: Sequence[Parse]) -> None:
        """Read some sentences, and keep of each turn what is worth it."""
        found: list[tuple[_Said, Draft]] = []
        for each, parse in zip(said, parses, strict=True):
            if each.is_question:
                each.talk.question = (each.turn, parse)
                _note_mentions(each, parse)
            else:
                before = each.talk.before(each)
                each.talk.last = (each.turn, each.sentence, parse)
                meant = replace(_meant(each, parse), renamed=each.talk.renamed_in(each.turn))
                listed = self._listed(each)
                asked, heard = _answered(each), _heard(each)
                made = [*drafts(parse, each.utterance, asked, meant, before, listed, heard)]
                each.talk.note_renamed(each, parse, made)
                found += [(each, draft) for draft in made]
        joined = {(id(each.talk), each.turn, draft.lead) for each, draft in found if draft.lead}
        found = [
            (each, draft)
            for each, draft in found
            if draft.fact or (id(each.talk), each.turn, draft.parse.text) not in joined
        ]
        scores = self._salience.scores([draft for _, draft in found])
        by_turn: dict[tuple[int, int], list[float]] = {}
        for (each, _), score in zip(found, scores, strict=True):
            by_turn.setdefault((id(each.talk), each.turn), []).append(score)
        best = {turn: sorted(of_turn)[-MOST_OF_ASSISTANT:] for turn, of_turn in by_turn.items()}
        for (each, draft), score in zip(found, scores, strict=True):
            if self._is_kept(draft, score, best[id(each.talk), each.turn][0]):
                _keep(each, draft, score)

    def _listed(self, said: _Said) -> list[Fact]:
        """Return the facts of a list ("My allergies:" and its items), each of its item."""
        if not said.items or said.utterance.is_assistant or not said.utterance.speaker:
            return []
        heading, *items = self._parse([said.sentence.text.partition(":")[0] + ":", *said.items])
        speaker = called(said.utterance.speaker)
        return [fact for item in items for fact in find_facts(item, speaker, heading=heading)]

    def _is_kept(self, draft: Draft, score: float, last_of_best: float) -> bool:
        """
        Tell whether a draft is worth keeping: a fact is; of an assistant's words, few are.

        last_of_best: the least score among the best of its turn, or of its part of an enormous one.
        """
        if draft.fact is not None or draft.is_secret:
            return True
        if draft.utterance.is_assistant and score < last_of_best:
            return False
        return score >= self._salience.least


@cache
def open_reader(parser: str, most_bytes: int = DEFAULT_MAX_TURN_BYTES) -> GrammarReader:
    """Return the reader with a parser, loaded once; EncoderUnavailable where there is none."""
    from memcli.extraction.salience import Salience
    from memcli.models.parser import Parser

    return GrammarReader(Parser.load(parser), Salience.load(), most_bytes)


# ---------------------------------------------------------------- sentences


def _talk(utterances: Sequence[Utterance], most_bytes: int) -> _Talk:
    people = tuple(dict.fromkeys(u.speaker for u in utterances if u.speaker))
    reading = ReadingWithDecisions(people, [[] for _ in utterances])
    return _Talk(list(utterances), reading, most_bytes=most_bytes)


def _decisions(talk: _Talk, namespace: str) -> list[Decision]:
    """Return what the turns of a conversation rule on what was said in it before."""
    return [
        Decision(
            old_id=each.old.id(namespace),
            kind="supersede" if each.by else "invalidate",
            turn_id=each.turn_id,
            new_id=each.by.id(namespace) if each.by else None,
            valid_to=each.until,
            reason=each.reason,
        )
        for each in amendments(talk.utterances, talk.reading.statements)
    ]


def _sentences(talk: _Talk) -> Iterator[list[_Said]]:
    """Yield of each turn the sentences that are worth parsing, after what they may answer."""
    if not is_english(u.text for u in talk.utterances):
        talk.reading.is_foreign = True
        return
    in_play = ""
    has_assistant = any(utterance.is_assistant for utterance in talk.utterances)
    asked: _Said | None = None
    for place, utterance in enumerate(talk.utterances):
        sentences = split_sentences(utterance.text)
        in_play = "" if _has_paused(talk, place) else in_play
        own = own_words(
            utterance.text,
            sentences,
            utterance.is_assistant,
            in_play,
            to_assistant=has_assistant or called(utterance.speaker or "") == USER,
        )
        in_play = own.in_play
        spoken = own.sentences if _is_read(utterance.text) else []
        # Of two items of a list neither is said with the other: there is a number between them.
        gaps = ((utterance.text[b.end : s.start], b, s) for b, s in pairwise(spoken))
        before = {s.start: b for gap, b, s in gaps if not gap.strip()}
        withdrawn = {a.start for a, b in pairwise(spoken) if retracts(b.text)}
        worth = [
            _Said(talk, place, s, before.get(s.start), _items(s, sentences))
            for s in spoken
            if has_secret(s.text)
            or (s.start not in withdrawn and worth_parsing(s.text, utterance.is_assistant))
        ]
        said = [asked, *worth] if asked and worth and not utterance.is_assistant else worth
        yield from _parts(said, utterance.text, talk.most_bytes)
        asks = bool(sentences) and sentences[-1].text.rstrip().endswith("?")
        asked = _Said(talk, place, sentences[-1], is_question=True) if asks else None


def _has_paused(talk: _Talk, place: int) -> bool:
    """Tell whether so much time went by before a turn that no play goes on."""
    before = talk.utterances[place - 1].said_at if place else None
    now = talk.utterances[place].said_at
    return bool(before and now and now - before > PAUSE)


def _parts(said: list[_Said], text: str, most_bytes: int) -> Iterator[list[_Said]]:
    """Yield the sentences of a turn together, those of an enormous one in parts."""
    # No text has more bytes than four times its characters, which costs nothing to know.
    if 4 * len(text) <= most_bytes or len(text.encode()) <= most_bytes:
        yield said
        return
    for start in range(0, len(said), SENTENCES_AT_ONCE):
        yield said[start : start + SENTENCES_AT_ONCE]


def _items(sentence: Sentence, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return the items of a list that is one sentence with its heading."""
    if sentence.kind != "item" or ":" not in sentence.text:
        return ()
    inside = (s for s in sentences if sentence.start < s.start and s.end <= sentence.end)
    return tuple(s.text for s in inside if s.kind == "item")


def _is_read(text: str) -> bool:
    """Tell whether a turn is in English, as its conversation is."""
    return len(text) < TELLING_CHARACTERS or is_english([text])


def _heard(said: _Said) -> str:
    """Return what another said in the turn before, "" where nobody did."""
    before = said.talk.utterances[said.turn - 1] if said.turn else None
    return before.text if before and before.speaker != said.utterance.speaker else ""


def _answered(said: _Said) -> Parse | None:
    """Return the question that a sentence answers, if another asked one in the turn before."""
    asked = said.talk.question
    if asked is None or asked[0] != said.turn - 1:
        return None
    asker, utterance = said.talk.utterances[asked[0]], said.talk.utterances[said.turn]
    return asked[1] if asker.speaker != utterance.speaker else None


def _meant(said: _Said, parse: Parse) -> Meant:
    """Return whom the pronouns of a sentence mean, and note whom it speaks of."""
    talk, turn = said.talk, said.turn
    talk.mentions = [each for each in talk.mentions if each[0] >= turn - MENTIONED_TURNS]
    near = [mention for _, mention in talk.mentions]
    known = pronoun_names(parse, near)
    sources = {m.name: talk.utterances[t].id for t, m in reversed(talk.mentions)}
    _note_mentions(said, parse)
    if not known:
        return NOBODY
    return Meant(
        brackets=tuple((each.place, each.name) for each in known),
        source_ids=tuple(dict.fromkeys(sources[each.name] for each in known)),
        by_start={each.start: each.name for each in known},
    )


def _note_mentions(said: _Said, parse: Parse) -> None:
    """Note whom a sentence speaks of, a question too: "Is Nora coming?" "She is in Rome."."""
    speaker = said.utterance.speaker
    named = speaker and called(speaker)
    talk = said.talk
    talk.mentions += [(said.turn, m) for m in mentions(parse, named, talk.reading.people)]


def _keep(said: _Said, draft: Draft, importance: float) -> None:
    """Put a statement beside its turn, where the conversation has not said the same before."""
    fact = draft.fact
    if fact is not None and not fact.attribute:
        fact = _corrected(said, fact)
        if fact is None:
            return
        draft = replace(draft, fact=fact)
    statement = statement_of(draft, importance)
    slot = (fact.subject, fact.attribute, fact.value.casefold(), fact.polarity) if fact else ()
    key = (draft.utterance.speaker, draft.said.casefold(), *slot)
    if key not in said.talk.seen:
        said.talk.seen.add(key)
        said.talk.reading.statements[said.turn].append(statement)


def _corrected(said: _Said, fact: Fact) -> Fact | None:
    """Return what a correction is of ("I meant 8:30, not 7:30"): its speaker's last such fact."""
    turns = said.talk.reading.statements[max(0, said.turn - CORRECTED_TURNS) : said.turn + 1]
    for statement in (each for turn in reversed(turns) for each in reversed(turn)):
        former = statement.fact
        if former is None or statement.speaker != said.utterance.speaker:
            continue
        old = fact.replaces or (replaced_by(former, fact.value) if fact.is_aside else former.value)
        if old and old.casefold() in former.value.casefold():
            value = re.sub(re.escape(old), lambda _: fact.value, former.value, flags=re.IGNORECASE)
            return replace(
                fact,
                subject=former.subject,
                attribute=former.attribute,
                value=value,
                replaces=former.value,
                is_single=former.is_single,
                is_aside=False,
            )
    return None
