"""Push: another store takes over what this one has, where it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json
from memcli.memory.opening import open_store
from memcli.replication.bundle import Manifest
from memcli.replication.contents import ReplicaContents, Since, earlier_snapshot
from memcli.replication.encryption import encrypt
from memcli.replication.machines import MAX_ANSWER, SCHEME, Machine
from memcli.replication.packing import write_bundle
from memcli.replication.running import PullOptions, pull
from memcli.replication.sources import STDIN, StoreSource, bound, bundle_of, refuse_scheme
from store.errors import BadUsage, InputNotFound
from store.layout import is_store
from store.location import local_path
from store.output_files import new_file

if TYPE_CHECKING:
    from datetime import datetime

    from store import Store

MAX_KNOWN: Final = 1_000


class OwnSource(StoreSource):
    """The store of this call, as the one that another takes from."""

    is_mine = True

    def __init__(self, store: Store) -> None:
        self.name, self.store = store.layout.shown, store


def push(
    store: Store,
    target: str,
    now: datetime,
    namespace: str | None = None,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Json:
    """
    Let the store that is named take over what this one has, and return the counts of that.

    InputNotFound where there is none.
    """
    asked = PullOptions(namespace, is_mine=True, dry_run=dry_run)
    if target.startswith(SCHEME):
        return _push_far(store, Machine.parse(target), asked)
    refuse_scheme(target)
    if not is_store(local_path(target)):
        raise InputNotFound(f"there is no store at {target}", "memcli bundle create makes a file")
    from memcli.memory.encoders import store_encoder

    other = open_store(Path(target), "write", say)
    if other.id == store.id and other.layout.root.resolve() == store.layout.root.resolve():
        raise BadUsage(f"{target} is the store itself", "name another")
    encoder = store_encoder(other.head().encoder, other.layout)
    done = pull(other, OwnSource(store), encoder, now, asked)
    return done.tally.to_json()


def _push_far(store: Store, machine: Machine, asked: PullOptions) -> Json:
    """Let memcli on another machine take a bundle from a pipe."""
    options = bound(asked.namespace)
    with machine.reading(["bundle", "known", "--quiet", *options]) as pipe:
        lines = pipe.read(MAX_ANSWER).decode("ascii", "replace").split()[:MAX_KNOWN]
    known = [since for line in lines if (since := Since.parse(line))]
    dry = ["--dry-run"] if asked.dry_run else []
    words = ["pull", STDIN, "--mine", "--format", "jsonl", *options, *dry]
    with bundle_of(store, known, asked.namespace, store.layout.work, str(machine)) as bundle:
        return _counts(machine.answer(words, bundle.file))


def _counts(answer: bytes) -> Json:
    """Return the counts of the summary that a pull ends with; none where it says nothing."""
    for line in reversed(answer.splitlines()):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict) and isinstance(said.get("counts"), dict):
            return {n: v for n, v in said["counts"].items() if isinstance(v, int)}
    return {}


def create_bundle(
    store: Store,
    path: Path,
    known: Sequence[Since] = (),
    namespace: str | None = None,
    recipients: Sequence[Any] = (),
    force: bool = False,
    on_rows: Callable[[int], None] = lambda n: None,
) -> Manifest:
    """Write a bundle to a file, which is there only when it is whole, or to a pipe."""
    import tempfile

    earlier = earlier_snapshot(store, known)
    contents = ReplicaContents(store, store.snapshot(), earlier, namespace, on_rows)
    folder = store.layout.work
    with new_file(path, force) as place, place.open("wb") as out:
        if not recipients:
            return write_bundle(contents, out, folder)
        with tempfile.TemporaryFile(dir=folder) as plain:
            manifest = write_bundle(contents, plain, folder)
            plain.seek(0)
            encrypt(plain, out, recipients)
    return manifest
