"""Encrypt the store in place, or give it another key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from store import Store
    from store.encryption.key_source import Secret


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

    A store in a bucket is written anew there, and has its new form by one step: `memcli help
    object-storage`.

    Example: memcli encrypt --new-key ~/.config/memcli/key

    Example: memcli encrypt --rekey --key-file old.key --new-key new.key

    EXIT STATUS: 0 done, encrypted already too, 2 usage, 65 corrupt store, or not its key, 66 no
    such store or key file, 74 I/O error, disk full, or no room in memory, 75 locked.
    """
    from memcli.agents.hooks.spooling import move_lines
    from memcli.memory.opening import new_secret
    from memcli.memory.vault.changes import follow_key
    from store.encryption.conversion import encrypt_store, rekey_store

    store, name = call.store, call.store.layout.shown
    if rekey:
        if new_key is None:
            raise BadUsage("--rekey without --new-key", "name the file of the new key")
        secret = new_secret(store.layout.root, new_key, call.say)
        follow_key(store, secret, call.say)
        if store.layout.vault is not None and store.layout.remote:
            _in_bucket(call, secret)
        else:
            rekey_store(store, secret)
        call.say(
            f"{store.layout.shown} has the key in {new_key} now; the earlier one opens nothing"
        )
        call.summary({"rekeyed": 1})
        return
    if store.layout.vault:
        if new_key is not None:
            raise BadUsage(f"{name} is encrypted already", "give --rekey too")
        with store.locked():
            _remove_leftovers(store)
        call.say(f"{name} is encrypted already")
        call.summary({"files": 0})
        return
    secret = new_secret(store.layout.root, new_key, call.say, store.id)
    follow_key(store, secret, call.say)
    if store.layout.remote:
        count = _in_bucket(call, secret)
    else:
        with call.progress("encrypt") as counter:
            count = encrypt_store(store, secret, move_lines, counter.advance)
    call.say(
        f"{store.layout.shown} is encrypted: {count:,} files; keep a copy of the key elsewhere"
    )
    call.summary({"files": count})


def _in_bucket(call: Call, secret: Secret) -> int:
    """Encrypt a store on object storage, or give it another key; return how many objects it is."""
    from store.remote.converting import encrypt_in_bucket

    with call.progress("encrypt") as counter:
        count = encrypt_in_bucket(call.store, secret, counter.advance)
    _remove_plain(call.store)
    return count


def _remove_leftovers(store: Store) -> None:
    """Remove what a killed conversion left; on a disk, the lock has done that."""
    if store.layout.remote:
        from store.remote.converting import remove_leftovers

        remove_leftovers(store)
        _remove_plain(store)


def _remove_plain(store: Store) -> None:
    """Have nothing in plain beside the copy here; what hooks noted waits in memory."""
    from memcli.agents.hooks.spooling import move_lines
    from store.encryption.leftovers import remove_plain
    from store.encryption.runtime import hooks_folder

    root = store.layout.root
    move_lines(root / "hooks", hooks_folder(root, store.id))
    remove_plain(root)
