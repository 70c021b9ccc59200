"""
Distillation of token vectors from a teacher's vectors: losses, gradients, Adam, measures.

A static encoder is a table: a text is the unit mean of the vectors of its tokens. It starts from
the teacher's vector of each token alone, reduced by principal components and weighted by inverse
frequency (Model2Vec, MinishLab 2024; the weight is that of SIF, Arora et al. 2017), or from a table
that was taught before. Then it is fitted to the teacher on texts (knowledge distillation; Hinton
et al. 2015): a text's vector to the teacher's, and the similarities within a batch to those of the
teacher (similarity-preserving distillation, Tung and Mori 2019), which is what retrieval ranks by.
Adam (Kingma and Ba 2015) changes only rows that a batch has, as SparseAdam of PyTorch does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# How much the similarities of a batch count beside each text's own vector: both are means, and
# differences of similarities, squared, are small.
SIMILARITY_WEIGHT = 20.0
# Tokens more frequent than this share of all weigh less than half of rare ones.
COMMON_SHARE = 1e-3
# Below this a mean has no direction that rounding has not made.
TINY = 1e-12


class TokenBags(NamedTuple):
    """Texts as bags of tokens: int64 [tokens in all], and where each text ends, int64 [texts]."""

    tokens: Ints
    ends: Ints

    @property
    def lengths(self) -> Ints:
        """Return how many tokens each text has, [texts]; every text has one."""
        return np.diff(self.ends, prepend=0)

    def take(self, texts: Ints) -> "TokenBags":
        """Return some of the texts, in the order given."""
        lengths = self.lengths[texts]
        ends = np.cumsum(lengths)
        offsets = np.repeat(self.ends[texts] - ends, lengths)
        return TokenBags(self.tokens[np.arange(len(offsets)) + offsets], ends)


class Loss(NamedTuple):
    """Mean over a batch of 1 - cosine to the teacher, and of squared errors of similarities."""

    cosine: float
    similarity: float


class Agreement(NamedTuple):
    """How a student agrees with a teacher on the same texts; each at most 1, 1 is all."""

    cosine: float
    rank_correlation: float
    neighbours: float


def means(table: Floats, bags: TokenBags) -> Floats:
    """Return the mean vector of each text's tokens; [rows, d] and n texts -> [n, d]."""
    sums = np.add.reduceat(table[bags.tokens], bags.ends - bags.lengths, axis=0)
    return np.asarray(sums / bags.lengths[:, None], dtype=table.dtype)


def unit(vectors: Floats) -> Floats:
    """Return vectors at length 1, those without a direction as zeros; [n, d] -> [n, d]."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(norms > TINY, vectors / np.maximum(norms, TINY), 0), vectors.dtype)


def loss_and_gradient(
    student: Floats, teacher: Floats, similarities: Floats, weight: float = SIMILARITY_WEIGHT
) -> tuple[Loss, Floats]:
    """
    Return the losses of a batch and the gradient of cosine + weight x similarity.

    student: [n, d] means of tokens, of any length; teacher: [n, d] unit vectors in the same space;
    similarities: [n, n], cosines of the teacher in its own space. The gradient is by `student`.
    """
    n = len(student)
    directions = unit(student)
    errors = directions @ directions.T - similarities
    np.fill_diagonal(errors, 0.0)
    pairs = max(1, n * (n - 1))
    loss = Loss(
        float(1.0 - (directions * teacher).sum(1).mean()), float(np.square(errors).sum() / pairs)
    )
    by_direction = errors @ directions * (4.0 * weight / pairs) - teacher / n
    # Along a vector the loss does not change: only its direction counts.
    along = (by_direction * directions).sum(1, keepdims=True) * directions
    norms = np.linalg.norm(student, axis=1, keepdims=True)
    gradient = np.where(norms > TINY, (by_direction - along) / np.maximum(norms, TINY), 0)
    return loss, np.asarray(gradient, student.dtype)


def row_gradients(by_mean: Floats, bags: TokenBags) -> tuple[Ints, Floats]:
    """Return the rows of the table that texts use, ascending, [r], and the gradient, [r, d]."""
    lengths = bags.lengths
    texts = np.repeat(np.arange(len(lengths)), lengths)
    order = np.argsort(bags.tokens, kind="stable")
    rows, starts = np.unique(bags.tokens[order], return_index=True)
    shares = by_mean / lengths[:, None].astype(by_mean.dtype)
    return rows, np.add.reduceat(shares[texts[order]], starts, axis=0)


@dataclass
class SparseAdam:
    """Adam that changes only the rows that have a gradient; `shape` is the table's, [rows, d]."""

    shape: tuple[int, int]
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    steps: int = 0
    _first: Floats = field(init=False, repr=False)
    _second: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin without any momentum."""
        self._first = np.zeros(self.shape, np.float32)
        self._second = np.zeros(self.shape, np.float32)

    def step(self, table: Floats, rows: Ints, gradient: Floats, rate: float) -> None:
        """Change rows of a table in place, against their gradient [r, d], at a learning rate."""
        self.steps += 1
        first = self.beta_1 * self._first[rows] + (1 - self.beta_1) * gradient
        second = self.beta_2 * self._second[rows] + (1 - self.beta_2) * np.square(gradient)
        self._first[rows], self._second[rows] = first, second
        upward = first / (1 - self.beta_1**self.steps)
        spread = np.sqrt(second / (1 - self.beta_2**self.steps)) + self.epsilon
        table[rows] -= np.float32(rate) * upward / spread


def rate_at(step: int, steps: int, first: float, last: float) -> float:
    """Return the learning rate of a step, from 0: falling in a line from first to last."""
    return first + (last - first) * step / max(1, steps - 1)


def batches(n: int, size: int, epochs: int, seed: int) -> Iterator[Ints]:
    """Yield the texts of each batch: every text once an epoch, in an order that the seed gives."""
    chance = np.random.default_rng(seed)
    for _ in range(epochs):
        order = chance.permutation(n)
        # Parts of like size, for a text left over alone has nothing to be similar to.
        yield from np.array_split(order, max(1, round(n / size)))


def principal_axes(vectors: Floats, dimension: int) -> Floats:
    """Return the axes along which vectors differ most, [n, D] -> [D, dimension], orthonormal."""
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    found = axes[:, ::-1][:, :dimension]
    # The sign of an axis is a matter of the library: the largest part points up.
    signs = np.sign(found[np.abs(found).argmax(0), np.arange(dimension)])
    return np.asarray(found * signs, np.float32)


def alignment(products: NDArray[np.float64]) -> Floats:
    """
    Return the rotation, [D, d], that takes a teacher's space nearest to a student's.

    products: [D, d], the sum over texts of teacher^T student (orthogonal Procrustes problem,
    Schoenemann 1966). Its columns are orthonormal, or its rows where d > D.
    """
    left, _, right = np.linalg.svd(products, full_matrices=False)
    return np.asarray(left @ right, np.float32)


def token_weights(counts: Ints, common: float = COMMON_SHARE) -> Floats:
    """
    Return the weight of each token, [vocabulary] -> in (0, 1]: common / (common + its share).

    Vocabularies begin with what is frequent, so by Zipf's law a token's share is like 1 / rank:
    that is what is assumed until there are as many counts as tokens (a Dirichlet prior).
    """
    n = len(counts)
    prior = 1.0 / np.arange(1, n + 1)
    shares = (counts + n * prior / prior.sum()) / (counts.sum() + n)
    return np.asarray(common / (common + shares), np.float32)


def quantize(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a table as int8 [rows, d] and the scale of each row, float32 [rows, 1]."""
    scales = np.abs(table).max(1, keepdims=True) / 127.0
    whole = np.rint(table / np.where(scales > 0, scales, 1)).astype(np.int8)
    return whole, scales.astype(np.float32)


def agreement(student: Floats, teacher: Floats, projected: Floats, k: int = 10) -> Agreement:
    """
    Return how unit vectors of a student agree with a teacher's on the same n > 1 texts.

    teacher: [n, D] in its own space, by which similarities are compared (Spearman's rank
    correlation over pairs, and how many of the k nearest are the same); projected: [n, d].
    """
    ours, theirs = student @ student.T, teacher @ teacher.T
    upper = np.triu_indices(len(student), 1)
    nearest = min(k, len(student) - 1)
    return Agreement(
        float((student * projected).sum(1).mean()),
        _rank_correlation(ours[upper], theirs[upper]),
        _shared_neighbours(ours, theirs, nearest),
    )


def _rank_correlation(a: Floats, b: Floats) -> float:
    """Return Spearman's correlation of two series; 0 where one of them is constant."""
    x, y = _ranks(a), _ranks(b)
    spread = float(np.sqrt(np.square(x).sum() * np.square(y).sum()))
    return float(x @ y / spread) if spread > 0 else 0.0


def _ranks(values: Floats) -> NDArray[np.float64]:
    """Return ranks around 0, equal values sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse] - (len(values) + 1) / 2.0)


def _shared_neighbours(ours: Floats, theirs: Floats, k: int) -> float:
    """Return which part of the k nearest by one matrix is among those by the other."""
    found = []
    for matrix in (ours, theirs):
        others = matrix.copy()
        np.fill_diagonal(others, -np.inf)
        members = np.zeros(others.shape, bool)
        np.put_along_axis(members, np.argsort(-others, axis=1, kind="stable")[:, :k], True, 1)
        found.append(members)
    return float((found[0] & found[1]).sum() / (k * len(ours)))
