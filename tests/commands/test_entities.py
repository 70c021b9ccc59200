"""`memcli entities`: list, show, merge, split; and back by undo."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.memory.entities import entity_id
from schemas.tables import entities, links
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BRANDT, LIZ, VET = (entity_id("mara-and-jonas", n) for n in ("Elizabeth Brandt", "Liz", "Vet"))


def a_row(namespace, name, **columns):
    plain = {"type": "person", "aliases": None, "canonical_id": None, "evidence": None}
    id_ = entity_id(namespace, name)
    return {"id": id_, "namespace": namespace, "name": name, **plain, "recorded_at": NOW, **columns}


ROWS = [
    a_row("mara-and-jonas", "Elizabeth Brandt", aliases=["Liz"]),
    a_row(
        "mara-and-jonas",
        "Liz",
        canonical_id=BRANDT,
        evidence='{"by": "rule", "reason": "nickname", "score": 0.8, "seen": {"count": 2}}',
    ),
    a_row("mara-and-jonas", "Vet"),
    a_row("other", "Liz"),
]


@pytest.fixture(scope="module")
def named_once(run, sample_once, tmp_path_factory):
    """The sample with four names, two of one person, and what mentions them."""
    path = shutil.copytree(sample_once, tmp_path_factory.mktemp("named") / "store")
    turns = run("sql", "SELECT id FROM turns ORDER BY happened_at", "--store", path).records
    ends = [(0, BRANDT), (5, LIZ), (9, LIZ), (2, VET)]
    mentions = [
        {
            "source_id": turns[i]["id"],
            "target_id": id_,
            "relation": "mentions",
            "weight": 1.0,
            "recorded_at": NOW,
        }
        for i, id_ in ends
    ]
    with Store.open(path).transaction("link") as transaction:
        transaction.append("entities", pa.Table.from_pylist(ROWS, schema=entities()))
        transaction.append("links", pa.Table.from_pylist(mentions, schema=links()))
        transaction.publish()
    return path


@pytest.fixture
def named(named_once, tmp_path):
    return shutil.copytree(named_once, tmp_path / "named")


def listed(run, store, *more):
    records = run("entities", "list", "-n", "mara-and-jonas", "--store", store, *more).records
    return {record["name"]: record for record in records}


def test_list_gives_entities_with_the_uses_of_all_their_names(run_process, named_once):
    records = run_process("entities", "list", "--store", named_once).records
    assert [(r["name"], r["mentions"]) for r in records] == [
        ("Elizabeth Brandt", 3),
        ("Vet", 1),
        ("Liz", 0),
    ]
    first = records[0]
    assert (first["kind"], first["v"], first["aliases"]) == ("entity", 1, ["Liz"])
    assert first["first_at"] < first["last_at"]
    assert "first_at" not in records[2]


def test_list_can_be_a_table_and_is_bounded_by_a_namespace(run, named_once):
    shown = run("entities", "list", "-f", "table", "--store", named_once).stdout
    assert "Elizabeth Brandt" in shown
    assert set(listed(run, named_once)) == {"Elizabeth Brandt", "Vet"}


def test_show_gives_the_spellings_then_the_newest_memories(run, named_once):
    arguments = ("entities", "show", "liz", "-n", "mara-and-jonas", "--store", named_once)
    records = run(*arguments).records
    assert [r["kind"] for r in records] == ["entity", "entity", "memory", "memory", "memory"]
    assert [r["name"] for r in records[:2]] == ["Elizabeth Brandt", "Liz"]
    assert records[1]["evidence"] == {"by": "rule", "reason": "nickname", "score": 0.8}
    assert [r["mentions"] for r in records[:2]] == [3, 2]
    times = [r["happened_at"] for r in records[2:]]
    assert times == sorted(times, reverse=True)
    assert "by rule: nickname (0.80)" in run(*arguments, "-f", "csv").stdout


def test_a_name_of_two_namespaces_needs_one(run, named_once):
    done = run("entities", "show", "Liz", "--store", named_once, status=2)
    assert done.stderr == (
        "memcli: 'Liz' is an entity of the namespaces mara-and-jonas, other (add --namespace)\n"
    )
    assert run("entities", "show", LIZ, "--store", named_once).records[0]["id"] == BRANDT


def test_an_unknown_name_is_66(run, named_once):
    for arguments in (("show", "Nobody"), ("merge", "Vet", "Nobody"), ("split", "Vet", "Nobody")):
        done = run("entities", *arguments, "--store", named_once, status=66)
        assert "'Nobody'" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "Vet"),
        ("show",),
        ("merge", "Vet"),
        ("split", "Vet"),
        ("drop", "Vet"),
        ("merge", "Vet", "Vet"),
        ("merge", "Vet", entity_id("other", "Liz")),
        ("split", "Elizabeth Brandt", "Elizabeth Brandt"),
        ("merge", "Vet", LIZ, "--at", "2"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(run, named_once, arguments):
    run("entities", *arguments, "--store", named_once, status=2)


def test_merge_is_one_step_that_undo_takes_back(run, named):
    before = listed(run, named)
    done = run("entities", "merge", "Elizabeth Brandt", "vet", "--store", named)
    assert {r["name"] for r in done.records} == {"Elizabeth Brandt", "Vet"}
    assert "memcli undo takes that back" in done.stderr
    after = listed(run, named)
    assert set(after) == {"Elizabeth Brandt"}
    assert after["Elizabeth Brandt"]["aliases"] == ["Liz", "Vet"]
    assert after["Elizabeth Brandt"]["mentions"] == 4
    (commit,) = run("log", "-k", 1, "--store", named).records
    assert (commit["command"], commit["arguments"]["action"]) == ("entities", "merge")
    assert listed(run, named, "--at", commit["parent"]) == before
    run("undo", "--store", named)
    assert listed(run, named) == before
    assert run("check", "--store", named).records == []


def test_split_makes_a_name_an_entity_by_itself(run, named):
    run(
        "entities",
        "split",
        "Elizabeth Brandt",
        "Liz",
        "-q",
        "-n",
        "mara-and-jonas",
        "--store",
        named,
    )
    after = listed(run, named)
    assert set(after) == {"Elizabeth Brandt", "Liz", "Vet"}
    assert after["Liz"]["evidence"] == {"by": "user", "reason": "split", "never": [BRANDT]}
    assert "aliases" not in after["Elizabeth Brandt"]


def test_a_dry_run_and_what_is_so_already_write_nothing(run, named):
    store = ("--store", named)
    done = run("entities", "merge", "Vet", LIZ, "--dry-run", *store)
    assert "dry run: would change" in done.stderr
    assert len(done.records) == 3
    run("entities", "merge", "Elizabeth Brandt", LIZ, *store)
    again = run("entities", "merge", "Elizabeth Brandt", LIZ, *store)
    assert again.stderr == "memcli: that is so already; nothing was changed\n"
    assert json.loads(json.dumps(again.records)) == []
    assert len(run("log", *store).records) == 4
