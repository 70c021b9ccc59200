"""`memcli undo`: back a step, and forth again."""

from __future__ import annotations


def count(run, store):
    return run("sql", "SELECT count(*) AS n FROM memories", "--store", store).records[0]["n"]


def test_undo_takes_back_the_last_step_and_can_be_taken_back(run, run_process, sample):
    done = run_process("undo", "--store", sample)
    (record,) = done.records
    assert (record["kind"], record["number"], record["restores"]) == ("commit", 3, 1)
    assert record["changes"] == {"memories": -290, "links": -273}
    assert done.stderr == "memcli: the store is as commit 1 left it (undo --to 2 takes that back)\n"
    assert count(run, sample) == 0
    (again,) = run_process("undo", "--to", 2, "--quiet", "--store", sample).records
    assert (again["number"], again["restores"]) == (4, 2)
    assert count(run, sample) == 290


def test_a_dry_run_changes_nothing(run, sample):
    done = run("undo", "--dry-run", "--store", sample)
    assert done.records[0]["number"] == 1
    assert done.stderr == (
        "memcli: dry run: would go back to commit 1 (memories -290, links -273); "
        "nothing was changed\n"
    )
    assert [record["number"] for record in run("log", "--store", sample).records] == [2, 1]


def test_nothing_to_undo_is_66(run, empty_store):
    for extra in ([], ["--dry-run"]):
        done = run("undo", *extra, "--store", empty_store, status=66)
        assert (done.stdout, done.stderr) == (
            "",
            "memcli: there is nothing to undo (see: memcli log)\n",
        )


def test_going_back_to_where_one_is_is_66(run, sample):
    done = run("undo", "--to", 2, "--store", sample, status=66)
    assert done.stderr == ("memcli: the store is as commit 2 left it already (see: memcli log)\n")


def test_an_unknown_commit_is_66_and_a_word_is_2(run, sample):
    run("undo", "--to", 99, "--store", sample, status=66)
    run("undo", "--to", "yesterday", "--store", sample, status=2)
