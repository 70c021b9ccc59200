"""What a search found, before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from memcli.algorithms.evidence import Candidates
from memcli.algorithms.ranking import Ranking
from memcli.search.signals import Asked, RowKey, SignalReader, row_keys, without_repeats
from memcli.search.timings import Timings


class Found(NamedTuple):
    """
    What a question brought up: rows, their signals and their order, index by index.

    answerable: how likely the question has an answer; hops: the names that were asked for in a
    second search, see hops.py.
    """

    asked: Asked
    rows: pa.Table
    candidates: Candidates
    ranking: Ranking
    answerable: float = 0.0
    hops: tuple[str, ...] = ()


def with_rows(
    found: Found,
    more: Mapping[RowKey, tuple[pa.Table, float]],
    share: str,
    signals: SignalReader,
    first: bool = False,
) -> Found:
    """
    Return what was found with more rows, each with the least score that it is to have.

    What that adds to the scores is a share of its own. Equals keep their order, new ones come last,
    or first where that is wanted.
    """
    rows = without_repeats(pa.concat_tables([found.rows, *(row for row, _ in more.values())]))
    n_old, n_new = found.rows.num_rows, rows.num_rows - found.rows.num_rows
    before = np.concatenate([found.ranking.scores, np.zeros(n_new)])
    wanted = np.array([more[key][1] if key in more else 0.0 for key in row_keys(rows)])
    added = np.maximum(wanted - before, 0.0)
    none = np.zeros(n_new)
    shares = {name: np.concatenate([part, none]) for name, part in found.ranking.shares.items()}
    ends = np.arange(n_new) + (-n_new if first else n_old)
    place = np.concatenate([np.argsort(found.ranking.order), ends])
    order = np.lexsort((place, -(before + added)))
    ranking = Ranking(order, before + added, shares | {share: added})
    candidates = signals.read(found.asked, rows, Timings())
    return found._replace(rows=rows, candidates=candidates, ranking=ranking)
