"""A store moved to another encoder: rows as they were, vectors anew, no writer in between."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from memcli.memory.encoders import load_encoder
from memcli.memory.reembed import ReembedStep
from memcli.memory.search_columns import embedding_text
from store import Store
from store.errors import CommitConflict

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(run, empty_store):
    lines = ['{"content": "The boat is called Zwaluw."}', '{"content": "Ana lives in Porto."}']
    run("ingest", "--store", empty_store, stdin="\n".join(lines))
    return Store.open(empty_store)


def step_of(store, tmp_path):
    """Return a step that moves a store to an encoder of its own, of the shape of the default."""
    from memcli.models.encoder import encoder_folder

    folder = shutil.copytree(encoder_folder("static-256"), tmp_path / "mine")
    (folder / "model.json").unlink()
    return ReembedStep(store, NOW, load_encoder(str(folder)))


def rows(store, *without):
    batch = store.snapshot().read("memories")
    return batch.drop_columns(list(without)).sort_by("id").to_pylist()


def test_rows_keep_all_but_their_vectors_and_the_name_of_the_encoder(store, tmp_path):
    before = rows(store, "vector", "encoder")
    step, seen = step_of(store, tmp_path), []
    step.run(seen.append)
    commit = step.commit({"encoder": "mine"})
    assert (commit.command, commit.encoder) == ("reembed", step.stamp)
    assert (sum(seen), step.counts()["memories"]) == (2, 2)
    assert rows(store, "vector", "encoder") == before
    for row in rows(store):
        assert row["encoder"] == step.encoder.name
        (vector,) = step.encoder.encode([embedding_text(row)])
        assert row["vector"] == pytest.approx(vector.tolist(), abs=1e-3)


def test_what_comes_meanwhile_is_refused_and_nothing_is_moved(run, store, tmp_path):
    step = step_of(store, tmp_path)
    step.run()
    run("ingest", "--store", store.layout.root, stdin='{"content": "late"}')
    with pytest.raises(CommitConflict):
        step.commit({})
    assert store.head().encoder != step.stamp


def test_the_encoder_that_it_has_is_no_step(store):
    assert ReembedStep(store, NOW, load_encoder("static-256")).commit({}) is None
