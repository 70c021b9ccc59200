"""Opening of the reranker that `--rerank` names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.search.reranking.base import DEFAULT_DEPTH, DEFAULT_WEIGHT, FORMS, Reranker
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.models.llm.settings import LlmSettings
    from memcli.records import Hit
    from memcli.search.reranking.base import Scorer
    from store import Store

__all__ = ["open_reranker"]

# Gives the settings of a named language model, or of the one that is set up.
SettingsOf = Callable[[str | None], "LlmSettings | None"]
LANCEDB: Final = "lancedb:"
KIND: Final = "rerankers"
MODEL: Final = "model"


def open_reranker(
    spec: str,
    opened: Store,
    settings: SettingsOf,
    depth: int = DEFAULT_DEPTH,
    weight: float = DEFAULT_WEIGHT,
    say: Callable[[str], None] = lambda text: None,
) -> Reranker:
    """
    Return the reranker that a text names, ready for any number of questions.

    spec: a folder with a cross-encoder; lancedb:NAME?argument=value; `model` for the language model
    of [llm] in config.toml, or model:MODEL with MODEL as for --llm; NAME:ARGUMENTS of a
    plug-in. `./model` is a folder.
    opened: the store, in whose cache answers of a language model are kept; settings: gives those of
    a named model, or of the one that is set up, None where there is none.
    `say` is told in a line what went wrong and was made good.

    Raises BadUsage where nothing of the kind can be, RerankerUnavailable or EncoderUnavailable
    where it is not there, is broken, or lacks a package.
    """
    plain = spec.strip()
    if not plain:
        raise BadUsage("--rerank names nothing", f"give {FORMS}")
    if not 0.0 <= weight <= 1.0 or depth < 1:
        raise BadUsage(f"weight {weight:g}, depth {depth}", "a weight in [0, 1], a depth above 0")
    return Reranker(_scorer(plain, opened, settings), depth, weight, say)


def _scorer(spec: str, opened: Store, settings: SettingsOf) -> Scorer:
    if spec.startswith(LANCEDB):
        from memcli.search.reranking.lancedb import open_lancedb

        return open_lancedb(spec.removeprefix(LANCEDB))
    kind, _, named = spec.partition(":")
    if kind == MODEL:
        return _language_model(settings(named or None), opened)
    if not Path(spec).expanduser().exists():
        from memcli.plugins import blamed, look_up

        if maker := look_up(KIND, kind):
            with blamed(KIND, kind):
                return _PluginScorer(kind, maker(named))
    from memcli.search.reranking.cross_encoder import CrossEncoder

    return CrossEncoder(Path(spec).expanduser())


class _PluginScorer:
    """A scorer of another package: where it fails, it is named."""

    def __init__(self, name: str, scorer: Scorer) -> None:
        self._name, self._scorer = name, scorer

    def score(self, query: str, hits: Sequence[Hit]) -> Sequence[float]:
        """Return a number for each hit; PluginUnavailable where it gives another count."""
        from memcli.plugins import blamed

        with blamed(KIND, self._name):
            values = [float(value) for value in self._scorer.score(query, hits)]
            if len(values) != len(hits):
                raise ValueError(f"{len(values)} scores for {len(hits)} hits")
        return values

    def usage(self) -> str | None:
        """Return what the plug-in says of it."""
        return self._scorer.usage()


def _language_model(settings: LlmSettings | None, opened: Store) -> Scorer:
    """Return what ranks with the user's language model; BadUsage where there is none."""
    from memcli.search.reranking.llm import scorer_of

    if settings is None:
        raise BadUsage(
            "--rerank model: no language model is set up",
            "write [llm] in config.toml, or --rerank model:URL#MODEL",
        )
    # Answers are kept in the store.
    opened.layout.trust.require_full(opened.layout.root)
    return scorer_of(settings, opened.layout.work)
