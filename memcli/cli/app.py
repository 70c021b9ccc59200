"""
Command line: which commands there are, and how failures end.

A command's module is imported only when the command is run or asked for help.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, Final, NoReturn

import typer
from typer._click.exceptions import ClickException, NoSuchOption
from typer.core import TyperCommand, TyperGroup

from memcli import __version__
from memcli.cli.leading import options_last
from memcli.cli.memory_limit import is_out_of_memory, out_of_memory
from memcli.cli.params import read_plainly
from memcli.cli.progress import one_line
from memcli.cli.values import forgotten_value, in_plain_words, numbers_apart
from store.errors import MemcliError

# In the order of use, with one line for `memcli --help`.
COMMANDS: Final = {
    "init": "Make a new, empty store, or one of a backup.",
    "ingest": "Keep conversations: transcripts and records become memories.",
    "sync": "Follow notes and transcripts: what is new, edited, moved or gone in folders.",
    "caption": "Let programs say what pictures show and recordings say.",
    "extract": "Make statements, topic segments and summaries of turns.",
    "link": "Connect memories: typed links, names, near-duplicates.",
    "consolidate": "The nightly run: all of this in turn, summaries, decay, compact.",
    "decay": "Let memories fade that nothing recalls; archive what has faded.",
    "query": "Find the memories that answer a question.",
    "browse": "Search and read on a screen.",
    "context": "Write a block of memories for a prompt, within a budget of tokens.",
    "profile": "Tell what is known of a person.",
    "add": "Keep one note.",
    "task": "Keep a tree of tasks: add, done, fail, revise, review, list, due, show, dismiss.",
    "pin": "Keep memories from ever fading.",
    "unpin": "Let pinned memories fade again.",
    "hide": "Put memories out of sight, without losing them.",
    "restore": "Bring hidden and archived memories back.",
    "fold": "Put one line in the place of many memories.",
    "unfold": "Bring back what was folded.",
    "feedback": "Say which hits helped: search and importance learn from it.",
    "forget": "Archive memories at once, or remove them for good.",
    "lessons": "List and export what sessions with agents taught.",
    "entities": "The names that memories mention: list, show, merge, split, alias.",
    "show": "Show memories whole, with their links and sources.",
    "export": "Write everything out in an open format.",
    "sql": "Ask the store in SQL; write to tables of your own.",
    "table": "Keep tables of your own: create, insert, update, delete, drop, list.",
    "vault": "Keep secrets by name, encrypted: add, get, list, remove, rekey.",
    "stats": "Say what the store holds.",
    "log": "List the commits, newest first.",
    "undo": "Take back the last step.",
    "trust": "Trust a store that you did not make: list, take back.",
    "check": "Look for damage and broken invariants.",
    "pull": "Take over what another store has: a folder, a bundle, another machine's.",
    "push": "Let another store take over what this one has.",
    "bundle": "Make a file of what goes to another store: create, verify, known.",
    "backup": "Make a backup of the store, which is a store too.",
    "encrypt": "Encrypt the store in place, or give it another key.",
    "decrypt": "Decrypt the store in place.",
    "repair": "Make a damaged store whole again.",
    "doctor": "Look over all that memcli needs: store, encoder, hooks, disk, cron, terminal.",
    "compact": "Merge small files, build indexes, clean up.",
    "reembed": "Move the store to another encoder.",
    "config": "Show and change the settings: get, set, unset, list.",
    "models": "Encoders, and what to keep: list, distill, fit-retention.",
    "serve": "Serve the store to agents over MCP.",
    "hook": "Remember agents' sessions by their hooks: install, remove, status.",
    "eval": "Measure recall against judged questions.",
    "help": "Show a topic page, or the help of a command.",
}
# `memcli query --help --json` is for programs.
JSON: Final = "--json"
USAGE: Final = 2
INTERRUPTED: Final = 130
CONTEXT_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class PlainCommand(TyperCommand):
    """A command that reads plain values without the help of validators."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, the one of --help included."""
        return read_plainly(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the pieces of the line of usage, without arguments that are hidden."""
        shown = [one for one in self.get_params(ctx) if not getattr(one, "hidden", False)]
        more = [piece for one in shown for piece in one.get_usage_pieces(ctx)]
        return [self.options_metavar, *more] if self.options_metavar else more

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the words after the command; another option is not the value of one before it."""
        options = [one for one in self.get_params(ctx) if one.param_type_name == "option"]
        if found := forgotten_value(options, args):
            ctx.fail(f"Option {found[0]!r} requires an argument, not the option {found[1]!r}.")
        return super().parse_args(ctx, numbers_apart(options, args))


class LazyGroup(TyperGroup):
    """
    A group whose commands are imported when they are first needed.

    path: the words after `memcli` that lead to it; summaries: one line for each of its commands.
    """

    path: tuple[str, ...] = ()
    summaries: Mapping[str, str] = COMMANDS

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, the one of --help included."""
        return read_plainly(super().get_params(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return list(self.summaries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command, if there is one of that name."""
        return load_command(*self.path, cmd_name) if cmd_name in self.summaries else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is meant; the usage error of an unknown one names the nearest."""
        name = args[0]
        if not (name in self.summaries or name.startswith("-") or ctx.resilient_parsing):
            from difflib import get_close_matches

            nearest = get_close_matches(name, self.summaries, 1, 0.0)[0]
            ctx.fail(f"No such command {name!r}; the nearest is {nearest!r}.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
        if not self.path:
            formatter.write(
                "\nOther commands are memcli-* on the PATH: memcli NAME runs memcli-NAME.\n"
            )


@cache
def load_command(*path: str) -> Any:
    """Import one command, a group of actions or one of these, and return it as Typer runs it."""
    name = path[-1]
    module = import_module(f"memcli.commands.{path[0]}")
    single = typer.Typer(name=name, add_completion=False, rich_markup_mode=None)
    actions = getattr(module, "ACTIONS", ()) if len(path) == 1 else ()
    if not actions:
        run = getattr(module, f"{name.replace('-', '_')}_command")
        single.command(name, cls=PlainCommand, context_settings=CONTEXT_SETTINGS)(run)
        return typer.main.get_command(single)
    single.callback(
        cls=LazyGroup,
        invoke_without_command=True,
        help=module.__doc__,
        context_settings=CONTEXT_SETTINGS,
    )(_show_help)
    group: Any = typer.main.get_command(single)
    runs = ((own, getattr(module, f"{own.replace('-', '_')}_command")) for own in actions)
    group.path, group.summaries = path, {own: first_line(run.__doc__) for own, run in runs}
    return group


def first_line(text: str) -> str:
    """Return the first line of a docstring."""
    return text.strip().partition("\n")[0]


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield all commands, and the actions of groups, by the words that lead to each."""
    for name in COMMANDS:
        command = load_command(name)
        yield (name,), command
        for action in getattr(command, "summaries", ()):
            yield (name, action), load_command(name, action)


def _show_help(context: typer.Context) -> None:
    """Show the help of a group that was given no command, which is wrong use of it."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(USAGE)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT_SETTINGS,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"memcli {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def memcli(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", "-V", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    """
    Long-term memory for the shell: one directory, small commands, JSON Lines.

    Example: memcli ingest chat.jsonl && memcli query "where did we decide to deploy?"

    For programs, --help --json gives the help of all commands, or of one, as one object.

    EXIT STATUS: 0 done, 1 no hits where they are required, 2 usage, 3 some input rejected,
    65 bad data or corrupt store, 66 no such store or input, 69 encoder unavailable, 73 exists
    already, 74 I/O error or disk full, 75 locked (try again), 76 format version not understood,
    130 interrupted.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> NoReturn:
    """Run the command line; an expected failure is one line on stderr and its own status."""
    open_missing_streams()
    try:
        sys.argv[1:] = options_last(sys.argv[1:])
        _show_help_as_json()
        _run_other_command()
        leave(_status_of_run())
    except MemcliError as error:
        fail_with(error)
    except ClickException as error:
        fail(_usage(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        leave(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        what = f"{where}{error.strerror or error}"
        fail(f"{what} (check the disk and what output goes to)", os.EX_IOERR)
    except (MemoryError, ImportError, RecursionError) as error:
        _fail_at_a_bound(error)


def _fail_at_a_bound(error: Exception) -> NoReturn:
    """End with one line where memory, or the depth of what was read, was more than there is."""
    if isinstance(error, RecursionError):
        fail("something that was read is nested too deep", os.EX_DATAERR)
    if not is_out_of_memory(error):
        raise error
    fail(*out_of_memory())


def _show_help_as_json() -> None:
    """Print what `--help --json` asks for, and leave."""
    if JSON not in sys.argv:
        return
    from memcli import jsonl
    from memcli.cli.json_help import help_record

    record = help_record(sys.argv[1:])
    if record is not None:
        jsonl.write([record])
        leave(0)


def _run_other_command() -> None:
    """Run a command that is not ours, if it is on the PATH."""
    name, *arguments = sys.argv[1:] or [""]
    if name in COMMANDS or not name or name.startswith("-"):
        return
    from memcli.cli.external import run_external

    run_external(name, arguments)


def _status_of_run() -> int:
    """Run Typer and return the status that it would exit with."""
    try:
        status = app(prog_name="memcli", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as end:
        status = end.code
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else 0


def _usage(error: ClickException) -> str:
    """Return a usage error with where to look."""
    if isinstance(error, NoSuchOption):
        error.possibilities = _near_options(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else _named_command()
    what = in_plain_words(error.format_message().rstrip("."))
    return f"{what} (see: {command} --help)"


def _named_command() -> str:
    """Return the command of this call, as far as its words tell."""
    name = next(iter(sys.argv[1:]), "")
    return f"memcli {name}" if name in COMMANDS else "memcli"


def _near_options(error: NoSuchOption) -> list[str]:
    """Return the options that may have been meant; that all begin with dashes makes none near."""
    from difflib import get_close_matches

    command = error.ctx.command if error.ctx else None
    known = {
        name.lstrip("-"): name
        for parameter in (command.params if command else ())
        for name in parameter.opts
        if name.startswith("--")
    }
    near = get_close_matches(error.option_name.lstrip("-"), known, 2, 0.6)
    return [known[name] for name in near]


def open_missing_streams() -> None:
    """Put something in the place of streams that the caller has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def fail(message: str, status: int) -> NoReturn:
    """Say in one line what went wrong, and leave."""
    with suppress(OSError):
        sys.stderr.write(f"memcli: {one_line(message)}\n")
    leave(status)


def fail_with(error: MemcliError) -> NoReturn:
    """Say an error of ours, and leave with its status."""
    fail(str(error), error.status)


def leave(status: int) -> NoReturn:
    """
    End the process at once.

    All that was written is synced and printed by now; taking down the interpreter with the
    runtimes of Lance and ONNX would cost a short command a fifth of its time.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    from store.encryption.closing import close_encrypted

    close_encrypted()
    os._exit(status)
