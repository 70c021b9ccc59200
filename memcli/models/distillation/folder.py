"""Encoder folder, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.models.distillation.static_model import model_bytes
from store.errors import StoreExists, StoreIOError
from store.files import io_errors, write_synced

if TYPE_CHECKING:
    import numpy as np

# A table costs little for each token, so more are taken than a transformer could.
MAX_TOKENS: Final = 512


def require_free(out: Path) -> None:
    """Raise StoreExists unless a folder can be made there; an empty one may be there."""
    with _writing(out):
        taken = os.path.lexists(out) and not (out.is_dir() and not any(out.iterdir()))
    if taken:
        raise StoreExists(f"{out} exists already", "name another --out, or remove it")
    if not out.absolute().parent.is_dir():
        raise StoreIOError(f"no folder {out.absolute().parent}", "make it first")
    if not os.access(out.absolute().parent, os.W_OK):
        raise StoreIOError(f"cannot write to {out.absolute().parent}", "check its permissions")


def write_encoder(
    out: Path, table: np.ndarray, scales: np.ndarray, tokenizer: Path, about: dict[str, Any]
) -> None:
    """
    Write model.onnx, tokenizer.json and model.json into a new folder.

    They are written beside it, synced and renamed, so that there is never half an encoder.
    """
    require_free(out)
    model = model_bytes(table, scales)
    text = json.dumps(
        {**_interface(table), **about, "sha256": hashlib.sha256(model).hexdigest()}, indent=1
    )
    with _writing(out):
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
        try:
            write_synced(draft / "model.onnx", model)
            write_synced(draft / "tokenizer.json", tokenizer.read_bytes())
            write_synced(draft / "model.json", text.encode() + b"\n")
            draft.chmod(0o755 & ~_umask())
            draft.rename(out.absolute())
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _interface(table: np.ndarray) -> dict[str, Any]:
    """Return what of model.json follows from the graph."""
    return {
        "dimension": table.shape[1],
        "max_tokens": MAX_TOKENS,
        "add_special_tokens": False,
        "pooling": "in-graph mean, L2-normalized",
        "inputs": ["input_ids", "attention_mask"],
        "output": "embedding",
    }


def _umask() -> int:
    """Return the bits that new files lack, which can only be seen by setting them."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _writing(out: Path) -> AbstractContextManager[None]:
    return io_errors(f"write {out}", "check disk and path")
