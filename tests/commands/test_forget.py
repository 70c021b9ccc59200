"""memcli forget"""

from __future__ import annotations

import json
import shutil

import pytest

from store import Store
from store.check import check
from store.traces import find_traces
from tests.support.program import run_here

NOW = ("--now", "2026-01-02T00:00:00Z")
# About a kilobyte that is a path as well, with what JSON escapes.
SECRET = "/".join(
    f"My cousin Ottilie moved to Tihany in {year}. Her friend Zsombor works at the boat-house. "
    f'He has {year - 1900} "sea-green" caf\u00e9 chairs. Drawer {year * 7919} is where they hide it'
    for year in (2011, 2013, 2017, 2019, 2020)
)


def line(content, minute, session="s", name="Ida", day="2025-03-03", **fields):
    at = f"{day}T10:{minute:02}:00Z"
    record = {"content": content, "timestamp": at, "name": name, "session_id": session, **fields}
    return json.dumps({"kind": "message", "v": 1, **record}) + "\n"


CACHED = [f"{digit * 40}.json" for digit in "abc"]
OTHERS = [
    line("I moved to Leiden last May.", 0),
    line("My sister Juno plays the cello in Utrecht.", 1, name="Ugo"),
    line("I have two goats in the yard.", 3),
    line("They eat everything in the garden of Bram.", 4, name="Ugo"),
    line("I am allergic to walnuts and hazelnuts.", 5),
    line("I am allergic to walnuts and hazelnuts.", 0, "t", day="2025-05-05"),
    line("Bram repairs old bicycles in Delft.", 1, "t", day="2025-05-05"),
]
SAID = [*OTHERS[:2], line(SECRET, 2, id="the-secret"), *OTHERS[2:]]


def ask(store, statement):
    return Store.open(store).snapshot().sql(statement).to_pylist()


def ids_of(store, where):
    return [r["id"] for r in ask(store, f"select id from memories where {where} order by id")]


def log(store):
    return [commit.to_json() for commit in Store.open(store).commits()]


def turn(store, words):
    (id_,) = ids_of(store, f"level = 0 and text like '%{words}%'")
    return id_


def made(store, lines, path=None):
    """Fill a store: ingest, extract, link."""
    if path is None:
        run_here("ingest", "--store", store, *NOW, stdin="".join(lines))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))
        run_here("ingest", path, "--from", "jsonl", "--store", store, *NOW)
    run_here("extract", "--store", store, *NOW)
    run_here("link", "--store", store, *NOW)


@pytest.fixture(scope="module")
def plain(empty_once, tmp_path_factory):
    """A store to which the secret was never told. No test may change it."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("plain") / "store")
    made(store, OTHERS)
    return store


@pytest.fixture(scope="module")
def told(run, empty_once, tmp_path_factory):
    """A store to which it was told, and what a life leaves there. No test may change it."""
    folder = tmp_path_factory.mktemp("told")
    store = shutil.copytree(empty_once, folder / "store")
    made(store, SAID, folder / SECRET)
    run("query", SECRET.upper(), "--store", store, *NOW)
    run("query", "goats", "-k", 3, "--store", store, *NOW)
    run("query", "two goats in the yard", "-k", 1, "--store", store, *NOW)
    run("query", "Who is Zsombor?", "-k", 1, "--level", 0, "--session", "t", "--store", store, *NOW)
    run("hide", "the-secret", "--store", store, *NOW)
    run("restore", "the-secret", "--store", store, *NOW)
    run("ingest", "--store", store, *NOW, stdin=line(f"Again: {SECRET}", 9, "u"))
    run("undo", "--store", store)
    run("compact", "--keep", 1, "--store", store)
    cache = store / "cache" / "llm"
    cache.mkdir(parents=True)
    fixed = {"system": "", "text": "{}", "prompt_tokens": 1, "completion_tokens": 1}
    questions = (f"Read: {json.dumps(SECRET)}", "Read: goats", "Who is Zsombor?")
    for name, asked in zip(CACHED, questions, strict=True):
        (cache / name).write_text(json.dumps({**fixed, "user": asked}))
    return store


@pytest.fixture(scope="module")
def purged_once(run, told, tmp_path_factory):
    """The same after the purge, and what that wrote. No test may change it."""
    store = shutil.copytree(told, tmp_path_factory.mktemp("purged") / "store")
    return store, run("forget", "--purge", "the-secret", "--store", store, *NOW)


@pytest.fixture
def copy(told, tmp_path):
    return shutil.copytree(told, tmp_path / "copy")


def problems(store):
    return list(check(Store.open(store)))


def traces(store):
    return [
        str(trace.path.relative_to(store)) for trace in find_traces(Store.open(store), [SECRET])
    ]


def raw_bytes(store):
    return b"".join(path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file())


# ---------------------------------------------------------------- archiving


def test_a_forgotten_memory_is_archived_with_what_only_it_said(run, run_process, copy):
    goats = turn(copy, "two goats")
    said = ids_of(copy, f"level = 1 and list_contains(source_ids, '{goats}')")
    assert said
    done = run_process("forget", goats[:8], "--store", copy, *NOW)
    (summary,) = done.records
    assert summary["counts"] == {"archived": 1, "along": len(said)}
    assert "undo takes it back" in done.stderr
    archived = {row["id"] for row in ask(copy, "select id from archive")}
    assert archived == {goats, *said}
    states = ask(copy, "select id, state from strengths where state != 'active'")
    assert {row["id"]: row["state"] for row in states} == dict.fromkeys(archived, "archived")
    hits = run("query", "goats in the yard", "--no-touch", "--store", copy).records
    assert archived.isdisjoint(hit["id"] for hit in hits)
    assert problems(copy) == []
    before = log(copy)
    again = run_process("forget", goats, "--store", copy)
    assert (again.stdout, log(copy)) == ("", before)
    assert "is archived" in again.stderr
    run("undo", "--store", copy)
    assert goats in ids_of(copy, "level = 0")


def test_records_on_stdin_are_forgotten_but_not_beside_ids(run, copy):
    hits = run("query", "goats", "-k", 2, "--level", 0, "--no-touch", "--store", copy)
    ids = [hit["id"] for hit in hits.records]
    run("forget", ids[0], "--store", copy, stdin=hits.stdout)
    assert ids[1] in ids_of(copy, "level = 0")
    run("forget", "--store", copy, stdin=hits.stdout)
    assert ids[1] not in ids_of(copy, "level = 0")
    nothing = run("forget", "--store", copy, stdin="")
    assert (nothing.stdout, nothing.stderr) == ("", "memcli: nothing to forget\n")
    assert "stdin:1" in run("forget", "--store", copy, stdin="{", status=65).stderr


def test_what_is_pinned_stops_it_unless_asked(run, empty_store):
    fixed = {"kind": "memory", "v": 1, "namespace": "n", "type": "core", "level": 4}
    fixed |= {"text": "Ida is left-handed.", "recorded_at": "2025-01-01T00:00:00Z"}
    given = [{**fixed, "id": "a" * 16, "pinned": True}, {**fixed, "id": "b" * 16}]
    run(
        "ingest",
        "--from",
        "export",
        "--store",
        empty_store,
        stdin="\n".join(map(json.dumps, given)),
    )
    before = log(empty_store)
    for more in ((), ("--purge",)):
        done = run("forget", "a" * 16, "b" * 16, *more, "--store", empty_store, status=2)
        assert "--pinned" in done.stderr
        assert done.stdout == ""
    assert log(empty_store) == before
    run("forget", "a" * 16, "--pinned", "--store", empty_store)
    assert ids_of(empty_store, "true") == ["b" * 16]
    done = run("forget", "--purge", "a" * 16, "--pinned", "--store", empty_store)
    assert f"1 memories that are left say the same: {'b' * 16}" in done.stderr
    assert ask(empty_store, "select id from archive") == []
    assert ask(empty_store, "select id from strengths") == []
    assert problems(empty_store) == []


def test_dry_runs_and_what_is_not_there_change_nothing(run, copy):
    before = raw_bytes(copy)
    goats = turn(copy, "two goats")
    for more in ((), ("--purge",)):
        done = run("forget", goats, "--dry-run", *more, "--store", copy)
        assert done.records[0]["kind"] == "memory"
        assert goats in {record["id"] for record in done.records}
        assert "nothing was written" in done.stderr
        assert "nobody" in run("forget", goats, "nobody", *more, "--store", copy, status=66).stderr
        run("forget", goats, *more, "-n", "elsewhere", "--store", copy, status=66)
    run("forget", goats, "--sources", "--store", copy, status=2)
    run("forget", goats, "--store", copy / "none", status=66)
    assert raw_bytes(copy) == before


# ---------------------------------------------------------------- the purge


def test_before_a_purge_the_text_is_all_over_the_store(told):
    places = " ".join(traces(told))
    for part in ("tables/memories.lance/data", "commits/", f"cache/llm/{CACHED[0]}"):
        assert part in places


def test_after_a_purge_no_file_holds_the_text(run, purged_once):
    store, done = purged_once
    assert traces(store) == []
    everything = raw_bytes(store).lower()
    said = ("sea-green", "Ottilie", "Zsombor", "Tihany", "boat-house", str(2017 * 7919))
    for word in (*said, "the-secret"):
        assert word.lower().encode() not in everything
    assert run("check", "--purged", "-", "--store", store, stdin=SECRET + "\n").stdout == ""
    (summary,) = done.records
    assert summary["command"] == "forget"
    counts = summary["counts"]
    assert (counts["answers"], counts["commits"]) == (2, 3)
    assert counts["named"] > 1
    assert counts["derived"] >= 2
    assert counts["queries"] >= 1
    assert counts["entities"] >= 2
    assert "Ottilie" not in done.stdout + done.stderr
    assert "[purged]" in json.dumps(log(store))


def test_everything_else_is_intact(run, purged_once, told):
    store, _ = purged_once
    assert problems(store) == []
    turns = "select id, text, speaker, happened_at from memories where level = 0 order by id"
    before = [row for row in ask(told, turns) if row["text"] != SECRET]
    assert ask(store, turns) == before
    other = "select * from memories where level > 0 and session_id = 't' order by id"
    kept = ask(store, other)
    assert {row["text"] for row in kept if row["level"] == 1} >= {
        row["text"] for row in ask(told, other) if "Bram" in row["text"] and row["level"] == 1
    }
    ends = "select source_id, target_id, relation from links order by all"
    ids = {row["id"] for table in ("memories", "entities")
           for row in ask(store, f"select id from {table}")}  # fmt: skip
    left = [tuple(row.values()) for row in ask(store, ends)]
    was = [tuple(row.values()) for row in ask(told, ends)]
    assert set(was) >= {link for link in left if link[-1] != "next"}
    assert {link for link in was if {link[0], link[1]} <= ids} <= set(left)
    hits = run("query", "goats", "-k", 1, "--no-touch", "--store", store).records
    assert "two goats" in hits[0]["text"]
    assert [path.name for path in (store / "cache" / "llm").iterdir()] == [CACHED[1]]
    accesses = ask(store, "select id, query from accesses")
    assert {row.get("query") for row in accesses} == {"two goats in the yard", None}


def test_extract_and_link_make_the_store_that_it_would_have_been(run, purged_once, plain, tmp_path):
    store = shutil.copytree(purged_once[0], tmp_path / "store")
    run("extract", "--store", store, *NOW)
    run("link", "--store", store, *NOW)
    assert problems(store) == []
    assert traces(store) == []
    columns = (
        "id, level, text, keywords, tags, entities, session_id, seq, source_ids, superseded_by"
    )
    rows = f"select {columns} from memories order by id"
    assert ask(store, rows) == ask(plain, rows)
    ends = (
        "select source_id, target_id, relation from links where relation != 'co_recalled'"
        " order by all"
    )
    assert ask(store, ends) == ask(plain, ends)
    names = "select name, type, aliases from entities order by all"
    assert ask(store, names) == ask(plain, names)


def test_history_begins_with_the_purge(run, purged_once, tmp_path):
    store = shutil.copytree(purged_once[0], tmp_path / "store")
    (commit, *older) = run("log", "--store", store).records
    assert commit["kept"]
    assert not any(record["kept"] for record in older)
    assert "no longer kept" in run("undo", "--store", store, status=66).stderr
    run("query", "goats", "--at", 2, "--store", store, status=66)
    run("forget", turn(store, "two goats"), "--store", store)
    run("undo", "--store", store)
    assert turn(store, "two goats")


def test_what_a_purged_statement_replaced_holds_again(run, empty_store):
    said = [
        line("I work at Hooli.", 0, "a", day="2024-01-01"),
        line("I work at Initech now.", 0, "b", day="2025-01-01"),
    ]
    made(empty_store, said)
    current = "level = 1 and superseded_by is null and attribute is not null"
    old = ids_of(empty_store, "level = 1 and text like '%Hooli%'")
    assert old[0] not in ids_of(empty_store, current)
    run("forget", "--purge", turn(empty_store, "Initech"), "--store", empty_store, *NOW)
    run("extract", "--store", empty_store, *NOW)
    assert old == ids_of(empty_store, f"{current} and valid_to is null")
    assert problems(empty_store) == []


def test_what_was_merged_into_a_purged_statement_is_said_again(run, empty_store):
    days = ("2025-01-01", "2025-02-02", "2025-03-03")
    nuts = "I am allergic to walnuts and hazelnuts."
    made(empty_store, [line(nuts, 0, day, day=day) for day in days])
    facts = "select source_ids from memories where value = 'walnuts'"
    (whole,) = ask(empty_store, facts)
    assert len(whole["source_ids"]) == 3
    first = whole["source_ids"][0]
    done = run("forget", "--purge", first, "--store", empty_store, *NOW)
    assert "2 memories that are left say the same" in done.stderr
    run("extract", "--store", empty_store, *NOW)
    run("link", "--store", empty_store, *NOW)
    (rest,) = ask(empty_store, facts)
    assert rest["source_ids"] == whole["source_ids"][1:]
    assert problems(empty_store) == []


def test_a_statement_is_not_purged_without_its_turn(run, copy):
    goats = turn(copy, "two goats")
    (said, *_) = ids_of(copy, f"level = 1 and list_contains(source_ids, '{goats}')")
    refused = run("forget", "--purge", said, "--store", copy, status=2)
    assert "--sources" in refused.stderr
    assert goats in refused.stderr
    run("forget", "--purge", "--sources", said, "--store", copy, *NOW)
    assert ids_of(copy, f"id in ('{said}', '{goats}')") == []


@pytest.mark.parametrize("name", ["cache/llm", "tables/links.lance/data"])
def test_a_purge_follows_no_link(run, copy, tmp_path, name):
    victim = shutil.copytree(copy / name, tmp_path / "victim")
    (victim / "package.json").write_text("{}")
    shutil.rmtree(copy / name)
    (copy / name).symlink_to(victim)
    before = sorted(path.name for path in victim.iterdir())
    done = run("forget", "--purge", "the-secret", "--store", copy, status=65)
    assert "is a link that leads out of the store" in done.stderr
    assert sorted(path.name for path in victim.iterdir()) == before
    (copy / name).unlink()
    shutil.copytree(victim, copy / name)
    assert turn(copy, "Ottilie")


def test_a_purge_follows_no_link_within_the_store_either(run, copy):
    (copy / "cache" / "llm").rename(copy / "cache" / "moved")
    (copy / "cache" / "llm").symlink_to(copy / "cache" / "moved")
    assert (
        "is a symbolic link"
        in run("forget", "--purge", "the-secret", "--store", copy, status=65).stderr
    )
    assert turn(copy, "Ottilie")


# ---------------------------------------------------------------- by filters


def left(store):
    return {row["text"] for row in ask(store, "select text from memories where level = 0")}


def test_what_a_session_holds_is_purged_with_a_count(run, copy):
    before = raw_bytes(copy)
    asked = ("forget", "--purge", "--session", "t", "--store", copy, *NOW)
    dry = run(*asked, "--dry-run", stdin="no id")
    assert "would purge 2 memories and" in dry.stderr
    assert {r["session_id"] for r in dry.records} >= {"t"}
    assert raw_bytes(copy) == before
    done = run(*asked, stdin="no id")
    assert "purged 2 memories and" in done.stderr
    assert left(copy) == {json.loads(said)["content"] for said in SAID if "2025-05-05" not in said}
    assert problems(copy) == []
    assert log(copy)[0]["arguments"] == {"purge": True, "chosen_by": ["session"]}
    assert "nothing to purge: 0 memories" in run(*asked).stderr


@pytest.mark.parametrize(
    ("chosen", "gone"),
    [
        (("--name", "ugo"), ("My sister Juno", "They eat")),
        (("--since", "2025-05-05"), ("I am allergic", "Bram repairs")),
        (("--until", "2025-03-03T10:00:00Z"), ("I moved to Leiden",)),
        (("--where", "text like '%cello%'"), ("My sister Juno",)),
        (
            ("--where", "text like '%e%'", "--session", "s", "--name", "Ugo"),
            ("My sister Juno", "They eat"),
        ),
        (("--session", "none"), ()),
    ],
)
def test_filters_choose_turns_to_archive_and_together_fewer(run, copy, chosen, gone):
    done = run("forget", *chosen, "--store", copy, *NOW, stdin="no id")
    archived = {row["text"] for row in ask(copy, "select text from archive where level = 0")}
    assert len(archived) == len(gone)
    assert all(text.startswith(gone) for text in archived)
    assert (f"archived {len(gone)} memories" if gone else "nothing to forget") in done.stderr
    assert problems(copy) == []


def test_of_ids_those_go_that_meet_the_filters_too(run, copy):
    goats, cello = turn(copy, "two goats"), turn(copy, "cello")
    run("forget", goats, cello, "--name", "Ugo", "--store", copy)
    assert ids_of(copy, f"id in ('{goats}', '{cello}')") == [goats]
    run("forget", "-", "--level", 0, "--name", "Ida", "--store", copy, stdin=f"{goats}\n")
    assert ids_of(copy, f"id = '{goats}'") == []


def test_a_level_chooses_others_than_turns(run, copy):
    run("forget", "--where", "attribute = 'allergy'", "--level", 1, "--store", copy)
    assert ids_of(copy, "attribute = 'allergy'") == []
    assert len(ids_of(copy, "level = 0 and text like '%walnuts%'")) == 2


def test_a_whole_namespace_goes_only_by_its_name(run, copy):
    assert "--namespace" in run("forget", "--everything", "--store", copy, status=2).stderr
    run("ingest", "--store", copy, "-n", "other", stdin=line("The kettle is new.", 0))
    asked = ("forget", "--purge", "--everything", "-n", "default", "--store", copy, *NOW)
    assert "would purge" in run(*asked, "--dry-run").stderr
    run(*asked)
    assert {r["text"] for r in ask(copy, "select text from memories")} == {"The kettle is new."}
    assert ask(copy, "select name from entities where namespace = 'default'") == []
    assert problems(copy) == []
    assert list(find_traces(Store.open(copy), [SECRET, "Leiden", "walnuts", "Juno"])) == []
    assert log(copy)[0]["arguments"]["chosen_by"] == ["everything"]


def test_a_condition_that_is_none_and_a_bad_time_change_nothing(run, copy):
    before = log(copy)
    for chosen in (("--where", "text like"), ("--where", "a) or (b"), ("--since", "whenever")):
        run("forget", "--purge", *chosen, "--store", copy, status=2)
    assert log(copy) == before


# ---------------------------------------------------------------- receipts


def test_a_receipt_is_written_and_holds_until_it_is_allowed(run, copy, tmp_path):
    path = tmp_path / "receipt.json"
    run("forget", "the-secret", "--receipt", path, "--store", copy, status=2)
    done = run("forget", "--purge", "the-secret", "--receipt", path, "--store", copy, *NOW)
    assert f"wrote the receipt to {path}" in done.stderr
    held = run("check", "--receipt", path, "--store", copy)
    assert "are gone and stay so" in held.stderr
    assert held.stdout == ""
    told = run("check", "--receipt", path, "--purged", "-", "--store", copy, stdin=SECRET)
    assert "no file" in told.stderr
    other = run("check", "--receipt", path, "--purged", "goats", "--store", copy, status=65)
    assert "does not tell of the text" in other.stdout
    run("forget", "--purge", turn(copy, "two goats"), "--receipt", path, "--store", copy, status=73)
    assert turn(copy, "two goats")
    run("add", SECRET, "--allow", "--store", copy)
    broken = run("check", "--receipt", path, "--store", copy, status=65)
    assert [r["severity"] for r in broken.records] == ["error", "error"]
    run("check", "--receipt", tmp_path / "none", "--store", copy, status=66)


def test_a_purge_that_was_cut_short_has_its_receipt_from_the_run_that_ends_it(
    run, copy, tmp_path, monkeypatch
):
    path = tmp_path / "receipt.json"
    asked = ("forget", "--purge", "the-secret", "--receipt", path, "--store", copy, *NOW)

    def killed(store):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("store.purge.remove_history", killed)
        run(*asked, status=130)
    assert json.loads(path.read_text())["pending"]
    again = run(*asked)
    assert f"wrote the receipt to {path}, without a search for the words" in again.stderr
    assert json.loads(path.read_text())["scan"] == {}
    run("check", "--receipt", path, "--store", copy)
    told = run("check", "--receipt", path, "--purged", "-", "--store", copy, stdin=SECRET)
    assert told.status == 0
    run("forget", "--purge", "the-secret", "--store", copy, status=66)


def test_a_receipt_does_not_lie_in_the_store(run, copy):
    asked = ("forget", "--purge", "the-secret", "--receipt", copy / "r.json", "--store", copy)
    assert "lies in the store" in run(*asked, status=2).stderr
    assert run("show", "the-secret", "--store", copy).records


def test_a_dry_run_writes_no_receipt(run, copy, tmp_path):
    path = tmp_path / "receipt.json"
    run("forget", "--purge", "the-secret", "--dry-run", "--receipt", path, "--store", copy)
    assert not path.exists()
