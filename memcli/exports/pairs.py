"""
Question-answer pairs of an export: a turn that asks and the turn that answers it, a line each.

Said to an assistant, every turn asks for something, and the pair is that turn and the assistant's.
Among people, it is a turn with a question in it and what another says next.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from memcli.exports.dialogue import SessionDialogues, SpeakerTurns, read_dialogues
from memcli.language.sentences import split_sentences
from memcli.language.turn_form import asks

if TYPE_CHECKING:
    from memcli.exports.contents import Contents


def encode_pairs(contents: Contents) -> Iterator[bytes]:
    """Yield one line for each pair: prompt, completion, who said them, and the ids of both."""
    contents.counts["pairs"] = 0
    for spoken in read_dialogues(contents):
        for asked, answered in find_pairs(spoken):
            contents.counts["pairs"] += 1
            record = {
                "prompt": asked.text,
                "completion": answered.text,
                "asked_by": asked.speaker,
                "answered_by": answered.speaker,
                "namespace": spoken.session.namespace,
                "session_id": spoken.session.session_id,
                "source_ids": [*asked.ids, *answered.ids],
            }
            yield msgspec.json.encode(record) + b"\n"


def find_pairs(spoken: SessionDialogues) -> Iterator[tuple[SpeakerTurns, SpeakerTurns]]:
    """Yield what asks and what answers it, of one session."""
    answers_all = spoken.has_assistant
    for dialogue in spoken.dialogues:
        for first, then in pairwise(dialogue):
            to_assistant = then.is_assistant and not first.is_assistant
            if to_assistant if answers_all else has_question(first.text):
                yield first, then


def has_question(text: str) -> bool:
    """Say whether a sentence of a text is a question."""
    return bool(asks([sentence.text for sentence in split_sentences(text)]).any())
