"""Distillation as a whole: a teacher and texts in, a table and its figures out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli.algorithms import distillation as algorithm
from memcli.models.distillation import training
from memcli.models.distillation.static_model import read_table
from memcli.models.distillation.teacher import Lesson, learn, token_vectors, vocabulary_size
from memcli.models.encoder import ENGLISH_ENCODER, Encoder, encoder_folder
from store.errors import BadRecord, BadUsage, EncoderUnavailable

if TYPE_CHECKING:
    import numpy as np

SCRATCH: Final = "scratch"
DIMENSION: Final = 256
MIN_TEXTS: Final = 100
ALIGNING_TOKENS: Final = 4_096

# Begins a stage of so many steps and gives what counts them.
Stage = Callable[[str, int], AbstractContextManager[Any]]


class DistilledTable(NamedTuple):
    """A table as it is written, int8 [rows, d] and scales [rows, 1], and what it is worth."""

    table: np.ndarray
    scales: np.ndarray
    texts: int
    held_out: int
    loss: algorithm.Loss
    before: algorithm.Agreement
    after: algorithm.Agreement


class Start(NamedTuple):
    """Where training starts: the name and weights' hash of a static encoder, or `scratch`."""

    name: str
    dimension: int
    sha256: str | None = None
    table: np.ndarray | None = None


def choose_start(teacher: Encoder, name: str | None, dimension: int | None) -> Start:
    """
    Return the table to start from; where none is named, the bundled one if it fits.

    Raises BadUsage for one that does not fit the teacher's vocabulary or the dimension, and
    EncoderUnavailable for a folder that holds no table.
    """
    if name is None:
        bundled = Encoder.load(ENGLISH_ENCODER)
        fits = bundled.vocabulary() == teacher.vocabulary()
        name = ENGLISH_ENCODER if fits and dimension in (None, bundled.dimension) else SCRATCH
    if name == SCRATCH:
        return _from_scratch(teacher, dimension)
    start = Encoder.load(name)
    table = read_table(encoder_folder(name))
    if start.vocabulary() != teacher.vocabulary():
        raise BadUsage(f"{name} has another vocabulary than {teacher.name}", "use --from scratch")
    if len(table) < vocabulary_size(teacher):
        raise EncoderUnavailable(f"{name} has fewer rows than tokens", "use --from scratch")
    if dimension not in (None, table.shape[1]):
        raise BadUsage(
            f"{name} has {table.shape[1]} dimensions, not {dimension}", "use --from scratch"
        )
    return Start(start.name, table.shape[1], start.weights_hash(), table)


def _from_scratch(teacher: Encoder, dimension: int | None) -> Start:
    """Return a start from the teacher's own token vectors."""
    most = min(teacher.dimension, vocabulary_size(teacher))
    if dimension is not None and dimension > most:
        raise BadUsage(f"{teacher.name} has no more than {most} dimensions", "take fewer")
    return Start(SCRATCH, dimension or min(DIMENSION, most))


def distil(
    teacher: Encoder,
    texts: Sequence[str],
    start: Start,
    settings: training.TrainingSettings,
    stage: Stage,
) -> DistilledTable:
    """
    Return the table that a teacher taught on texts, which come in an order of chance.

    The figures are of the table as it will be written, after its numbers were rounded. Raises
    BadRecord for too few texts.
    """
    if len(texts) < MIN_TEXTS:
        raise _too_few(len(texts))
    with stage("teacher", len(texts)) as counter:
        lesson, held_out = training.divide(learn(teacher, texts, counter.advance))
    n = len(lesson.vectors)
    if n + len(held_out.vectors) < MIN_TEXTS:
        raise _too_few(n + len(held_out.vectors))
    space = _space(teacher, lesson, start, stage)
    with stage("train", n * settings.epochs) as counter:
        trained, loss = training.train(space, lesson, settings, counter.advance)
    table, scales = algorithm.quantize(trained)
    rounded = table * scales
    before, after = (
        training.measure(found, space.rotation, held_out) for found in (space.table, rounded)
    )
    return DistilledTable(table, scales, n, len(held_out.vectors), loss, before, after)


def _space(teacher: Encoder, lesson: Lesson, start: Start, stage: Stage) -> training.Space:
    """Return the table to start from, and the rotation into its space."""
    import numpy as np

    size = vocabulary_size(teacher)
    # All tokens make a new table; to find how the teacher's space lies to that of an old one, some
    # from all over the vocabulary are enough.
    step = 1 if start.table is None else max(1, size // ALIGNING_TOKENS)
    tokens = np.arange(0, size, step)
    with stage("vocabulary", len(tokens)) as counter:
        vectors = token_vectors(teacher, tokens, counter.advance)
    if start.table is not None:
        return training.from_table(start.table, lesson, tokens, vectors)
    return training.from_tokens(vectors, training.counts_of(lesson, size), start.dimension)


def _too_few(n: int) -> BadRecord:
    return BadRecord(f"{n} passages are too few to learn from", remedy=f"give {MIN_TEXTS} or more")
