"""
Files of an encoder: a folder with model.onnx, tokenizer.json and (optional) model.json.

Three are bundled. What changes the vectors is told by hashes of the files that bear on them.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from memcli.language.data import PACKAGE
from memcli.models.inference import open_session
from store.cores import usable_cores
from store.errors import EncoderUnavailable

DEFAULT_ENCODER: Final = "multilingual-256"
# The table of English tokens: alone, or beside one of other languages.
ENGLISH_ENCODER: Final = "static-256"
BUNDLED: Final = (DEFAULT_ENCODER, ENGLISH_ENCODER, "minilm-l6-v2")


def encoder_folder(name: str) -> Path:
    """Return the folder of a bundled encoder, or of the user's own; EncoderUnavailable if none."""
    folder = PACKAGE / "models" / name if name in BUNDLED else Path(name)
    if not (folder / "model.onnx").is_file() or not (folder / "tokenizer.json").is_file():
        raise EncoderUnavailable(
            f"no encoder at {name}",
            f"use {' or '.join(BUNDLED)}, or a folder with model.onnx and tokenizer.json",
        )
    return folder


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file; it is read again only where it has changed."""
    state = path.stat()
    return _hash_of(path, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


# Weights are megabytes, and a stamp asks twice for those of a table in two.
@lru_cache(maxsize=64)
def _hash_of(path: Path, *state: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def default_threads() -> int:
    """Return how many cores this process may use; $OMP_NUM_THREADS, as Ray sets it, bounds them."""
    bound = os.environ.get("OMP_NUM_THREADS", "")
    if bound.isdecimal() and int(bound):
        return int(bound)
    return usable_cores()


def bearing_files(folder: Path) -> list[Path]:
    """Return the model, the tokenizer, and the files of weights that the model names, by name."""
    known = {folder / "model.onnx", folder / "tokenizer.json"}
    others = [path for path in folder.iterdir() if path not in known and path.is_file()]
    if others:
        with (folder / "model.onnx").open("rb") as file:
            model = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Weights beside the graph are named in it, whatever they are called.
        known.update(path for path in others if model.find(os.fsencode(path.name)) >= 0)
    return sorted(known)


def read_about(folder: Path) -> dict[str, Any]:
    """Return model.json, or nothing where there is none."""
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(f"cannot read {folder}/model.json: {error}") from error
    if not isinstance(about, dict):
        raise EncoderUnavailable(f"{folder}/model.json is not a JSON object")
    return about


def load_tokenizer(folder: Path, max_tokens: int) -> Any:
    """Load tokenizer.json, cutting texts at the model's limit and leaving padding to us."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the library raises bare Exception
        raise EncoderUnavailable(f"cannot load {folder}/tokenizer.json: {error}") from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def load_session(folder: Path, threads: int) -> Any:
    """Load model.onnx on that many threads."""
    try:
        return open_session(folder / "model.onnx", threads)
    except Exception as error:  # the library's exceptions share no public base
        raise EncoderUnavailable(f"cannot load {folder}/model.onnx: {error}") from error
