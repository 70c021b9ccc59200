"""
Suggestions of tasks: what people said that there is to do, and have not said to have done.

They are found in the turns when they are asked for, so that they are of what the store has now:
of what is hidden, forgotten, replaced or purged there are none. One goes when its task was taken
over, when it was dismissed, and when its speaker says that it is done or need not be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli import jsonl
from memcli.context.lines import key_of
from memcli.context.tasks.reading import LEVEL, Tasks
from memcli.jsonl import Json, Row
from memcli.language.data import read_data
from memcli.language.facts.intentions import Intention, doings, find_intentions, noted_intention
from memcli.language.own_words import own_words
from memcli.language.roles import CALLED, USER
from memcli.language.secrets import has_secret
from memcli.language.sentences import Sentence, split_sentences
from memcli.language.syntax import Parse, Parsing
from memcli.language.time.due import due_day, without_day
from memcli.memory.ids import content_id
from memcli.memory.selection import matching, require_one
from memcli.memory.sessions import is_assistant
from memcli.memory.states import State, ids_in_state
from memcli.memory.times import parse_time
from store.errors import InputNotFound
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

TAG: Final = "suggestion"
STATUS: Final = "suggested"
DISMISSED: Final = f"level = {LEVEL} AND array_has(tags, '{TAG}')"
COLUMNS: Final = (
    "id namespace text type speaker session_id seq happened_at utc_offset valid_to superseded_by"
    " metadata extra recorded_at"
).split()
# What has no day is suggested so long after it was said, what has one so long after that.
UNDATED_DAYS: Final = 90
OVERDUE_DAYS: Final = 30
LONGEST: Final = 200
_WORD: Final = re.compile(r"\w+")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Suggestion:
    """
    What somebody said that there is to do: in their words, by which day, and where.

    source_ids: the turn that says so first, then those that said the same before; ids: those that
    it had by each of them.
    """

    id: str
    text: str
    turn: Row
    due: date | None = None
    source_ids: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def said_at(self) -> datetime:
        """When it was said last."""
        return self.turn["happened_at"] or _NEVER

    @property
    def due_at(self) -> datetime | None:
        """The day as the due time of a task has it."""
        day = self.due
        return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)

    def columns(self) -> Row:
        """Return the columns of the memory that stands for it, see `as_record`."""
        due = {} if self.due_at is None else {"due": jsonl.format_time(self.due_at)}
        return {
            "id": self.id,
            "text": self.text,
            "tags": [TAG],
            "attribute": "status",
            "value": STATUS,
            "speaker": self.turn["speaker"],
            "session_id": self.turn["session_id"],
            "happened_at": self.turn["happened_at"],
            "source_ids": list(self.source_ids),
            "metadata": due,
        }

    def record(self) -> Json:
        """Return the record of a memory, as that of a task: with its status and when it is due."""
        told = self.columns()
        moment = told["happened_at"]
        told |= {"happened_at": jsonl.format_time(moment) if moment else None, "status": STATUS}
        told["recorded_at"] = jsonl.format_time(self.turn["recorded_at"])
        told |= {"namespace": self.turn["namespace"], "type": "episodic", "level": LEVEL}
        told |= told["metadata"]
        kept = {name: value for name, value in told.items() if value not in (None, {})}
        return {"kind": "memory", "v": 1, **kept}


class _Spoken(NamedTuple):
    """A sentence of a turn; is_noted: what it says is a task without more."""

    turn: Row
    text: str
    is_noted: bool = False


@dataclass
class _Errand:
    """One thing to do, as often as it was said; the newest last."""

    verbs: frozenset[str]
    objects: frozenset[str]
    said: list[Suggestion] = field(default_factory=list)


def read_suggestions(
    snapshot: Snapshot,
    namespace: str | None,
    tasks: Tasks,
    parse: Callable[[], Parsing],
    now: datetime,
    everything: bool = False,
) -> list[Suggestion]:
    """
    Return what is suggested, of one namespace or of all: what is due first, then the newest.

    parse: gives the parser, where there is something to parse; `everything`: also what nobody will
    think of any more: without a day UNDATED_DAYS old, or OVERDUE_DAYS behind its day.
    """
    turns = _Turns(snapshot, namespace)
    said = [each for turn in turns.rows() for each in _sentences(turn)]
    if not said:
        return []
    groups = _groups(said, parse()([each.text for each in said]))
    open_ = _not_done([group for group in groups if group.said], turns, parse())
    dismissed = _dismissed(snapshot, turns.hidden)
    found = [_newest(group) for group in open_]
    found = [s for s in found if not _is_taken(s, tasks) and s.id not in dismissed]
    shown = [s for s in found if everything or not _is_stale(s, now)]
    return sorted(shown, key=lambda s: (s.due or date.max, -s.said_at.timestamp(), s.id))


def suggestion_named(suggestions: Iterable[Suggestion], name: str) -> Suggestion:
    """Return the suggestion of an id, or of the beginning of one; InputNotFound for none."""
    by_id = {each.id: each for each in suggestions}
    matches = matching(name.strip().lower(), {id_: id_ for id_ in by_id})
    if not matches:
        raise InputNotFound(
            f"no suggestion {name!r}", "memcli task list --suggested --all shows them all"
        )
    if len(matches) > 1:
        require_one(name, matches)
    return by_id[next(iter(matches))]


# ---------------------------------------------------------------- turns


class _Turns:
    """The turns that people said, as far as they are in sight and hold."""

    def __init__(self, snapshot: Snapshot, namespace: str | None) -> None:
        self._snapshot = snapshot
        inside = f" AND namespace = {quoted([namespace])}" if namespace else ""
        self._where = "level = 0 AND type NOT IN ('vault', 'resource')" + inside
        self.hidden = ids_in_state(snapshot, State.hidden)

    def rows(self) -> Iterator[Row]:
        """Yield them as they were written."""
        for batch in self._snapshot.scan("memories", COLUMNS, self._where):
            for row in batch.to_pylist():
                over = row["superseded_by"] or row["valid_to"] or row["id"] in self.hidden
                if row["text"] and not over and not is_assistant(row["speaker"], row["extra"]):
                    yield row


def _sentences(turn: Row) -> Iterator[_Spoken]:
    """Yield the sentences of a turn that may say what there is to do; of a file, what is noted."""
    metadata = json.loads(turn["metadata"]) if turn["metadata"] else {}
    if metadata.get("done") is not None:
        is_open = metadata["done"] is False and not has_secret(turn["text"])
        yield from [_Spoken(turn, turn["text"], is_noted=True)] if is_open else ()
        return
    if not _hint().search(turn["text"].lower()):
        return
    sentences = split_sentences(turn["text"])
    prose = [] if "file" in metadata else _own(turn, sentences)
    noted = [s for s in sentences if s.kind in ("prose", "item") and _noted().match(s.text)]
    for sentence in noted:
        yield from _worth(_Spoken(turn, _noted().sub("", sentence.text), is_noted=True))
    for sentence in prose:
        if not _noted().match(sentence.text) and _may_intend(sentence.text.lower()):
            yield from _worth(_Spoken(turn, sentence.text))


def _worth(said: _Spoken) -> Iterator[_Spoken]:
    if said.text.strip() and not has_secret(said.text):
        yield said


def _own(turn: Row, sentences: Sequence[Sentence]) -> list[Sentence]:
    told = own_words(turn["text"], sentences, False, to_assistant=_is_to_program(turn))
    return told.sentences


def _is_to_program(turn: Row) -> bool:
    """Tell whether a turn is a user's, so that "we" may be the user and the program."""
    role = json.loads(turn["extra"]).get("role") if turn["extra"] else None
    return USER in (CALLED.get(str(each).strip().lower()) for each in (turn["speaker"], role))


def _may_intend(lowered: str) -> bool:
    """Tell whether a sentence is worth parsing: of oneself, and no question but for a reminder."""
    asks = lowered.rstrip().endswith("?") and "remind" not in lowered
    return not asks and bool(_hint().search(lowered) and _own_cue().search(lowered))


@cache
def _own_cue() -> re.Pattern[str]:
    return re.compile(read_data("intentions")["own"])


@cache
def _hint() -> re.Pattern[str]:
    return re.compile(read_data("intentions")["hint"])


@cache
def _noted() -> re.Pattern[str]:
    return re.compile(read_data("intentions")["noted"], re.IGNORECASE)


# ---------------------------------------------------------------- what was said


def _groups(said: Sequence[_Spoken], parses: Sequence[Parse]) -> list[_Errand]:
    """Return what there is to do, each thing once, as it was said in order of time."""
    found: dict[tuple[Any, ...], list[_Errand]] = {}
    pairs = sorted(zip(said, parses, strict=True), key=lambda pair: _order(pair[0].turn))
    for each, parse in pairs:
        for intention in _intentions(each, parse):
            slot = (each.turn["namespace"], each.turn["speaker"], intention.objects)
            groups = found.setdefault(slot, [])
            same = [group for group in groups if not group.verbs.isdisjoint(intention.verbs)]
            if intention.is_denied:
                for group in same:
                    group.said.clear()
                continue
            suggestion = _suggestion(each, parse, intention)
            if suggestion is not None:
                if not same:
                    same = [_Errand(intention.verbs, intention.objects)]
                    groups += same
                same[0].said.append(suggestion)
    return [group for groups in found.values() for group in groups]


def _intentions(said: _Spoken, parse: Parse) -> list[Intention]:
    if said.is_noted:
        return list(filter(None, [noted_intention(parse)]))
    return find_intentions(parse, in_notes=said.turn["speaker"] is None)


def _suggestion(said: _Spoken, parse: Parse, intention: Intention) -> Suggestion | None:
    """Return the suggestion of an intention; None for a weak one without a day."""
    turn, (start, end) = said.turn, intention.place
    moment = turn["happened_at"]
    due, days = (
        due_day(parse, intention.clause, moment, turn["utc_offset"]) if moment else (None, [])
    )
    weak = intention.is_weak or (intention.is_shared and _is_to_program(turn))
    if weak and due is None:
        return None
    text = without_day(" ".join(parse.text[start:end].split("\n")), days, start)
    if len(text) > LONGEST:
        return None
    id_ = content_id("suggestion", turn["namespace"], turn["id"], text)
    return Suggestion(id_, text, turn, due)


def _order(turn: Row) -> tuple[datetime, int, str]:
    return turn["happened_at"] or _NEVER, turn["seq"] or 0, turn["id"]


def _newest(group: _Errand) -> Suggestion:
    """Return what was said last, with the turns that said the same before."""
    *before, last = group.said
    sources = dict.fromkeys((last.turn["id"], *(s.turn["id"] for s in reversed(before))))
    ids = dict.fromkeys(s.id for s in group.said)
    return Suggestion(last.id, last.text, last.turn, last.due, tuple(sources), tuple(ids))


# ---------------------------------------------------------------- what is gone


def _not_done(groups: Sequence[_Errand], turns: _Turns, parse: Parsing) -> list[_Errand]:
    """Return what its speaker did not say later to have done."""
    from memcli.language.facts.forms import stems

    by_word: dict[str, list[_Errand]] = {}
    for group in groups:
        for word in group.objects:
            by_word.setdefault(word, []).append(group)
    asked: list[_Spoken] = []
    for turn in turns.rows() if by_word else ():
        near = _near(turn["text"], by_word, turn)
        for text in [s.text for s in split_sentences(turn["text"])] if near else ():
            found = set().union(*(stems(word) for word in _WORD.findall(text.lower())))
            if any(found & g.objects and found & g.verbs for g in near):
                asked.append(_Spoken(turn, text))
    done: set[int] = set()
    for each, parsed in zip(asked, parse([each.text for each in asked]), strict=True):
        near = _near(each.text, by_word, each.turn)
        for verbs, objects in doings(parsed):
            done |= {id(g) for g in near if _is_of(g, verbs, objects)}
    return [group for group in groups if id(group) not in done]


def _near(text: str, by_word: dict[str, list[_Errand]], turn: Row) -> list[_Errand]:
    """Return what was to be done before a turn, by its speaker, to something that it names."""
    words = {*_WORD.findall(text.lower())} & by_word.keys()
    near = {id(group): group for word in words for group in by_word[word]}
    return [group for group in near.values() if _may_end(turn, group)]


def _may_end(turn: Row, group: _Errand) -> bool:
    last = group.said[-1].turn
    same = last["namespace"] == turn["namespace"] and last["speaker"] in (turn["speaker"], None)
    return same and _order(turn) > _order(last)


def _is_of(group: _Errand, verbs: frozenset[str], objects: frozenset[str]) -> bool:
    """Tell whether something that was done is what was to be done, or all of that and more."""
    same = bool(objects) and (objects <= group.objects or group.objects <= objects)
    return same and not verbs.isdisjoint(group.verbs)


def _is_taken(suggestion: Suggestion, tasks: Tasks) -> bool:
    """Tell whether there is a task of it: an open one, or one that ended after it was said."""
    text = key_of(suggestion.text)
    for record in tasks.records.values():
        named = (record.get("metadata") or {}).get(TAG) in suggestion.ids
        same = record["namespace"] == suggestion.turn["namespace"]
        if named or (same and key_of(record["text"]) == text):
            end = record.get("valid_to")
            if end is None or parse_time(end) >= suggestion.said_at:
                return True
    return False


def _dismissed(snapshot: Snapshot, hidden: set[str]) -> set[str]:
    """Return the ids of what was put out of sight."""
    return {row["id"] for row in snapshot.rows(["id"], DISMISSED) if row["id"] in hidden}


def _is_stale(suggestion: Suggestion, now: datetime) -> bool:
    if suggestion.due_at is not None:
        return suggestion.due_at < now - timedelta(days=OVERDUE_DAYS)
    is_dated = suggestion.turn["happened_at"] is not None
    return is_dated and suggestion.said_at < now - timedelta(days=UNDATED_DAYS)
