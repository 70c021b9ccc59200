"""Language model of a nightly run: one client and one budget for all its steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from memcli.consolidation.summaries.llm import SummaryWriter
from memcli.consolidation.summaries.traits import TraitWriter
from memcli.extraction.llm.reader import ModelReader
from memcli.models.llm.opening import model_label, open_cached, usage_text

if TYPE_CHECKING:
    from memcli.extraction.step import ExtractStep
    from memcli.models.llm.settings import LlmSettings


class Models:
    """What reads sessions and what writes summaries."""

    def __init__(self, settings: LlmSettings, root: Path, note: Callable[[str], None]) -> None:
        self.settings = settings
        self.note = note
        self._model, self._budget = open_cached(settings, root)
        self._writer = SummaryWriter(self._model, self._budget, note)
        self._traits = TraitWriter(self._model, self._budget, note)

    def reader(self, step: ExtractStep) -> ModelReader:
        """Return what reads the sessions of an extraction."""
        snapshot, encoder = step.snapshot, step.encoder
        built_in = step.built_in
        return ModelReader(self._model, self._budget, snapshot, encoder, built_in, self.note)

    def writer(self) -> SummaryWriter:
        """Return what writes summaries."""
        return self._writer

    def traits(self) -> TraitWriter:
        """Return what finds traits of persons."""
        return self._traits

    def used(self) -> str:
        """Say in words what was used."""
        label = model_label(self.settings)
        return usage_text(self._budget, self._writer.cached_answers, label)
