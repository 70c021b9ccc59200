"""Nearest neighbours: exact while vectors are few, by coarse cells when they are many."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
# Up to this many rows comparing with all of them is faster than finding cells.
EXACT_ROWS = 20_000
# Cells that a search looks into, of about sqrt(n) in all.
PROBES = 12
BLOCK = 1_024


class Neighbours(NamedTuple):
    """Indices into the rows searched, int [m, k], -1 where there are fewer; cosines [m, k]."""

    indices: IntArray
    cosines: FloatArray


def nearest_rows(
    queries: ArrayLike, rows: ArrayLike, k: int, exact_rows: int = EXACT_ROWS
) -> Neighbours:
    """Return the k rows with the greatest dot product with each query, greatest first.

    queries: [m, d], rows: [n, d], unit or zero. Above `exact_rows` rows an inverted file is used
    (Jégou, Douze and Schmid, "Product quantization", 2011): rows are kept in about sqrt(n) cells
    around evenly spaced rows, and a query looks into its nearest cells, so its cost grows with
    sqrt(n). Equal products come in the order of the rows.
    """
    wanted = np.asarray(queries, dtype=np.float32)
    base = np.asarray(rows, dtype=np.float32)
    k = max(0, min(k, len(base)))
    if len(base) <= exact_rows:
        blocks = [_best(wanted[i : i + BLOCK] @ base.T, k) for i in range(0, len(wanted), BLOCK)]
        return _stacked(blocks, k)
    cells = _Cells(base)
    return _stacked([cells.search(query, k) for query in wanted], k)


class _Cells:
    """Rows by the cell around the centre that is nearest to them."""

    def __init__(self, rows: FloatArray) -> None:
        n_cells = int(np.sqrt(len(rows)))
        self._rows = rows
        self._centres = rows[np.linspace(0, len(rows) - 1, n_cells).astype(np.int64)]
        cell = np.concatenate(
            [
                np.argmax(rows[i : i + BLOCK] @ self._centres.T, 1)
                for i in range(0, len(rows), BLOCK)
            ]
        )
        order = np.argsort(cell, kind="stable")
        self._members = np.split(order, np.cumsum(np.bincount(cell, minlength=n_cells))[:-1])

    def search(self, query: FloatArray, k: int) -> Neighbours:
        """Return the nearest rows among those of the nearest cells, [1, k]."""
        near = np.argsort(-(self._centres @ query), kind="stable")[:PROBES]
        members = np.sort(np.concatenate([self._members[cell] for cell in near]))
        found = _best((self._rows[members] @ query)[None], min(k, len(members)))
        return _padded(Neighbours(members[found.indices], found.cosines), k)


def _best(products: FloatArray, k: int) -> Neighbours:
    """Return the k greatest of each row of products [m, n], greatest first."""
    order = np.argsort(-products, axis=1, kind="stable")[:, :k]
    return Neighbours(order, np.take_along_axis(products, order, 1))


def _padded(found: Neighbours, k: int) -> Neighbours:
    lacking = ((0, 0), (0, k - found.indices.shape[1]))
    return Neighbours(
        np.pad(found.indices, lacking, constant_values=-1),
        np.pad(found.cosines, lacking, constant_values=-1.0),
    )


def _stacked(parts: list[Neighbours], k: int) -> Neighbours:
    if not parts:
        return Neighbours(np.zeros((0, k), np.int64), np.zeros((0, k), np.float32))
    return Neighbours(*(np.concatenate(column) for column in zip(*parts, strict=True)))
