"""
Conversations of an export in the chat format of OpenAI, to fine-tune a model with: one a line.

{"messages": [{"role", "content", "name"}, ...]} for each dialogue without a gap. An assistant is
`assistant`, who talks with it is `user`. Among people, who speaks first is `user` and whoever
answers is `assistant`: a model learns to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from memcli.exports.dialogue import SpeakerTurns, read_dialogues
from memcli.jsonl import Row
from memcli.language.roles import ROLES

if TYPE_CHECKING:
    from memcli.exports.contents import Contents


def encode_chats(contents: Contents) -> Iterator[bytes]:
    """Yield one line for each dialogue in which somebody answers."""
    contents.counts["chats"] = 0
    for spoken in read_dialogues(contents):
        for dialogue in spoken.dialogues:
            if messages := as_messages(dialogue, spoken.has_assistant):
                contents.counts["chats"] += 1
                yield msgspec.json.encode({"messages": messages}) + b"\n"


def as_messages(dialogue: Sequence[SpeakerTurns], has_assistant: bool) -> list[Row]:
    """
    Messages of one dialogue, from the first user's turn to the last answer; none without an answer.

    has_assistant: one of the session is an assistant, if not of this dialogue.
    """
    first = dialogue[0].speaker
    answers = [said.is_assistant if has_assistant else said.speaker != first for said in dialogue]
    if True not in answers or False not in answers:
        return []
    start, end = answers.index(False), len(answers) - answers[::-1].index(True)
    return [
        _message(said, answer)
        for said, answer in zip(dialogue[start:end], answers[start:end], strict=True)
    ]


def _message(said: SpeakerTurns, answers: bool) -> Row:
    message = {"role": "assistant" if answers else "user", "content": said.text}
    return message if said.speaker.casefold() in ROLES else {**message, "name": said.speaker}
