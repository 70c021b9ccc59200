"""Tasks as they are shown."""

from __future__ import annotations

from memcli.context.tasks.views import lines, listed, whole, with_history


def names(house, places):
    by_id = {id_: name for name, id_ in house.ids.items()}
    return [(by_id.get(id_), depth) for id_, depth in places]


TREE = [("house", 0), ("walls", 1), ("bricks", 2), ("mortar", 2), ("roof", 1)]


def test_what_is_to_be_done_is_listed_as_a_tree(house):
    assert names(house, listed(house.tasks(), False)) == TREE
    house.done(house.ids["bricks"])
    assert ("bricks", 2) not in names(house, listed(house.tasks(), False))
    everything = names(house, listed(house.tasks(), True))
    # What can still be done comes first.
    assert everything == [*TREE[:2], ("mortar", 2), ("bricks", 2), ("roof", 1)]


def test_whole_tasks_come_with_all_below_them_each_once(house):
    ids = house.ids
    house.done(ids["bricks"])
    found = whole(house.tasks(), [ids["walls"], ids["bricks"]])
    assert names(house, found) == [("walls", 0), ("mortar", 1), ("bricks", 1)]


def test_history_tells_what_a_task_was_and_what_needs_it(house):
    ids = house.ids
    new = house.revise(ids["walls"], "Put up three walls")
    record = with_history(house.tasks(), new, 1)
    assert [older["text"] for older in record["history"]] == ["Put up the walls"]
    assert record["required_by"] == [ids["roof"]]
    assert record["depth"] == 1
    assert "history" not in with_history(house.tasks(), ids["roof"], 0)


def test_lines_are_indented_and_say_the_state_and_what_came_of_it(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    tasks = house.tasks()
    rows = list(lines(tasks, listed(tasks, True), detailed=False))
    bricks = next(row for row in rows if row["id"] == tasks.short_ids[ids["bricks"]])
    assert bricks["line"].startswith("    - [x] Lay the bricks. Nine rows stand.")
    assert bricks["state"] == "done"
    roof = rows[-1]
    assert roof["state"] == "waiting"
    assert 'after "Put up the walls"' in roof["about"]


def test_details_tell_all_there_is(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    new = house.revise(ids["walls"], "Put up three walls", notes="With windows.")
    tasks = house.tasks()
    text = "\n".join(row["line"] for row in lines(tasks, whole(tasks, [new]), detailed=True))
    assert "notes: With windows." in text
    assert "was: Put up the walls (until 2026-03-01" in text
    assert "before: " in text
    assert "done 2026-03-01" in text
    assert ": Nine rows stand." in text
