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
from memcli.jsonl import Json
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
REMEDY: Final = "give api_conversation_history.json, which stands beside it"
# What a person says while a tool is at work.
_ANSWERED = re.compile(r"<(feedback|answer|user_message)>(.*?)</\1>", re.DOTALL)
ENVIRONMENT: Final = "<environment_details>"
OUTPUTS: Final = "outputs of tools"
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
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from _turns(source, *each)


def _turns(source: Source, line: int, message: Json) -> Iterator[Item]:
    """Yield what was said in a message, and its tools where they are kept."""
    content = message.get("content")
    told: dict[str, Any] = {"at": message.get("ts")}
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    texts = [words for words in _texts(blocks) if words]
    if texts:
        item = said(source, line, "\n".join(texts), role=message.get("role"), **told)
        if item:
            yield item
    elif message.get("role") == "user":
        source.leave_out(OUTPUTS)
    if source.tools:
        for name, text in tool_texts(content):
            item = said(source, line, text, role="tool", name=name, **told)
            if item:
                yield item


def _texts(blocks: list[Any]) -> Iterator[str]:
    """
    Yield what is said in each block, without what the program wrote.

    Where a tool gives back what it did, only what a person answered to it was said.
    """
    texts = [text_of([block]).strip() for block in blocks]
    gives_back = any(service_texts("cline").whole.match(text) for text in texts)
    for text in texts:
        if gives_back:
            yield "\n".join(found[2].strip() for found in _ANSWERED.finditer(text))
        else:
            yield _SAID.sub("", service_texts("cline").said(text)).strip()
