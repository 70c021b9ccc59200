"""Teacher vectors: of each token alone, and of each passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from memcli.algorithms.distillation import TokenBags
    from memcli.models.encoder import Encoder

Advance = Callable[[int], None]
TOKENS_AT_ONCE: Final = 256
TEXTS_AT_ONCE: Final = 4_096
# A token that every vocabulary can write, to see what a teacher puts around a text.
PROBE: Final = "a"


class Lesson(NamedTuple):
    """Passages as bags of tokens, and the teacher's unit vectors of them, float16 [n, D]."""

    bags: TokenBags
    vectors: np.ndarray

    def take(self, texts: np.ndarray) -> Lesson:
        """Return some of the passages."""
        return Lesson(self.bags.take(texts), self.vectors[texts])


def vocabulary_size(teacher: Encoder) -> int:
    """Return how many rows a table needs for all ids of a teacher's tokenizer."""
    return max(teacher.vocabulary().values(), default=-1) + 1


def token_vectors(teacher: Encoder, tokens: np.ndarray, advance: Advance) -> np.ndarray:
    """Return the teacher's vector of each of some tokens alone, float32 [tokens, D]."""
    import numpy as np

    before, after = frame(teacher)
    vectors = np.zeros((len(tokens), teacher.dimension), np.float32)
    for start in range(0, len(tokens), TOKENS_AT_ONCE):
        ids = tokens[start : start + TOKENS_AT_ONCE].tolist()
        found = teacher.encode_tokens([[*before, id_, *after] for id_ in ids])
        vectors[start : start + len(ids)] = found
        advance(len(ids))
    return vectors


def frame(teacher: Encoder) -> tuple[list[int], list[int]]:
    """Return the special tokens that a teacher puts before and after a text."""
    (plain,) = teacher.tokenize([PROBE])
    (whole,) = teacher.tokenize([PROBE], teacher.special)
    for at in range(len(whole) - len(plain) + 1):
        if whole[at : at + len(plain)] == plain:
            return whole[:at], whole[at + len(plain) :]
    return [], []


def learn(teacher: Encoder, texts: Sequence[str], advance: Advance) -> Lesson:
    """Return passages with the teacher's vectors, those without a known token left out."""
    import numpy as np

    from memcli.algorithms.distillation import TokenBags

    tokens: list[np.ndarray] = []
    vectors: list[np.ndarray] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        chunk = list(texts[start : start + TEXTS_AT_ONCE])
        ids = teacher.tokenize(chunk)
        found = teacher.encode(chunk, advance)
        kept = np.array([bool(line) for line in ids]) & found.any(axis=1)
        tokens += [np.array(ids[i], np.int64) for i in np.flatnonzero(kept)]
        vectors.append(found[kept].astype(np.float16))
    ends = np.cumsum([len(line) for line in tokens], dtype=np.int64)
    nothing = np.zeros((0, teacher.dimension), np.float16)
    return Lesson(
        TokenBags(np.concatenate([np.zeros(0, np.int64), *tokens]), ends),
        np.concatenate([nothing, *vectors]),
    )
