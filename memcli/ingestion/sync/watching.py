"""Watching of folders: a signal whenever a file below them changes, by the library watchfiles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from memcli.ingestion.sync.agents import places_of
from store.errors import InputNotFound, MemcliError, PluginUnavailable

# Changes that come this close together are one; after so long it is looked again all the same.
QUIET_MS: Final = 1_000
LOOK_AGAIN_MS: Final = 60_000


def changes(arguments: Sequence[str]) -> Iterator[bool]:
    """
    Yield at once, then True at each change and False now and then without one.

    PluginUnavailable without the library, InputNotFound where there is nothing to watch.
    """
    try:
        from watchfiles import watch
    except ImportError as error:
        what = "--watch needs the package watchfiles"
        raise PluginUnavailable(what, "pip install 'memcli[watch]'") from error
    paths = [place.path for argument in arguments for place in places_of(argument)]
    there = [path for path in paths if os.path.exists(path)]
    if not there:
        raise InputNotFound(f"nothing to watch at {paths[0]}", "check the path")
    yield True
    for changed in watch(
        *there,
        watch_filter=None,
        debounce=QUIET_MS,
        rust_timeout=LOOK_AGAIN_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        yield bool(changed)


def follow(signals: Iterator[bool], work: Callable[[], None], say: Callable[[str], None]) -> None:
    """Do work at each signal; what fails is told, and tried again when the next one comes."""
    is_due = False
    for changed in signals:
        if not (changed or is_due):
            continue
        try:
            work()
            is_due = False
        except MemcliError as error:
            say(str(error))
            is_due = True
