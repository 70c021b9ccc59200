"""Health of the store: where it is, whether it is whole, its settings, encoder and parser."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.config import read_config
from memcli.jsonl import Json, format_time
from memcli.memory.findings import Status, finding
from store.errors import BadUsage, MemcliError, UnsupportedVersion
from store.layout import is_store
from store.location import Reason, store_place
from store.trust import trust_in

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store
    from store.problems import Problem

REINSTALL: Final = "pip install --force-reinstall --no-deps memcli"
FOUND_BY: Final[dict[Reason, str]] = {
    "option": "named by --store",
    "environment": "named by MEMCLI_STORE",
    "upward": "the nearest .memory/ upward",
    "user": "the user's own",
}


def examine_store(given: Path | None) -> Iterator[Json]:
    """Yield what there is to say of the store that commands would use."""
    place = store_place(given)
    path, reason = place
    if not is_store(path):
        yield _missing(path, reason)
        yield from _default_models()
        return
    from store import Store

    try:
        store = Store.open(path, mode="read", trust=trust_in(place))
        yield _place(store, reason)
    except MemcliError as error:
        yield finding("store", "error", error.what, _remedy_of(error))
        return
    yield from _problems(store)
    yield from _upkeep(store)
    yield from _settings(store)
    yield from _models(store)


def _missing(path: Path, reason: Reason) -> Json:
    """Say that there is no store; before the first use there need be none."""
    remedy = f"memcli init --store {shlex.quote(str(path))}"
    what = f"no store at {path}, {FOUND_BY[reason]}"
    if reason == "user":
        return finding("store", "warning", f"{what}: the first ingest makes it", remedy)
    return finding("store", "error", what, remedy, missing=True)


def _place(store: Store, reason: Reason) -> Json:
    """Say where the store is, why it is that one, and what is in it."""
    head = store.head()
    n = sum(head.tables[name].rows for name in ("memories", "archive"))
    last = f"commit {head.number} ({head.command}, {format_time(head.time)[:16]}Z)"
    what = f"{store.layout.shown}, {FOUND_BY[reason]}: {n:,} memories, {last}"
    if store.layout.vault:
        what += f"; encrypted, and decrypted in {store.layout.work.parent}"
    doubt, how = store.layout.trust.reason, None
    if doubt:
        what += f"; it {doubt}: it is not written to, and its settings are not used"
        how = f"memcli trust {shlex.quote(store.layout.shown)}"
    severity: Status = "warning" if doubt else "ok"
    counts = {"memories": n, "commit": head.number}
    return finding("store", severity, what, how, **counts, found_by=reason)


def _remedy_of(error: MemcliError) -> str:
    if isinstance(error, UnsupportedVersion):
        return "pip install --upgrade memcli"
    return error.remedy


def _problems(store: Store) -> Iterator[Json]:
    """Yield what a check finds without reading all rows."""
    from store.check import quick_check

    problems = list(quick_check(store))
    yield from (_as_finding(store, problem) for problem in problems)
    if not problems:
        command = f"memcli check --store {shlex.quote(store.layout.shown)}"
        yield finding("store", "ok", f"whole, as far as is quickly seen ({command} reads all rows)")


def _as_finding(store: Store, problem: Problem) -> Json:
    return finding("store", problem.severity, problem.what, problem.remedy, table=problem.table)


def _upkeep(store: Store) -> Iterator[Json]:
    """Yield what a compaction would make better."""
    from memcli.memory.stats import reasons_to_compact

    try:
        reasons = reasons_to_compact(store.snapshot())
    except MemcliError:
        return  # it has been said what is wrong
    if reasons:
        remedy = f"memcli compact --store {shlex.quote(store.layout.shown)}"
        yield finding("store", "warning", "; ".join(reasons), remedy)


def _settings(store: Store) -> Iterator[Json]:
    """Say whether commands take the settings."""
    from memcli.cli.config_file import read_settings, read_text
    from memcli.cli.settings import checked

    try:
        settings = read_settings(store)
        checked(read_text(store.layout.config), store.layout.config, store.layout.trust.is_own)
    except MemcliError as error:
        yield finding("settings", "error", error.what, error.remedy)
        return
    n = len(list(_leaves(settings)))
    told = "all by default" if not n else f"{n} set in config.toml"
    yield finding("settings", "ok", f"{told} (memcli config list)")


def _leaves(settings: Json) -> Iterator[str]:
    for name, value in settings.items():
        yield from _leaves(value) if isinstance(value, dict) else [name]


# ---------------------------------------------------------------- models


def _models(store: Store) -> Iterator[Json]:
    """Yield whether the encoder and the parser of the store are there, and as they were."""
    from memcli.memory.encoders import store_encoder

    yield _encoder(lambda: store_encoder(store.head().encoder, store.layout))
    try:
        parser = read_config(store.layout.config).extract.parser
    except BadUsage:
        return  # it has been said what is wrong
    yield _parser(parser)


def _default_models() -> Iterator[Json]:
    """Yield whether what a new store would have is there."""
    from memcli.memory.encoders import load_encoder
    from memcli.models.encoder import DEFAULT_ENCODER
    from memcli.models.parser import DEFAULT_PARSER

    yield _encoder(lambda: load_encoder(DEFAULT_ENCODER))
    yield _parser(DEFAULT_PARSER)


def _encoder(load: Callable[[], Encoder]) -> Json:
    """Say whether an encoder is whole and encodes."""
    try:
        encoder = load()
        stamp = encoder.stamp()
        encoder.encode(["memcli"])
    except MemcliError as error:
        return finding("encoder", "error", error.what, error.remedy)
    place = stamp.path or "comes with memcli"
    what = f"{stamp.name} ({place}), {stamp.dimension} dimensions, its weights have their hash"
    return finding("encoder", "ok", what, sha256=stamp.sha256)


def _parser(name: str) -> Json:
    """Say whether a parser is whole and parses."""
    from memcli.models.parser import Parser

    try:
        parser = Parser.load(name)
        parser.require_hash()
        n = len(parser(["It works."])[0].words)
    except MemcliError as error:
        return finding("parser", "error", error.what, error.remedy)
    if not n:
        return finding("parser", "error", f"{name} finds no words", REINSTALL)
    return finding("parser", "ok", f"{parser.name}, its weights have their hash")
