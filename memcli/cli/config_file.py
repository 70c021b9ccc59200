"""Config file of a store: read as a table, and changed whole or not at all, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import tomli

from memcli.cli.settings import checked
from memcli.config import MEND, commands_digest, config_of
from memcli.jsonl import Json
from store.errors import BadUsage
from store.files import io_errors, write_whole

if TYPE_CHECKING:
    from store import Store

PLAIN_MODE = 0o600


def read_settings(store: Store) -> Json:
    """Return what is set in a store's config.toml; BadUsage for what no command would read."""
    store.look()
    path = store.layout.config
    text = read_text(path)
    config_of(text, path)
    return parsed(text, path)


def read_text(path: Path) -> str:
    """Return the text of a config.toml, nothing without one; ends of lines stay as they are."""
    if not path.exists():
        return ""
    try:
        with io_errors(f"read {path}"), path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise BadUsage(f"{path} is not UTF-8", MEND) from error


def parsed(text: str, path: Path) -> Json:
    """Return the text of a config.toml as a table; BadUsage, with its path and line, if none."""
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise BadUsage(f"{path}: {error}", MEND) from error


def _require_right(text: str, store: Store) -> None:
    """Raise BadUsage, which says that all is as it was, for a text that commands would refuse."""
    path = store.layout.config
    try:
        checked(text, path, store.layout.trust.is_own)
    except BadUsage as error:
        what = error.what.removeprefix(f"{path}: ")
        kept = error.remedy if error.remedy and not error.remedy.startswith("mend") else ""
        raise BadUsage(what, "; ".join(filter(None, [kept, "nothing was changed"]))) from error


def _keep_trust(store: Store, before: str, after: str) -> None:
    """Allow what a config.toml names from now on, if it was allowed: the user is changing it."""
    from store.trust import put_mark

    path, trust = store.layout.config, store.layout.trust
    try:
        was = commands_digest(config_of(before, path))
    except BadUsage:
        return
    now = commands_digest(config_of(after, path))
    if was != now and trust.allows(was) and not trust.allows(now):
        put_mark(store.layout.root, now)


def edit(store: Store, change: Callable[[str], str], dry_run: bool) -> tuple[Json, Json]:
    """
    Change the text of a store's config.toml, and return what was set before and what is now.

    What comes out is checked first: BadUsage leaves the file alone.
    """
    path = store.layout.config
    with store.locked():
        text = read_text(path)
        before = parsed(text, path)
        after = change(text)
        _require_right(after, store)
        if after != text and not dry_run:
            target = path.resolve()  # a link to where somebody keeps their settings stays one
            with io_errors(f"write {path}"):
                mode = target.stat().st_mode & 0o777 if target.exists() else PLAIN_MODE
                write_whole(target, after.encode(), mode=mode)
            _keep_trust(store, text, after)
    return before, parsed(after, path)
