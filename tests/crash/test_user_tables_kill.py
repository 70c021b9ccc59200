"""A process killed while it writes tables of the user's own leaves them as before or as after."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from store import Store
from store.user_tables import folders, user_tables
from tests.support.killer import Killer, errors
from tests.support.program import MEMCLI, run_here

ROWS = '{"what": "flour", "left": 2}\n{"what": "tea", "left": 1}\n'
EVERY = 48
COMMANDS = {
    "create": ["table", "create", "more", "--column", "a:text"],
    "sql": ["sql", "--write", "update stock set \"left\" = 9 where what = 'tea'"],
    "drop": ["table", "drop", "stock"],
    "undo": ["undo"],
    "purge": ["table", "drop", "stock", "--purge"],
}


@pytest.fixture(scope="module")
def stocked(small_store: Path, tmp_path_factory) -> Path:
    """A store with a table, which was dropped and is back by an undo."""
    path = shutil.copytree(small_store, tmp_path_factory.mktemp("stocked") / "store")
    run_here("table", "create", "stock", "--store", path, stdin=ROWS)
    return path


def tables_in(path: Path) -> dict[str, Any]:
    """Return what the tables of the user's own hold, by their names."""
    snapshot = Store.open(path).snapshot()
    found = {}
    for name, key in user_tables(snapshot.commit.tables).items():
        rows = snapshot.read(key).to_pylist()
        own = ({k: v for k, v in row.items() if not k.startswith("_")} for row in rows)
        found[name] = sorted(map(str, own))
        assert len(found[name]) == snapshot.count(key)
    return found


def points_of(name: str, killer: Any) -> list[int]:
    """Return the steps to die at: of a purge, which takes many, some of them."""
    return list(killer.some_points(EVERY) if name == "purge" else killer.points())


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_done_or_not_and_can_be_run_again(name, stocked, tmp_path) -> None:
    command = [*MEMCLI, *COMMANDS[name], "--store", "STORE", "--quiet"]
    killer = Killer(tmp_path, command, stocked)
    before, after = tables_in(stocked), tables_in(killer.whole)
    assert before != after
    seen = []
    for at, path in killer.victims(points_of(name, killer)):
        left = tables_in(path)
        assert left in (before, after), killer.steps[at - 1]
        seen.append(left == after)
        if left == before:
            run_here(*COMMANDS[name], "--store", path, "--quiet")
        elif name == "purge":
            run_here("forget", "--purge", "--store", path, "--quiet", stdin="")
        else:
            run_here("add", "a note", "--store", path, "--quiet")
        assert tables_in(path) == after, killer.steps[at - 1]
        assert errors(path) == [], killer.steps[at - 1]
        assert name != "purge" or not [*folders(Store.open(path).layout)]
        shutil.rmtree(path)
    assert set(seen) == {True, False}
    assert seen == sorted(seen)
