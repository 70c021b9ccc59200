"""
Outcomes of tasks, in the words of what there is: parts, what was said, notes.

HiAgent has a model sum up what was done for a subgoal. Here the summary is given, or it is made of
sentences that stand somewhere: nothing is invented, and every sentence has its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.context.tasks.reading import LEVEL, Tasks, sentence, told
from memcli.jsonl import Json
from memcli.memory.lookup import read_by_id, read_where
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Snapshot

RESULT_WORDS: Final = 60
# Of a longer session the end tells what came of it.
MAX_TURNS: Final = 400
SUPPORTING: Final = "relation IN ('derived_from', 'supports')"
# How much a sentence tells of the outcome: parts before what was said.
OF_PARTS: Final = 1.0
OF_TURNS: Final = 0.7
OF_NOTES: Final = 0.5


class Evidence(NamedTuple):
    """A sentence, the id of the memory that it stands in, and how much it tells."""

    text: str
    source_id: str
    salience: float


class TaskResult(NamedTuple):
    """What came of a task, and the ids of the memories that say so."""

    text: str
    source_ids: tuple[str, ...] = ()


def extract_result(evidence: Sequence[Evidence], encoder: Callable[[], Encoder]) -> TaskResult:
    """Return the most telling sentences within RESULT_WORDS, in their order."""
    from memcli.memory.search_columns import count_words

    evidence = [item for item in evidence if item.text.strip()]
    lengths = [count_words(item.text) for item in evidence]
    chosen: Sequence[int] = range(len(evidence))
    if sum(lengths) > RESULT_WORDS:
        from memcli.algorithms.centrality import pick_summary

        vectors = encoder().encode([item.text for item in evidence])
        salience = [item.salience for item in evidence]
        chosen = pick_summary(vectors, lengths, RESULT_WORDS, salience)
    text = ""
    for i in chosen:
        text = sentence(text, evidence[i].text) if text else evidence[i].text
    return TaskResult(text, tuple(dict.fromkeys(evidence[i].source_id for i in chosen)))


def evidence_of(tasks: Tasks, id_: str, said: Iterable[Json]) -> list[Evidence]:
    """
    Return what there is to say about the outcome of a task.

    That is what came of its parts, then the memories in `said`; without these, its notes.
    """
    evidence = []
    for part in tasks.tree.children.get(id_, ()):
        if not tasks.tree.is_open(part):
            outcome = tasks.outcomes.get(part)
            source = outcome["id"] if outcome else part
            evidence.append(Evidence(told(tasks.records[part], outcome), source, OF_PARTS))
    for memory in said:
        evidence += _sentences(memory["text"], memory["id"], memory.get("speaker"), OF_TURNS)
    if evidence:
        return evidence
    # What was noted beforehand is told as that, not as what came of it.
    notes = (tasks.records[id_].get("metadata") or {}).get("notes")
    noted = _sentences(notes or "", id_, None, OF_NOTES)
    return [item._replace(text=f"Noted: {item.text}") for item in noted[:1]] + noted[1:]


def _sentences(text: str, id_: str, speaker: str | None, salience: float) -> list[Evidence]:
    """Return the sentences of a text, without those that give a secret away."""
    from memcli.extraction.derived import open_text
    from memcli.language.sentences import split_sentences

    who = f"{speaker}: " if speaker else ""
    sentences = [s.text for s in split_sentences(open_text(text)) if s.kind != "code"]
    return [Evidence(who + text, id_, salience) for text in sentences]


def said_about(
    snapshot: Snapshot, tasks: Tasks, id_: str, session: str | None, end: str
) -> list[Json]:
    """
    Return the turns and statements that tell of a task, in the order in which they were said.

    Those are what links tie to it and, of a session, the turns from when it was added until `end`
    (times as on the wire).
    """
    task = tasks.records[id_]
    by_id = _linked(snapshot, task)
    if session is not None:
        where = f"level = 0 AND session_id = {quoted([session])}"
        start = task["valid_from"]
        turns = read_where(snapshot, where, task["namespace"])
        meant = [turn for turn in turns if start <= turn.get("happened_at", "") <= end]
        by_id |= {turn["id"]: turn for turn in sorted(meant, key=_order_in_time)[-MAX_TURNS:]}
    return sorted(by_id.values(), key=_order_in_time)


def _linked(snapshot: Snapshot, task: Json) -> dict[str, Json]:
    """Return the turns and statements at the other ends of the links that support a task."""
    task_id = quoted([task["id"]])
    where = f"{SUPPORTING} AND (source_id = {task_id} OR target_id = {task_id})"
    if not snapshot.count("links"):
        return {}
    rows = snapshot.read("links", ["source_id", "target_id"], where).to_pylist()
    ids = sorted({row[end] for row in rows for end in row} - {task["id"]})
    known = read_by_id(snapshot, ids, task["namespace"])
    return {i: row for i, row in known.items() if row["level"] < LEVEL and row["type"] != "vault"}


def _order_in_time(memory: Json) -> tuple[str, int, str]:
    return memory.get("happened_at", ""), memory.get("seq", 0), memory["id"]
