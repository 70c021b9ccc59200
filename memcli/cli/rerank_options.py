"""The options of commands that can rerank, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.progress import note
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.cli.with_store import Call
    from memcli.models.llm.settings import LlmSettings
    from memcli.search.reranking.base import Reranker

__all__ = ["DepthOption", "RerankOption", "WeightOption", "chosen_reranker"]

RerankOption = Annotated[
    str | None,
    typer.Option(
        "--rerank",
        help="Judge the first hits anew: a folder with a cross-encoder, lancedb:NAME, or model.",
        metavar="WHAT",
    ),
]
DepthOption = Annotated[
    int | None,
    typer.Option("--rerank-depth", min=1, help="How many hits it judges; 50 without.", metavar="N"),
]
WeightOption = Annotated[
    float | None,
    typer.Option(
        "--rerank-weight", min=0, max=1, help="What it counts beside the search; 0.5 without."
    ),
]


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
    from memcli.cli.model_options import model_settings
    from memcli.search.reranking.base import DEFAULT_DEPTH, DEFAULT_WEIGHT
    from memcli.search.reranking.opening import open_reranker

    given_depth = DEFAULT_DEPTH if depth is None else depth
    given_weight = DEFAULT_WEIGHT if weight is None else weight

    def settings(named: str | None) -> LlmSettings | None:
        return model_settings(call, named, None)

    return open_reranker(rerank, call.store, settings, given_depth, given_weight, note)
