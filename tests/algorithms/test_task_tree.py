from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.task_tree import (
    DAY_S,
    EndedError,
    LoopError,
    OpenSubtasksError,
    Standing,
    Status,
    Task,
    TaskTree,
)

NOW = 1_000_000.0


def tree_of(*tasks):
    return TaskTree([replace(task, order=n) for n, task in enumerate(tasks)])


def states(tree):
    return {id_: str(tree.standing(id_)) for id_ in tree.current}


# A house: the roof comes after the walls, which have two parts.
HOUSE = tree_of(
    Task("house"),
    Task("roof", parent="house", after=("walls",)),
    Task("walls", parent="house"),
    Task("bricks", parent="walls"),
    Task("mortar", parent="walls", after=("bricks",)),
    Task("party", after=("house",)),
    Task("cake", parent="party"),
)


def test_what_can_be_done_is_what_needs_nothing_more():
    assert states(HOUSE) == {
        "house": "waiting",
        "roof": "waiting",
        "walls": "waiting",
        "bricks": "ready",
        "mortar": "waiting",
        "party": "waiting",
        # What is above it comes after something that is not done.
        "cake": "waiting",
    }
    done = HOUSE.end("bricks", Status.done)
    assert states(done)["mortar"] == "ready"
    assert states(done.end("mortar", Status.done))["walls"] == "ready"


def test_a_list_starts_with_what_can_be_done_and_keeps_to_the_order_of_needs():
    order = list(HOUSE.walk())
    assert order == [
        ("house", 0),
        ("walls", 1),
        ("bricks", 2),
        ("mortar", 2),
        ("roof", 1),
        ("party", 0),
        ("cake", 1),
    ]
    done = HOUSE.end("bricks", Status.done)
    assert [id_ for id_, _ in done.walk(start="walls")] == ["mortar", "bricks"]
    assert [id_ for id_, _ in done.walk(done.is_open, "walls")] == ["mortar"]


def test_priority_goes_before_what_is_due_and_that_before_age():
    tree = tree_of(
        Task("old"), Task("due", due=NOW + 1), Task("sooner", due=NOW), Task("first", priority=1)
    )
    assert tree.siblings() == ["first", "sooner", "due", "old"]


def test_what_comes_after_a_failure_is_blocked_and_so_is_what_comes_after_that():
    failed = HOUSE.end("walls", Status.failed, with_parts=True)
    assert states(failed)["roof"] == "blocked"
    assert failed.unmet("roof") == ["walls"]
    assert states(failed)["house"] == "waiting"
    no_house = HOUSE.end("house", Status.failed, with_parts=True)
    assert (states(no_house)["party"], states(no_house)["cake"]) == ("blocked", "blocked")
    again = failed.revise("walls", Task("wooden walls", parent="house"))
    assert states(again)["roof"] == "waiting"
    assert states(again.end("wooden walls", Status.done))["roof"] == "ready"


def test_a_task_does_not_end_before_its_parts_unless_these_end_with_it():
    with pytest.raises(OpenSubtasksError) as refused:
        HOUSE.end("walls", Status.done)
    assert refused.value.ids == ("bricks", "mortar")
    done = HOUSE.end("walls", Status.done, with_parts=True)
    assert states(done)["bricks"] == states(done)["walls"] == "done"
    with pytest.raises(EndedError):
        done.end("walls", Status.failed)
    with pytest.raises(EndedError):
        done.add(Task("plaster", parent="walls"))
    with pytest.raises(EndedError):
        done.revise("bricks", Task("stones", parent="walls"))


def test_a_revision_takes_over_parts_and_dependents_and_marks_what_rests_on_it():
    tree = HOUSE.revise("walls", Task("thick walls", parent="house", order=2))
    assert tree.successor("walls") == "thick walls"
    assert tree.children["thick walls"] == ["bricks", "mortar"]
    assert tree.after["roof"] == ("thick walls",)
    marked = {id_ for id_ in tree.current if tree.tasks[id_].review}
    assert marked == {"bricks", "mortar", "roof"}
    assert tree.tasks["roof"].review == ("thick walls",)
    assert tree.reviewed(["roof"]).tasks["roof"].review == ()
    early = HOUSE.end("roof", Status.done).revise("walls", Task("thick walls", parent="house"))
    assert {id_ for id_ in early.current if early.tasks[id_].review} == {"bricks", "mortar"}
    quiet = HOUSE.revise("walls", Task("walls again", parent="house"), spread=False)
    assert not any(quiet.tasks[id_].review for id_ in quiet.current)


@pytest.mark.parametrize(
    "task",
    [
        Task("x", parent="bricks", after=("mortar",)),  # bricks -> x -> mortar -> bricks
        Task("x", parent="walls", after=("walls",)),
        Task("x", parent="walls", after=("house",)),
        Task("x", parent="walls", after=("roof",)),
        Task("x", parent="house", after=("cake",)),  # cake comes after the house as the party does
    ],
)
def test_a_task_that_would_wait_for_itself_is_refused(task):
    with pytest.raises(LoopError) as refused:
        HOUSE.add(task)
    assert len(set(refused.value.ids)) == len(refused.value.ids)
    assert HOUSE.loop() is None


@pytest.mark.parametrize(
    "task",
    [
        Task("new", parent="bricks"),  # part of its own part
        Task("new", parent="house", after=("mortar",)),  # after its own part
        Task("new", parent="house", after=("roof",)),
        Task("new", parent="walls"),  # part of what it replaces
        Task("new", parent="house", after=("walls",)),
    ],
)
def test_a_revision_that_would_wait_for_itself_is_refused(task):
    with pytest.raises(LoopError):
        HOUSE.revise("walls", task)


def test_a_task_does_not_become_part_of_its_own_part():
    tree = tree_of(Task("a"), Task("b", parent="a"), Task("c", parent="b"))
    with pytest.raises(LoopError) as refused:
        tree.revise("a", Task("new", parent="c"))
    assert refused.value.ids in (("new", "b", "c"), ("b", "c", "new"), ("c", "new", "b"))


def test_damaged_tasks_still_make_a_tree():
    tree = tree_of(
        Task("a", parent="b"),
        Task("b", parent="a"),
        Task("c", parent="c", after=("c", "nowhere")),
        Task("d", parent="nowhere", after=("e",)),
        Task("e", after=("d",)),
        Task("f", Status.revised, successor="g"),
        Task("g", Status.revised, successor="f"),
        Task("h", parent="f", after=("g",)),
    )
    assert sorted(id_ for id_, _ in tree.walk()) == ["a", "b", "c", "d", "e", "h"]
    assert tree.successor("f") is None
    assert states(tree) | {"c": "ready", "h": "ready", "d": "waiting", "e": "waiting"} == states(
        tree
    )
    assert tree.loop() is not None


def test_a_deep_and_a_wide_tree_are_no_trouble():
    deep = TaskTree([Task("0"), *(Task(str(n), parent=str(n - 1)) for n in range(1, 3_000))])
    assert [depth for _, depth in deep.walk()] == list(range(3_000))
    chain = TaskTree([Task("0"), *(Task(str(n), after=(str(n - 1),)) for n in range(1, 3_000))])
    assert [id_ for id_, _ in chain.walk()] == [str(n) for n in range(3_000)]
    assert chain.affected("0") == {str(n) for n in range(1, 3_000)}


def test_scores_go_by_standing_priority_and_what_is_due():
    tree = tree_of(
        Task("plain"),
        Task("urgent", priority=1),
        Task("overdue", due=NOW - DAY_S),
        Task("due", due=NOW + 7 * DAY_S),
        Task("later", after=("plain",)),
        Task("whole"),
        Task("part", parent="whole", priority=1),
    )
    scores = {id_: tree.score(id_, NOW) for id_ in tree.current}
    assert isclose(scores["plain"], 1.0)
    assert isclose(scores["urgent"], 2.0)
    assert isclose(scores["overdue"], 2.0)
    assert isclose(scores["due"], 1.0 + 2.718281828**-1, rel_tol=1e-6)
    assert isclose(scores["later"], 0.5)
    assert scores["whole"] == scores["part"] == 2.0
    assert tree.end("plain", Status.done).score("plain", NOW) < scores["later"]


# ---------------------------------------------------------------- any sequence of steps

steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "done", "fail", "all", "revise", "review"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.lists(st.integers(0, 30), max_size=2),
        st.booleans(),
    ),
    max_size=25,
)


def naively_affected(tree, id_):
    """What rests on a task, by looking at all until nothing is added."""
    found = {id_}
    while more := {
        x
        for x in tree.current
        if x not in found and (tree.parents[x] in found or found & set(tree.after[x]))
    }:
        found |= more
    return found - {id_}


def pick(tree, n, or_none=False):
    ids = [*tree.current, *([None] if or_none else [])]
    return ids[n % len(ids)]


def taken(tree, n, step):
    """The tree after a step, as it was where the step is refused."""
    kind, a, b, c, spread = step
    if kind == "add" or not tree.current:
        after = tuple(pick(tree, x) for x in c) if tree.current else ()
        return tree.add(Task(f"t{n:02}", parent=pick(tree, a, or_none=True), after=after, order=n))
    target = pick(tree, a)
    if kind == "revise":
        new = Task(
            f"t{n:02}",
            parent=pick(tree, b, or_none=True) if c else tree.parents[target],
            after=tuple(pick(tree, x) for x in c) or tree.after[target],
            order=n,
        )
        revised = tree.revise(target, new, spread)
        touched = {x for x in naively_affected(revised, new.id) if revised.is_open(x)}
        for id_ in tree.current:
            if id_ != target:
                mark = (new.id,) if spread and id_ in touched else ()
                assert revised.tasks[id_].review == (*tree.tasks[id_].review, *mark)
        assert revised.tasks[new.id].review == ()
        return revised
    if kind == "review":
        return tree.reviewed([target])
    status = Status.failed if kind == "fail" else Status.done
    ended = tree.end(target, status, with_parts=kind == "all")
    changed = {x for x in tree.current if tree.tasks[x] != ended.tasks[x]}
    assert changed == {x for x in tree.subtree(target) if tree.is_open(x)}
    return ended


def is_ready(tree, id_):
    """Whether a task can be done, from the definition."""
    needed, at = set(tree.after[id_]), tree.parents[id_]
    while at is not None:
        needed |= set(tree.after[at])
        at = tree.parents[at]
    parts = [x for x in tree.current if tree.parents[x] == id_]
    return all(tree.tasks[x].status is Status.done for x in needed) and not any(
        map(tree.is_open, parts)
    )


@given(drawn=steps)
def test_any_sequence_of_steps_keeps_the_tree_whole(drawn):
    tree = TaskTree([])
    for n, step in enumerate(drawn):
        try:
            tree = taken(tree, n, step)
        except (EndedError, LoopError, OpenSubtasksError):
            continue
        assert tree.loop() is None
        for id_ in tree.current:
            parent = tree.tasks[id_].parent
            assert tree.parents[id_] == (parent and tree.successor(parent))
        ready = {x for x in tree.current if tree.standing(x) is Standing.ready}
        assert ready == {x for x in tree.current if tree.is_open(x) and is_ready(tree, x)}
        anything_blocked = any(tree.standing(x) is Standing.blocked for x in tree.current)
        anything_failed = any(tree.tasks[x].status is Status.failed for x in tree.current)
        assert anything_failed or not anything_blocked
        # Something can always be done, unless a failure is in the way of all.
        assert ready or anything_blocked or not any(map(tree.is_open, tree.current))
        for id_ in tree.current:
            if not tree.is_open(id_):
                assert not any(map(tree.is_open, tree.subtree(id_)))
        for id_, task in tree.tasks.items():
            assert tree.successor(id_) in tree.current
            assert (tree.successor(id_) == id_) == (task.status is not Status.revised)


@given(drawn=steps)
def test_a_list_has_every_task_once_below_its_parent_and_after_what_it_needs(drawn):
    tree = TaskTree([])
    for n, step in enumerate(drawn):
        try:
            tree = taken(tree, n, step)
        except (EndedError, LoopError, OpenSubtasksError):
            continue
    order = list(tree.walk())
    place = {id_: n for n, (id_, _) in enumerate(order)}
    depths = dict(order)
    assert sorted(place) == sorted(tree.current)
    assert len(order) == len(place)
    for id_ in tree.current:
        parent = tree.parents[id_]
        assert depths[id_] == (0 if parent is None else depths[parent] + 1)
        assert parent is None or place[parent] < place[id_]
        for other in tree.after[id_]:
            if tree.parents[other] == parent and tree.is_open(other) and tree.is_open(id_):
                assert place[other] < place[id_]
    open_ones = [id_ for id_, _ in tree.walk(tree.is_open)]
    assert open_ones == [id_ for id_, _ in order if tree.is_open(id_)]
    for id_ in open_ones:
        assert all(tree.score(id_, NOW) >= tree.score(x, NOW) > 0 for x in tree.subtree(id_))


@given(drawn=steps, order=st.randoms(use_true_random=False))
def test_the_order_in_which_tasks_are_read_does_not_matter(drawn, order):
    tree = TaskTree([])
    for n, step in enumerate(drawn):
        try:
            tree = taken(tree, n, step)
        except (EndedError, LoopError, OpenSubtasksError):
            continue
    shuffled = list(tree.tasks.values())
    order.shuffle(shuffled)
    other = TaskTree(shuffled)
    assert list(other.walk()) == list(tree.walk())
    assert states(other) == states(tree)
