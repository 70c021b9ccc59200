"""
Sessions of agents in the forms of their own logs, from a list of steps (tests/data/experience).

A step is [what, ...]: `u` and `a` are words of the user and of the assistant, `x` a command with
its status and output, `e` a file that was edited.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SESSIONS = Path(__file__).parents[1] / "data" / "experience"
START = datetime(2026, 5, 4, 9, tzinfo=UTC)
Step = Sequence[Any]


def projects(name: str) -> dict[str, Any]:
    """Return the projects of a file of made-up sessions."""
    return tomllib.loads((SESSIONS / f"{name}.toml").read_text("utf-8"))["projects"]


def moment(day: int, step: int) -> str:
    """Return the time of a step of the session of a day."""
    at = START + timedelta(days=day, minutes=2 * step)
    return at.isoformat().replace("+00:00", "Z")


def write_session(
    folder: Path, client: str, project: str, day: int, steps: Sequence[Step], id_: str | None = None
) -> Path:
    """Write the log of one session as a client does, and return its path."""
    session = id_ or f"{project}-{day}"
    write = {
        "claude-code": claude_code,
        "codex": codex,
        "gemini": gemini,
        "opencode": opencode,
        "aider": aider,
        "specstory": specstory,
    }[client]
    place = folder / project / f"day-{day}" if client == "aider" else folder / project
    place.mkdir(parents=True, exist_ok=True)
    name, text = write(session, project, day, steps)
    path = place / name
    path.write_text(text, encoding="utf-8")
    return path


def _lines(records: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def claude_code(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    def events() -> Iterator[dict[str, Any]]:
        before = None
        for number, (what, *told) in enumerate(steps):
            about = {"sessionId": session, "cwd": f"/home/u/{project}", "isSidechain": False}
            for part, (role, content) in enumerate(claude_parts(what, told, number)):
                uuid = f"{session}-{number}-{part}"
                message = {"role": role, "content": content}
                if role == "assistant":
                    message["id"] = f"msg-{session}-{number}"
                at = {"uuid": uuid, "parentUuid": before, "timestamp": moment(day, number)}
                yield {"type": role, "message": message, **about, **at}
                before = uuid

    return f"{session}.jsonl", _lines(events())


def claude_parts(what: str, told: list[Any], number: int) -> list[tuple[str, Any]]:
    if what == "u":
        return [("user", told[0])]
    if what == "a":
        return [("assistant", [{"type": "text", "text": told[0]}])]
    id_ = f"toolu_{number}"
    if what == "e":
        tool, given = "Edit", {"file_path": told[0], "old_string": "a", "new_string": "b"}
        result = {"content": "The file has been updated.", "is_error": False}
    else:
        command, status, output = told
        tool, given = "Bash", {"command": command, "description": "Run it"}
        text = f"Exit code {status}\n{output}" if status else output
        result = {"content": text, "is_error": bool(status)}
    call = {"type": "tool_use", "id": id_, "name": tool, "input": given}
    return [
        ("assistant", [call]),
        ("user", [{"type": "tool_result", "tool_use_id": id_, **result}]),
    ]


def codex(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    def events() -> Iterator[dict[str, Any]]:
        meta = {"id": session, "cwd": f"/home/u/{project}", "originator": "codex-tui"}
        yield {"timestamp": moment(day, 0), "type": "session_meta", "payload": meta}
        for number, (what, *told) in enumerate(steps):
            for payload in codex_items(what, told, number):
                yield {
                    "timestamp": moment(day, number),
                    "type": "response_item",
                    "payload": payload,
                }

    return f"rollout-2026-05-{4 + day:02}T09-00-00-{session}.jsonl", _lines(events())


def codex_items(what: str, told: list[Any], number: int) -> list[dict[str, Any]]:
    if what in "ua":
        role, kind = ("user", "input_text") if what == "u" else ("assistant", "output_text")
        return [{"type": "message", "role": role, "content": [{"type": kind, "text": told[0]}]}]
    id_ = f"call_{number}"
    if what == "e":
        patch = f"*** Begin Patch\n*** Update File: {told[0]}\n*** End Patch"
        call = {"type": "custom_tool_call", "name": "apply_patch", "input": patch, "call_id": id_}
        return [
            call,
            {"type": "custom_tool_call_output", "call_id": id_, "output": "Exit code: 0\nSuccess."},
        ]
    command, status, output = told
    given = json.dumps({"command": ["bash", "-lc", command], "workdir": "/home/u"})
    text = f"Exit code: {status}\nWall time: 1.2 seconds\nOutput:\n{output}"
    if number % 2:  # as older versions wrote it
        about = {"exit_code": status, "duration_seconds": 1.2}
        text = json.dumps({"output": output, "metadata": about})
    return [
        {"type": "function_call", "name": "shell", "arguments": given, "call_id": id_},
        {"type": "function_call_output", "call_id": id_, "output": text},
    ]


def gemini(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    def records() -> Iterator[dict[str, Any]]:
        yield {"sessionId": session, "projectHash": project, "startTime": moment(day, 0)}
        for number, (what, *told) in enumerate(steps):
            at = {"id": f"{session}-{number}", "timestamp": moment(day, number)}
            if what == "u":
                yield {**at, "type": "user", "content": [{"text": told[0]}]}
            elif what == "a":
                yield {**at, "type": "gemini", "content": told[0]}
            else:
                yield {**at, "type": "gemini", "content": "", "toolCalls": [gemini_call(*told)]}

    return f"session-2026-05-{4 + day:02}T09-00-{session}.jsonl", _lines(records())


def gemini_call(command: str, status: int = 0, output: str | None = None) -> dict[str, Any]:
    if output is None:
        call = {"id": f"replace-{command}", "name": "replace", "args": {"file_path": command}}
        return {**call, "status": "success", "result": []}
    text = f"Command: {command}\nDirectory: (root)\nOutput: {output}\nExit Code: {status}"
    answer = {
        "functionResponse": {"id": "x", "name": "run_shell_command", "response": {"output": text}}
    }
    return {
        "id": f"run-{command}-{len(output)}-{status}",
        "name": "run_shell_command",
        "args": {"command": command},
        "result": [answer],
        "status": "success",
    }


def opencode(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    messages = []
    for number, (what, *told) in enumerate(steps):
        at = int(datetime.fromisoformat(moment(day, number)).timestamp() * 1000)
        role = "user" if what == "u" else "assistant"
        id_ = f"msg_{session}_{number}"
        info = {"id": id_, "sessionID": session, "role": role, "time": {"created": at}}
        part: dict[str, Any] = {"id": f"prt_{session}_{number}", "type": "text", "text": told[0]}
        if what == "e":
            state = {"status": "completed", "input": {"filePath": told[0]}, "output": ""}
            part = {"id": part["id"], "type": "tool", "tool": "edit", "state": state}
        elif what == "x":
            state = {
                "status": "completed",
                "input": {"command": told[0]},
                "output": told[2],
                "metadata": {"exit": told[1]},
            }
            part = {"id": part["id"], "type": "tool", "tool": "bash", "state": state}
        messages.append({"info": info, "parts": [part]})
    about = {"id": session, "directory": f"/home/u/{project}"}
    return f"{session}.json", json.dumps({"info": about, "messages": messages})


def aider(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    lines = [f"# aider chat started at {moment(day, 0)[:19].replace('T', ' ')}", ""]
    for what, *told in steps:
        if what == "u":
            lines += [f"#### {line}  " for line in told[0].splitlines()]
        elif what == "a":
            lines += [told[0]]
        elif what == "e":
            lines += [f"> Applied edit to {told[0]}  "]
        else:
            lines += ["> Run shell command? (Y)es/(N)o [Yes]: y  ", f"> Running {told[0]}  "]
            lines += [f"> {line}  " for line in told[2].splitlines()]
        lines += [""]
    return ".aider.chat.history.md", "\n".join(lines) + "\n"


def specstory(session: str, project: str, day: int, steps: Sequence[Step]) -> tuple[str, str]:
    stamp = moment(day, 0).replace("T", " ")
    lines = [f"# {stamp}", "", f"<!-- Claude Code Session {session} ({stamp}) -->", ""]
    for number, (what, *told) in enumerate(steps):
        at = moment(day, number).replace("T", " ")
        lines += [f"_**User ({at})**_" if what == "u" else f"_**Agent (claude-x {at})**_", ""]
        if what in "ua":
            lines += [told[0]]
        else:
            kind, name = ("write", "Edit") if what == "e" else ("shell", "Bash")
            lines += [f'<tool-use data-tool-type="{kind}" data-tool-name="{name}"><details>']
            lines += [f"<summary>Tool use: **{name}**</summary>", "Do it", ""]
            if what == "x":
                code = [f"Exit code {told[1]}"] if told[1] else []
                lines += [f"`{told[0]}`", "```", *code, told[2], "```"]
            lines += ["</details></tool-use>"]
        lines += ["", "---", ""]
    return f"{session}.md", "\n".join(lines) + "\n"
