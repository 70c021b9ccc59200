"""Damage in words: the file, what it held, who needs it, what to do."""

from __future__ import annotations

import pytest

from schemas.tables import FORMAT_VERSION
from store.commits import Commit, TableState
from store.damage import file_problems, numbers_in_words
from store.integrity import Damage, Survey


def found(*damages, undigested=frozenset(), store=None):
    from datetime import UTC, datetime

    from tests.store.conftest import STAMP

    commits = [
        Commit(
            v=FORMAT_VERSION,
            number=number,
            time=datetime.now(UTC),
            command="write",
            encoder=STAMP,
            tables={"memories": TableState(number, 1)},
        )
        for number in (3, 2, 1)
    ]
    return list(file_problems(Survey(commits, list(damages), set(undigested))))


def test_a_data_file_is_told_with_what_it_held_and_what_stands():
    damage = Damage("m.lance/data/x", "m", "data", "is damaged", "rows of m: 2", (2, 3))
    (problem,) = found(damage)
    assert problem.what == (
        "tables/m.lance/data/x is damaged: it held rows of m: 2, for commits 2, 3"
    )
    assert problem.remedy == "run memcli repair; commit 1 can be read"
    assert (problem.severity, problem.file) == ("error", "tables/m.lance/data/x")
    assert (problem.table, problem.commits) == ("m", [2, 3])


def test_where_nothing_stands_that_is_told():
    damage = Damage("m.lance/data/x", "m", "data", "is missing", "rows of m: 2", (1, 2, 3))
    (problem,) = found(damage)
    assert problem.remedy == "run memcli repair; no kept commit is whole"


@pytest.mark.parametrize(("commits", "severity"), [((1, 2, 3), "error"), ((1, 2), "warning")])
def test_an_index_of_the_past_is_no_error(commits, severity):
    (problem,) = found(
        Damage("m.lance/_indices/x", "m", "index", "is damaged", "the index", commits)
    )
    assert (problem.severity, problem.commits) == (severity, None)


def test_what_nothing_is_read_from_costs_no_memory():
    (problem,) = found(
        Damage("m.lance/_transactions/x", "m", "transaction", "is damaged", "nothing")
    )
    assert problem.remedy == "run memcli repair: no memory is lost"


def test_files_without_digests_are_one_warning():
    (problem,) = found(undigested={"a", "b"})
    assert problem.severity == "warning"
    assert problem.what.startswith("2 files have no digests")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((4,), "commit 4"), ((1, 2), "commits 1, 2"), ((5, 1, 2, 3), "commits 1 to 3, 5")],
)
def test_runs_of_numbers_are_told_by_their_ends(numbers, words):
    assert numbers_in_words(numbers) == words
