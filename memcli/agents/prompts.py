"""Prompts: words that a user of a client can send by name, `recall` and `handover`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from memcli.agents.protocol import INVALID_PARAMS, ProtocolError
from memcli.jsonl import Json
from memcli.language.data import read_toml

INSTRUCTIONS: Final = "agents/data/instructions.toml"


def instructions() -> str:
    """What a client tells its model about this server."""
    return str(read_toml(INSTRUCTIONS)["instructions"]).strip()


class Prompts:
    """The prompts; recall: gives what is known for a task, as `memory_context` does."""

    def __init__(self, recall: Callable[[str], str]) -> None:
        self._recall = recall
        self._known: Json = read_toml(INSTRUCTIONS)["prompts"]

    def listed(self, _: Json) -> Json:
        """Result of `prompts/list`."""
        return {"prompts": [_entry(name, about) for name, about in self._known.items()]}

    def get(self, params: Json) -> Json:
        """Result of `prompts/get`; a ProtocolError for a prompt that there is not."""
        name, given = params.get("name"), params.get("arguments") or {}
        if name not in self._known or not isinstance(given, dict):
            raise ProtocolError(INVALID_PARAMS, f"Unknown prompt: {name}")
        about = self._known[name]
        for argument, detail in about["arguments"].items():
            if detail["required"] and not str(given.get(argument) or "").strip():
                raise ProtocolError(INVALID_PARAMS, f"Missing argument: {argument}")
        text = self._recalled(about, given) if name == "recall" else _handed_over(about, given)
        content = {"type": "text", "text": text}
        said = {"role": "user", "content": content}
        return {"description": about["description"], "messages": [said]}

    def _recalled(self, about: Json, given: Json) -> str:
        """Words of `recall`: the task, under what is known of it."""
        task = str(given["task"]).strip()
        found = self._recall(task)
        form = about["text"] if found else about["nothing"]
        return str(form).format(context=found, task=task)


def _handed_over(about: Json, given: Json) -> str:
    """Words of `handover`, with what matters most if that was said."""
    focus = str(given.get("focus") or "").strip()
    more = about["focus"].format(focus=focus) if focus else ""
    return str(about["text"]).format(focus=more)


def _entry(name: str, about: Json) -> Json:
    """Entry of a prompt in a list."""
    arguments = [{"name": one, **detail} for one, detail in about["arguments"].items()]
    return {
        "name": name,
        "title": about["title"],
        "description": about["description"],
        "arguments": arguments,
    }
