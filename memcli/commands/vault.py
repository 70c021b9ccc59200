"""
Keep secrets by name, encrypted: add, get, list, remove, rekey.

Passwords, codes and keys that you want to have at hand and a model is never to see: what is in the
vault is in no search, hit, prompt, export, log or tool of an agent, and is encrypted in the store,
also in one that is not. It needs a key: --key-file, $MEMCLI_KEY_FILE, or key_file or key_command in
encryption.toml of your own folder of settings; `vault add --new-key FILE` makes one.

Example: pass show bank | memcli vault add bank --new-key ~/.config/memcli/key

EXIT STATUS: 0 done, 2 usage, 65 no key, not the right one, or a damaged secret, 66 no such secret,
store or key file, 73 there is such a secret already, 74 I/O error or disk full, 75 locked.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli.output import Format
from memcli.cli.with_store import Call, with_store
from memcli.commands._publishing import publish
from memcli.commands._vault_adding import (
    COLUMNS,
    counted,
    in_words,
    keep_secret,
    move_to_vault,
    show_entries,
)
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.memory.vault.sealing import VaultKeys

ACTIONS: Final = ("add", "get", "list", "remove", "rekey")
WRITING: Final = "* store namespace now dry_run quiet format"
NameArgument = Annotated[str, typer.Argument(help="What it is called.", metavar="NAME")]
NamesArgument = Annotated[
    list[str], typer.Argument(help="What they are called.", metavar="NAME...")
]
NewKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--new-key", help="The key is in this file, which is made if it is not.", metavar="FILE"
    ),
]
PurgeOption = Annotated[
    bool, typer.Option("--purge", help="For good: no earlier commit is kept either.")
]
# What is typed behind the name by mistake; it is told, and not shown.
TypedArgument = Annotated[list[str] | None, typer.Argument(hidden=True, metavar="")]


@with_store("create", "* store namespace now dry_run create quiet format")
def add_command(
    call: Call,
    name: NameArgument,
    typed: TypedArgument = None,
    from_: Annotated[
        list[str] | None,
        typer.Option("--from", help="Move what this memory says; repeat. See above.", metavar="ID"),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="With --from: the value is the secret of this kind.", metavar="KIND"),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="With --from: the value is all that is said there.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the one of that name.")
    ] = False,
    new_key: NewKeyOption = None,
) -> None:
    """
    Keep a secret: from stdin, or typed twice without being shown.

    It is never given as an argument, which stays in the shell's history. The end of a line is cut
    off; what has several lines is kept as it is.

    --from moves what was said before: the secret in the turn, or in the turns that a statement was
    made of, becomes the value. Those turns, and all that was made of them, are purged as by
    `forget --purge`, history too; their words stay in the vault alone (`vault get --words`).

    Example: memcli vault add alarm --from 6ja7k3sx

    EXIT STATUS: 0 done, 2 usage, 65 no key, not the right one, or what cannot be a secret, 66 no
    such memory, store or key file, 73 there is such a secret already, 74 I/O error or disk full,
    75 locked.
    """
    from memcli.memory.vault.entries import require_name

    if typed:
        what = "a secret is never given as an argument: that stays in the shell's history"
        raise BadUsage(what, f"change it if it is one, then pipe it: ... | memcli vault add {name}")
    if (kind or whole) and not from_:
        raise BadUsage("--kind and --whole go with --from", "see: memcli vault add --help")
    _shield()
    require_name(name)
    keys = _keys(call, new_key)
    if from_:
        move_to_vault(call, keys, name, from_, kind or (), whole, replace)
    else:
        keep_secret(call, keys, name, replace)


@with_store("read", "store namespace at quiet format")
def get_command(
    call: Call,
    name: NameArgument,
    words: Annotated[
        bool, typer.Option("--words", help="The words that it was said in, where it was moved.")
    ] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Without the line end that is added to a line.")
    ] = False,
) -> None:
    """
    Print a secret, on a terminal as in a pipe, and nothing else.

    A line gets a line end; several lines are printed as they are. On a terminal, signs that would
    command it are replaced. With --format json, and the other forms, the whole record is printed.

    In the shell of an agent it refuses, as a model reads what is printed there.

    Example: memcli vault get bank | wl-copy

    EXIT STATUS: 0 done, 2 usage, or the shell of an agent, 65 no key, not the right one, or it is
    damaged, 66 no such secret, store, commit or key file, 74 I/O error.
    """
    from memcli.memory.vault.entries import as_record, find_entry, read_entries

    _refuse_agents()
    _shield()
    entry = find_entry(read_entries(call.snapshot, call.namespace), name)
    content = _keys(call).opened(entry)
    if call.format not in (None, Format.text):
        call.show([as_record(entry, content, with_words=words)])
    elif words:
        _print("".join(_as_line(said.speaker, said.text) for said in content.said))
    else:
        is_ended = exact or content.value.endswith("\n")
        _print(content.value if is_ended else content.value + "\n")


@with_store("read", "store namespace at quiet format")
def list_command(call: Call) -> None:
    """
    List the names in the vault, and when each was kept; it needs no key.

    Example: memcli vault list --format text

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.memory.vault.entries import as_record, read_entries

    entries = read_entries(call.snapshot, call.namespace)
    call.show(map(as_record, entries), COLUMNS, text="name")


@with_store("write", WRITING)
def remove_command(call: Call, names: NamesArgument, purge: PurgeOption = False) -> None:
    """
    Take secrets out of the vault; it needs no key.

    `undo` brings them back; with --purge nothing does.

    Example: memcli vault remove bank --purge

    EXIT STATUS: 0 done, 2 usage, 66 no such secret or store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.vault.changes import remove

    given = {"action": "remove", **given_options(purge=purge)}
    with call.store.transaction("forget" if purge else "vault", given) as transaction:
        gone = remove(transaction, names, call.namespace)
        publish(call, transaction, ("removed", "remove"), in_words(gone), purge)
    show_entries(call, gone)


@with_store("write", WRITING)
def rekey_command(
    call: Call,
    new_key: NewKeyOption = None,
    old_key: Annotated[
        Path | None,
        typer.Option(
            help="The key they have now; else the one that is given or set.", metavar="FILE"
        ),
    ] = None,
    purge: PurgeOption = False,
) -> None:
    """
    Seal what is in the vault by another key.

    From the key that is given or set to --new-key, or from --old-key to the one that is given or
    set. What earlier commits have opens with the old key still, unless --purge takes them away. The
    vault of an encrypted store has the key of that, and `memcli encrypt --rekey` changes both.

    Example: memcli vault rekey --key-file old.key --new-key new.key --purge

    EXIT STATUS: 0 done, nothing to do too, 2 usage, 65 no key, or not the right one, 66 no such
    store or key file, 74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.vault.changes import reseal
    from memcli.memory.vault.sealing import VaultKeys
    from store.encryption.key_source import read_secret

    if (new_key is None) == (old_key is None):
        raise BadUsage("which key is the other one?", "give --new-key or --old-key, one of them")
    if new_key is not None and call.store.layout.vault:
        raise BadUsage("the vault has the key of the store", "memcli encrypt --rekey changes both")
    _shield()
    old = VaultKeys(read_secret(old_key)) if old_key else _keys(call)
    new = _keys(call, new_key)
    given = {"action": "rekey", **given_options(purge=purge)}
    with call.store.transaction("forget" if purge else "vault", given) as transaction:
        sealed, left = reseal(transaction, old, new)
        publish(call, transaction, ("sealed anew", "seal anew"), counted(sealed), purge)
    if left:
        call.say(f"{counted(left)} opened with neither key, and stayed as they are")
    if sealed and not purge:
        call.say("earlier commits open with the old key still (--purge takes them away)")


# ---------------------------------------------------------------- keys, and what is printed


def _keys(call: Call, new_key: Path | None = None) -> VaultKeys:
    """Return what the user's key opens; a new one is made where it is asked for."""
    from memcli.memory.opening import new_secret
    from memcli.memory.vault.sealing import VaultKeys, vault_secret
    from store.encryption.key_source import require_strength

    store = call.store
    if new_key is not None:
        if store.layout.vault:
            raise BadUsage("the vault has the key of the store", "leave out --new-key")
        return VaultKeys(new_secret(store.layout.root, new_key, call.say, store.id))
    secret = vault_secret(store.layout, store.id)
    if call.mode != "read":
        require_strength(secret)
    return VaultKeys(secret)


def _shield() -> None:
    """Let this process leave no core file, in which a secret would be."""
    from store.encryption.runtime import leave_no_core

    leave_no_core()


def _refuse_agents() -> None:
    """Raise BadUsage where a model would read what is printed."""
    from memcli.agents.agent_shells import agent_shell

    if shell := agent_shell(os.environ):
        what = f"this is a shell of {shell.agent} ({shell.variable} is set): a model reads it"
        raise BadUsage(what, "read it in a shell of your own")


def _print(text: str) -> None:
    from memcli import jsonl
    from memcli.language.sanitize import printable

    shown = printable(text) if sys.stdout.isatty() else text
    jsonl.write_bytes([shown.encode()])


def _as_line(speaker: str | None, text: str) -> str:
    return f"{speaker}: {text}\n" if speaker else f"{text}\n"
