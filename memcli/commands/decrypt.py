"""Decrypt the store in place."""

from __future__ import annotations

from memcli.cli.with_store import Call, with_store


@with_store("write", "store * quiet format")
def decrypt_command(call: Call) -> None:
    """
    Decrypt the store in place.

    All is written in plain, synced and checked before an encrypted file is removed; what was killed
    on the way is finished by running it again. The key is not needed any more then.

    Example: memcli decrypt --key-file ~/.config/memcli/key

    EXIT STATUS: 0 done, plain already too, 65 corrupt store, or no key or not its own, 66 no such
    store or key file, 74 I/O error or disk full, 75 locked.
    """
    from store.encryption.conversion import decrypt_store, finish_decrypting

    store = call.store
    root = store.layout.root
    if store.layout.vault is None:
        with store.locked():
            finish_decrypting(root)
            if store.layout.remote:
                from store.remote.converting import remove_leftovers

                remove_leftovers(store)
        call.say(f"{store.layout.shown} is not encrypted")
        call.summary({"files": 0})
        return
    with call.progress("decrypt") as counter:
        if store.layout.remote:
            from store.remote.converting import decrypt_in_bucket

            count = decrypt_in_bucket(store, counter.advance)
        else:
            count = decrypt_store(store, counter.advance)
    call.say(f"{store.layout.shown} is in plain now: {count:,} files")
    call.summary({"files": count})
