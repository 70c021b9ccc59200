"""
Encoders of texts: a folder with model.onnx, tokenizer.json and (optional) model.json.

Three are bundled. Vectors are float32, L2-normalized, in the order of the texts. Nothing but
numpy, onnxruntime and tokenizers is loaded, and those only when an encoder is.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from memcli.language.data import PACKAGE
from memcli.language.languages import ENGLISH, language_of
from memcli.models.inference import open_session, padded_batches
from memcli.models.token_table import TokenTable
from store.commits import EncoderStamp
from store.errors import EncoderUnavailable
from store.memory import give_back

if TYPE_CHECKING:
    import numpy as np

DEFAULT_ENCODER: Final = "multilingual-256"
# The table of English tokens: alone, or beside one of other languages.
ENGLISH_ENCODER: Final = "static-256"
BUNDLED: Final = (DEFAULT_ENCODER, ENGLISH_ENCODER, "minilm-l6-v2")
# What of model.json names the encoder for English texts, where there is one of its own.
ENGLISH_TABLE: Final = "english"
# Padded tokens and texts a run: bounds memory whatever the lengths are. A transformer, which is
# what wants special tokens, is fastest while its activations stay in the cache; a table of token
# vectors is when the tokenizer gets much at a time.
TRANSFORMER_BATCH: Final = (2_048, 64)
TABLE_BATCH: Final = (16_384, 512)
# A token of these vocabularies is rarely shorter than one character and the tokenizer's work
# grows with the text, so what lies far behind the last token that counts is cut off before.
MAX_CHARACTERS_PER_TOKEN: Final = 32


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
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Encoder:
    """Turns texts into unit vectors."""

    def __init__(self, folder: Path, name: str, threads: int | None = None) -> None:
        self.folder = folder
        self._about = read_about(folder)
        self.name = str(self._about.get("name") or name)
        self.max_tokens = int(self._about.get("max_tokens") or 256)
        self.special = bool(self._about.get("add_special_tokens", True))
        self._threads = threads or default_threads()
        self._session: Any = None
        self._table = None if self.special else TokenTable.open(folder, self.max_tokens)
        if self._table is None:
            self.load_whole()
        self.dimension = int(self._about.get("dimension") or len(self.encode(["a"])[0]))

    def load_whole(self) -> None:
        """Load what many texts need, for which a table's own rows are read one by one at first."""
        self._table = None
        if self._session is None:
            _ = self._tokenizer
            self._session = load_session(self.folder, self._threads)

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self.folder, self.max_tokens)

    def release(self) -> None:
        """Give back the memory of the largest batch so far; the next text takes it anew."""
        self._session = None
        give_back()

    @classmethod
    def load(cls, name: str, threads: int | None = None) -> Encoder:
        """Load a bundled encoder by name, or one from a folder."""
        folder = encoder_folder(name)
        about = read_about(folder)
        if about.get(ENGLISH_TABLE):
            return MultilingualEncoder(folder, about, threads)
        return cls(folder, Path(name).name, threads)

    @classmethod
    def of_stamp(cls, stamp: EncoderStamp, threads: int | None = None) -> Encoder:
        """Load the encoder that made a store's vectors; refuse another one of the same name."""
        encoder = cls.load(stamp.path or stamp.name, threads)
        hashes = {encoder._about.get("sha256")} - {None}
        # The word of model.json is enough for what came with memcli; elsewhere weights are swapped.
        if stamp.path or not hashes:
            hashes.add(encoder.weights_hash())
        is_changed = stamp.files is not None and stamp.files != encoder.files_hash()
        if is_changed or hashes != {stamp.sha256} or encoder.dimension != stamp.dimension:
            raise EncoderUnavailable(
                f"{encoder.folder} is not the encoder that this store was made with",
                "restore it, or move the store: memcli reembed --encoder NAME",
            )
        return encoder

    def stamp(self) -> EncoderStamp:
        """Return the stamp of this encoder, after checking its weights against model.json."""
        found = self.weights_hash()
        if self._about.get("sha256", found) != found:
            raise EncoderUnavailable(
                f"{self.folder}/model.onnx does not have the hash in model.json", "reinstall it"
            )
        bundled = self.folder == PACKAGE / "models" / self.name
        if bundled:
            return EncoderStamp(self.name, self.dimension, found)
        path, files_ = str(self.folder.resolve()), self.files_hash()
        return EncoderStamp(self.name, self.dimension, found, path, files_)

    def files_hash(self) -> str:
        """Return a SHA-256 of all that changes the vectors: the files, and what model.json sets."""
        told = [f"{path.name} {file_hash(path)}" for path in _bearing_files(self.folder)]
        told.append(json.dumps([self.max_tokens, self.special]))
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def fingerprint(self) -> str:
        """Return what changes with the vectors: the hash of the weights."""
        return self.weights_hash()

    def weights_hash(self) -> str:
        """Return the SHA-256 of model.onnx."""
        return file_hash(self.folder / "model.onnx")

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """
        Return float32 [n, dimension] unit vectors in the order of the texts.

        Texts of like length run together, so that little is spent on padding. `progress` is
        called with the number of texts done since the last call.
        """
        import numpy as np

        longest = self.max_tokens * MAX_CHARACTERS_PER_TOKEN
        few = self._table.encode([text[:longest] for text in texts]) if self._table else None
        if few is not None:
            if progress:
                progress(len(texts))
            return few
        self.load_whole()
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.zeros((len(texts), 0), np.float32)
        n_tokens = [min(len(text), longest) // 4 + 1 for text in texts]
        size = TRANSFORMER_BATCH if self.special else TABLE_BATCH
        for batch in padded_batches(order, n_tokens, *size):
            found = self._encode_batch([texts[i][:longest] for i in batch])
            if not vectors.shape[1]:
                vectors = np.zeros((len(texts), found.shape[1]), np.float32)
            vectors[batch] = found
            if progress:
                progress(len(batch))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, whole: without special tokens and truncation."""
        few = self._table.counts(texts) if self._table else None
        if few is not None:
            return few
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        # What truncation cuts off, the tokenizer keeps in pieces that do not overlap.
        return [len(e.ids) + sum(len(piece.ids) for piece in e.overflowing) for e in encodings]

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        """Encode one batch."""
        return self.encode_tokens(self.tokenize(texts, self.special))

    def vocabulary(self) -> dict[str, int]:
        """Return the id of each token that the tokenizer knows."""
        return dict(self._tokenizer.get_vocab())

    def tokenize(self, texts: list[str], special: bool = False) -> list[list[int]]:
        """Return the token ids of each text, cut at max_tokens."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=special)
        return [encoding.ids for encoding in encodings]

    def encode_tokens(self, tokens: Sequence[Sequence[int]]) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors of one batch of token ids, taken as given."""
        import numpy as np

        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        mask = np.arange(max(1, int(lengths.max()))) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int64)
        ids[mask] = np.fromiter(chain.from_iterable(tokens), np.int64, int(lengths.sum()))
        feeds = {"input_ids": ids, "attention_mask": mask.astype(np.int64)}
        self.load_whole()
        if any(node.name == "token_type_ids" for node in self._session.get_inputs()):
            feeds["token_type_ids"] = np.zeros_like(ids)
        return _unit(self._session.run(None, feeds)[0], mask)


class MultilingualEncoder(Encoder):
    """
    Turns texts of any language into unit vectors of one space.

    It has a table for English texts and one for all others. The language of a text tells which
    encodes it: so English is encoded as the English table alone would, and the other, which is
    larger, is loaded by the first text that needs it.
    """

    def __init__(self, folder: Path, about: dict[str, Any], threads: int | None = None) -> None:
        self.folder, self._about = folder, about
        self.name = str(about.get("name") or folder.name)
        self._threads = threads or default_threads()
        self.english = Encoder.load(str(about[ENGLISH_TABLE]), self._threads)
        self.max_tokens, self.special = self.english.max_tokens, False
        self.dimension = self.english.dimension

    @cached_property
    def others(self) -> Encoder:
        """The table for texts in other languages; EncoderUnavailable where it does not fit."""
        encoder = Encoder(self.folder, self.name, self._threads)
        if encoder.dimension != self.dimension:
            raise EncoderUnavailable(
                f"{self.folder} has {encoder.dimension} dimensions, {self.english.name} has "
                f"{self.dimension}",
                "name another English table in model.json",
            )
        return encoder

    def load_whole(self) -> None:
        """Load what many texts in English need; other languages follow with their first text."""
        self.english.load_whole()

    def release(self) -> None:
        """Give back the memory of the largest batch so far; the next text takes it anew."""
        if "others" in self.__dict__:
            self.others.release()
        self.english.release()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors in the order of the texts."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for encoder, places in self._divided(texts):
            vectors[places] = encoder.encode([texts[i] for i in places], progress)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has in the table of its language."""
        counts = [0] * len(texts)
        for encoder, places in self._divided(texts):
            found = encoder.count_tokens([texts[i] for i in places])
            for place, n in zip(places, found, strict=True):
                counts[place] = n
        return counts

    def _divided(self, texts: Sequence[str]) -> list[tuple[Encoder, list[int]]]:
        """Return the encoders that texts need, each with the indices of its texts."""
        english: list[int] = []
        others: list[int] = []
        for index, text in enumerate(texts):
            (english if language_of(text) == ENGLISH else others).append(index)
        divided = [(self.english, english)] if english else []
        return [*divided, (self.others, others)] if others else divided

    def stamp(self) -> EncoderStamp:
        """Return the stamp of this encoder, after checking the weights of both tables."""
        self.english.stamp()
        return super().stamp()

    def weights_hash(self) -> str:
        """Return the SHA-256 of both tables' hashes."""
        hashes = f"{self.english.weights_hash()} {super().weights_hash()}"
        return hashlib.sha256(hashes.encode()).hexdigest()

    def files_hash(self) -> str:
        """Return a SHA-256 of all that changes the vectors of both tables."""
        hashes = f"{self.english.files_hash()} {super().files_hash()}"
        return hashlib.sha256(hashes.encode()).hexdigest()

    def _no_tokens(self, *arguments: Any, **options: Any) -> NoReturn:
        raise EncoderUnavailable(
            f"{self.name} has two tables: nothing can be learned from its tokens",
            f"take {self.english.name}",
        )

    vocabulary = tokenize = encode_tokens = _no_tokens


def _bearing_files(folder: Path) -> list[Path]:
    """Return the model, the tokenizer, and the files of weights that the model names, by name."""
    known = {folder / "model.onnx", folder / "tokenizer.json"}
    others = [path for path in folder.iterdir() if path not in known and path.is_file()]
    if others:
        with (folder / "model.onnx").open("rb") as file:
            model = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Weights beside the graph are named in it, whatever they are called.
        known.update(path for path in others if model.find(os.fsencode(path.name)) >= 0)
    return sorted(known)


def _unit(output: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return unit vectors, from a pooled output or from one vector a token (mean pooling)."""
    import numpy as np

    if output.ndim == 3:
        weights = mask[:, :, None].astype(np.float32)
        output = (output * weights).sum(1) / np.maximum(weights.sum(1), 1)
    norms = np.linalg.norm(output, axis=1, keepdims=True)
    # A text without a known token has no direction: it stays zero and is near to nothing.
    unit: np.ndarray = np.nan_to_num(output / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit


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
