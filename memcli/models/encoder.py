"""
Encoders of texts: a folder with model.onnx, tokenizer.json and (optional) model.json.

Three are bundled. Vectors are float32, L2-normalized, in the order of the texts. Nothing but
numpy, onnxruntime and tokenizers is loaded, and those only when an encoder is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from memcli.language.data import PACKAGE
from memcli.models.encoder_files import (
    BUNDLED,
    DEFAULT_ENCODER,
    ENGLISH_ENCODER,
    bearing_files,
    default_threads,
    encoder_folder,
    file_hash,
    load_session,
    load_tokenizer,
    read_about,
)
from memcli.models.inference import padded_batches
from memcli.models.plain_tokenizers import PlainTokenizer, read_plain_tokenizer
from memcli.models.token_table import TokenTable
from memcli.models.two_tables import TwoTables
from store.commits import EncoderStamp
from store.errors import EncoderUnavailable
from store.memory import give_back

if TYPE_CHECKING:
    import numpy as np

    from memcli.models.many_tokens import ManyTokens
    from memcli.models.tokens import Padded, Tokens

__all__ = [
    "BUNDLED",
    "DEFAULT_ENCODER",
    "ENGLISH_ENCODER",
    "MAX_CHARACTERS_PER_TOKEN",
    "TRANSFORMER_BATCH",
    "Encoder",
    "MultilingualEncoder",
    "default_threads",
    "encoder_folder",
    "file_hash",
    "load_session",
    "load_tokenizer",
    "read_about",
]

# What of model.json names the encoder for English texts, where there is one of its own.
ENGLISH_TABLE: Final = "english"
# Padded tokens and texts a run: bounds memory whatever the lengths are. A transformer, which is
# what wants special tokens, is fastest while its activations stay in the cache. With a table of
# token vectors the tokenizer is fastest when it gets much at a time, and the sums, cut by how many
# tokens there are indeed, as long as they stay in the cache: a third of the time of all at once.
TRANSFORMER_BATCH: Final = (2_048, 64)
TABLE_BATCH: Final = (16_384, 512)
TABLE_RUN: Final = (2_048, 512)
# A token of these vocabularies is rarely shorter than one character and the tokenizer's work
# grows with the text, so what lies far behind the last token that counts is cut off before.
MAX_CHARACTERS_PER_TOKEN: Final = 32


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
        self._plain: PlainTokenizer | None = None
        self._table = None if self.special else TokenTable.open(folder, self.max_tokens)
        if self._table is None:
            self.load_whole()
        self.dimension = int(self._about.get("dimension") or len(self.encode(["a"])[0]))

    def load_whole(self) -> None:
        """Load what many texts need, for which a table's own rows are read one by one at first."""
        if (table := self._table) is not None:  # another thread may do the same
            self._plain, self._table = table.tokenizer, None
        if self._session is None:
            if not self._many_tokens:
                _ = self._tokenizer
            # A run of a table is short: it takes longer to wake another thread than to sum alone,
            # and that one waits for a core while words are cut on it.
            self._session = load_session(self.folder, self._threads if self.special else 1)

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self.folder, self.max_tokens)

    @cached_property
    def _many_tokens(self) -> ManyTokens | None:
        """What cuts many texts; None where the tokenizer is of no known kind."""
        if self.special:
            return None
        from memcli.models.many_tokens import ManyTokens

        plain = self._plain or read_plain_tokenizer(self.folder / "tokenizer.json")
        return ManyTokens(lambda: self._tokenizer, plain, self.max_tokens) if plain else None

    def release(self) -> None:
        """Give back the memory of the largest batch so far; the next text takes it anew."""
        self.end_session()
        give_back()

    def end_session(self) -> None:
        """Leave the memory of the largest batch so far, which `release` gives back."""
        self._session = None

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
        told = [f"{path.name} {file_hash(path)}" for path in bearing_files(self.folder)]
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
        table = self._table
        few = table.encode([text[:longest] for text in texts]) if table else None
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
        table = self._table
        few = table.counts(texts) if table else None
        if few is not None:
            return few
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        # What truncation cuts off, the tokenizer keeps in pieces that do not overlap.
        return [len(e.ids) + sum(len(piece.ids) for piece in e.overflowing) for e in encodings]

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        """Encode one batch."""
        import numpy as np

        tokens = self._tokens(texts)
        if self.special:
            return _unit(self._pooled(tokens.padded(range(len(texts)))))
        order = np.argsort(tokens.lengths, kind="stable")
        runs = padded_batches(order.tolist(), tokens.lengths.tolist(), *TABLE_RUN)
        # A text of no token beside the others: one alone would be summed in another order.
        found = [self._pooled(tokens.padded(run, spare=1))[:-1] for run in runs]
        sums = np.concatenate(found)
        vectors = np.empty_like(sums)
        vectors[order] = sums
        return _unit(vectors)

    def vocabulary(self) -> dict[str, int]:
        """Return the id of each token that the tokenizer knows."""
        return dict(self._tokenizer.get_vocab())

    def tokenize(self, texts: list[str], special: bool = False) -> list[list[int]]:
        """Return the token ids of each text, cut at max_tokens."""
        if not special and self._many_tokens:
            return self._many_tokens.tokens(texts).lists()
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=special)
        return [encoding.ids for encoding in encodings]

    def _tokens(self, texts: list[str]) -> Tokens:
        """Return the token ids of texts as the model takes them."""
        from memcli.models.tokens import Tokens

        if self._many_tokens:
            return self._many_tokens.tokens(texts)
        return Tokens.of(self.tokenize(texts, self.special))

    def encode_tokens(self, tokens: Sequence[Sequence[int]]) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors of one batch of token ids, taken as given."""
        from memcli.models.tokens import Tokens

        return _unit(self._pooled(Tokens.of(tokens).padded(range(len(tokens)))))

    def _pooled(self, rows: Padded) -> np.ndarray:
        """Return float32 [n, dimension], of any length, for rows of tokens that run together."""
        import numpy as np

        feeds = {"input_ids": rows.ids, "attention_mask": rows.mask.astype(np.int64)}
        self.load_whole()
        if "token_type_ids" in self._session.input_names:
            feeds["token_type_ids"] = np.zeros_like(rows.ids)
        return _mean(self._session.run(None, feeds)[0], rows.mask)


class MultilingualEncoder(Encoder):
    """Turns texts of any language into unit vectors of one space, by two tables."""

    def __init__(self, folder: Path, about: dict[str, Any], threads: int | None = None) -> None:
        self.folder, self._about = folder, about
        self.name = str(about.get("name") or folder.name)
        self._threads = threads or default_threads()
        self.english = Encoder.load(str(about[ENGLISH_TABLE]), self._threads)
        self.max_tokens, self.special = self.english.max_tokens, False
        self.dimension = self.english.dimension
        self.tables = TwoTables(
            self.english, lambda: Encoder(self.folder, self.name, self._threads)
        )

    def load_whole(self) -> None:
        """Load what many texts in English need; other languages follow with their first text."""
        self.tables.load_whole()

    def end_session(self) -> None:
        """Leave the memory of the largest batches so far, which `release` gives back."""
        self.tables.end_sessions()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors in the order of the texts."""
        return self.tables.encode(texts, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has in the table of its language."""
        return self.tables.count_tokens(texts)

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


def _mean(output: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the mean of one vector a token over those that are there; a pooled output as it is."""
    import numpy as np

    if output.ndim == 2:
        return output
    weights = mask[:, :, None].astype(np.float32)
    mean: np.ndarray = (output * weights).sum(1) / np.maximum(weights.sum(1), 1)
    return mean


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors brought to unit length."""
    import numpy as np

    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A text without a known token has no direction: it stays zero and is near to nothing.
    unit: np.ndarray = np.nan_to_num(vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
