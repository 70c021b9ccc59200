"""Make a new, empty store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memcli import jsonl
from memcli.cli import options
from memcli.cli.memory_limit import require_address_space
from memcli.cli.progress import note
from memcli.memory.opening import create_from_backup, create_store, new_secret, stay_private
from memcli.models.encoder import BUNDLED, DEFAULT_ENCODER
from store.errors import BadUsage
from store.location import store_path


def init_command(
    store: options.StoreOption = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="multilingual-256, static-256 (English only), minilm-l6-v2 (better on technical "
            "text), or a folder with model.onnx and tokenizer.json, or a plug-in's name.",
            metavar="NAME|DIR",
            autocompletion=lambda: [*BUNDLED],
        ),
    ] = DEFAULT_ENCODER,
    backup: Annotated[
        Path | None,
        typer.Option("--from", help="Make it of this backup, see `memcli backup`.", metavar="DIR"),
    ] = None,
    here: Annotated[bool, typer.Option("--here", help="Make .memory/ in this folder.")] = False,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt it from its birth, see `memcli encrypt`.")
    ] = False,
    new_key: Annotated[
        Path | None,
        typer.Option(help="Its key is in this file, made if it is not there.", metavar="FILE"),
    ] = None,
    key_file: options.KeyFileOption = None,
    quiet: options.QuietOption = False,
) -> None:
    """
    Make a new, empty store, or one of a backup.

    Without --store: $MEMCLI_STORE, else the per-user folder; with --here, .memory/ in this folder,
    which commands find from here and from every folder below. What is there already is never
    touched; an init that was killed is finished by the next. With --from, all of a backup is copied
    and checked. What its config.toml runs has to be allowed by `memcli trust`.

    Example: memcli init --store ~/memory --encoder minilm-l6-v2

    Example: memcli init --encrypt --new-key ~/.config/memcli/key

    Example: memcli init --store ~/memory --from /media/disk/memory-2026-11-29

    EXIT STATUS: 0 done, 2 usage, 65 the backup is not sound, or there is no key, 66 there is none,
    69 no such encoder, 73 something is there already, 74 cannot write.
    """
    require_address_space()
    place = Path(".memory") if here else store_path(store)
    stay_private(place)
    options.use_key_file(key_file)
    say = (lambda line: None) if quiet else note
    if backup is None:
        secret = new_secret(place, new_key, say) if encrypt or new_key else None
        path, commit = create_store(place, encoder, say, secret), 1
    elif encrypt or new_key:
        raise BadUsage("--encrypt with --from: a backup is as it is", "memcli encrypt, afterwards")
    elif encoder != DEFAULT_ENCODER:
        raise BadUsage("--encoder with --from: a backup has its own", "memcli reembed moves it")
    else:
        path, commit = create_from_backup(place, backup, say)
    summary = {"kind": "summary", "v": 1, "command": "init", "commit": commit}
    jsonl.write([{**summary, "counts": {"store": path}}])
