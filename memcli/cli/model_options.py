"""Options of commands that may ask a language model, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memcli.cli.progress import note
from memcli.cli.with_store import Call
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.models.llm.settings import LlmSettings
    from memcli.search.reranking.base import Reranker


def model_settings(call: Call, llm: str | None, max_tokens: int | None) -> LlmSettings | None:
    """Return the settings of the model to use; with none, nothing of it is loaded."""
    from memcli.config import require_allowed, settings_of

    config = settings_of(call.store.layout)
    table = config.llm
    if not table and llm is None and max_tokens is None:
        return None
    from memcli.models.llm.opening import chosen_settings

    return chosen_settings(
        table, llm, max_tokens, lambda: require_allowed(config, call.store.layout), call.say
    )


def chosen_reranker(
    call: Call, rerank: str | None, depth: int | None, weight: float | None
) -> Reranker | None:
    """
    Return the reranker that the options name, None for none; nothing of it is loaded then.

    Raises BadUsage for an option without --rerank, and what `open_reranker` raises.
    """
    if rerank is None:
        if depth is not None or weight is not None:
            raise BadUsage("--rerank-depth or --rerank-weight without --rerank", "say by what")
        return None
    from memcli.search.reranking.base import DEFAULT_DEPTH, DEFAULT_WEIGHT
    from memcli.search.reranking.opening import open_reranker

    given_depth = DEFAULT_DEPTH if depth is None else depth
    given_weight = DEFAULT_WEIGHT if weight is None else weight

    def settings(named: str | None) -> LlmSettings | None:
        return model_settings(call, named, None)

    return open_reranker(rerank, call.store, settings, given_depth, given_weight, note)
