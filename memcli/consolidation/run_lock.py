"""Run lock: one nightly run at a time, and whether another one is worth while."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.memory.process_lock import only_process

if TYPE_CHECKING:
    from memcli.consolidation.nightly import NightlyRun

LOCK: Final = "consolidate.lock"
# What is lost with the cache is only the knowledge that nothing has happened.
DONE: Final = ("cache", "consolidated.json")


def only_run(root: Path, wait_s: float = 0.0) -> AbstractContextManager[None]:
    """Hold the lock of nightly runs on a store; StoreLocked when another has it for so long."""
    what = "another consolidate is at work on this store"
    return only_process(root / LOCK, wait_s, what, "let it finish")


def has_changed(run: NightlyRun) -> bool:
    """Say whether a run that was finished left anything to do since."""
    with suppress(OSError, ValueError):
        path = run.store.layout.work.joinpath(*DONE)
        return bool(json.loads(path.read_text(encoding="utf-8")) != _state(run))
    return True


def note_done(run: NightlyRun) -> None:
    """Keep what the store is like now that all steps are done; failing that costs nothing."""
    path = run.store.layout.work.joinpath(*DONE)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(json.dumps(_state(run)) + "\n", encoding="utf-8")


def _state(run: NightlyRun) -> dict[str, Any]:
    """Return all that steps look at: the head, recalls, the store's clock and its settings."""
    from memcli.retention.anchors import DecaySettings
    from memcli.retention.decay import DecayStep

    step = DecayStep(
        run.store, DecaySettings.of(run.config.decay, run.store.layout.trust.is_own), run.now
    )
    return {"commit": run.store.head().number, **step.marks()}
