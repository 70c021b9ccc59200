"""
Plug-ins: what other packages add to memcli, found by the entry points of the group memcli.KIND.

Nothing is looked for unless a name is asked for that memcli does not have itself, as importing
importlib.metadata alone takes a tenth of a second. An entry point names a class, or a function that
makes such an object; docs/plugins.md tells authors what each kind has to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from store.errors import BadUsage, MemcliError, PluginUnavailable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Made = TypeVar("Made")
# What cannot be a name, a path for instance, is not looked for.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
KINDS: Final = ("importers", "rerankers", "encoders", "decay_policies", "exporters")


class Installed(NamedTuple):
    """A plug-in that is there: its kind and name, the package it comes with and its version."""

    kind: str
    name: str
    package: str
    version: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.kind}: {self.name} ({self.package} {self.version})"


def find(kind: str, name: str, builtin: Mapping[str, Made]) -> Made | Any:
    """
    Return what has a name: our own, else what a plug-in makes of it when it is called.

    Raises BadUsage, with our own names, where there is none, and PluginUnavailable.
    """
    if name in builtin:
        return builtin[name]
    maker = look_up(kind, name)
    if maker is None:
        what = kind.replace("_", " ")
        raise BadUsage(
            f"{name!r} is none of the {what}", f"there are {', '.join(builtin)}, and plug-ins"
        )
    with blamed(kind, name):
        return maker()


def look_up(kind: str, name: str) -> Callable[..., Any] | None:
    """Return what the plug-in of a name gives to call, None without one; PluginUnavailable."""
    if not _NAME.fullmatch(name):
        return None
    from importlib.metadata import entry_points

    points = [*entry_points(group=f"memcli.{kind}", name=name)]
    if len(points) > 1:
        packages = ", ".join(sorted(_package(point) for point in points))
        raise PluginUnavailable(
            f"{name} is in several packages: {packages}", "uninstall all but one"
        )
    for point in points:
        try:
            made: Callable[..., Any] = point.load()
        # A module may fail at its import by anything, sys.exit included.
        except (Exception, SystemExit) as error:
            raise PluginUnavailable(
                f"the plug-in {name} of the package {_package(point)} cannot be loaded: {error!r}",
                "install what it lacks, or another version of it",
            ) from error
        return made
    return None


@contextmanager
def blamed(kind: str, name: str) -> Iterator[None]:
    """Raise what a plug-in fails by as PluginUnavailable; errors of ours and the system's pass."""
    try:
        yield
    except (MemcliError, OSError):
        raise
    except Exception as error:
        what = kind.replace("_", " ")
        raise PluginUnavailable(
            f"the plug-in {name} of the {what} failed: {error!r}", "report it to its author"
        ) from error


def require_own(kind: str, name: str, is_own: bool) -> None:
    """Raise BadUsage for a plug-in that a store names which the user has only come upon."""
    if not is_own:
        raise BadUsage(
            f"a store found upward asks for the plug-in {name} of the {kind.replace('_', ' ')}",
            "if you trust the store: memcli trust DIR; or name it with --store",
        )


def installed() -> list[Installed]:
    """Return the plug-ins of every kind that are there, by kind and name; none is imported."""
    from importlib.metadata import entry_points

    points = [(kind, point) for kind in KINDS for point in entry_points(group=f"memcli.{kind}")]
    return sorted(
        Installed(kind, point.name, _package(point), point.dist.version if point.dist else "")
        for kind, point in points
    )


def _package(point: EntryPoint) -> str:
    """Return the name of the package that an entry point comes with."""
    return point.dist.name if point.dist else point.value
