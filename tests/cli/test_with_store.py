"""The options that commands share, and what these come to."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Annotated

import pytest
import typer

from memcli.cli.app import every_command
from memcli.cli.output import Format
from memcli.cli.with_store import SHARED, Call, with_store
from store.errors import BadUsage, Interrupted, NotAllPurged, StoreCorrupt, StoreNotFound


@with_store("write", "first store namespace * now quiet format")
def example_command(
    call: Call,
    word: Annotated[str, typer.Argument()],
    first: Annotated[int, typer.Option()] = 1,
    last: Annotated[bool, typer.Option("--last")] = False,
) -> None:
    """Do nothing."""
    SEEN.append((call, word, first, last))


SEEN: list[tuple[Call, str, int, bool]] = []


def test_the_options_of_a_command_come_in_the_order_that_it_names():
    parameters = inspect.signature(example_command).parameters
    names = "first store key_file namespace word last now quiet format wait"
    assert list(parameters) == names.split()
    assert parameters["first"].default == 1
    assert parameters["word"].default is inspect.Parameter.empty
    assert (parameters["quiet"].annotation, parameters["quiet"].default) == SHARED["quiet"]
    assert (example_command.__doc__, example_command.__name__) == (
        "Do nothing.",
        "example_command",
    )


def test_a_command_is_handed_its_own_options_and_a_call_of_the_others():
    shared = {"store": None, "namespace": "here", "now": None, "quiet": True}
    example_command(word="x", first=2, last=True, format=Format.csv, **shared)
    call, *own = SEEN.pop()
    assert own == ["x", 2, True]
    assert (call.mode, call.namespace, call.quiet, call.dry_run) == ("write", "here", True, False)
    assert (call.format, call.is_tabular) == (Format.csv, True)


def test_nothing_is_opened_or_read_before_it_is_asked_for(tmp_path):
    call = Call("query", "read", {"store": tmp_path / "none", "now": "soon"})
    with pytest.raises(StoreNotFound):
        _ = call.store
    with pytest.raises(BadUsage, match="--now"):
        _ = call.now


def test_now_is_the_clock_unless_it_is_given():
    given = Call("query", "read", {"now": "2026-01-01T00:00:00Z"})
    assert given.now == given.moment == datetime(2026, 1, 1, tzinfo=UTC)
    clock = Call("query", "read", {"now": None})
    assert clock.moment is None
    assert abs((datetime.now(UTC) - clock.now).total_seconds()) < 60


def test_what_a_reading_command_opened_cannot_be_written_to(empty_store):
    store = Call("query", "read", {"store": empty_store}).store
    with (
        pytest.raises(ValueError, match="opened the store to read only"),
        store.transaction("query"),
    ):
        pass
    with Call("pin", "write", {"store": empty_store}).store.transaction("pin"):
        pass


def test_a_store_is_made_only_where_a_command_makes_one(tmp_path, capsys):
    path = tmp_path / "new"
    with pytest.raises(StoreNotFound):
        _ = Call("add", "create", {"store": path, "create": False}).store
    assert Call("add", "create", {"store": path, "create": True}).store.head().number == 1
    assert capsys.readouterr().err == f"memcli: made a new store at {path}\n"


def test_what_is_interrupted_says_that_nothing_was_kept_where_that_is_so(empty_store):
    call = Call("ingest", "create", {"store": empty_store, "create": False})
    with pytest.raises(Interrupted, match="nothing was kept"), call.all_or_nothing():
        raise KeyboardInterrupt

    def write_and_be_interrupted():
        with call.store.transaction("ingest") as transaction:
            transaction.watermarks["salience"] = 1
            transaction.publish()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), call.all_or_nothing():
        write_and_be_interrupted()


def test_quiet_says_nothing_and_a_summary_names_its_command(capsys):
    call = Call("link", "write", {}, quiet=True, format=Format.jsonl)
    call.say("something")
    assert capsys.readouterr().err == ""
    assert call.summary_record({"links": 2}, 7) == {
        "kind": "summary", "v": 1, "command": "link", "commit": 7, "counts": {"links": 2},
    }  # fmt: skip
    assert "commit" not in call.summary_record({})


def test_every_option_of_a_shared_name_is_the_shared_one():
    for path, command in every_command():
        options = {param.name: param for param in command.params}
        needs_none = path[0] in ("models", "help") or path == ("bundle", "verify")
        needs_none &= path != ("models", "fit-retention")
        assert ("store" in options) == (not needs_none and not hasattr(command, "summaries"))
        if "dry_run" in options:
            assert options["dry_run"].help == "Say what would be written, write nothing.", path


def test_a_state_that_was_compacted_away_is_no_damage(run, sample):
    run("add", "The ferry is late.", "--store", sample)
    call = Call("export", "read", {"store": sample, "at": None})
    damage = StoreCorrupt("cannot read memories: Not found")
    assert call.explained(damage) is damage
    assert call.snapshot.count("memories") == 291
    assert call.explained(damage) is damage
    for text in ("The ferry is early.", "The ferry is on time."):
        run("add", text, "--store", sample)
    run("compact", "--keep", "1", "--store", sample)
    again = call.explained(damage)
    assert (again.status, str(again)) == (
        75,
        "the store was compacted while it was read (run it again)",
    )
    left = NotAllPurged("2 files still hold their words")
    assert call.explained(left) is left  # its own doing, and worse
