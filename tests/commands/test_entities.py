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


# ---------------------------------------------------------------- what words stand for

SAID = (
    ("Ida", "PTO stands for paid time off, by the way."),
    ("Bo", "OK. By the den we mean the back office."),
    ("Ida", "Everybody gets 25 days of paid time off a year."),
    ("Bo", "The printer of the back office is broken again."),
    ("Bo", "The weather was lovely today."),
    ("Ida", "I asked for two days of PTO in May."),
    ("Bo", "Ida will be away for a while."),
)


@pytest.fixture(scope="module")
def spoken_once(run, empty_once, tmp_path_factory):
    """A store in which two words were said to stand for something, and where each is used."""
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("spoken") / "store")
    turns = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": f"s{at}"}
        | {"timestamp": f"2025-03-0{at + 1}T10:00:00Z", "id": f"t{at}"}
        for at, (name, text) in enumerate(SAID)
    ]
    run("ingest", "--store", path, stdin="".join(json.dumps(turn) + "\n" for turn in turns))
    for step in ("extract", "link"):
        run(step, "-q", "--store", path)
    return path


@pytest.fixture
def spoken(spoken_once, tmp_path):
    return shutil.copytree(spoken_once, tmp_path / "spoken")


def first_text(run, store, question):
    (hit,) = run("query", question, "-k", 1, "--no-touch", "--store", store).records
    return hit["text"]


def test_what_was_said_to_stand_for_something_finds_both(run, spoken_once):
    assert first_text(run, spoken_once, "what is broken in the den?") == SAID[3][1]
    asked = run("query", "how much paid time off did Ida ask for?", "--store", spoken_once).records
    assert asked[0]["text"] == SAID[5][1]
    assert asked[0]["why"]["glossary"] > 0
    others = run("query", "how was the weather?", "--store", spoken_once).records
    assert all("glossary" not in hit["why"] for hit in others)


def test_words_are_listed_with_the_turns_that_say_so(run, spoken_once):
    records = run("entities", "alias", "--store", spoken_once).records
    assert [(r["name"], r["means"], r["evidence"]["by"]) for r in records] == [
        ("den", "back office", "rule"),
        ("PTO", "paid time off", "rule"),
    ]
    turns = run("show", *records[0]["source_ids"], "--store", spoken_once).records
    assert [turn["text"] for turn in turns] == [SAID[1][1]]


def test_an_alias_by_hand_finds_and_is_taken_back(run, spoken):
    store = ("--store", spoken)
    asked = ("query", "where is the chief?", "-k", 1, "--no-touch", *store)
    assert "glossary" not in run(*asked).records[0]["why"]
    done = run("entities", "alias", "Ida", "the chief", *store)
    assert {record["name"] for record in done.records} == {"Ida", "the chief"}
    (hit,) = run(*asked).records
    assert hit["text"] == SAID[6][1]
    assert hit["why"]["glossary"] > 0
    (listed_one,) = run("entities", "alias", "ida", *store).records
    assert (listed_one["means"], listed_one["evidence"]["by"]) == ("Ida", "user")
    run("entities", "alias", "Ida", "the chief", "--remove", *store)
    assert run("entities", "alias", "Ida", *store).records == []
    run("undo", *store)
    run("undo", *store)
    assert {r["name"] for r in run("entities", "alias", *store).records} == {"PTO", "den"}
    assert run("check", *store).records == []


def test_what_is_taken_off_by_hand_stays_off(run, spoken):
    store = ("--store", spoken)
    run("entities", "alias", "paid time off", "PTO", "--remove", *store)
    run("consolidate", "-q", *store)
    assert [r["name"] for r in run("entities", "alias", *store).records] == ["den"]


def test_an_alias_goes_with_the_turn_that_said_it(run, spoken):
    store = ("--store", spoken)
    run("forget", "--purge", "t1", *store)
    assert [r["name"] for r in run("entities", "alias", *store).records] == ["PTO"]
    assert "den" not in {r["name"] for r in run("entities", "list", *store).records}


def test_aliases_come_back_from_an_export_and_go_to_another_store(run, spoken, tmp_path):
    run("entities", "alias", "Ida", "the chief", "--store", spoken)
    exported = run("export", "--store", spoken).stdout
    other = ("--store", tmp_path / "other", "--create")
    run("ingest", "--from", "export", "-q", *other, stdin=exported)
    pulled = tmp_path / "pulled"
    run("init", "--store", pulled)
    run("pull", spoken, "--mine", "--store", pulled)
    for path in (tmp_path / "other", pulled):
        named = {(r["name"], r["means"]) for r in run("entities", "alias", "--store", path).records}
        assert named == {("PTO", "paid time off"), ("den", "back office"), ("the chief", "Ida")}
    run("consolidate", "-q", "--store", pulled)
    assert len(run("entities", "alias", "--store", pulled).records) == 3


def test_a_wrong_name_says_what_is_near(run, spoken_once):
    store = ("--store", spoken_once)
    done = run("entities", "alias", "Idda", "x1", "--dry-run", *store)
    assert "'Idda' is new here (there is Ida)" in done.stderr
    assert "'nope'" in run("entities", "alias", "nope", *store, status=66).stderr
    run("entities", "alias", "Ida", "--remove", *store, status=2)
    run("entities", "alias", "Ida", " ", *store, status=2)
