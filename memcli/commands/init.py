"""Make a new, empty store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memcli import jsonl
from memcli.cli import options
from memcli.memory.opening import create_store
from memcli.models.encoder import BUNDLED, DEFAULT_ENCODER
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
    here: Annotated[bool, typer.Option("--here", help="Make .memory/ in this folder.")] = False,
) -> None:
    """
    Make a new, empty store.

    Without --store: $MEMCLI_STORE, else the per-user folder; with --here, .memory/ in this folder,
    which commands find from here and from every folder below.

    Example: memcli init --store ~/memory --encoder minilm-l6-v2

    EXIT STATUS: 0 done, 69 no such encoder, 73 something is there already, 74 cannot write.
    """
    path = create_store(Path(".memory") if here else store_path(store), encoder)
    summary = {"kind": "summary", "v": 1, "command": "init", "commit": 1}
    jsonl.write([{**summary, "counts": {"store": str(path)}}])
