"""Trust a store that you did not make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage, InputNotFound, StoreNotFound

if TYPE_CHECKING:
    from memcli.config import Config
    from memcli.jsonl import Json
    from store.trust import TrustMark

COLUMNS = ("path", "trusted_at", "allows", "changed")


@with_store("none", "* store quiet format")
def trust_command(
    call: Call,
    path: Annotated[
        Path | None, typer.Argument(help="The store, or the folder whose .memory/ it is.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Trust it no longer.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the stores you trust.")] = False,
) -> None:
    """
    Trust a store that you did not make.

    A `.memory/` that is found upward may have come with a repository, or be somebody else's. Until
    you trust it, it is not written to and its config.toml is not obeyed; one of another owner is
    not read either. What `init` and --create make here is trusted from its birth, and the per-user
    store always. What config.toml runs or sends to (`command` and `base_url` in it) is used only as
    you have seen it here: after a change of it, trust the store again, whatever way you name it.

    Without a path, the store that is found from here. The mark is in your own folder of settings,
    by the path and id of the store. What is trusted now goes to stdout.

    Example: memcli trust .memory

    Example: memcli trust --list

    EXIT STATUS: 0 done, 2 usage, 66 no such store, or with --remove one that was not trusted, 74
    I/O error.
    """
    from store.trust import all_marks, put_mark, remove_mark

    if listed:
        if path is not None or remove:
            raise BadUsage("--list takes no path", "leave out the rest")
        call.show(map(_record, all_marks()), COLUMNS, text="path")
        return
    root = _root(call, path)
    if remove:
        if not remove_mark(root):
            raise InputNotFound(f"{root} is not trusted", "see: memcli trust --list")
        call.say(f"{root} is no longer trusted")
        return
    _require_store(root)
    config = _config(root)
    mark = put_mark(root, _digest(config))
    record = _record(mark)
    for name, value in record.get("allows", {}).items():
        call.say(f"config.toml may use {name} = {value}")
    call.say(f"{mark.path} is trusted")
    call.show([record], COLUMNS, text="path")


def _root(call: Call, path: Path | None) -> Path:
    """Return the store that is meant."""
    from store.layout import is_store
    from store.location import local_path, store_path

    root = local_path(path) if path else store_path(call.given["store"])
    inner = root / ".memory"
    return inner if not is_store(root) and inner.is_dir() else root


def _require_store(root: Path) -> None:
    """Raise StoreNotFound, or what else is wrong with a folder that is no store."""
    from store.layout import Layout, read_identity
    from store.links import refuse_outward_links

    if not root.is_dir():
        raise StoreNotFound(f"no store at {root}", "give the path of one")
    read_identity(Layout(root))
    refuse_outward_links(root, wholly=True)


def _config(root: Path) -> Config:
    from memcli.config import read_config
    from store.layout import Layout

    return read_config(Layout(root).config)


def _digest(config: Config) -> str:
    from memcli.config import commands_digest

    return commands_digest(config)


def _record(mark: TrustMark) -> Json:
    """Return what is trusted, with what config.toml names now."""
    return {
        "kind": "trust",
        "v": 1,
        "path": str(mark.path),
        "store_id": mark.store_id,
        "trusted_at": mark.trusted_at,
        **dict(_named_now(mark)),
    }


def _named_now(mark: TrustMark) -> Iterator[tuple[str, object]]:
    """Yield `allows` where config.toml names anything, and `changed` where that is not allowed."""
    from memcli.config import reaching_out

    try:
        config = _config(mark.path)
    except BadUsage:
        return
    if named := reaching_out(config):
        yield "allows", named
        if _digest(config) != mark.commands:
            yield "changed", True
