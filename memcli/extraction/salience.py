"""Salience of statements: learned importance, from their grammar and the static vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memcli.algorithms.logistic import salience
from memcli.language.salience import features, weights
from memcli.models.encoder import ENGLISH_ENCODER, Encoder

if TYPE_CHECKING:
    from memcli.extraction.drafts import Draft


class Salience:
    """Scores drafts in [0, 1]; least: below it a quotation is not worth keeping."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._weights = weights()
        self.least = self._weights.threshold

    @classmethod
    def load(cls) -> Salience:
        """Load it with the encoder that its weights were fitted on, whatever the store's is."""
        return cls(Encoder.load(ENGLISH_ENCODER))

    def scores(self, drafts: Sequence[Draft]) -> list[float]:
        """Return the importance of each draft."""
        if not drafts:
            return []
        rows = [features(d.parse, d.quotation, d.n_facts, d.heard) for d in drafts]
        vectors = self._encoder.encode([draft.said for draft in drafts])
        found = salience(rows, vectors, self._weights.features, self._weights.vector)
        return [round(float(score), 4) for score in found]
