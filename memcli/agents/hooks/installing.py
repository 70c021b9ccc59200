"""
Installing: hooks and the MCP server in the files of agents, put in and taken out.

What memcli wrote is known by its command; the rest of a file stays letter for letter. A file that
is as it was left is again what it was before, down to whether it was there.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from memcli.agents.hooks import json_text
from memcli.jsonl import Json
from memcli.language.data import read_toml
from store.errors import BadRecord, BadUsage
from store.files import io_errors, write_whole

ALL: Final = "all"
SERVER: Final = "memcli"
# Seconds that a client waits; more than a hook takes, as its machine may be busy.
TIMEOUT_S: Final = {"session-start": 30, "user-prompt": 15}
PLAIN_TIMEOUT_S: Final = 10
BEGIN, END = "# memcli: begin\n", "# memcli: end\n"


def clients() -> dict[str, Json]:
    """What is known of each client, by its name."""
    return read_toml("agents/hooks/clients.toml")


def chosen(names: Sequence[str] | None, everywhere: bool = False) -> list[str]:
    """
    Names of the clients that are meant; without names, or with `all`, of those that are here.

    everywhere: those that are not here, too. Raises BadUsage for a name of none, and where none is
    here.
    """
    known = clients()
    for name in names or ():
        if name not in known and name != ALL:
            raise BadUsage(f"no agent {name!r}", f"there are {', '.join(known)}")
    if names and ALL not in names:
        return list(dict.fromkeys(names))
    here = [name for name in known if everywhere or is_here(name)]
    if not here:
        raise BadUsage("none of the agents is here", f"name one: {', '.join(known)}")
    return here


def is_here(name: str) -> bool:
    """Say whether a client has left its folder, or is on the PATH."""
    return _home(name).exists() or any((Path.home() / each).exists() for each in _here(name))


@dataclass(frozen=True)
class FileChange:
    """A change of one file of a client: its text before, None if it is not there, and after."""

    client: str
    path: Path
    before: str | None
    after: str | None

    def difference(self) -> str:
        """Unified diff of it."""
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        names = (
            str(self.path) if self.before is not None else "/dev/null",
            str(self.path) if self.after is not None else "/dev/null",
        )
        lines = unified_diff(old, new, *names)
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

    def told(self) -> str:
        """What was done, in words."""
        done = "removed" if self.after is None else "made" if self.before is None else "changed"
        return f"{self.client}: {done} {self.path}"

    def make(self) -> None:
        """Write it, whole or not at all, with the rights that the file had; StoreIOError."""
        path = self.path.resolve()  # a link to where somebody keeps their settings stays one
        with io_errors(f"write {self.path}"):
            if self.after is None:
                path.unlink()
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            mode = path.stat().st_mode & 0o777 if path.exists() else None
            write_whole(path, self.after.encode(), mode=mode)


@dataclass(frozen=True)
class Installation:
    """Hooks and server as they are to be called: the store and namespace, if they are given."""

    store: Path | None
    namespace: str | None

    def to_install(self, client: str) -> list[FileChange]:
        """What is to be written for a client; nothing where it is there already."""
        return self._changes(client, install=True)

    def to_remove(self, client: str) -> list[FileChange]:
        """What is to be taken out for a client."""
        return self._changes(client, install=False)

    def _changes(self, client: str, install: bool) -> list[FileChange]:
        found = []
        for path in files_of(client):
            before = _read(path)
            try:
                after = self._after(client, path, before or "", install)
            except BadRecord as error:
                raise BadUsage(f"{path}: {error.reason}", "mend it, or write it by hand") from error
            if after is not None and after != (before or ""):
                is_left = install or not _is_as_made(client, path, after)
                found.append(FileChange(client, path, before, after if is_left else None))
        return found

    def _after(self, client: str, path: Path, before: str, install: bool) -> str | None:
        """Text of a file once it is changed; None where it has all of it already."""
        clean = self._without(client, path, before)
        if not install:
            return clean
        after = self._with(client, path, clean)
        return None if before and _says_the_same(path, before, after) else after

    def _with(self, client: str, path: Path, text: str) -> str:
        about = clients()[client]
        if path == _path(client, about.get("table")):
            return _with_table(text, about["table"]["name"], *self._server_words())
        if path == _path(client, about.get("server")):
            where = [*about["server"]["path"], SERVER]
            text = json_text.with_member(text, where, self._server(about))
        if path == _path(client, about.get("hooks")):
            for name, value in about["hooks"].get("first", {}).items():
                if json_text.parse(text or "{}").part(name) is None:
                    text = json_text.with_member(text, [name], value)
            for event, ours in about["events"].items():
                text = json_text.with_item(text, ["hooks", event], self._hook(client, about, ours))
        return text

    def _without(self, client: str, path: Path, text: str) -> str:
        about = clients()[client]
        if not text.strip():
            return text
        if path == _path(client, about.get("table")):
            return _without_table(text)
        if path == _path(client, about.get("server")):
            where = [*about["server"]["path"], SERVER]
            text = json_text.without(text, where, _is_our_server)
        if path == _path(client, about.get("hooks")):
            for event in about["events"]:
                text = json_text.without(text, ["hooks", event], is_our_hook)
        return text

    def _server(self, about: Json) -> Json:
        command, arguments = self._server_words()
        if about["server"].get("shape") == "opencode":
            return {"type": "local", "command": [command, *arguments], "enabled": True}
        return {**about["server"].get("more", {}), "command": command, "args": arguments}

    def _server_words(self) -> tuple[str, list[str]]:
        first, *rest = program()
        space = ["--namespace", self.namespace] if self.namespace else ["--project"]
        return first, [*rest, "serve", *self._store_words(), *space]

    def _store_words(self) -> list[str]:
        return ["--store", str(self.store)] if self.store else []

    def _hook(self, client: str, about: Json, event: str) -> Json:
        space = ["--namespace", self.namespace] if self.namespace else []
        words = [*program(), "hook", event, "--client", client, *self._store_words(), *space]
        timeout = TIMEOUT_S.get(event, PLAIN_TIMEOUT_S) * about["hooks"]["unit"]
        # Of a memcli that knows no hooks, the status would stop the client.
        command = {"command": f"{shlex.join(words)} || true", "timeout": timeout}
        if about["hooks"]["style"] == "flat":
            return command
        return {"hooks": [{"type": "command", **command}]}


def program() -> list[str]:
    """Words that run memcli from any folder: its script, else Python with its module."""
    script = shutil.which("memcli")
    beside = Path(sys.executable).with_name("memcli")
    found = beside if beside.is_file() else Path(script) if script else None
    return [str(found.absolute())] if found else [sys.executable, "-m", "memcli"]


def is_our_hook(entry: Any) -> bool:
    """Tell an entry of hooks that memcli wrote: all its commands are `memcli hook`."""
    if not isinstance(entry, dict):
        return False
    commands = [entry, *(each for each in entry.get("hooks", ()) if isinstance(each, dict))]
    told = [str(each["command"]) for each in commands if "command" in each]
    return bool(told) and all("memcli" in each and " hook " in each for each in told)


def _is_our_server(entry: Any) -> bool:
    """Tell an entry of servers that runs `memcli serve`."""
    return isinstance(entry, dict) and "serve" in json.dumps(entry)


def files_of(client: str) -> list[Path]:
    """Files of a client that are written, each once."""
    about = clients()[client]
    found = (_path(client, about.get(part)) for part in ("server", "table", "hooks"))
    return list(dict.fromkeys(path for path in found if path))


def installed(client: str) -> Iterator[tuple[Path, bool]]:
    """Yield the files of a client, and whether memcli has written into each."""
    for path in files_of(client):
        text = _read(path) or ""
        try:
            is_in = Installation(None, None)._without(client, path, text) != text
        except BadRecord:
            is_in = False
        yield path, is_in


def _says_the_same(path: Path, before: str, after: str) -> bool:
    """Tell a file that has all of it already, however it is laid out."""
    if path.suffix == ".toml":
        return before == after
    return bool(json_text.parse(before).value == json_text.parse(after).value)


def _is_as_made(client: str, path: Path, text: str) -> bool:
    """Tell what is left of a file that memcli made, once its own is taken out."""
    if not text.strip() or path.suffix == ".toml":
        return not text.strip()
    hooks = clients()[client].get("hooks", {})
    first = hooks.get("first", {}) if path == _path(client, hooks) else {}
    return json_text.parse(text).value in ({}, first)


def _here(client: str) -> list[str]:
    return list(clients()[client]["here"])


def _home(client: str) -> Path:
    """Folder of a client: the one that its variable names, else below the home folder."""
    about = clients()[client]
    named = os.environ.get(about.get("variable", ""))
    if named:
        return Path(named)
    places = [Path.home() / each for each in about["here"]]
    found: Path = next((place for place in places if place.exists()), places[0])
    return found


def _path(client: str, part: Json | None) -> Path | None:
    """Where a file of a client is; one with comments, *.jsonc, if only such a one is there."""
    if not part:
        return None
    about, name = clients()[client], str(part["file"])
    if os.environ.get(about.get("variable", "")):
        path = _home(client) / name.removeprefix(f"{about['here'][0]}/")
    else:
        path = (_home(client) if part.get("inside") else Path.home()) / name
    commented = path.with_name(path.name + "c")
    return commented if not path.exists() and commented.exists() else path


def _read(path: Path) -> str | None:
    """Text of a file, None without one; BadUsage where it is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(f"cannot read {path}: {error}", "mend it, or write it by hand") from error


def _with_table(text: str, name: str, command: str, arguments: Sequence[str]) -> str:
    """TOML with a table at its end, between marks; JSON's strings are TOML's too."""
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    told = f"command = {json.dumps(command)}\nargs = {json.dumps(list(arguments))}\n"
    return f"{text}{gap}{BEGIN}[{name}]\n{told}{END}"


def _without_table(text: str) -> str:
    """TOML without the table between marks, and without the empty line before it."""
    start, end = text.find(BEGIN), text.find(END)
    if start < 0 or end < start:
        return text
    before = text[:start]
    before = before[:-1] if before.endswith("\n\n") else before
    return before + text[end + len(END) :]
