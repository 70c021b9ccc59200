"""A move to the vault that is killed has either not begun or is finished when it is run again."""

from __future__ import annotations

import shutil

import pytest

from store import Store
from store.purge import unfinished_purge
from store.traces import find_traces
from tests.support.encrypting import own_key
from tests.support.killer import Killer, content, errors
from tests.support.program import MEMCLI, run_here

pytestmark = pytest.mark.soak

SECRET = "turn 1 of a"
EVERY = 12


def test_a_killed_move_loses_nothing_and_leaves_nothing(small_store, tmp_path) -> None:
    with own_key(tmp_path) as key:
        (secret,) = [r["id"] for r in content(small_store)["memories"] if r["text"] == SECRET]
        words = ("vault", "add", "it", "--from", secret, "--whole")
        given = [*MEMCLI, *words, "--key-file", str(key), "--store", "STORE", "--quiet"]
        killer = Killer(tmp_path, given, small_store)
        seen = []
        for at, path in killer.victims(killer.some_points(EVERY)):
            is_kept = Store.open(path).snapshot().count("vault") == 1
            texts = [row["text"] for row in content(path)["memories"]]
            assert (SECRET in texts) is not is_kept, killer.steps[at - 1]
            seen.append(is_kept)
            is_done = is_kept and unfinished_purge(Store.open(path)) is None
            run_here(*words, "--store", path, "--quiet", status=66 if is_done else 0)
            got = run_here("vault", "get", "it", "--store", path)
            assert got.stdout == f"{SECRET}\n", killer.steps[at - 1]
            assert errors(path) == [], killer.steps[at - 1]
            assert list(find_traces(Store.open(path), [SECRET])) == [], killer.steps[at - 1]
            shutil.rmtree(path)
        assert set(seen) == {True, False}
