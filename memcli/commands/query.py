"""Find the memories that answer a question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import structs

from memcli.cli import model_options, options
from memcli.cli.with_store import Call, with_store
from memcli.memory.filters import Filters
from memcli.records import MemoryType
from memcli.search.access_log import begin_keeping, record_accesses
from store.errors import BadUsage, NoHits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memcli.records import Hit, Query
    from memcli.search.queries import QueryOptions
    from memcli.search.retriever import Retriever

Question = Annotated[
    str | None, typer.Argument(help="The question, - for stdin; with --batch, none.")
]
COLUMNS = ("rank", "score", "happened_at", "speaker", "text", "session_id", "ref", "id")


@with_store("read", "top_k store namespace * at now quiet format")
def query_command(
    call: Call,
    text: Question = None,
    top_k: Annotated[
        int | None, typer.Option("-k", "--top-k", min=1, help="Hits; else config.toml, else 10.")
    ] = None,
    type: Annotated[
        MemoryType | None, typer.Option(help="Only memories of this type.", metavar="TYPE")
    ] = None,
    level: options.LevelFilter = None,
    session: options.SessionFilter = None,
    name: options.NameFilter = None,
    company: options.CompanyFilter = None,
    place: options.PlaceFilter = None,
    since: options.SinceFilter = None,
    until: options.UntilFilter = None,
    before: Annotated[str | None, typer.Option(help="Said before this time.")] = None,
    where: options.WhereFilter = None,
    batch: Annotated[bool, typer.Option("--batch", help="One query a line on stdin.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also superseded, hidden and archived memories.")
    ] = False,
    rerank: options.RerankOption = None,
    rerank_depth: options.DepthOption = None,
    rerank_weight: options.WeightOption = None,
    min_score: options.MinScoreOption = None,
    linked: Annotated[
        int, typer.Option("--linked", min=0, help="Links of each hit.", metavar="N")
    ] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Show each signal.")] = False,
    no_touch: Annotated[bool, typer.Option("--no-touch", help="Do not count as access.")] = False,
    require_hits: Annotated[bool, typer.Option("--require-hits", help="1 if none.")] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="On a screen: see memcli browse.")
    ] = False,
) -> None:
    """
    Find the memories that answer a question in plain words.

    Meaning, words, who speaks and what was said around a turn are weighed together; `why` in each
    hit says how much each brought. The score of the first hit is how likely it is right, the others
    are in relation to it; --min-score auto gives no hits where the store hardly has an answer (see
    `answerable` in `signals`). A time in the question ("in May 2023", "last week", "before 2022")
    prefers what was said then. Where a first hit names what the question describes ("Ada's
    dentist"), the name is asked for too (`second_hop` in `why`). `around` has the turns before and
    after a hit. With --batch, queries come on stdin, one a line, as plain text or as query records,
    and are answered in order by one process.

    --rerank lets a reranker judge the first 50 hits (--rerank-depth) anew: a folder with an ONNX
    cross-encoder, one of LanceDB's rerankers (lancedb:rrf, lancedb:cohere?top_n=20), the model of
    [llm] in config.toml (model), or another one (model:URL#MODEL). Its share is `rerank` in `why`.

    Example: memcli query "where did we decide to deploy?" -k 3 --since 2026-01-01 | jq -r .text

    EXIT STATUS: 0 done (no hits too), 1 no hits with --require-hits, 2 usage, 65 bad query record,
    66 no such store or commit, 69 encoder or reranker unavailable.
    """
    from memcli.search.queries import QueryOptions, parse_min_score

    text = _typed_or_piped(text)
    if batch == bool(text and text.strip()) and (batch or not interactive):
        raise BadUsage("give a question, or --batch and queries on stdin", "see: memcli query -h")
    options.require_utf8(query=text, where=where, name=name, session=session)
    options.require_utf8(company=company, place=place)
    least = parse_min_score(min_score)
    filters = Filters(
        namespace=call.namespace,
        type=type,
        level=level,
        session=session,
        name=name,
        since=options.parse_moment(since, "--since", call.now),
        until=options.parse_moment(until, "--until", call.now, end=True),
        before=options.parse_moment(before, "--before", call.now),
        where=where,
        superseded=everything,
    ).of_names(call.snapshot, place, company)
    if interactive:
        from memcli.commands.browse import browse

        browse(call, text or "", filters)
        return
    filters = filters.as_of_moment(call.moment)
    retriever = retriever_of(call)
    reranker = model_options.chosen_reranker(call, rerank, rerank_depth, rerank_weight)
    filters.require_sound(call.snapshot)
    size = top_k or _usual_size(call)
    asking = QueryOptions(filters, everything, call.now, least, reranker)
    call.store.load_engine()
    if not no_touch:
        begin_keeping(text or "")
    n_hits = 0
    for query in _asked(call, None if batch else text or ""):
        hits = _answer(call, retriever, query, asking, query.top_k or size, linked, explain)
        n_hits += len(hits)
        if hits and not no_touch:
            touch(call, hits, query, last=not batch)
    if explain and reranker:
        call.say(reranker.usage())
    if not n_hits:
        _say_why_none(call, filters, require_hits)


def retriever_of(call: Call) -> Retriever:
    """Return what searches the state that is read; its encoder loads while modules are imported."""
    from memcli.memory.encoders import begin_loading

    encoder = begin_loading(call.snapshot.encoder, call.snapshot.layout)
    from memcli.search.retriever import Retriever

    return Retriever(call.snapshot, encoder)


def _typed_or_piped(text: str | None) -> str | None:
    """Return the question, which `-` reads from stdin."""
    from memcli.cli.stdin import DASH, read_text

    return read_text("the question").strip() if text == DASH else text


def _usual_size(call: Call) -> int:
    """Return how many hits the store's settings ask for."""
    from memcli.config import settings_of

    return settings_of(call.store.layout).query.top_k


def _asked(call: Call, text: str | None) -> Iterator[Query]:
    """Yield the one question, or without one those on stdin, as far as they are looked for."""
    from memcli.cli.stdin import read_queries
    from memcli.records import Query

    for query in read_queries() if text is None else [Query(v=1, query=text)]:
        yield shortened(call, query)


def _answer(
    call: Call,
    retriever: Retriever,
    query: Query,
    asking: QueryOptions,
    size: int,
    linked: int,
    explain: bool,
) -> list[Hit]:
    """Find and show the hits of one query, and return them."""
    from memcli.search.queries import run_query

    hits = tied(retriever, run_query(retriever, query, asking, size), linked, asking)
    show(call, hits, query, explain, retriever)
    return hits


def tied(retriever: Retriever, hits: list[Hit], most: int, asking: QueryOptions) -> list[Hit]:
    """Return hits with up to so many of what each is tied to."""
    if not most:
        return hits
    from memcli.search.linked import with_linked

    return with_linked(retriever.snapshot, hits, most, asking.filters.namespace, asking.everything)


def shortened(call: Call, query: Query) -> Query:
    """Return a query as far as it is looked for, and say so if that is not all of it."""
    from memcli.language.messages import cut_question

    asked = cut_question(query.query)
    if asked != query.query:
        call.say(f"a question of {len(query.query):,} characters was cut after {len(asked):,}")
    return structs.replace(query, query=asked)


def _say_why_none(call: Call, filters: Filters, require_hits: bool) -> None:
    """Say on stderr which names nothing is of; NoHits where hits are required."""
    from memcli.memory.spaces import unknown_names

    for line in unknown_names(call.snapshot, call.namespace, filters.name):
        call.say(line)
    for line in filters.unknown_bounds(call.snapshot):
        call.say(line)
    if require_hits:
        raise NoHits("no hits")


def touch(call: Call, hits: list[Hit], query: Query, last: bool) -> None:
    """Count hits as recalled, once they are printed; `last` says that no query will follow."""
    recalled = [(hit.id, hit.rank) for hit in hits]
    record_accesses(call.store, recalled, query.query, call.now, last=last)


def show(call: Call, hits: list[Hit], query: Query, explain: bool, retriever: Retriever) -> None:
    """Write the hits of one query."""
    records = [as_record(hit, query, explain) for hit in hits]
    columns = (*COLUMNS, "why", "signals") if explain else COLUMNS
    if any(hit.linked for hit in hits):
        columns = (*columns, "linked")
        if call.is_tabular:
            from memcli.cli.tie_view import with_lines

            records = with_lines(records)
    if not hits and sys.stdout.isatty():
        call.say("no hits")
        return
    call.show(records, columns, question=query.query)
    if explain:
        spent = ", ".join(f"{name} {ms:.1f}" for name, ms in retriever.timings_ms.items())
        call.say(f"milliseconds: {spent}")
        if retriever.hops:
            call.say(f"asked again for what the question describes: {', '.join(retriever.hops)}")


def as_record(hit: Hit, query: Query, explain: bool) -> dict[str, Any]:
    """Return a hit as a record on the wire."""
    asked = structs.replace(hit, query_id=query.id, query=query.query)
    record = {"kind": "hit", **structs.asdict(asked)}
    if not explain:
        del record["signals"]
    return record
