"""Encrypt the store in place, or give it another key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage


@with_store("write", "store * quiet format")
def encrypt_command(
    call: Call,
    new_key: Annotated[
        Path | None,
        typer.Option(
            help="The key from now on is in this file, which is made if it is not there.",
            metavar="FILE",
        ),
    ] = None,
    rekey: Annotated[
        bool, typer.Option("--rekey", help="Give an encrypted store another key: --new-key.")
    ] = False,
) -> None:
    """
    Encrypt the store in place, or give it another key.

    From then on all that is remembered is on the disk in encrypted files only, and every command
    needs the key: --key-file, $MEMCLI_KEY_FILE, or key_file or key_command in encryption.toml of
    your own folder of settings. Commands work on a decrypted copy in memory. Without the key nobody
    can bring anything back: keep a copy of it elsewhere.

    The key is a file that --new-key makes, of mode 0600, or that holds a passphrase of yours. All
    is written and compared before anything is removed, and what was killed on the way is finished
    by running it again. What was in plain before can still be on the disk, in blocks that are free
    now, in backups, and in copies that `repair` left; `memcli help encryption` says what is
    protected and what is not.

    Example: memcli encrypt --new-key ~/.config/memcli/key

    Example: memcli encrypt --rekey --key-file old.key --new-key new.key

    EXIT STATUS: 0 done, encrypted already too, 2 usage, 65 corrupt store, or not its key, 66 no
    such store or key file, 74 I/O error, disk full, or no room in memory, 75 locked.
    """
    from memcli.agents.hooks.spooling import move_lines
    from memcli.memory.opening import new_secret
    from memcli.memory.vault.changes import follow_key
    from store.encryption.conversion import encrypt_store, rekey_store

    store = call.store
    if rekey:
        if new_key is None:
            raise BadUsage("--rekey without --new-key", "name the file of the new key")
        secret = new_secret(store.layout.root, new_key, call.say)
        follow_key(store, secret, call.say)
        rekey_store(store, secret)
        call.say(f"{store.layout.root} has the key in {new_key} now; the earlier one opens nothing")
        call.summary({"rekeyed": 1})
        return
    if store.layout.remote:
        what = f"{store.layout.shown} is on object storage and cannot be encrypted"
        raise BadUsage(what, "let the bucket encrypt; memcli help object-storage")
    if store.layout.vault:
        if new_key is not None:
            raise BadUsage(f"{store.layout.root} is encrypted already", "give --rekey too")
        with store.locked():
            pass  # what a killed conversion left in plain goes
        call.say(f"{store.layout.root} is encrypted already")
        call.summary({"files": 0})
        return
    secret = new_secret(store.layout.root, new_key, call.say, store.id)
    follow_key(store, secret, call.say)
    with call.progress("encrypt") as counter:
        count = encrypt_store(store, secret, move_lines, counter.advance)
    call.say(f"{store.layout.root} is encrypted: {count:,} files; keep a copy of the key elsewhere")
    call.summary({"files": count})
