"""Options that commands share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from memcli.cli.output import Format
from store.errors import BadUsage, MemcliError

STORE_HELP = "The store; else $MEMCLI_STORE, the nearest .memory/ upward, the per-user folder."
StoreOption = Annotated[Path | None, typer.Option("--store", help=STORE_HELP, metavar="DIR|URL")]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        help="Key of an encrypted store; else $MEMCLI_KEY_FILE or as set.",
        metavar="FILE",
    ),
]
NamespaceOption = Annotated[
    str | None,
    typer.Option("--namespace", "-n", help="Only this namespace; else $MEMCLI_NAMESPACE."),
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="A table on a terminal, else jsonl.")
]
NoPagerOption = Annotated[
    bool, typer.Option("--no-pager", help="Write what is longer than the screen at once.")
]
NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids, beginnings of ids, or your own refs; - or none: those, or records, on stdin.",
        metavar="[ID...]",
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option("--at", help="As of a commit number or a time.", metavar="COMMIT|TIME"),
]
NowOption = Annotated[
    str | None, typer.Option("--now", help="Take this as the present time (RFC 3339).")
]
MinScoreOption = Annotated[
    str | None,
    typer.Option(
        "--min-score",
        help="Leave out hits below this (0 to 1); auto: all, where there is hardly an answer.",
        metavar="SCORE",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be written, write nothing.")
]
WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        help="Wait for other writers.",
        metavar="SECONDS",
    ),
]
TimezoneOption = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        help="Zone of times that name none, by default this machine's.",
        metavar="ZONE",
    ),
]
ToolsOption = Annotated[
    bool, typer.Option("--tools", help="Keep tool calls and outputs too, as resources.")
]
RedactOption = Annotated[
    bool | None,
    typer.Option(
        "--redact/--no-redact",
        help="Keep [secret:kind] in place of passwords, keys, card numbers and the like; else as"
        " [ingest] of config.toml says.",
    ),
]
AllowOption = Annotated[
    bool, typer.Option("--allow", help="Take again what was purged before, on purpose.")
]
SessionFilter = Annotated[str | None, typer.Option("--session", help="Only this session.")]
NameFilter = Annotated[str | None, typer.Option("--name", help="Only what this speaker said.")]
PlaceFilter = Annotated[
    str | None,
    typer.Option("--place", help="Only of this place.", metavar="NAME"),
]
CompanyFilter = Annotated[
    str | None,
    typer.Option("--with", help="Only with this person.", metavar="NAME"),
]
SinceFilter = Annotated[
    str | None, typer.Option("--since", help="Said then or later: yesterday, 7d.")
]
UntilFilter = Annotated[str | None, typer.Option("--until", help="Said at this time or earlier.")]
WhereFilter = Annotated[
    str | None, typer.Option("--where", help="A condition in SQL.", metavar="SQL")
]
LevelFilter = Annotated[int | None, typer.Option("--level", min=0, max=4, help="Only this level.")]
CreateOption = Annotated[bool, typer.Option("--create", help="Make the store if there is none.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress.")]

LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Read with a language model: its name, URL#MODEL, 'command:WORDS', 'config' for"
        " [llm] of config.toml, or none.",
        metavar="MODEL",
    ),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option("--max-tokens", min=0, help="Tokens that the model may use in this run."),
]
RerankOption = Annotated[
    str | None,
    typer.Option(
        "--rerank",
        help="Judge the first hits anew: a folder with a cross-encoder, lancedb:NAME, model, or"
        " a plug-in's NAME:ARGUMENTS.",
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


OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        help="On Ray: ray, ray://HOST:PORT.",
    ),
]


def namespace_filter(given: str | None) -> str | None:
    """Return the namespace that bounds a reading command, if any."""
    return given or os.environ.get("MEMCLI_NAMESPACE") or None


def require_utf8(**values: str | None) -> None:
    """Raise BadUsage for an argument that is not UTF-8."""
    for name, value in values.items():
        try:
            (value or "").encode()
        except UnicodeEncodeError as error:
            raise BadUsage(f"{name} is not UTF-8", "check the terminal's encoding") from error


def parse_moment(
    value: str | None,
    option: str,
    now: datetime | None = None,
    *,
    end: bool = False,
    ahead: bool = False,
) -> datetime | None:
    """
    Return the time given with an option, in the words of `moment_named`; BadUsage when it is none.

    now: what is relative is counted from it, else from the clock.
    """
    if value is None:
        return None
    from memcli.memory.moments import EXAMPLES, moment_named
    from memcli.memory.times import zone_of

    try:
        return moment_named(value, now or present(), zone_of(None), end=end, ahead=ahead)
    except MemcliError as error:
        raise BadUsage(f"{option}: {error.what}", EXAMPLES) from error


def present() -> datetime:
    """Return the time on the clock."""
    return datetime.now(UTC)


def snapshot_moment(at: str | None) -> str | datetime | None:
    """Return what --at names: a commit number, a time or nothing."""
    if at is None or (at.isdigit() and len(at) < 12):
        return at
    return parse_moment(at, "--at", end=True)


def use_key_file(path: Path | None) -> None:
    """Open encrypted stores by the key in a file, here and in processes that are started."""
    if path is not None:
        os.environ["MEMCLI_KEY_FILE"] = str(path.absolute())
