"""Experience from the sessions of a namespace that a store has."""

from __future__ import annotations

from memcli.consolidation.experience.learning import Experience
from memcli.memory.states import State, set_state
from store import Store
from tests.support.agent_sessions import write_session

STEPS = [
    ["u", "Tidy the imports."],
    ["x", "ruff check a", 127, "bash: ruff: command not found"],
    ["x", "uv run ruff check a", 0, ""],
    ["a", "Done."],
]


def test_what_is_out_of_sight_is_no_evidence(run, empty_store, tmp_path):
    for day in (0, 1):
        path = write_session(tmp_path, "codex", "heron", day, STEPS)
        run("ingest", path, "--store", empty_store)
    store = Store.open(empty_store)
    learning = Experience(store.snapshot(), "default")
    (draft,) = learning.drafts()
    assert (len(learning.sessions), learning.counted()) == (2, {})
    assert Experience(store.snapshot(), "east").drafts() == []
    with store.transaction("hide") as transaction:
        now = learning.sessions[0].end
        set_state(transaction, [draft.parts[-1]], State.hidden, now)
        transaction.publish()
    assert Experience(store.snapshot(), "default").drafts() == []
