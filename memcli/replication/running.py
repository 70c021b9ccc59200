"""
A pull from beginning to end: what is asked for, what is purged by it, what is taken over.

One pull of a store runs at a time; another waits. One that was killed is run again: until its
commit is published nothing of it is there, and what it purged stays purged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memcli.memory.process_lock import only_process
from memcli.memory.tombstones import read_barred
from memcli.memory.watermarks import Pulled, pulled_stores
from memcli.replication.arrivals import Terms
from memcli.replication.contents import Since
from memcli.replication.graves import Graves, PulledPurge, no_graves, read_graves
from memcli.replication.pulling import PullStep, PullTally
from memcli.retention.purge.purging import finish_purge
from store.errors import BadBundle, BadUsage

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.models.encoder import Encoder
    from memcli.replication.bundle import Bundle
    from memcli.replication.sources import ReplicaSource
    from store import Commit, Store

LOCK: Final = "pull.lock"
# A first pull of a large store takes that long.
WAIT_S: Final = 3_600.0


@dataclass(frozen=True)
class PullOptions:
    """
    What the user said of a source.

    is_mine: it is a store of theirs, whatever it looks like; is_stranger: it is another's;
    is_allowed: what was purged may come back.
    """

    namespace: str | None = None
    is_mine: bool = False
    is_stranger: bool = False
    is_allowed: bool = False
    dry_run: bool = False

    @property
    def terms(self) -> Terms:
        """What is taken."""
        return Terms(self.namespace, self.is_stranger)


@dataclass
class Pull:
    """
    What a pull came to.

    commit: None where nothing was new, purge: where nothing went; left_out: tables of the user's
    own that have other columns there.
    """

    tally: PullTally
    commit: Commit | None = None
    purge: Commit | None = None
    left_out: Sequence[str] = ()


def pull(
    store: Store,
    source: ReplicaSource,
    encoder: Encoder,
    now: datetime,
    asked: PullOptions,
    progress: Callable[[int], None] = lambda n: None,
) -> Pull:
    """Take over what a source has; BadUsage where it is not said whose a store is."""
    with only_pull(store):
        if not asked.dry_run:
            finish_purge(store)  # of a pull that was killed
        purge: Commit | None = None
        n_purged = 0
        while True:
            with _open(store, source, asked) as bundle:
                _require_met(store, source, bundle, asked)
                graves = _graves(store, bundle, asked)
                snapshot = store.snapshot()
                plan = graves.purged(snapshot)
                n_purged += len(plan.gone) if plan else 0
                if plan is not None and not asked.dry_run:
                    step = PulledPurge(store, snapshot, plan, graves, now)
                    purge = step.run(bundle.manifest.store)
                    graves = _graves(store, bundle, asked)
                # All of it after a purge: what goes with one may rest on what was not sent again.
                if plan is None or asked.dry_run or bundle.manifest.since is None:
                    done = _take(store, bundle, graves, encoder, now, asked, progress)
                    break
            if not source.is_live:
                what = f"what was purged there is purged here; {source.name} goes on from a commit"
                raise BadBundle(what, "take all of it: push again, or create it anew")
        done.tally.purged, done.purge = n_purged, purge
        return done


def only_pull(store: Store) -> AbstractContextManager[None]:
    """Hold the lock of pulls into a store; StoreLocked when another takes too long."""
    path = store.layout.root / LOCK
    return only_process(path, WAIT_S, "another pull is at work on this store", "let it finish")


def _open(store: Store, source: ReplicaSource, asked: PullOptions) -> Bundle:
    """Return what a source has, from where the last pull ended, if that was from its store."""
    folder, watermarks = store.layout.work, store.head().watermarks
    known = [] if asked.is_stranger else all_pulled(watermarks, asked.namespace)
    with ExitStack() as unfit:
        bundle = unfit.enter_context(source.open(known, asked.namespace, folder))
        if bundle.manifest.since is not None:
            _require_base(bundle, watermarks, asked)
        unfit.pop_all()
    return bundle


def all_pulled(watermarks: Mapping[str, int], namespace: str | None) -> list[Since]:
    """Return the commits of other stores up to which all was taken over."""
    points = ((met, met.read(watermarks)) for met in pulled_stores(watermarks))
    return [
        Since(met.store, point[0], f"{point[1]:012x}")
        for met, point in points
        if point and met.namespace == namespace
    ]


def _require_base(bundle: Bundle, watermarks: Mapping[str, int], asked: PullOptions) -> None:
    """Raise BadBundle for one that goes on from what was not taken over."""
    manifest = bundle.manifest
    bounds = (None, asked.namespace, manifest.namespace)
    known = [
        each.number
        for space in bounds
        for each in all_pulled(watermarks, space)
        if each.store == manifest.store
    ]
    assert manifest.since is not None
    if max(known, default=0) < manifest.since.number:
        has = f"commit {max(known)} is the last that is known here" if known else "none is known"
        what = f"{bundle.name} goes on from commit {manifest.since.number}, and {has}"
        raise BadBundle(what, "pull the bundle before it, or a whole one")


def _require_met(store: Store, source: ReplicaSource, bundle: Bundle, asked: PullOptions) -> None:
    """Raise BadUsage for a store of which nobody has said whose it is."""
    if asked.is_stranger or asked.is_mine or source.is_mine:
        return
    store_id = bundle.manifest.store
    if store_id == store.id or Pulled(store_id).has_met(store.head().watermarks):
        return
    what = f"{source.name} is of store {store_id}, which is not known here"
    raise BadUsage(what, "say whose it is: --mine, or --from-stranger takes new memories only")


def _graves(store: Store, bundle: Bundle, asked: PullOptions) -> Graves:
    snapshot = store.snapshot()
    if asked.is_stranger:
        return no_graves(read_barred(snapshot, asked.is_allowed))
    return read_graves(snapshot, bundle, asked.is_allowed)


def _take(
    store: Store,
    bundle: Bundle,
    graves: Graves,
    encoder: Encoder,
    now: datetime,
    asked: PullOptions,
    progress: Callable[[int], None],
) -> Pull:
    """Take over what is new in a bundle, or foresee it."""
    step = PullStep(store, encoder, bundle, graves, now, asked.terms)
    step.prepare(progress)
    manifest = bundle.manifest
    done = Pull(step.tally)
    if asked.dry_run:
        step.foresee()
        return done
    arguments = {"source": manifest.store, "at": manifest.commit.number}
    if asked.namespace:
        arguments["namespace"] = asked.namespace
    if asked.is_stranger:
        arguments["from_stranger"] = True
    done.commit = step.commit(arguments)
    done.left_out = step.tables.left_out
    return done
