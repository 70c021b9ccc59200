"""
What commands share: their common options, and what these come to.

A command declares how it opens the store and which common options it takes; they are added to its
own, and it is handed one `Call` that has them worked out. Nothing is opened before it is asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, cast

from memcli.cli import options, output
from memcli.cli.memory_limit import require_address_space
from memcli.cli.progress import Progress, note, progress
from memcli.memory.opening import open_or_create, open_store, stay_private
from store.errors import (
    BadUsage,
    CompactedMeanwhile,
    InputNotFound,
    Interrupted,
    MemcliError,
    NotAllPurged,
    StoreCorrupt,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from memcli.jsonl import Json
    from memcli.models.encoder import Encoder
    from store import Commit, Snapshot, Store

Own = ParamSpec("Own")
# read: no commit may come of it; create: a store is made at first use; none: it needs no store.
Mode = Literal["read", "write", "create", "none"]
SHARED: Final[Mapping[str, tuple[Any, Any]]] = {
    "store": (options.StoreOption, None),
    "key_file": (options.KeyFileOption, None),
    "namespace": (options.NamespaceOption, None),
    "at": (options.AtOption, None),
    "now": (options.NowOption, None),
    "create": (options.CreateOption, False),
    "allow": (options.AllowOption, False),
    "dry_run": (options.DryRunOption, False),
    "wait": (options.WaitOption, None),
    "quiet": (options.QuietOption, False),
    "format": (options.FormatOption, None),
    "no_pager": (options.NoPagerOption, False),
}
# Stands for the command's own options; without it they come first.
OWN: Final = "*"
# What a call has by itself of what was given.
TOLD: Final = ("dry_run", "quiet", "format", "no_pager")
SUMMARY_COLUMNS: Final = ("command", "commit", "counts")


@dataclass(frozen=True)
class Call:
    """
    One call of a command: its store, and what the options come to that commands share.

    command: its name in summary records; mode: how it opens the store; given: all options as they
    were typed; the others: what the options of these names say.
    """

    command: str
    mode: Mode
    given: Mapping[str, Any]
    dry_run: bool = False
    quiet: bool = False
    format: output.Format | None = None
    no_pager: bool = False

    @cached_property
    def store(self) -> Store:
        """The store, opened when it is first asked for."""
        path = self.given["store"]
        stay_private(path)
        mode: Literal["read", "write"] = "read" if self.mode == "read" else "write"
        if self.mode == "create":
            return open_or_create(path, self.given["create"], self.say, mode, self.wait_s)
        return open_store(path, mode, self.say, self.wait_s)

    @property
    def wait_s(self) -> float | None:
        """How long to wait for another writer, None if that was not said."""
        wait: float | None = self.given.get("wait")
        if wait is not None and not 0 <= wait < float("inf"):
            raise BadUsage(f"--wait {wait:g} is no time to wait", "give seconds, 0 or more")
        return wait

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state of the store that --at names, else the newest."""
        return self.store.snapshot(options.snapshot_moment(self.given.get("at")))

    @cached_property
    def encoder(self) -> Encoder:
        """The store's encoder."""
        from memcli.memory.encoders import store_encoder

        return store_encoder(self.store.head().encoder, self.store.layout)

    @property
    def namespace(self) -> str | None:
        """The namespace that bounds the command, if any."""
        return options.namespace_filter(self.given.get("namespace"))

    @cached_property
    def moment(self) -> datetime | None:
        """The time of --now, if it was given."""
        return options.parse_moment(self.given.get("now"), "--now")

    @cached_property
    def now(self) -> datetime:
        """The present: the time of --now, else the clock's."""
        return self.moment or options.present()

    @property
    def allow(self) -> bool:
        """Whether what was purged before may be written again."""
        return bool(self.given.get("allow"))

    @property
    def is_tabular(self) -> bool:
        """Whether a person is going to read a table."""
        return output.is_tabular(self.format)

    def explained(self, error: MemcliError) -> MemcliError:
        """Return an error as what it is where the state that was read has been compacted away."""
        read = self.__dict__.get("snapshot")
        with suppress(MemcliError):
            if read is None or isinstance(error, NotAllPurged):
                return error
            number = read.commit.number
            if number not in self.store.kept_commits(number):
                what = "the store was compacted while it was read"
                return CompactedMeanwhile(what, "run it again")
        return error

    def say(self, text: str) -> None:
        """Say something on stderr that is not an error, unless --quiet."""
        if not self.quiet:
            note(text)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Say of what is interrupted that nothing was kept, where that is so."""
        before = self.store.head().number
        try:
            yield
        except (KeyboardInterrupt, Interrupted) as error:
            if self.store.head().number != before:
                raise
            what = "interrupted; nothing was kept, as all of a call is one commit"
            raise Interrupted(what, "run it again") from error

    def progress(self, what: str, total: int | None = None) -> AbstractContextManager[Progress]:
        """Return a progress counter, which shows nothing under --quiet."""
        return progress(what, total, self.quiet)

    def show(
        self,
        records: Iterable[Json],
        columns: Sequence[str] = (),
        text: str = "text",
        question: str = "",
    ) -> None:
        """Write records to stdout in the form that was asked for, see `output.show`."""
        output.show(records, self.format, columns, text, not self.no_pager, question)

    def show_page(self, chunks: Iterable[bytes]) -> None:
        """Write text that a person reads, by the pager where it is long."""
        from memcli.cli import terminal

        terminal.write(chunks, not self.no_pager)

    def show_new(
        self,
        rows: Iterable[pa.RecordBatch],
        commit: Commit | None,
        columns: Sequence[str],
    ) -> None:
        """Write new memories to stdout: those of a commit, or in a dry run the rows themselves."""
        if commit is not None:
            rows = output.written_memories(self.store, commit)
        elif not self.dry_run:
            return
        output.show_memories(rows, self.format, columns)

    def summary(self, counts: Json, commit: int | None = None) -> None:
        """Write the summary record: what a command did, and the number of its commit."""
        self.show([self.summary_record(counts, commit)], SUMMARY_COLUMNS)

    def summary_record(self, counts: Json, commit: int | None = None) -> Json:
        """Return a record of kind `summary`."""
        number = {} if commit is None else {"commit": commit}
        return {"kind": "summary", "v": 1, "command": self.command, **number, "counts": counts}


def with_store(
    mode: Mode, shared: str
) -> Callable[[Callable[Concatenate[Call, Own], None]], Callable[..., None]]:
    """
    Hand a command its `Call` and add the options that it shares with others to its own.

    mode: how it opens the store; shared: names of options in the order of its help, among them OWN.
    """

    def decorate(function: Callable[Concatenate[Call, Own], None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = dict(list(signature.parameters.items())[1:])
        name = function.__module__.split(".")[2]

        def command(**given: Any) -> None:
            told = {key: given[key] for key in TOLD if key in given}
            mine = {key: given[key] for key in own}
            options.use_key_file(given.get("key_file"))
            call = Call(name, mode, given, **told)
            if mode != "none":
                require_address_space()
            try:
                cast(Any, function)(call, **mine)
            except (StoreCorrupt, InputNotFound) as error:
                raise call.explained(error) from error

        command.__name__, command.__doc__ = function.__name__, function.__doc__
        keyed = shared.replace("store", "store key_file")
        parameters = _in_order(own, f"{keyed} {_implied(mode, shared)}")
        cast(Any, command).__signature__ = signature.replace(parameters=parameters)
        return command

    return decorate


def _implied(mode: Mode, shared: str) -> str:
    """Return the common options that a command has without having to name them."""
    if mode in ("write", "create"):
        return "wait"
    # Whatever is read may be longer than the screen.
    return "no_pager" if mode == "read" and "format" in shared.split() else ""


def _in_order(own: Mapping[str, inspect.Parameter], shared: str) -> list[inspect.Parameter]:
    """Return the parameters of a command, its own and shared ones, in the order of its help."""
    words = shared.split()
    rest = [name for name in own if name not in words]
    if OWN in words:
        place = words.index(OWN)
        words[place : place + 1] = rest
    else:
        words = rest + words
    # As keywords, for what must be given may stand behind what need not.
    kind = inspect.Parameter.KEYWORD_ONLY
    known = {name: parameter.replace(kind=kind) for name, parameter in own.items()}
    for name, (annotation, default) in SHARED.items():
        shared_one = inspect.Parameter(name, kind, default=default, annotation=annotation)
        known.setdefault(name, shared_one)
    return [known[name] for name in words]
