"""
Tasks of Cline, Roo Code and Kilo Code: tasks/ID/api_conversation_history.json.

What the program adds to a person's words, and the calls of its tools, which are tags in the text of
its older versions, are taken out; a person's task, feedback and answers stand in tags of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.blocks import text_of, tool_texts
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline, outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.ingestion.transcripts.tagged import blocks_between
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
REMEDY: Final = "give api_conversation_history.json, which stands beside it"
# What a person says while a tool is at work.
_ANSWERED = re.compile(r"<(feedback|answer|user_message)>")
ENVIRONMENT: Final = "<environment_details>"
OUTPUTS: Final = "outputs of tools"
# The call of a tool in the words of an assistant.
_CALL = re.compile(r"(?m)^<(\w+)>\s*<(?:path|file_path)>")
# What a command gave back, and what stands before that.
_RAN = re.compile(r"\[execute_command for '(?P<command>.+?)'\] Result:\s*", re.DOTALL)
_HEAD = re.compile(
    r"\ACommand executed(?: in terminal[^\n]{0,1000}?)?\.?"
    r"(?: Command execution was not[^\n]{0,200})?\s{0,9}"
    r"(?:Exit code: (?P<status>\d+)\s{0,9})?(?:Output:[ \t]{0,9}\n?|\Z)"
)
# What a person or the program says stands in these.
_SAID = re.compile(
    r"</?(?:task|feedback|answer|user_message|attempt_completion|result|plan_mode_respond|response"
    r"|ask_followup_question|question)>\s*"
)


def is_cline(seen: Outline) -> bool:
    """Tell a task by what the program adds to each message of a person's."""
    if seen.shape == "array" and has(seen.first, "ts", "type", "say"):
        return True
    return seen.shape == "array" and any(
        raw.get("role") == "user"
        and any(
            str(block.get("text", "")).lstrip().startswith(ENVIRONMENT)
            for block in items_of(raw, "content")
        )
        for raw in seen.objects
    )


def read_cline(source: Source) -> Iterator[Item]:
    """Yield the turns of a task."""
    head, source = look_ahead(source, HEAD_BYTES)
    if has(outline(head).first, "ts", "type", "say"):
        error = BadRecord("what Cline shows of a task, not what was said in it", remedy=REMEDY)
        yield rejected(error, source.path, 0)
        return
    trials = Trials()
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from _turns(source, trials, *each)


def _turns(source: Source, trials: Trials, line: int, message: Json) -> Iterator[Item]:
    """Yield what was said in a message, and its tools where they are kept."""
    content, role = message.get("content"), message.get("role")
    at: dict[str, Any] = {"at": message.get("ts")}
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    text = "\n".join(words for words in _texts(blocks) if words)
    tried = _tried(trials, role, blocks, bool(text))
    if text:
        item = said(source, line, text, role=role, metadata=with_trials(None, tried), **at)
        yield from filter(None, [item])
    elif role == "user":
        source.leave_out(OUTPUTS)
    for name, text in tool_texts(content) if source.tools else ():
        item = said(source, line, text, role="tool", name=name, **at)
        yield from filter(None, [item])


def _tried(trials: Trials, role: Any, blocks: list[Any], is_said: bool) -> list[Json]:
    """Return what was tried before a message that says something, and note what it tells of."""
    # A person answers to what was done; an assistant speaks, and then does.
    if role == "user":
        _note_results(blocks, trials)
    tried = trials.take() if is_said else []
    if role == "assistant":
        _note_calls(blocks, trials)
    return tried


def _note_calls(blocks: list[Any], trials: Trials) -> None:
    """Take note of the tools that are called, in blocks of their own or, before, in tags."""
    trials.blocks(blocks, is_told=False)
    for found in _CALL.finditer("\n".join(text_of([block]) for block in blocks)):
        trials.call(None, found[1], {})


def _note_results(blocks: list[Any], trials: Trials) -> None:
    """Take note of what commands gave back, in blocks of tools or, before, in texts of its own."""
    for block in blocks:
        if isinstance(block, dict) and block.get("type") == "tool_result":
            given = _HEAD.sub(_status_alone, text_of(block.get("content")))
            trials.blocks([{**block, "content": given}], is_told=False)
    texts = [text_of([block]).strip() for block in blocks]
    for text, after in zip(texts, [*texts[1:], ""], strict=True):
        ran = _RAN.match(text)
        if not ran:
            continue
        output = text[ran.end() :].strip() or after
        output = output.partition(ENVIRONMENT)[0]
        trials.ran(ran["command"], _HEAD.sub(_status_alone, output.strip()))


def _status_alone(head: re.Match[str]) -> str:
    """Return of what is written before an output the status, where it is told."""
    return f"Exit code: {head['status']}\n" if head["status"] else ""


def _texts(blocks: list[Any]) -> Iterator[str]:
    """
    Yield what is said in each block, without what the program wrote.

    Where a tool gives back what it did, only what a person answered to it was said.
    """
    texts = [text_of([block]).strip() for block in blocks]
    gives_back = any(service_texts("cline").whole.match(text) for text in texts)
    for text in texts:
        if gives_back:
            yield "\n".join(block.words.strip() for block in blocks_between(text, _ANSWERED))
        else:
            yield _SAID.sub("", service_texts("cline").said(text)).strip()
