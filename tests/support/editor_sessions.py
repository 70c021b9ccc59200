"""
Sessions of agents in editors in the forms of their own logs, from the steps of `agent_sessions`.

Cline writes the calls of its tools as tags in what it says, Roo Code as blocks; Cursor has them in
its database beside the turns, and in the messages of its command line.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.agent_sessions import Step

MS = 1_772_445_600_000
AROUND = "<environment_details>\n# Files\nreport.py\n</environment_details>"


def write_editor_session(folder: Path, client: str, steps: Sequence[Step]) -> Path:
    """Write the log of one session as a client does, and return its path."""
    return {"cline": _cline, "roo": _roo, "cursor": _cursor, "cursor-cli": _cursor_cli}[client](
        folder, steps
    )


def _cline(folder: Path, steps: Sequence[Step]) -> Path:
    def texts() -> Iterator[tuple[str, list[str]]]:
        for what, *told in steps:
            if what in "ua":
                said = f"<user_message>\n{told[0]}\n</user_message>"
                yield ("user", [said, AROUND]) if what == "u" else ("assistant", [told[0]])
            elif what == "e":
                call = f"<write_to_file>\n<path>{told[0]}</path>\n<content>x</content>"
                yield "assistant", [f"<thinking>hm</thinking>\n{call}\n</write_to_file>"]
                yield "user", [f"[write_to_file for '{told[0]}'] Result:", "Saved.", AROUND]
            else:
                command, status, output = told
                call = f"<execute_command>\n<command>{command}</command>\n</execute_command>"
                yield "assistant", [call]
                head = f"Command executed in terminal  within working directory '/home/u'. {STATUS}"
                result = f"{head.format(status)}\nOutput:\n{output}"
                yield "user", [f"[execute_command for '{command}'] Result:", result, AROUND]

    messages = [
        {"role": role, "content": [{"type": "text", "text": text} for text in parts]}
        for role, parts in texts()
    ]
    return _written(folder, messages)


STATUS = "Exit code: {}"


def _roo(folder: Path, steps: Sequence[Step]) -> Path:
    def messages() -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for number, (what, *told) in enumerate(steps):
            text = {"type": "text", "text": told[0]}
            around = {"type": "text", "text": AROUND}
            if what in "ua":
                yield ("user", [text, around]) if what == "u" else ("assistant", [text])
                continue
            name, given = "apply_diff", {"path": told[0]}
            output = "Saved."
            if what == "x":
                name, given = "execute_command", {"command": told[0]}
                failed = "Command execution was not successful, inspect the cause.\n"
                head = "Command executed in terminal  within working directory '/home/u'. "
                output = f"{head}{failed if told[1] else ''}{STATUS.format(told[1])}\nOutput:\n"
                output += told[2]
            id_ = f"toolu_{number}"
            call = {"type": "tool_use", "id": id_, "name": name, "input": given}
            yield "assistant", [call]
            result = {"type": "tool_result", "tool_use_id": id_, "content": output}
            yield "user", [result, around]

    return _written(folder, [{"role": role, "content": c, "ts": MS} for role, c in messages()])


def _written(folder: Path, messages: Sequence[Mapping[str, Any]]) -> Path:
    path = folder / "api_conversation_history.json"
    path.write_text(json.dumps(messages), encoding="utf-8")
    return path


def _cursor(folder: Path, steps: Sequence[Step]) -> Path:
    bubbles = {}
    for number, (what, *told) in enumerate(steps):
        bubble: dict[str, Any] = {"type": 1 if what == "u" else 2, "createdAt": MS + number}
        bubble |= {"text": told[0]} if what in "ua" else {"toolFormerData": _tool(number, *told)}
        bubbles[f"b{number}"] = bubble
    heads = [{"bubbleId": name} for name in bubbles]
    rows = {"composerData:s": {"createdAt": MS, "fullConversationHeadersOnly": heads}}
    rows |= {f"bubbleId:s:{name}": bubble for name, bubble in bubbles.items()}
    path = folder / "state.vscdb"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cursorDiskKV (key TEXT PRIMARY KEY, value BLOB)")
        values = [(key, json.dumps(value)) for key, value in rows.items()]
        connection.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", values)
    connection.close()
    return path


def _tool(number: int, first: str, status: int = 0, output: str | None = None) -> dict[str, Any]:
    about = {"toolCallId": f"call_{number}", "status": "completed"}
    if output is None:
        return {**about, "name": "edit_file_v2", "params": json.dumps({"path": first})}
    # A code of 0 is not written.
    result = {"output": output, "rejected": False, **({"exitCode": status} if status else {})}
    given = json.dumps({"command": first})
    tool = {"name": "run_terminal_command_v2", "rawArgs": "", "params": given}
    return {**about, **tool, "result": json.dumps(result)}


def _cursor_cli(folder: Path, steps: Sequence[Step]) -> Path:
    def messages() -> Iterator[dict[str, Any]]:
        for number, (what, *told) in enumerate(steps):
            if what in "ua":
                role = "user" if what == "u" else "assistant"
                yield {"role": role, "content": [{"type": "text", "text": told[0]}]}
                continue
            name, given = ("Write", {"path": told[0]}) if what == "e" else ("Shell", None)
            call = {"toolCallId": f"tool_{number}", "toolName": name}
            args = given or {"command": told[0]}
            yield {"role": "assistant", "content": [{"type": "tool-call", **call, "args": args}]}
            result = "Saved." if what == "e" else f"Exit code: {told[1]}\n{told[2]}"
            result_block = {"type": "tool-result", **call, "result": result}
            yield {"role": "tool", "content": [result_block]}

    blobs = [json.dumps(each).encode() for each in messages()]
    keys = [hashlib.sha256(blob).digest() for blob in blobs]
    root = b"".join(bytes([10, len(key)]) + key for key in keys)
    path = folder / "store.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)")
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        rows = {key.hex(): blob for key, blob in zip(keys, blobs, strict=True)} | {"root": root}
        connection.executemany("INSERT INTO blobs VALUES (?, ?)", rows.items())
        about = json.dumps({"agentId": "s", "latestRootBlobId": "root", "createdAt": MS})
        connection.execute("INSERT INTO meta VALUES ('0', ?)", [about.encode().hex()])
    connection.close()
    return path
