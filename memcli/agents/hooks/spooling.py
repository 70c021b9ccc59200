"""
Spooling: what happened in an agent's session is one line on disk before the agent goes on.

A client kills the hooks of a session's end after a second or less, so this imports nothing heavy,
reads no store, and leaves the work to a process of its own. Whatever happens, the status is 0: for
a client, others mean that it has to stop.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress

# Names of events as clients have them, in lower case without signs.
EVENTS = {
    "sessionstart": "session-start",
    "userprompt": "user-prompt",
    "userpromptsubmit": "user-prompt",
    "beforesubmitprompt": "user-prompt",
    "beforeagent": "user-prompt",
    "stop": "stop",
    "afteragent": "stop",
    "precompact": "pre-compact",
    "precompress": "pre-compact",
    "sessionend": "session-end",
}
# They are asked to say something; the others only tell.
ASKING = ("session-start", "user-prompt")
OPTIONS = ("--store", "--namespace", "--client", "--max-tokens")
FOLDER, SPOOL, LOG = "hooks", "spool.jsonl", "log"
LARGEST_INPUT = 8 << 20
LARGEST_LOG = 256 << 10
# A link in the place of a file of ours leads to somebody else's.
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
# Fields of a client's report that are kept.
KEPT = ("session_id", "conversation_id", "transcript_path", "cwd", "source", "reason")


def canonical(name: str) -> str | None:
    """Name of an event here, from that of a client or ours; None for what is no event."""
    return EVENTS.get("".join(each for each in name.lower() if each.isalpha()))


def read_options(arguments: list[str]) -> dict[str, str]:
    """Options of a hook by name; what is none of them is passed over, as no client can be told."""
    given: dict[str, str] = {}
    words = iter(arguments)
    for word in words:
        name, is_joined, value = word.partition("=")
        if name in OPTIONS:
            given[name.strip("-")] = value if is_joined else next(words, "")
    return given


def read_report() -> dict[str, object]:
    """What the client says on stdin; empty where that is no object."""
    if sys.stdin is None or sys.stdin.isatty():
        return {}
    try:
        report = json.loads(sys.stdin.buffer.read(LARGEST_INPUT))
    except (ValueError, RecursionError):
        return {}
    return report if isinstance(report, dict) else {}


def folder_of(report: dict[str, object]) -> str:
    """Folder in which the agent is at work."""
    roots = report.get("workspace_roots")
    named = report.get("cwd") or (roots[0] if isinstance(roots, list) and roots else None)
    return named if isinstance(named, str) and os.path.isdir(named) else os.getcwd()


def client_of(report: dict[str, object], given: dict[str, str]) -> str:
    """Client that reports: the one that was named, else by the fields that it has."""
    if given.get("client"):
        return given["client"]
    event = str(report.get("hook_event_name", ""))
    if "conversation_id" in report and "session_id" not in report:
        return "cursor"
    if "timestamp" in report or event in ("BeforeAgent", "AfterAgent", "PreCompress"):
        return "gemini"
    return "codex" if "turn_id" in report else "claude-code"


def store_folder(given: dict[str, str]) -> str | None:
    """Folder of the store that hooks work on; None without one."""
    from pathlib import Path

    from store.links import refuse_outward_links
    from store.location import own_store_path

    path = own_store_path(Path(given["store"]) if given.get("store") else None)
    if not (path / "store.json").is_file():
        return None
    refuse_outward_links(path, wholly=False)
    return str(path.absolute())


def hook(event: str, arguments: list[str]) -> None:
    """Do what an event asks for. It raises nothing."""
    given: dict[str, str] = {}
    root = None
    try:
        given, report = read_options(arguments), read_report()
        with suppress(OSError):
            os.chdir(folder_of(report))
        root = store_folder(given)
        client = client_of(report, given)
        if event in ASKING:
            from memcli.agents.hooks.answering import answer

            answer(event, client, report, given, root)
        if root is not None and event != "user-prompt":
            spool(root, event, client, report, given)
            start_catch_up(root)
    except BaseException as error:
        write_log(root, event, given.get("client", ""), error)


def place_of(root: str) -> str:
    """Folder of what hooks leave to be worked on; that of an encrypted store is in memory."""
    from store.encryption.identity import encrypted_id

    if store_id := encrypted_id(root):
        from pathlib import Path

        from store.encryption.runtime import hooks_folder

        return str(hooks_folder(Path(root), store_id))
    return os.path.join(root, FOLDER)


def move_lines(folder: os.PathLike[str], place: os.PathLike[str]) -> None:
    """Put the lines that wait in a folder into another one."""
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name == SPOOL or (name.startswith("taken-") and name.endswith(".jsonl")):
            with open(os.path.join(folder, name), "rb") as file:
                append(os.path.join(place, SPOOL), b"\n" + file.read())


def spool(
    root: str, event: str, client: str, report: dict[str, object], given: dict[str, str]
) -> None:
    """Add a line to the spool of a store, and sync it."""
    about = {name: report[name] for name in KEPT if isinstance(report.get(name), str)}
    about |= {"cwd": os.getcwd(), "event": event, "client": client, "at": time.time()}
    if given.get("namespace"):
        about["namespace"] = given["namespace"]
    # It begins with the end of a line, so that one that was torn before spoils no other.
    append(os.path.join(place_of(root), SPOOL), b"\n" + json.dumps(about).encode() + b"\n")


def append(path: str, data: bytes) -> None:
    """
    Add bytes to the end of a file, and sync it.

    Who takes the file away locks it once it has another name: a writer that has the lock, and finds
    its file under the old name still, is waited for.
    """
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    while True:
        number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_FOLLOW, 0o600)
        try:
            with suppress(ImportError):  # Windows has none, and lets nobody rename an open file
                import fcntl

                fcntl.flock(number, fcntl.LOCK_SH)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(number), os.stat(path)):
                    os.write(number, data)
                    os.fsync(number)
                    return
        finally:
            os.close(number)


def start_catch_up(root: str) -> None:
    """Start what reads the transcripts, and do not wait for it."""
    from memcli.memory.detached import start_detached

    start_detached(["hook", "catch-up", "--store", root, "--quiet"])


def _open(error: BaseException) -> str:
    """Words of an error without secrets: it may quote what it was about."""
    try:
        from memcli.language.secrets import find_secrets, redact

        return redact(str(error), find_secrets(str(error)))
    except Exception:  # the program may be gone while it is updated
        return ""


def write_log(root: str | None, event: str, client: str, error: BaseException) -> None:
    """Add a line about an error to the log of a store, and cut the log where it grows long."""
    if root is None:
        return
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = " ".join(f"{at} {event} {client} {type(error).__name__}: {_open(error)}".split())
    with suppress(Exception):
        path = os.path.join(place_of(root), LOG)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if os.path.exists(path) and os.path.getsize(path) > LARGEST_LOG:
            os.replace(path, f"{path}.old")
        with open(path, "a", encoding="utf-8", errors="replace") as file:
            file.write(line + "\n")
