"""
Trials: the commands that an agent ran between two turns, and whether they failed or passed.

What tools gave back is no turn. Of each command that tried something, one line is kept with the
turn after it, without secrets: experience is made of that (`memcli lessons`). Ids of turns do not
depend on it, and it is the same however far a log is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.blocks import text_of
from memcli.jsonl import Json
from memcli.language.commands import run_of, told_command
from memcli.language.data import any_of, read_data, read_toml, words

# Under this name they are in the metadata of a turn.
TRIALS: Final = "trials"
MOST: Final = 24
LONGEST_COMMAND: Final = 240
LONGEST_LINE: Final = 160
# What is read of an output: its beginning and its end.
SHOWN: Final = 1_500
MOST_LINES: Final = 60
MOST_OPEN: Final = 200
# Some logs have a call again with a later line.
MOST_DONE: Final = 2_000
# What an agent writes before what a command wrote.
_LABEL: Final = re.compile(
    r"^(?:(?:Output|Stdout|Stderr|Error): (?=\S))?"
    r"(?:(?:/\S*/)?(?:bash|sh|zsh|\(eval\)|python[\d.]*)(?::(?: line)? ?\d+)?: (?=\S))?"
)


class Trials:
    """Collects what was tried since the last turn; `take` hands it over."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}
        self._done: dict[str, None] = {}
        self._found: list[Json] = []

    def call(self, id_: object, tool: object, arguments: Any) -> None:
        """Note the call of a tool; arguments: a record, or its JSON."""
        name = str(tool).casefold()
        if name in _names("edits"):
            self.edit()
        command = command_of(arguments) if name in _names("shells") else None
        if command and str(id_) not in self._done:
            self._open[str(id_)] = command
            if len(self._open) > MOST_OPEN:
                self._open.pop(next(iter(self._open)))

    def result(self, id_: object, output: Any, failed: bool | None = None) -> None:
        """Note what the call of an id gave back; `failed` where the log says so."""
        command = self._open.pop(str(id_), None)
        if command is not None:
            self._done[str(id_)] = None
            if len(self._done) > MOST_DONE:
                self._done.pop(next(iter(self._done)))
            self.ran(command, output if isinstance(output, str) else text_of(output), failed)

    def ran(self, command: str, output: str, failed: bool | None = None) -> None:
        """Note a command, what it wrote, and whether it failed where that is known."""
        run = run_of(command)
        if run.is_looking:
            return
        status = _status(output)
        is_ok = _is_ok(run.is_piped, output, failed, status)
        if is_ok is None or (status == 1 and run.programs[-1][0] in words("commands", "answering")):
            return
        line = telling_line(output, is_ok)
        trial = {"did": _open_text(told_command(command, LONGEST_COMMAND)), "ok": is_ok}
        self._found.append(trial | ({"said": _open_text(line)} if line else {}))

    def edit(self) -> None:
        """Note that a file was changed."""
        if self._found and "edits" in self._found[-1]:
            self._found[-1]["edits"] += 1
        else:
            self._found.append({"edits": 1})

    def blocks(self, content: Any, is_told: bool = True) -> None:
        """
        Note the calls and the results among blocks of content.

        is_told: whether a log says of what failed that it did; else its words tell.
        """
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            kind = str(block.get("type")).replace("-", "_")
            if kind in ("tool_use", "tool_call"):
                name = block.get("name") or block.get("toolName")
                self.call(_id(block, "id"), name, block.get("input", block.get("args")))
            elif kind == "tool_result":
                failed = block.get("is_error", block.get("isError"))
                given = text_of(block.get("content", block.get("result")))
                is_known = is_told or failed is not None
                self.result(_id(block, "tool_use_id"), given, bool(failed) if is_known else None)

    def take(self) -> list[Json]:
        """Return what was tried since the last call, the newest of much, and forget it."""
        found, self._found = self._found[-MOST:], []
        return found if any("did" in each for each in found) else []


def _id(block: Json, name: str) -> Any:
    """Return the id that a call and its result share, as programs name it."""
    return block.get(name) or block.get("toolCallId")


def with_trials(metadata: Json | None, trials: Sequence[Json]) -> Json | None:
    """Return the metadata of a turn with what was tried before it."""
    return {**(metadata or {}), TRIALS: [*trials]} if trials else metadata


def command_of(arguments: Any) -> str | None:
    """Return the command line among the arguments of a tool."""
    if isinstance(arguments, str):
        try:
            arguments = msgspec.json.decode(arguments)
        except (msgspec.DecodeError, RecursionError):
            return None
    if not isinstance(arguments, dict):
        return None
    value = next((arguments[k] for k in _rules()["commands"] if arguments.get(k)), None)
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        # ["bash", "-lc", "pytest -q"] is what stands last in it.
        is_shell = len(value) == 3 and value[1] in ("-c", "-lc")
        return value[-1] if is_shell else " ".join(value)
    return value if isinstance(value, str) else None


def telling_line(output: str, is_ok: bool) -> str:
    """Return the line of an output that says best how it went; none for none."""
    lines = [_LABEL.sub("", " ".join(line.split())) for line in _ends(output).splitlines()]
    lines = list(dict.fromkeys(filter(None, lines)))[-MOST_LINES:]
    lines = [line for line in lines if not _is_frame(line)]
    keys = ("passed",) if is_ok else ("causes", "failed")
    found = ([line for line in lines if _pattern(key).search(line)] for key in keys)
    telling = next(filter(None, found), None)
    best = (telling or ([] if is_ok else lines))[-1:]
    return best[0][:LONGEST_LINE] if best else ""


def _is_frame(line: str) -> bool:
    return bool(_pattern("statuses").match(line)) or not any(map(str.isalnum, line))


def _is_ok(is_piped: bool, output: str, failed: bool | None, status: int | None) -> bool | None:
    """Say whether a command passed; None where nobody can tell."""
    shown = _ends(output)
    if _pattern("unasked").search(shown[:400]):
        return None
    if (status is not None and status > 0) or failed:
        return False
    if _pattern("surely_failed").search(shown) and (is_piped or (failed, status) == (None, None)):
        return False
    if status == 0 or failed is False or _pattern("passed").search(shown):
        return True
    # Who only shows what was written shows what went wrong.
    return True if shown.strip() and not _pattern("failed").search(shown) else None


def _status(output: str) -> int | None:
    found = _pattern("statuses").search(_ends(output))
    return next((int(group) for group in found.groups() if group), 0) if found else None


def _ends(output: str) -> str:
    return output if len(output) <= 2 * SHOWN else f"{output[:SHOWN]}\n{output[-SHOWN:]}"


def _open_text(text: str) -> str:
    """Return a text in which no secret stands."""
    from memcli.language.secrets import find_secrets, redact

    return redact(text, find_secrets(text))


def _rules() -> dict[str, Any]:
    return read_toml("ingestion/transcripts/trials.toml")


@cache
def _names(key: str) -> frozenset[str]:
    return frozenset(_rules()[key].split())


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return any_of(read_data("commands")[key] if key == "causes" else _rules()[key])
