"""Training of a table of token vectors towards a teacher's vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.algorithms import distillation as algorithm

if TYPE_CHECKING:
    import numpy as np

    from memcli.models.distillation.teacher import Lesson

TEXTS_AT_ONCE: Final = 4_096
# What a token alone counts beside a passage: measured with 100 to 4,000 passages of chats.
TOKEN_SHARE: Final = 0.3


@dataclass(frozen=True)
class TrainingSettings:
    """How a table is trained: epochs, passages a step, learning rates and the order's seed."""

    epochs: int = 2
    batch: int = 256
    first_rate: float = 2e-3
    last_rate: float = 1e-4
    seed: int = 0


class Space(NamedTuple):
    """A table, float32 [vocabulary, d], and what takes the teacher's space to its, [D, d]."""

    table: np.ndarray
    rotation: np.ndarray


def divide(lesson: Lesson) -> tuple[Lesson, Lesson]:
    """
    Return the passages to learn from, and those held out: the first, for their order is chance.

    A twentieth is held out, of few a fifth up to 50, and no more than 1,000: all pairs of them
    are compared.
    """
    import numpy as np

    n = len(lesson.vectors)
    held = max(min(50, n // 5), min(1_000, n // 20))
    return lesson.take(np.arange(held, n)), lesson.take(np.arange(held))


def from_tokens(vectors: np.ndarray, counts: np.ndarray, dimension: int) -> Space:
    """Return the table to start from: the teacher's token vectors, reduced and weighted."""
    rotation = algorithm.principal_axes(vectors, dimension)
    reduced = (vectors - vectors.mean(0)) @ rotation
    return Space(reduced * algorithm.token_weights(counts)[:, None], rotation)


def from_table(table: np.ndarray, lesson: Lesson, tokens: np.ndarray, vectors: np.ndarray) -> Space:
    """
    Return a table that was trained before, with the rotation from the teacher's space to its.

    It is found on the lesson's passages and on tokens alone, whose vectors by the teacher are
    [tokens, D]: a rotation has more to it than a few hundred passages could say.
    """
    import numpy as np

    alone = algorithm.unit(table[tokens]).astype(np.float64)
    products = TOKEN_SHARE * (vectors.T.astype(np.float64) @ alone)
    for start in range(0, len(lesson.vectors), TEXTS_AT_ONCE):
        part = lesson.take(np.arange(start, min(len(lesson.vectors), start + TEXTS_AT_ONCE)))
        student = algorithm.unit(algorithm.means(table, part.bags))
        products += part.vectors.T.astype(np.float64) @ student
    return Space(table, algorithm.alignment(products))


def counts_of(lesson: Lesson, size: int) -> np.ndarray:
    """Return how often each token of a vocabulary comes in a lesson, int64 [size]."""
    import numpy as np

    return np.bincount(lesson.bags.tokens, minlength=size)


def train(
    space: Space, lesson: Lesson, settings: TrainingSettings, advance: Callable[[int], None]
) -> tuple[np.ndarray, algorithm.Loss]:
    """
    Return the trained table, and the mean loss over the last epoch.

    Rows of tokens that the lesson lacks stay as they are, and cost no memory of Adam's.
    """
    import numpy as np

    rows, places = np.unique(lesson.bags.tokens, return_inverse=True)
    seen = space.table[rows]
    bags = algorithm.TokenBags(places.astype(np.int64), lesson.bags.ends)
    adam = algorithm.SparseAdam((seen.shape[0], seen.shape[1]))
    n = len(lesson.vectors)
    plan = list(algorithm.batches(n, settings.batch, settings.epochs, settings.seed))
    losses = []
    for step, texts in enumerate(plan):
        rate = algorithm.rate_at(step, len(plan), settings.first_rate, settings.last_rate)
        batch = bags.take(texts)
        teacher = lesson.vectors[texts].astype(np.float32)
        loss, by_mean = algorithm.loss_and_gradient(
            algorithm.means(seen, batch),
            algorithm.unit(teacher @ space.rotation),
            teacher @ teacher.T,
        )
        adam.step(seen, *algorithm.row_gradients(by_mean, batch), rate)
        losses.append(loss)
        advance(len(texts))
    trained = space.table.copy()
    trained[rows] = seen
    last = np.mean(losses[-(len(plan) // max(1, settings.epochs)) :], axis=0)
    return trained, algorithm.Loss(*map(float, last))


def measure(table: np.ndarray, rotation: np.ndarray, held_out: Lesson) -> algorithm.Agreement:
    """Return how a table agrees with the teacher on passages that it did not learn from."""
    import numpy as np

    teacher = held_out.vectors.astype(np.float32)
    student = algorithm.unit(algorithm.means(table, held_out.bags))
    return algorithm.agreement(student, teacher, algorithm.unit(teacher @ rotation))
