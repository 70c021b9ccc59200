"""
Iterative retrieval: a second round, for questions that no one memory answers.

Where the best hits say different parts of a question, it is asked once more together with the names
and the dates that these hits bring up. Off by default: on annotated conversations it adds nothing
that could be told from chance, at the cost of another search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from memcli.algorithms.answerability import calibrated
from memcli.algorithms.fusion import scaled
from memcli.algorithms.late_interaction import rarity
from memcli.algorithms.ranking import Ranking
from memcli.algorithms.rounds import SECOND_WEIGHT, Coverage, fuse_rounds, is_split, second_terms
from memcli.search.signals import row_keys, without_repeats
from memcli.search.timings import Timings

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from memcli.memory.filters import Filters
    from memcli.records import Hit
    from memcli.search.retriever import Found, Retriever

# How many of the first hits are looked at.
LEADING: Final = 5


def search_twice(
    retriever: Retriever,
    query: str,
    top_k: int,
    filters: Filters,
    everything: bool = False,
    now: datetime | None = None,
) -> list[Hit]:
    """Return the hits of a question as `Retriever.search` does, asked again if need be."""
    retriever.candidates.timings = Timings()
    measure = retriever.candidates.timings.measure
    found = retriever.ranked(query, filters, everything, now)
    if found.rows.num_rows:
        found = measure("second round", lambda: second_round(retriever, found, filters, everything))
    return retriever.hits(found, top_k)


def second_round(retriever: Retriever, first: Found, filters: Filters, everything: bool) -> Found:
    """Return what two rounds found; the first alone where its evidence is whole."""
    terms = new_terms(first) if evidence_is_split(first) else []
    if not terms:
        return first
    again = " ".join([first.asked.text, *terms])
    second = retriever.ranked(again, filters, everything, first.asked.now)
    rows = without_repeats(pa.concat_tables([first.rows, second.rows]))
    candidates = retriever.signals.read(first.asked, rows, retriever.candidates.timings)
    of_second = dict(zip(row_keys(second.rows), second.ranking.scores.tolist(), strict=True))
    after = np.array([of_second.get(key, 0.0) for key in row_keys(rows)])
    ranking = joined(retriever.rank(candidates), after)
    return first._replace(rows=rows, candidates=candidates, ranking=ranking)


def evidence_is_split(found: Found) -> bool:
    """Say whether the best hits say different parts of the question, and none of them all."""
    matches = found.candidates.matches
    if matches is None or not matches.shape[1]:
        return False
    rare = rarity(matches)
    leading = np.asarray(matches[found.ranking.order[:LEADING]], np.float64)
    return is_split(Coverage(leading**2, rare / (rare.sum() or 1.0)))


def new_terms(found: Found) -> list[str]:
    """Return the names and dates of the best hits that the question does not have."""
    leading = found.ranking.order[:LEADING]
    hits = found.rows.take(leading).select(["text", "speaker", "happened_at"]).to_pylist()
    return second_terms(
        found.asked.text, [_names_and_dates(hit) for hit in hits], found.ranking.scores[leading]
    )


def _names_and_dates(hit: dict[str, Any]) -> list[str]:
    """Return the names and the dates in the text of a hit."""
    from memcli.language.names.recognition import find_entities
    from memcli.language.time.finding import find_times
    from memcli.language.time.wording import iso

    names = [entity.name for entity in find_entities(hit["text"])]
    times = find_times(hit["text"], hit["happened_at"]) if hit["happened_at"] else []
    return names + [iso(time) for time in times]


def joined(first: Ranking, second: NDArray[np.floating]) -> Ranking:
    """
    Return the order of two rounds, with what the second brings as the share second_round.

    second: [n], the second round's score of each row, 0 where it did not find it. The best score
    stays that of the first round.
    """
    best = float(first.scores.max(initial=0.0))
    first_part = scaled(first.shares, 1.0 / (1.0 + SECOND_WEIGHT))
    total = best * fuse_rounds(first.scores, [second])
    shares = first_part.shares | {"second_round": np.maximum(total - first_part.score, 0.0)}
    order = np.argsort(-total, kind="stable")
    return calibrated(Ranking(order, total, shares), best)
