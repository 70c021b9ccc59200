"""
Token table: the vectors of a few texts, from the rows of a static encoder's own file.

A question and the words of what it found need some hundred rows. These are read where they lie in
model.onnx, which is mapped into memory, without onnxruntime and without the rest of the file. The
sums are those of the graph but for the last bit.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.models.distillation.static_model import NODES, operators, read_constants
from memcli.models.plain_tokenizers import PlainTokenizer, read_plain_tokenizer

if TYPE_CHECKING:
    import numpy as np

OPERATORS: Final = [operator for _, operator, _, _ in NODES]
# Groups of no more vectors are summed all at once, a place at a time.
FEW: Final = 8
# A call with more characters is the library's, and so is all after so many: it cuts faster.
MOST_OF_A_CALL: Final = 30_000
MOST_OF_ALL: Final = 150_000


class TokenTable:
    """The table of one static encoder and its tokenizer, for a few texts."""

    def __init__(
        self, table: np.ndarray, scales: np.ndarray, tokenizer: PlainTokenizer, max_tokens: int
    ) -> None:
        self._table, self._scales = table, scales
        self.tokenizer, self._max_tokens = tokenizer, max_tokens
        self._left = MOST_OF_ALL

    @classmethod
    def open(cls, folder: Path, max_tokens: int) -> TokenTable | None:
        """Return the table of an encoder; None for one that is of another kind, or no whole one."""
        try:
            with (folder / "model.onnx").open("rb") as file:
                model = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            if sorted(operators(model)) != sorted(OPERATORS):
                return None
            table, scales = read_constants(model)
        except (OSError, ValueError, KeyError):
            return None
        tokenizer = read_plain_tokenizer(folder / "tokenizer.json")
        return cls(table, scales, tokenizer, max_tokens) if tokenizer else None

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._table.shape[1])

    def counts(self, texts: Sequence[str]) -> list[int] | None:
        """Return how many tokens each text has; None for what is left to the library."""
        tokens = self._tokens(texts)
        return None if tokens is None else [len(ids) for ids in tokens]

    def encode(self, texts: Sequence[str]) -> np.ndarray | None:
        """Return float32 [n, dimension] unit vectors; None for what is left to the library."""
        import numpy as np

        tokens = self._tokens(texts)
        if tokens is None:
            return None
        kept = [ids[: self._max_tokens] for ids in tokens]
        lengths = np.fromiter(map(len, kept), np.int64, len(kept))
        rows = np.fromiter(chain.from_iterable(kept), np.int64, int(lengths.sum()))
        vectors = self._table[rows].astype(np.float32)
        vectors *= self._scales[rows]
        sums = np.zeros((len(texts), self.dimension), np.float32)
        filled = np.flatnonzero(lengths)
        if len(filled):
            starts = np.cumsum(lengths) - lengths
            sums[filled] = summed(vectors, starts[filled], lengths[filled])
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: np.ndarray = sums / np.where(norms > 0, norms, np.float32(1))
        return unit

    def _tokens(self, texts: Sequence[str]) -> list[list[int]] | None:
        """Return the tokens of each text, whole; None where they are many, or one is not sure."""
        size = sum(map(len, texts))
        if size > min(self._left, MOST_OF_A_CALL):
            return None
        self._left -= size
        found = []
        for text in texts:
            tokens = self.tokenizer.tokens(text)
            if tokens is None:
                return None
            found.append(tokens)
        return found


def summed(vectors: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """
    Return the sums of groups of vectors that stand one after the other, [groups, d].

    starts, lengths: int [groups], each 1 or more. The same as `np.add.reduceat`, to the last bit,
    which for words, that have a token or two, takes three times as long.
    """
    import numpy as np

    longest = int(lengths.max())
    if longest > FEW:
        each: np.ndarray = np.add.reduceat(vectors, starts, axis=0)
        return each
    sums: np.ndarray = vectors[starts]
    if longest > 1:
        several = np.flatnonzero(lengths > 1)
        begin, left = starts[several], lengths[several]
        rest = vectors[begin + 1]
        for place in range(2, longest):
            longer = np.flatnonzero(left > place)
            rest[longer] += vectors[begin[longer] + place]
        sums[several] += rest
    return sums
