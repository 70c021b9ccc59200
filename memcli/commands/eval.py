"""Measure recall against judged questions, or run suites that bring their own store."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import model_options, options
from memcli.cli.with_store import Call, with_store
from store.errors import BadRecord, BadUsage, InputNotFound, StoreIOError
from store.files import io_errors

if TYPE_CHECKING:
    from memcli.jsonl import Json
    from memcli.records import Judgment
    from memcli.search.evaluation import Judging
    from memcli.search.reranking.base import Reranker


def baseline_names() -> list[str]:
    """Return the names of the searches to measure against."""
    from memcli.search.evaluation import BASELINES

    return [*BASELINES, "all"]


def suite_names() -> list[str]:
    """Return the names of the suites."""
    from memcli.suites.registry import SUITES

    return [*SUITES, "all"]


@with_store("read", "store namespace at quiet format")
def eval_command(
    call: Call,
    judgments: Annotated[
        Path | None,
        typer.Argument(help="A file of judgment records; - is stdin; with --suite, none."),
    ] = None,
    k: Annotated[str, typer.Option("-k", help="Cut-offs.")] = "5,10,25,50",
    level: Annotated[int | None, typer.Option(min=0, max=4, help="Only this level.")] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            help="Also measure grep, bm25, dense, recent or all; may be repeated.",
            autocompletion=baseline_names,
        ),
    ] = None,
    rerank: options.RerankOption = None,
    rerank_depth: options.DepthOption = None,
    rerank_weight: options.WeightOption = None,
    min_score: options.MinScoreOption = None,
    suite: Annotated[
        list[str] | None,
        typer.Option(
            help="Run forgetting, interference, two-hops, headings, half-turns or all; may be "
            "repeated.",
            autocompletion=suite_names,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="With --suite: another one, other cases.")] = 1,
    cases: Annotated[int, typer.Option(min=1, help="With --suite: the most of each.")] = 200,
    explain: Annotated[
        bool, typer.Option("--explain", help="With --suite: say which cases failed.")
    ] = False,
    on: options.OnOption = None,
) -> None:
    """
    Measure recall, hit rate, MRR and nDCG against judged questions, by category, with latency.

    A judgment names its question and the message ids (`relevant`) or sessions
    (`relevant_sessions`) that answer it; its namespace and `before` bound the search. recall@k is
    the share of the relevant ids among the first k hits, averaged over judgments. `answered` is
    the share of questions with any hit; those with nothing relevant count for that alone. Nothing
    is written, not even accesses.

    --suite tells talk of people who do not exist to a store in a temporary folder, and asks `query`
    and `context`; a row for each kind of case has the shares that were right, as `memcli help
    benchmarks` says. The same seed gives the same figures; forgetting takes a minute, the others
    seconds.

    Example: memcli eval judgments.jsonl -k 5,10 --level 0 --baseline bm25 --baseline grep

    Example: memcli eval --suite forgetting --seed 7 --explain

    EXIT STATUS: 0 done, 2 usage, 65 bad judgment, 66 no such file or store, 69 encoder,
    reranker or cluster missing.
    """
    from memcli.cluster.address import require_here

    if suite or rerank:
        require_here(on, "--suite and --rerank")
    if suite:
        if judgments:
            raise BadUsage("--suite brings its own questions", "leave out the file")
        _run_suites(call, suite, seed, cases, explain)
        return
    if judgments is None:
        raise BadUsage("give a file of judgments, or --suite", "see: memcli eval --help")
    from memcli.memory.filters import Filters
    from memcli.search import evaluation
    from memcli.search.queries import parse_min_score

    bounds = Filters(namespace=call.namespace, level=level)
    tasks = [
        evaluation.Judging(name, tuple(_cutoffs(k)), bounds, parse_min_score(min_score))
        for name in ("memcli", *_systems(baseline or [], evaluation.BASELINES))
    ]
    questions = list(read_judgments(judgments))
    reranker = model_options.chosen_reranker(call, rerank, rerank_depth, rerank_weight)
    results = _measured(call, tasks, questions, on, reranker)
    if reranker and reranker.failed:
        call.say(f"{reranker.failed:,} questions of {len(questions):,} were not reranked")
    if reranker:
        call.say(reranker.usage())
    rows = evaluation.as_rows(results)
    call.show(rows if call.is_tabular else map(call.summary_record, rows))


def _measured(
    call: Call,
    tasks: Iterable[Judging],
    questions: Sequence[Judgment],
    on: str | None,
    reranker: Reranker | None,
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the figures of each system, here or of a cluster."""
    from memcli.cluster.ray_workers import open_workers
    from memcli.search.evaluation import judged_here, judged_on

    results = {}
    with open_workers(on) as workers:
        for task in tasks:
            with call.progress(f"eval {task.system}", len(questions)) as counter:
                results[task.system] = (
                    judged_on(workers, call.snapshot, task, questions, counter.advance)
                    if workers
                    else judged_here(call.snapshot, task, questions, counter.advance, reranker)
                )
    return results


def _run_suites(call: Call, names: list[str], seed: int, cases: int, explain: bool) -> None:
    """Run suites, say what failed if asked to, and write their figures."""
    from memcli.suites.registry import SUITES, chosen_suites, failures, outcome_rows
    from memcli.suites.running import run_suite

    rows: list[Json] = []
    for name in chosen_suites(names):
        made = SUITES[name](seed, cases)
        with call.progress(f"eval {name}", made.questions) as counter:
            outcome = run_suite(made, counter.advance)
        rows += outcome_rows(name, outcome)
        for line in failures(outcome) if explain else ():
            call.say(line)
    call.show(rows if call.is_tabular else map(call.summary_record, rows))


def _cutoffs(text: str) -> list[int]:
    """Return the numbers of -k."""
    try:
        cutoffs = [int(part) for part in text.split(",")]
    except ValueError:
        cutoffs = [0]
    if min(cutoffs) < 1:
        raise BadUsage(f"-k {text}: not a list of positive numbers", "for example -k 5,10")
    return cutoffs


def _systems(asked: list[str], known: tuple[str, ...]) -> list[str]:
    """Return the baselines to measure."""
    names = [name for part in asked for name in part.split(",")]
    unknown = [name for name in names if name not in (*known, "all")]
    if unknown:
        raise BadUsage(f"no baseline {unknown[0]!r}", f"one of {', '.join(known)}, all")
    return list(known) if "all" in names else names


def read_judgments(path: Path) -> Iterator[Judgment]:
    """Yield the judgments of a file; BadRecord, with its line, for one that is malformed."""
    from memcli.cli.stdin import record_of
    from memcli.records import Judgment

    try:
        with io_errors(f"read {path}", "check the file"):
            lines = _input_lines(path)
    except StoreIOError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise InputNotFound(f"no file {path}", "check the path") from None
        raise
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        record = record_of(line, str(path), number, "judgment")
        if not isinstance(record, Judgment):
            raise BadRecord("not a judgment", path=str(path), line=number)
        yield record


def _input_lines(path: Path) -> list[bytes]:
    """Return the lines of a file, or of stdin for `-`."""
    if str(path) == "-":
        return sys.stdin.buffer.readlines()
    with path.open("rb") as file:
        return file.readlines()
