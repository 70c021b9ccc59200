"""
Settings of the user's own, beside those of a store: files in the user's folder of settings.

What they say no store may say: where a key is, which command is run, by which keys a bucket is
reached. So nobody else may write to them.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TypeVar

import msgspec
import tomli

from store.errors import BadUsage
from store.files import io_errors

Settings = TypeVar("Settings", bound=msgspec.Struct)


def user_settings_path(name: str) -> Path:
    """Return where the user's file of settings of a name is."""
    from platformdirs import user_config_path

    return user_config_path("memcli") / name


def read_user_settings(name: str, form: type[Settings], topic: str) -> Settings:
    """
    Return the settings in a file, the defaults without one.

    form: what they are, with a default for each; topic: the page that tells of them. BadUsage for
    what is none, and for a file that others can write to.
    """
    path = user_settings_path(name)
    with io_errors(f"read {path}"):
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                text = file.read()
        except FileNotFoundError:
            return form()
    if stat.S_IMODE(status.st_mode) & 0o022:
        raise BadUsage(f"{path} can be written to by others", f"chmod 600 {path}")
    try:
        return msgspec.convert(tomli.loads(text.decode()), form)
    except (UnicodeDecodeError, tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadUsage(f"{path}: {error}", f"mend it: memcli help {topic}") from error
