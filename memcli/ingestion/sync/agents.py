"""Agents' folders: where the logs of their sessions are, by the name of the agent."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from memcli.language.data import read_toml


class FollowedPlace(NamedTuple):
    """
    A folder or file that is followed.

    only: patterns of the paths below it that are read, all where there are none. agent: whose logs
    they are; an agent deletes its old ones, and what they said is kept all the same. elsewhere: the
    names of logs of sessions that another file has, with more of them.
    """

    path: str
    only: tuple[str, ...] = ()
    agent: str | None = None
    elsewhere: frozenset[str] = frozenset()

    def takes(self, path: str) -> bool:
        """Say whether a file below it is to be read."""
        if os.path.splitext(os.path.basename(path))[0] in self.elsewhere:
            return False
        if not self.only:
            return True
        below = os.path.relpath(path, self.path)
        name = os.path.basename(path) if below == os.curdir else below
        return any(fnmatchcase(name, pattern) for pattern in self.only)


def agents() -> dict[str, dict[str, Any]]:
    """Return what is known of each agent, by its name."""
    return read_toml("ingestion/sync/agents.toml")


def places_of(argument: str) -> list[FollowedPlace]:
    """Return what an argument names: the folders of an agent, or the file or folder itself."""
    about = agents().get(argument)
    if about is None:
        return [FollowedPlace(os.path.abspath(argument))]
    home = Path(os.environ.get(about["home"]) or about["default"]).expanduser()
    paths = [str(home.absolute() / name) for name in about["folders"]]
    elsewhere = _sessions_in(paths, about["sessions"]) if "sessions" in about else frozenset()
    return [FollowedPlace(path, tuple(about["only"]), argument, elsewhere) for path in paths]


def _sessions_in(paths: list[str], reader: str) -> frozenset[str]:
    """Return the ids of the sessions that are in files of an agent, by their reader's function."""
    module, _, function = reader.partition(":")
    read = getattr(import_module(f"memcli.ingestion.transcripts.{module}"), function)
    return frozenset(id_ for path in paths if os.path.isfile(path) for id_ in read(path))
