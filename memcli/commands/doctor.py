"""Look over all that memcli needs: store, encoder, hooks, disk, cron, terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memcli.cli.with_store import Call, with_store
from memcli.jsonl import Json
from memcli.memory.findings import guarded
from store.errors import (
    BadUsage,
    EncoderUnavailable,
    MemcliError,
    PluginUnavailable,
    StoreCorrupt,
    StoreIOError,
    StoreNotFound,
)

COLUMNS: Final = ("status", "area", "what", "remedy")
# How an error of an area ends the command.
FAILURES: Final[dict[str, type[MemcliError]]] = {
    "store": StoreCorrupt,
    "settings": BadUsage,
    "encoder": EncoderUnavailable,
    "parser": EncoderUnavailable,
    "program": PluginUnavailable,
    "disk": StoreIOError,
}


@with_store("none", "store quiet format no_pager")
def doctor_command(call: Call) -> None:
    """
    Look over all that memcli needs, and say how to mend what is wrong.

    Each finding is a record with its area, its status (ok, warning, error) and, where there is
    something to do, a command that does it. The store is looked over quickly: memcli check reads
    every row. Nothing is changed, and nothing but the store, the files of agents and the crontab is
    read. It works without a store, too.

    Example: memcli doctor | jq -r 'select(.remedy) | .remedy'

    EXIT STATUS: 0 no errors, 2 settings that are wrong, 65 something else is, 66 no such store, 69
    the encoder, the parser or a library is missing or broken, 74 the disk is full.
    """
    with call.progress("doctor"):
        findings = list(_findings(call))
    call.show(findings, COLUMNS, text="what")
    wrong = [one for one in findings if one["status"] == "error"]
    warnings = sum(one["status"] == "warning" for one in findings)
    if wrong:
        raise _failure(wrong)
    call.say(f"no errors, {warnings} {'warning' if warnings == 1 else 'warnings'}")


def _findings(call: Call) -> Iterator[Json]:
    """Yield all findings, those of the program first."""
    from memcli.agents.hooks.examining import examine_hooks
    from memcli.cli.doctor.machine import examine_machine, program
    from memcli.cli.doctor.store_health import examine_store
    from store.location import own_store_path

    given = call.given["store"]
    own = own_store_path(given)  # the one that hooks work on
    hooks = examine_hooks(own if (own / "store.json").is_file() else None)
    yield program()
    yield from guarded("store", examine_store(given))
    yield from guarded("hooks", hooks)
    yield from guarded("disk", examine_machine(given))


def _failure(wrong: list[Json]) -> MemcliError:
    """Return the error that the command ends with: that of the first thing that is wrong."""
    first = wrong[0]
    kind = FAILURES.get(first["area"], StoreCorrupt)
    if first["area"] == "store" and (first["details"] or {}).get("missing"):
        kind = StoreNotFound
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return kind(f"{first['what']}{more}", first["remedy"] or "see the list")
