"""Large inputs in the formats of other programs, written by what their files look like."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from bench_support import sample_sentences

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
TURNS_PER_SESSION = 40
MEGABYTE = 1_000_000


class Turn(NamedTuple):
    """One turn of a made-up talk of a user with an assistant."""

    number: int
    session: int
    is_user: bool
    at: datetime
    text: str

    @property
    def role(self) -> str:
        return "user" if self.is_user else "assistant"

    @property
    def iso(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    @property
    def starts(self) -> bool:
        return self.number % TURNS_PER_SESSION == 0


def talk(sentences: list[str]) -> Iterator[Turn]:
    """Yield turns without an end, no two of one text, some of several lines."""
    for n in count():
        words = (sentences[(n * 7 + part * 13) % len(sentences)] for part in range(1 + n % 3))
        text = ". ".join(words) + f" ({n})"
        yield Turn(n, n // TURNS_PER_SESSION, n % 2 == 0, BEGIN + timedelta(minutes=n), text)


def jsonl(turn: Turn) -> str:
    """Return a record of ours."""
    name = ("Anna", "Ben", "Chloe")[(turn.number + turn.session) % 3]
    line = {
        "content": turn.text,
        "name": name,
        "timestamp": turn.iso,
        "session_id": f"session-{turn.session}",
        "id": f"turn/{turn.number}",
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def whatsapp(turn: Turn) -> str:
    """Return a message; one in ten goes on in a second line."""
    name = ("Anna", "Ben", "Chloe")[(turn.number + turn.session) % 3]
    more = "\nand one line more" if turn.number % 10 == 3 else ""
    return f"{turn.at:%d/%m/%Y, %H:%M} - {name}: {turn.text}{more}\n"


def claude_code(turn: Turn) -> str:
    """Return a line of a log, of the assistant with a call of a tool and what it gave back."""
    about = {
        "parentUuid": f"u{turn.number - 1}" if not turn.starts else None,
        "isSidechain": False,
        "userType": "external",
        "cwd": "/home/anna/boat",
        "sessionId": f"00000000-0000-4000-8000-{turn.session:012}",
        "version": "2.1.0",
        "gitBranch": "main",
        "timestamp": turn.iso,
    }
    said = {"type": "text", "text": turn.text}
    call = {"type": "tool_use", "id": f"t{turn.number}", "name": "Read", "input": {"path": "a.py"}}
    content = turn.text if turn.is_user else [said, call]
    message = {"role": turn.role, "content": content}
    if not turn.is_user:
        message |= {"id": f"msg_{turn.number}", "model": "claude", "type": "message"}
    lines = [about | {"type": turn.role, "message": message, "uuid": f"u{turn.number}"}]
    if not turn.is_user:
        result = {
            "type": "tool_result",
            "tool_use_id": f"t{turn.number}",
            "content": "x = 1\n" * 20,
        }
        gave = {"role": "user", "content": [result]}
        lines.append(about | {"type": "user", "message": gave, "uuid": f"r{turn.number}"})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def codex(turn: Turn) -> str:
    """Return a line of a rollout, before the first one its head."""
    kind = "input_text" if turn.is_user else "output_text"
    said = {"type": "message", "role": turn.role, "content": [{"type": kind, "text": turn.text}]}
    head = {"id": "019f0000-0000-7000-8000-000000000001", "cwd": "/home/anna/boat"}
    lines = [{"timestamp": turn.iso, "type": "session_meta", "payload": head}]
    lines = lines if turn.number == 0 else []
    lines.append({"timestamp": turn.iso, "type": "response_item", "payload": said})
    if turn.is_user:
        again = {"type": "user_message", "message": turn.text}
        lines.append({"timestamp": turn.iso, "type": "event_msg", "payload": again})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def gemini(turn: Turn) -> str:
    """Return a record of a session, before the first one its head."""
    head = {"sessionId": "g-1", "projectHash": "0" * 64, "startTime": turn.iso, "kind": "main"}
    kind = "user" if turn.is_user else "gemini"
    said = {"id": f"g{turn.number}", "timestamp": turn.iso, "type": kind}
    lines = [head] if turn.number == 0 else []
    lines.append(said | {"content": [{"text": turn.text}]})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def cursor(turn: Turn) -> str:
    """Return a line of a transcript of Cursor."""
    said = {"content": [{"type": "text", "text": turn.text}]}
    return json.dumps({"role": turn.role, "message": said}, ensure_ascii=False) + "\n"


def aider(turn: Turn) -> str:
    """Return a part of a history, before the first of a session its head."""
    head = f"\n# aider chat started at {turn.at:%Y-%m-%d %H:%M:%S}\n\n" if turn.starts else ""
    lines = turn.text.split("\n")
    said = "".join(f"#### {line}  \n" for line in lines) if turn.is_user else f"\n{turn.text}\n\n"
    return head + said


class Chats:
    """Writes conversations.json of ChatGPT: a conversation is known when its last turn is."""

    def __init__(self) -> None:
        self._mapping: dict[str, object] = {}
        self._began = ""

    def __call__(self, turn: Turn) -> str:
        """Return a conversation at its last turn, nothing before."""
        parent = None if turn.starts else f"n{turn.number - 1}"
        message = {
            "id": f"n{turn.number}",
            "author": {"role": turn.role},
            "create_time": turn.at.timestamp(),
            "content": {"content_type": "text", "parts": [turn.text]},
            "recipient": "all",
            "metadata": {},
        }
        node = {"id": f"n{turn.number}", "parent": parent, "children": [], "message": message}
        self._mapping[f"n{turn.number}"] = node
        if (turn.number + 1) % TURNS_PER_SESSION:
            return ""
        whole = {
            "title": f"talk {turn.session}",
            "create_time": turn.at.timestamp(),
            "mapping": self._mapping,
            "current_node": f"n{turn.number}",
            "conversation_id": f"c-{turn.session}",
        }
        self._mapping = {}
        before = "[" if turn.session == 0 else ",\n"
        return before + json.dumps(whole, ensure_ascii=False)


FORMS: dict[str, tuple[str, Callable[[], Callable[[Turn], str]], str]] = {
    "jsonl": ("turns.jsonl", lambda: jsonl, ""),
    "whatsapp": ("_chat.txt", lambda: whatsapp, ""),
    "chatgpt": ("conversations.json", Chats, "]"),
    "claude-code": ("session.jsonl", lambda: claude_code, ""),
    "codex": ("rollout.jsonl", lambda: codex, ""),
    "gemini": ("session-2024.jsonl", lambda: gemini, ""),
    "cursor": ("transcript.jsonl", lambda: cursor, ""),
    "aider": (".aider.chat.history.md", lambda: aider, ""),
}


def write_form(folder: Path, form: str, *, turns: int = 0, megabytes: int = 0) -> tuple[Path, int]:
    """Write a file of so many turns, or of so many megabytes; return it and its turns."""
    name, make, end = FORMS[form]
    folder.mkdir(parents=True, exist_ok=True)
    path, write, size, n = folder / name, make(), 0, 0
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        for turn in talk(sample_sentences()):
            whole = n % TURNS_PER_SESSION == 0
            if whole and (n >= turns if turns else size >= megabytes * MEGABYTE):
                break
            size += file.write(write(turn))
            n += 1
        file.write(end)
    return path, n
