from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.ingestion.sync.running import SyncRun
from memcli.memory.projects import project_namespace
from memcli.models.encoder import Encoder
from store import Store
from tests.support.agent_logs import write_log_of

NOW = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    return tmp_path / "home"


def sync(root, **options):
    store = Store.open(root)
    encoder = Encoder.of_stamp(store.head().encoder)
    run = SyncRun(store, lambda: encoder, ["claude-code"], NOW, **options)
    plan = run.planned()
    commit = None if plan.is_empty else run.commit(run.read(plan))
    rows = Store.open(root).snapshot().read("memories", ["text", "namespace"], "level = 0")
    return commit, sorted((row["namespace"], row["text"]) for row in rows.to_pylist())


def test_each_project_has_its_namespace_unless_one_is_given(home, empty_store):
    write_log_of(home, "one", ["In the boat house."], home / "boat")
    write_log_of(home, "two", ["In the garden."], home / "garden")
    spaces = [project_namespace(home / name) for name in ("boat", "garden")]
    told = ["In the boat house.", "In the garden."]
    assert sync(empty_store)[1] == sorted(zip(spaces, told, strict=True))
    assert sync(empty_store)[0] is None
    found = sync(empty_store, namespace="all")[1]
    assert [text for space, text in found if space == "all"] == told


def test_only_the_files_that_are_named_are_looked_at(home, empty_store):
    one = write_log_of(home, "one", ["One."], home / "boat")
    two = write_log_of(home, "two", ["Two."], home / "boat")
    link = home / "link"
    link.symlink_to(home / ".claude")
    only = [str(link / one.relative_to(home / ".claude"))]
    assert [text for _, text in sync(empty_store, only=only)[1]] == ["One."]
    one.unlink()
    assert [text for _, text in sync(empty_store, only=[str(two)])[1]] == ["One.", "Two."]
