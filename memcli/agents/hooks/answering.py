"""
Answering: what an agent is told when a session begins and when its user has written something.

At the beginning that is a block about the project. At a prompt it is only what surely bears on it,
and nothing of the session itself, which the agent has before it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.memory.projects import project_namespace
from memcli.memory.recall_blocks import strip_recall

if TYPE_CHECKING:
    from memcli.jsonl import Json
    from memcli.search.resident import ResidentMemory

START_TOKENS: Final = 800
PROMPT_TOKENS: Final = 600
RECENT: Final = 6
# Commands to the client itself, and prompts that say too little to be looked up.
COMMAND_SIGNS: Final = ("/", "!", "#")
FEWEST_WORDS: Final = 3
HITS: Final = 10
# What clients call the events; Cursor's prompt takes no text.
EVENT_NAMES: Final = {
    ("gemini", "user-prompt"): "BeforeAgent",
    ("", "user-prompt"): "UserPromptSubmit",
    ("", "session-start"): "SessionStart",
}


def answer(event: str, client: str, report: Json, given: dict[str, str], root: str | None) -> None:
    """
    Write to stdout what the client is to put before its model, if there is anything.

    root: the folder of the store, if there is one.
    """
    text = told(event, report, given, root, datetime.now(UTC)) if root else ""
    form = wrapped(event, client, text)
    if form:
        sys.stdout.write(json.dumps(form) + "\n")
        sys.stdout.flush()


def wrapped(event: str, client: str, text: str) -> Json | None:
    """Return a text in the form that a client takes; None for nothing."""
    if not text:
        return None
    if client == "cursor":
        return {"additional_context": text} if event == "session-start" else None
    name = EVENT_NAMES.get((client, event)) or EVENT_NAMES["", event]
    return {"hookSpecificOutput": {"hookEventName": name, "additionalContext": text}}


def told(event: str, report: Json, given: dict[str, str], root: str, now: datetime) -> str:
    """Return what a store has to say at an event; empty for nothing."""
    from memcli.memory.opening import open_store
    from memcli.search.resident import ResidentMemory

    prompt = worth_asking(report.get("prompt")) if event == "user-prompt" else None
    if event == "user-prompt" and not prompt:
        return ""
    namespace = namespace_of(given)
    memory = ResidentMemory(open_store(Path(root)), namespace, now, is_asked_often=False)
    limit = int(given.get("max-tokens") or (PROMPT_TOKENS if prompt else START_TOKENS))
    if prompt:
        return on_prompt(memory, prompt, str(report.get("session_id") or ""), limit)
    return at_start(memory, limit, str(report.get("session_id") or ""))


def namespace_of(given: dict[str, str]) -> str:
    """Return the namespace that was given, else that of the project here."""
    named = given.get("namespace") or os.environ.get("MEMCLI_NAMESPACE")
    return named or project_namespace(Path.cwd())


def worth_asking(prompt: object) -> str | None:
    """Return a prompt without what was recalled for it; None for one that asks for nothing."""
    text = strip_recall(prompt)[0].strip() if isinstance(prompt, str) else ""
    is_command = text.startswith(COMMAND_SIGNS)
    return None if is_command or len(text.split()) < FEWEST_WORDS else text


def at_start(memory: ResidentMemory, limit: int, session: str = "") -> str:
    """Return the block for a session that begins; lessons in it are noted as given to it."""
    from memcli.agents import recalling
    from memcli.context.requests import Request

    space = memory.namespace or ""
    task = f"what has been going on in {space.rpartition('-')[0] or space}?"
    request = Request(task, limit, space, recent=RECENT, asked_at=memory.now)
    block = recalling.context_block(memory, request)
    lessons = {
        id_ for entry in block.entries if entry.section == "lessons" for id_ in entry.item.ids
    }
    if session and lessons:
        given = [(id_, rank) for id_, rank in block.recalled() if id_ in lessons]
        recalling.touch(memory, given, task, session)
    return block.text


def on_prompt(memory: ResidentMemory, prompt: str, session: str, limit: int) -> str:
    """Return the block for a prompt, empty where nothing surely bears on it."""
    from memcli.agents import recalling
    from memcli.context.requests import Request
    from memcli.records import Query

    found = recalling.find(memory, Query(v=1, query=prompt), memory.namespace, HITS, "auto")
    if not any(hit.session_id != session for hit in found):
        return ""
    # What stands for all questions was told when the session began.
    request = Request(
        prompt, limit, memory.namespace, recent=0, profile=False, besides=session, standing=False
    )
    block = recalling.context_block(memory, request)
    recalling.touch(memory, block.recalled(), prompt, session or None)
    return block.text
