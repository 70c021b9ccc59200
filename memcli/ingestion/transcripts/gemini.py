"""
Sessions of Gemini CLI: one JSON document, or JSON Lines with patches.

In the lines `$set` changes what the head says, and `$rewindTo` takes back a message and what
follows it, so that one session is held until its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_log
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json

HEAD_BYTES: Final = 64 * 1024
LONGEST_PATH: Final = 4096
# Qwen Code is made from Gemini CLI.
SPEAKERS: Final = {
    "user": "user",
    "gemini": "assistant",
    "qwen": "assistant",
    "model": "assistant",
}
SERVICE: Final = "service lines"


def read_gemini(source: Source) -> Iterator[Item]:
    """Yield the turns of a session."""
    head, source = look_ahead(source, HEAD_BYTES)
    seen = outline(head)
    session = seen.first.get("sessionId")
    is_lines = seen.shape == "lines" and "messages" not in seen.first
    found = read_log(source) if is_lines else read_members(source, "messages")
    turns: list[tuple[int, Json, Item]] = []
    # It lies beside the folder of the sessions; a head names the project by a hash alone.
    root = read_neighbor(source.path, "../.project_root", LONGEST_PATH)
    folder = in_folder(root.decode("utf-8", "replace").strip()) if root else None
    trials = Trials()
    for each in found:
        if isinstance(each, Rejected):
            yield each
        elif "$rewindTo" in each[1]:
            turns = _rewound(turns, each[1]["$rewindTo"], source)
        else:
            about = {"session": session, "metadata": folder}
            turns += _turn(source, each[0], each[1], about, trials)
    yield from (item for _, _, item in turns)


def _rewound(
    turns: list[tuple[int, Json, Item]], id_: object, source: Source
) -> list[tuple[int, Json, Item]]:
    """Return turns without the one of an id and those that follow it."""
    ids = [message.get("id") for _, message, _ in turns]
    end = ids.index(id_) if id_ in ids else len(turns)
    if end < len(turns):
        source.leave_out("turns taken back", len(turns) - end)
    return turns[:end]


def _turn(
    source: Source, line: int, message: Json, about: Json, trials: Trials
) -> Iterator[tuple[int, Json, Item]]:
    """Yield the turn that a message is."""
    role = SPEAKERS.get(str(message.get("type")))
    text = text_of(message.get("content")) if role else ""
    text = service_texts("gemini").said(text)
    tried = trials.take() if role and text else []
    _note(message, trials)
    if not role or not text:
        source.leave_out(SERVICE)
        return
    at, ref = message.get("timestamp"), message.get("id")
    about = {**about, "metadata": with_trials(about["metadata"], tried)}
    item = said(source, line, text, role=role, ref=ref, at=at, **about)
    if item:
        yield line, message, item


def _note(message: Json, trials: Trials) -> None:
    """Take note of the tools that a message called, and of what they gave back."""
    for call in items_of(message, "toolCalls"):
        given = (part.get("functionResponse") for part in items_of(call, "result"))
        answers = [part.get("response") for part in given if isinstance(part, dict)]
        told = [answer for answer in answers if isinstance(answer, dict)]
        texts = [str(answer.get("error") or answer.get("output") or "") for answer in told]
        status = str(call.get("status") or "")
        failed = status == "error" or any(answer.get("error") for answer in told)
        trials.call(call.get("id"), call.get("name"), call.get("args"))
        if status != "cancelled":
            trials.result(call.get("id"), "\n".join(texts), failed)
