"""
Kinds of conversation: people among themselves, a person with an assistant, records, documents.

The kind of a conversation is told from its turns and not from a name or a setting: where one of
two is an assistant, a person tells by asking for help, and the assistant's long answers repeat what
they are asked. Among people it is the answer that tells. Where nobody takes turns there are
records, which speak for one another by their times; what nobody said is of a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memcli.memory.sessions import is_assistant

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Kinds:
    """
    Of each row, bool [n]: an assistant said it; it is of a session with an assistant; nobody else
    says anything in its session; it is a turn that somebody said.
    """

    assistant: np.ndarray
    assisted: np.ndarray
    records: np.ndarray
    said: np.ndarray

    @classmethod
    def of(cls, rows: pa.Table, session: np.ndarray) -> Kinds:
        """Return the kinds of rows; session: a code for that of each, below 0 outside sessions."""
        speakers = rows["speaker"].to_pylist()
        pairs = zip(speakers, rows["extra"].to_pylist(), strict=True)
        assistant = np.array([is_assistant(*pair) for pair in pairs], bool)
        with_one = session[assistant & (session >= 0)]
        said = np.array([bool(speaker) for speaker in speakers], bool) & (
            rows["level"].to_numpy() == 0
        )
        assisted = assistant | np.isin(session, with_one)
        return cls(assistant, assisted, ~_takes_turns(session, speakers), said)

    def others(self, of_assistant: bool) -> np.ndarray | None:
        """Return what the other role said than the one asked about; None among people."""
        if not self.assistant.any():
            return None
        others: np.ndarray = self.assisted & (self.assistant != of_assistant)
        return others


def _takes_turns(session: np.ndarray, speakers: list[str | None]) -> np.ndarray:
    """Say of each row whether more than one speak in its session, bool [n]."""
    heard: dict[int, set[str | None]] = {}
    codes = session.tolist()
    for code, speaker in zip(codes, speakers, strict=True):
        heard.setdefault(code, set()).add(speaker)
    return np.array([code >= 0 and len(heard[code]) > 1 for code in codes], bool)
