"""Reranker: the first hits of a search put into a better order by a second judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import structs

from memcli.algorithms.reranking import interpolate
from store.errors import BudgetExhausted, InvalidAnswer, RequestRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from memcli.records import Hit

__all__ = ["DEFAULT_DEPTH", "DEFAULT_WEIGHT", "FORMS", "Reranker", "Scorer", "passage"]

FORMS: Final = "a folder with model.onnx and tokenizer.json, lancedb:NAME, model, or a plug-in"

DEFAULT_DEPTH: Final = 50
DEFAULT_WEIGHT: Final = 0.5


class Scorer(Protocol):
    """Something that judges texts by a question."""

    def score(self, query: str, hits: Sequence[Hit]) -> Sequence[float] | NDArray[np.float64]:
        """
        Return a number for each hit, in any unit, higher is better; NaN where it has none.

        Raises InvalidAnswer, RequestRefused or BudgetExhausted where it can say nothing of this
        question; any other MemcliError means that it cannot work at all.
        """

    def usage(self) -> str | None:
        """Say in words what it used so far; None where it costs nothing."""


class Reranker:
    """
    Reorders hits. Opened once (`open_reranker`), it serves any number of questions.

    depth: how many of the first hits the scorer sees; weight: in [0, 1], what the scorer counts
    beside the search. `say` is told in a line, once for each reason, where the order stays as it
    was because the scorer has no usable answer to a question; `failed` counts those questions,
    `asked` all of them, and `elapsed_s` the seconds spent.
    """

    def __init__(
        self,
        scorer: Scorer,
        depth: int = DEFAULT_DEPTH,
        weight: float = DEFAULT_WEIGHT,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.scorer, self.depth, self.weight, self.say = scorer, depth, weight, say
        self.asked = self.failed = 0
        self.elapsed_s = 0.0
        self._told: set[str] = set()

    def best(self, query: str, top_k: int, search: Callable[[int], Sequence[Hit]]) -> list[Hit]:
        """Return the `top_k` best hits of a search, which is asked for as many as are judged."""
        return self.rerank(query, search(max(top_k, self.depth)))[:top_k]

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """
        Return all hits in their new order, ranks counting from 1, the first `depth` judged anew.

        The shares in `why` are scaled and joined by `rerank`, so that they still sum to the score;
        `signals["rerank"]` is what the scorer said. The best score is that of the search, and hits
        behind the depth come with no share of the reranker.
        """
        judged = hits[: self.depth]
        if not judged or not query.strip():
            return list(hits)
        try:
            values = self._scores(query, judged)
        except (InvalidAnswer, RequestRefused, BudgetExhausted) as error:
            self._tell(error.what)
            return list(hits)
        said = values + [float("nan")] * (len(hits) - len(judged))
        result = interpolate([hit.score for hit in hits], said, self.weight)
        moved = []
        for rank, index in enumerate(map(int, result.order), 1):
            shares = {name: float(part[index]) for name, part in result.shares.items()}
            moved.append(_moved(hits[index], rank, shares, said[index]))
        return moved

    def usage(self) -> str:
        """Say in words what was spent so far: time and, of a language model, calls and tokens."""
        each_ms = 1e3 * self.elapsed_s / max(1, self.asked)
        spent = f"reranked {self.asked:,} questions, {each_ms:.1f} ms each"
        used = self.scorer.usage()
        return f"{spent}; {used}" if used else spent

    def _scores(self, query: str, hits: Sequence[Hit]) -> list[float]:
        """Return what the scorer says of each hit, and count the question."""
        started = time.perf_counter()
        try:
            return [float(value) for value in self.scorer.score(query, hits)]
        finally:
            self.asked += 1
            self.elapsed_s += time.perf_counter() - started

    def _tell(self, what: str) -> None:
        """Warn that a question keeps the order of the search, once for each reason."""
        self.failed += 1
        if what not in self._told:
            self._told.add(what)
            self.say(f"not reranked, the order is that of the search: {what}")


def _moved(hit: Hit, rank: int, shares: dict[str, float], said: float) -> Hit:
    """Return a hit at its new place, with the shares of the search scaled to its part."""
    factor = shares["first"] / hit.score if hit.score > 0.0 else 0.0
    why = {name: round(share * factor, 6) for name, share in hit.why.items()}
    why["rerank"] = round(shares["rerank"], 6)
    signals = dict(hit.signals)
    if said == said:  # not NaN
        signals["rerank"] = round(said, 4)
    score = round(shares["first"] + shares["rerank"], 6)
    return structs.replace(hit, rank=rank, score=score, why=why, signals=signals)


def passage(hit: Hit, text: str | None = None) -> str:
    """Return what is judged of a hit: who says it, and its text or another one in its place."""
    said = hit.text if text is None else text
    return f"{hit.speaker}: {said}" if hit.speaker else said
