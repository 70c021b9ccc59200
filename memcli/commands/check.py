"""Look for damage and broken invariants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.stdin import read_text
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage, StoreCorrupt

if TYPE_CHECKING:
    from store import Problem, Store


@with_store("read", "store namespace quiet format")
def check_command(
    call: Call,
    purged: Annotated[
        str | None,
        typer.Option(
            "--purged",
            help="Look for the bytes of this text instead; - reads it from stdin.",
            metavar="TEXT",
        ),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(help="Look whether this receipt of a purge still holds.", metavar="FILE"),
    ] = None,
) -> None:
    """
    Look for damage and broken invariants; change nothing.

    Each problem is a record with its remedy; none is good. Warnings, such as what a crashed
    writer left, do not count as failure.

    Every file of the tables is read and compared with the digest that the commit has which wrote
    it, and every commit with its seal, so that one flipped bit is found; a problem names the file,
    what it held, and which commits can still be read. That is 0.1 s for 100,000 turns. What has no
    digest: config.toml, and `accesses`, where a loss costs only what was learnt of use.

    With --purged, proves that a text is gone: every byte of every file of the store is read, and
    what is packed is unpacked, rows that are only marked as deleted too. A text from stdin stays
    out of the shell's history; the end of its last line is not part of it. Case counts, and so does
    every space.

    With --receipt, looks whether the receipt that a purge wrote was signed by this store, whether
    what it says was removed is still gone, and whether it would be known again; with --purged too,
    also whether it tells of that text, a whole turn of a namespace of the store (or --namespace).

    Example: memcli check --store ~/memory

    Example: memcli check --purged - < secret.txt

    EXIT STATUS: 0 nothing wrong, 2 usage, 65 something is, or the text was found, 66 no such
    store or receipt, 76 format not understood.
    """
    from memcli.memory.vault.checking import vault_problems
    from store.check import check

    opened = call.store
    text = None if purged is None else _text_of(purged)
    if receipt is not None:
        _check_receipt(call, receipt, text)
    if text is not None:
        _prove_purged(call, text)
    if text is not None or receipt is not None:
        return
    with call.progress("check"):
        problems = [*_check_config(opened), *check(opened), *vault_problems(opened)]
    _show_problems(call, problems)
    errors = sum(one.severity == "error" for one in problems)
    if errors:
        raise StoreCorrupt(f"{errors} problems in {opened.layout.shown}", "see the list")
    call.say(f"{opened.layout.shown} is sound")


def _check_config(opened: Store) -> Iterator[Problem]:
    """The settings can be read."""
    from memcli.config import read_config
    from store.problems import problem

    try:
        read_config(opened.layout.config)
    except BadUsage as error:
        yield problem("error", error.what, error.remedy)


def _show_problems(call: Call, problems: list[Problem]) -> None:
    if problems or not sys.stdout.isatty():
        records = (one.to_json() for one in problems)
        call.show(records, ("severity", "what", "remedy", "ids"), text="what")


def _check_receipt(call: Call, path: Path, text: str | None) -> None:
    """Look whether a receipt holds, and tells of a text; StoreCorrupt where it does not."""
    from memcli.memory.spaces import DEFAULT_NAMESPACE, namespaces
    from memcli.retention.purge.pending_receipts import finished_receipt
    from memcli.retention.purge.receipts import check_receipt, tells_of
    from store.problems import problem

    record = finished_receipt(path, call.store)
    problems = list(check_receipt(call.store, record))
    spaces = [call.namespace] if call.namespace else []
    spaces = spaces or [DEFAULT_NAMESPACE, *namespaces(call.snapshot)]
    if text is not None and not problems and not tells_of(call.snapshot, record, text, spaces):
        what = f"the receipt does not tell of the text in {', '.join(sorted(set(spaces)))}"
        problems = [problem("error", what, "give a whole turn, and its --namespace")]
    _show_problems(call, problems)
    if problems:
        raise StoreCorrupt(f"{path} does not hold", "see the list")
    n = sum(map(len, record["hashes"].values()))
    call.say(f"{path} holds: {n:,} hashes of commit {record['commit']} are gone and stay so")


def _prove_purged(call: Call, text: str) -> None:
    """Look for a text in all files; StoreCorrupt when it is in one."""
    from store.traces import as_problem, find_traces

    opened = call.store
    with call.progress("check") as counter:
        problems = [as_problem(opened, t) for t in find_traces(opened, [text], counter.advance)]
    _show_problems(call, problems)
    if problems:
        raise StoreCorrupt(f"{len(problems)} files hold the text or may hold it", "see the list")
    call.say(f"no file of {opened.layout.shown} holds the text")


def _text_of(given: str) -> str:
    """Return the text to look for, with `-` that on stdin; BadUsage for an empty one."""
    if given == "-":
        given = read_text("the text on stdin").removesuffix("\n").removesuffix("\r")
    options.require_utf8(**{"the text": given})
    if not given:
        raise BadUsage("--purged needs a text", "give what must not be found")
    return given
