"""Adding to the vault: what is typed or piped is kept, or what memories say is moved there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from memcli.commands._publishing import publish
from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.cli.with_store import Call
    from memcli.jsonl import Row
    from memcli.memory.vault.entries import VaultEntry
    from memcli.memory.vault.sealing import VaultKeys
    from store import Transaction

COLUMNS: Final = ("name", "namespace", "recorded_at")


def keep_secret(call: Call, keys: VaultKeys, name: str, replace: bool) -> None:
    """Keep what is on stdin, or typed."""
    from memcli.memory.vault.changes import keep
    from memcli.memory.vault.entries import VaultContent, value_of

    content = VaultContent(value_of(_typed() if sys.stdin.isatty() else sys.stdin.buffer.read()))
    given = {"action": "add", **given_options(replace=replace)}
    with call.store.transaction("vault", given) as transaction:
        entry = keep(transaction, keys, name, _space(call), content, call.now, replace)
        publish(call, transaction, ("kept", "keep"), in_words([entry]))
    show_entries(call, [entry])


def _typed() -> bytes:
    """Return what is typed twice at the terminal, which does not show it."""
    from getpass import getpass

    first = getpass("Secret: ")
    if first != getpass("Again: "):
        raise BadUsage("the two are not the same; nothing was kept", "run it again")
    return first.encode()


def move_to_vault(
    call: Call,
    keys: VaultKeys,
    name: str,
    ids: Sequence[str],
    kinds: Sequence[str],
    whole: bool,
    replace: bool,
) -> None:
    """Keep what memories say, and purge them."""
    from memcli.memory.selection import select
    from memcli.memory.vault.changes import keep
    from memcli.memory.vault.entries import VaultContent, value_of
    from memcli.memory.vault.words import (
        choose_value,
        kinds_marked,
        read_turns,
        said_in,
        words_of,
    )
    from memcli.retention.purge.moving import MoveToVault
    from memcli.retention.purge.plan import plan_purge, with_sources

    if _is_finished(call, name):
        return
    snapshot = call.snapshot
    records = select(snapshot, ids, call.namespace)
    named = with_sources(snapshot, [record["id"] for record in records], taken=True)
    turns = read_turns(snapshot, named)
    meant = kinds or sorted(kinds_marked([r["text"] for r in records if r["level"] > 0]))
    value = choose_value(turns, words_of(snapshot, turns), meant, whole)
    content = VaultContent(value_of(value.encode()), said_in(turns))
    plan = plan_purge(snapshot, named)
    space = _space_of(call, turns)
    kept: list[VaultEntry] = []

    def keep_it(transaction: Transaction) -> None:
        kept.append(keep(transaction, keys, name, space, content, call.now, replace))

    if call.dry_run:
        call.say(f"dry run: would move {len(turns)} turns to {name!r}, and purge {len(plan.gone)}")
        return
    step = MoveToVault(call.store, snapshot, plan, call.now, value, keep_it)
    with call.progress("move to the vault"):
        commit = step.commit(given_options(purge=True, to="vault"))
    what = f"{len(turns)} turn{'s' if len(turns) != 1 else ''}"
    call.say(f"moved {what} to secret {name!r}; history begins with commit {commit.number}")
    if left := step.left():
        told = ", ".join(left[:3]) + (", ..." if len(left) > 3 else "")
        say = "1 memory says" if len(left) == 1 else f"{len(left):,} memories say"
        call.say(f"{say} it too: {told} (memcli forget --purge --sources {left[0]})")
    if plan.anew:
        call.say("what was made of other turns with it is to be made anew: run memcli extract")
    show_entries(call, kept)


def _is_finished(call: Call, name: str) -> bool:
    """Finish a purge that was killed; say whether it was the move to this name that was."""
    from memcli.memory.vault.entries import read_entries
    from memcli.retention.purge.purging import finish_purge

    if call.dry_run or finish_purge(call.store) is None:
        return False
    call.say("finished a purge that was cut short; memcli check --purged TEXT proves it")
    moved = [e for e in read_entries(call.snapshot, call.namespace) if e.name == name]
    if moved:
        call.say(f"secret {name!r} is in the vault")
        show_entries(call, moved)
    return bool(moved)


def _space(call: Call) -> str:
    return call.namespace or DEFAULT_NAMESPACE


def _space_of(call: Call, turns: Sequence[Row]) -> str:
    """Return the namespace of what is moved: that of the turns."""
    return call.namespace or next((row["namespace"] for row in turns), DEFAULT_NAMESPACE)


def show_entries(call: Call, entries: Sequence[VaultEntry]) -> None:
    from memcli.memory.vault.entries import as_record

    call.show(map(as_record, entries), COLUMNS, text="name")


def in_words(entries: Sequence[VaultEntry]) -> str:
    return counted(len(entries))


def counted(count: int) -> str:
    return "1 secret" if count == 1 else f"{count:,} secrets"
