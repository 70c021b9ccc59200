"""A sync that is killed at any step loses nothing, doubles nothing, and is done by the next one."""

from __future__ import annotations

import shutil

from store import Store
from tests.support.killer import Killer, content, errors
from tests.support.program import MEMCLI, run_here


def followed(path) -> list[tuple[str, str]]:
    """Return the files that a store follows."""
    rows = Store.open(path).snapshot().rows(["path", "state"], tables=["sources"])
    return sorted((row["path"], row["state"]) for row in rows)


def test_a_killed_sync_is_done_or_not(tmp_path) -> None:
    notes, store = tmp_path / "notes", tmp_path / "store"
    notes.mkdir()
    (notes / "a.md").write_text("- tea at noon\n- the boat is blue\n")
    run_here("ingest", notes, "--store", store, "--create")
    (notes / "b.md").write_text("- a fern\n")
    command = [*MEMCLI, "sync", str(notes), "--store", "STORE", "--quiet"]
    killer = Killer(tmp_path / "killed", command, store)
    before, after = content(store), content(killer.whole)
    assert followed(store) == []
    seen = []
    for at, path in killer.victims():
        left = content(path)
        assert left in (before, after), killer.steps[at - 1]
        seen.append(bool(followed(path)))
        assert seen[-1] == (left == after), killer.steps[at - 1]
        run_here("sync", notes, "--store", path, "--quiet")
        assert content(path) == after, killer.steps[at - 1]
        assert followed(path) == followed(killer.whole)
        assert errors(path) == [], killer.steps[at - 1]
        shutil.rmtree(path)
    assert len(seen) >= 10
    assert set(seen) == {True, False}
    assert seen == sorted(seen)
