"""The steps of tasks, worked out before they are written."""

from __future__ import annotations

from datetime import timedelta

from memcli.memory.states import State, set_state
from tests.support.task_hand import NOW


def test_a_task_is_a_memory_with_links_to_what_it_is_part_of_and_comes_after(house):
    snapshot = house.store.snapshot()
    (row,) = snapshot.read("memories", None, f"id = '{house.ids['roof']}'").to_pylist()
    assert (row["level"], row["type"], row["tags"]) == (4, "episodic", ["task"])
    assert (row["subject"], row["attribute"], row["value"]) == (
        house.ids["house"],
        "status",
        "open",
    )
    assert row["text"] == "Put on the roof"
    assert row["valid_from"] == row["happened_at"] == NOW + timedelta(hours=3)
    assert row["valid_to"] is None
    assert any(row["vector"])
    links = snapshot.read("links").to_pylist()
    from_roof = {(r["relation"], r["target_id"]) for r in links if r["source_id"] == row["id"]}
    assert from_roof == {("part_of", house.ids["house"]), ("depends_on", house.ids["walls"])}
    assert house.sound()


def test_what_faded_into_the_archive_can_be_revised_there(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    outcome = house.tasks().outcomes[ids["bricks"]]["id"]
    with house.store.transaction("decay") as transaction:
        set_state(transaction, [ids["bricks"], outcome], State.archived, NOW)
        transaction.publish()
    assert house.lines()[2] == "    - [x] Lay the bricks. Nine rows stand."
    new = house.revise(ids["bricks"], "Lay better bricks")
    archived = house.store.snapshot().read("archive").to_pylist()
    assert {row["superseded_by"] for row in archived} == {new}
    assert house.lines()[2] == "    - [ ] Lay better bricks"
    assert house.sound()
