"""What was purged stays gone, whichever way it is written again, until somebody allows it."""

from __future__ import annotations

import json
import shutil
import warnings

import pytest

import memcli
from memcli.agents.tools import Toolbox
from memcli.search.resident import ResidentMemory
from store import Store
from store.check import check
from store.errors import BadUsage
from store.traces import find_traces
from tests.support.program import run_here

NOW = ("--now", "2026-01-02T00:00:00Z")
SECRET = "My cousin Ottilie moved to Tihany in 2020."
STAYS = "1 turn was purged before and stays gone (--allow takes it again)"
WORDS = (SECRET, "Ottilie", "Tihany", "tihany", "tihani", "ottili")


def line(content, minute, session="s", name="Ida", day="2025-03-03", **fields):
    at = f"{day}T10:{minute:02}:00Z"
    record = {"content": content, "timestamp": at, "name": name, "session_id": session, **fields}
    return json.dumps({"kind": "message", "v": 1, **record}) + "\n"


SENT = {"attachments": [{"name": "house-in-tihany.jpg", "caption": "Ottilie's new house"}]}
SAID = [
    line("I live in Porto.", 0),
    line(SECRET, 1, id="told/1", **SENT),
    line("I have two goats in the yard.", 2, name="Ugo"),
    line("I am allergic to walnuts.", 3),
    line("Thanks!", 4, id="told/2"),
    line("I live in Lund now.", 5, id="told/3"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the conversation, and what was exported of the store before the purge."""
    folder = tmp_path_factory.mktemp("said")
    (folder / "chat.jsonl").write_text("".join(SAID))
    return folder


@pytest.fixture(scope="module")
def purged_once(empty_once, folder, tmp_path_factory):
    """A store of which turns and a courtesy were purged, and all was made anew. Do not change."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("purged") / "store")
    run_here("sync", folder, "--store", store, *NOW)
    for step in ("extract", "link", "consolidate"):
        run_here(step, "--store", store, *NOW)
    (folder.parent / "before.jsonl").write_text(run_here("export", "--store", store).stdout)
    run_here("query", "where is my cousin?", "--store", store, *NOW)
    run_here("export", "-f", "cogx", "-o", folder.parent / "before.cogx", "--store", store)
    purged = [turn(store, words) for words in ("Ottilie", "Thanks", "Lund")]
    assert rows(store, "value = 'Porto' and superseded_by is not null")
    run_here("forget", "--purge", *purged, "--store", store)
    for step in ("extract", "link", "consolidate"):
        run_here(step, "--store", store, *NOW)
    return store


@pytest.fixture
def purged(purged_once, tmp_path):
    return shutil.copytree(purged_once, tmp_path / "store")


def rows(store, where="true"):
    statement = f"select * from memories where {where} order by id"
    return Store.open(store).snapshot().sql(statement).to_pylist()


def turn(store, words):
    (row,) = rows(store, f"level = 0 and text like '%{words}%'")
    return row["id"]


def require_gone(store):
    """Nothing of it is in any file, and the store is sound."""
    assert [str(trace.path) for trace in find_traces(Store.open(store), WORDS)] == []
    assert [problem.what for problem in check(Store.open(store))] == []


def test_the_store_before_holds_it_and_the_purged_one_does_not(purged_once, folder):
    assert "Ottilie" in (folder.parent / "before.jsonl").read_text()
    require_gone(purged_once)


# ---------------------------------------------------------------- every way in


def test_the_same_file_brings_nothing_back(run, purged, folder):
    done = run("ingest", folder / "chat.jsonl", "--store", purged)
    assert "3 turns were purged before and stay gone (--allow takes them again)" in done.stderr
    assert "all other records are known already" in done.stderr
    assert done.stdout == ""
    require_gone(purged)


def test_other_ids_times_forms_and_spellings_bring_nothing_back(run, purged, tmp_path):
    told = line(f"  {SECRET.upper()} ", 30, "other", name="Bo", day="2025-09-09")
    assert STAYS in run("ingest", "--store", purged, stdin=told).stderr
    assert STAYS in run("ingest", "--store", purged, stdin=f"Ida: {SECRET[:-1]}\nUgo: Oh.\n").stderr
    assert STAYS in run("ingest", "--store", purged, "--dry-run", stdin=told).stderr
    assert len(rows(purged, "text = 'Oh.'")) == 1
    require_gone(purged)


def test_what_anybody_says_is_kept_back_by_its_id_alone(run, purged):
    done = run("ingest", "--store", purged, stdin=line("Thanks!", 9, "other"))
    assert "purged" not in done.stderr
    assert len(rows(purged, "text = 'Thanks!'")) == 1


def test_an_export_of_before_brings_nothing_back(run, purged, folder):
    before = rows(purged)
    done = run("ingest", "--from", "export", folder.parent / "before.jsonl", "--store", purged)
    assert "3 turns and" in done.stderr
    assert "left out" not in done.stderr
    assert "stay gone" in done.stderr
    left = rows(purged)
    assert {row["id"] for row in before} <= {row["id"] for row in left}
    require_gone(purged)


def test_an_export_in_the_format_of_others_brings_nothing_back(run, purged, folder):
    before = rows(purged, "level = 0")
    done = run("ingest", folder.parent / "before.cogx", "--store", purged)
    assert "stay gone" in done.stderr
    more = [row["text"] for row in rows(purged, "level = 0") if row not in before]
    assert not [text for text in more if "Ottilie" in text or "Lund" in text]
    require_gone(purged)


def test_names_that_only_it_mentioned_stay_gone_in_a_store_that_never_linked(
    run, purged_once, empty_store, folder
):
    run("ingest", folder / "chat.jsonl", "--store", empty_store)
    run("forget", "--purge", turn(empty_store, "Ottilie"), "--store", empty_store)
    run("ingest", "--from", "export", folder.parent / "before.jsonl", "--store", empty_store)
    names = Store.open(empty_store).snapshot().read("entities", ["name"])["name"].to_pylist()
    assert "Porto" in names
    require_gone(empty_store)


def test_a_sync_brings_nothing_back_and_keeps_following(run, purged, folder, tmp_path):
    done = run("sync", folder, "--store", purged, *NOW)
    assert "nothing has changed" in done.stderr
    moved = tmp_path / "more"
    moved.mkdir()
    (moved / "chat.jsonl").write_text("".join(SAID) + line("It rains.", 9))
    done = run("sync", moved, "--store", purged, *NOW)
    assert "3 turns were purged before" in done.stderr
    assert len(rows(purged, "text = 'It rains.'")) == 1
    ids = Store.open(purged).snapshot().read("sources", ["memory_ids"])["memory_ids"].to_pylist()
    assert {id_ for some in ids for id_ in some} <= {row["id"] for row in rows(purged)}
    require_gone(purged)


def test_a_note_of_it_is_not_kept(run, purged):
    before = Store.open(purged).head().number
    done = run("add", SECRET, "--store", purged)
    assert (done.stdout, done.stderr) == ("", f"memcli: {STAYS}\n")
    assert Store.open(purged).head().number == before
    done = run("add", "--store", purged, stdin=f"{SECRET}\nThe kettle is new.\n")
    assert [record["text"] for record in done.records] == ["The kettle is new."]
    goats = turn(purged, "goats")
    run("add", SECRET, "--replaces", goats, "--store", purged)
    assert rows(purged, f"id = '{goats}'")[0]["superseded_by"] is None
    require_gone(purged)


def test_a_task_of_it_is_not_kept(run, purged):
    assert "purged before" in run("task", "add", SECRET, "--store", purged, status=2).stderr
    run("task", "add", "Mend the fence", "--store", purged)
    require_gone(purged)


def test_a_fact_told_in_other_words_is_not_stated(run, purged):
    told = line("As I said, my cousin Ottilie lives in Tihany now.", 5, "t", day="2025-07-07")
    run("ingest", "--store", purged, stdin=told)
    done = run("extract", "--store", purged, *NOW)
    assert "purged before and stay" in done.stderr
    assert rows(purged, "level = 1 and value = 'Tihany'") == []
    assert rows(purged, "level = 0 and session_id = 't'") != []
    again = run("extract", "--allow", "--store", purged, *NOW)
    assert "purged" not in again.stderr
    assert rows(purged, "level = 1 and value = 'Tihany'") != []
    assert [problem.what for problem in check(Store.open(purged))] == []


def test_an_agent_and_a_program_cannot_keep_it(purged):
    tools = Toolbox(ResidentMemory(Store.open(purged)))
    answer = tools.call({"name": "memory_add", "arguments": {"content": SECRET}})
    assert answer["isError"]
    assert "purged before" in answer["content"][0]["text"]
    with memcli.open(purged) as memory:
        with pytest.raises(BadUsage, match="purged before"):
            memory.add(SECRET)
        with pytest.warns(UserWarning, match="1 turn was purged"):
            assert memory.ingest(json.loads(line(SECRET, 7))).new == 0
    require_gone(purged)
    with memcli.open(purged) as memory, warnings.catch_warnings():
        warnings.simplefilter("error")
        id_ = memory.add(SECRET, name="Ida", session="n", allow=True)
        assert memory.get(id_)[0]["text"] == SECRET
        memory.extract(allow=True)


# ---------------------------------------------------------------- what keeps it so, what ends it


def test_undo_compact_and_reembed_keep_it_so(run, purged, folder):
    run("add", "The kettle is new.", "--store", purged)
    run("undo", "--store", purged)
    run("compact", "--keep", 1, "--store", purged)
    run("reembed", "--encoder", "static-256", "--store", purged)
    done = run("ingest", folder / "chat.jsonl", "--store", purged)
    assert "3 turns were purged" in done.stderr
    require_gone(purged)


def test_a_second_purge_keeps_the_tombstones_of_the_first(run, purged, folder):
    run("forget", "--purge", turn(purged, "goats"), "--store", purged)
    done = run("ingest", folder / "chat.jsonl", "--store", purged)
    assert "4 turns were purged" in done.stderr
    require_gone(purged)


def test_what_is_allowed_comes_back_whole_and_stays(run, purged, folder):
    done = run("ingest", folder / "chat.jsonl", "--allow", "--store", purged, *NOW)
    assert "purged" not in done.stderr
    done = run("extract", "--store", purged, *NOW)
    assert "purged" not in done.stderr
    assert rows(purged, "level = 1 and value = 'Tihany'") != []
    assert rows(purged, "type = 'resource'") != []
    spans = rows(purged, "level in (2, 3) and valid_from > valid_to")
    assert spans == []
    run("link", "--store", purged, *NOW)
    done = run("ingest", folder / "chat.jsonl", "--store", purged)
    assert "all 6 records are known already" in done.stderr
    assert [problem.what for problem in check(Store.open(purged))] == []
    run("undo", "--to", done_before(purged), "--store", purged)
    done = run("ingest", folder / "chat.jsonl", "--store", purged)
    assert "3 turns were purged" in done.stderr


def done_before(store):
    """The commit before what was allowed."""
    commits = list(Store.open(store).commits())
    return next(c.parent for c in commits if c.command == "ingest")


def test_a_sync_that_is_allowed_reads_what_has_not_changed(run, purged, folder):
    run("sync", folder, "--allow", "--store", purged, *NOW)
    assert turn(purged, "Ottilie")
    assert "nothing has changed" in run("sync", folder, "--store", purged, *NOW).stderr


def test_without_its_key_nothing_is_written_and_check_says_why(run, purged, folder):
    (purged / "tombstones.key").unlink()
    done = run("ingest", folder / "chat.jsonl", "--store", purged, status=65)
    assert "restore it from a backup" in done.stderr
    assert "tombstones.key is missing" in run("check", "--store", purged, status=65).stdout
    run("ingest", folder / "chat.jsonl", "--allow", "--store", purged)
    assert turn(purged, "Ottilie")


def test_without_its_key_a_purge_makes_no_new_one_that_would_hide_the_loss(run, purged, folder):
    key = purged / "tombstones.key"
    key.unlink()
    done = run("forget", "--purge", turn(purged, "goats"), "--store", purged, status=65)
    assert "memcli repair goes on without what was purged before" in done.stderr
    assert not key.exists()
    assert turn(purged, "goats")
    run("repair", "--store", purged)
    run("forget", "--purge", turn(purged, "goats"), "--store", purged)
    assert key.exists()


def test_a_key_that_others_can_read_is_told(run, purged):
    (purged / "tombstones.key").chmod(0o644)
    (told,) = run("check", "--store", purged).records
    assert (told["severity"], told["what"]) == ("warning", "tombstones.key can be read by others")


def test_what_was_purged_with_its_secret_does_not_come_back_without_it(run, empty_store):
    told = line("Ottilie's password is Tr0ub4dor&3zq now.", 0) + line("It rains.", 1)
    run("ingest", "--store", empty_store, stdin=told)
    run("forget", "--purge", turn(empty_store, "Ottilie"), "--store", empty_store)
    done = run("ingest", "--redact", "--store", empty_store, stdin=told)
    assert STAYS in done.stderr
    assert [row["text"] for row in rows(empty_store)] == ["It rains."]
    run("ingest", "--redact", "--allow", "--store", empty_store, stdin=told)
    assert "[secret:" in rows(empty_store, "text like 'Ottilie%'")[0]["text"]
    assert "purged" not in run("ingest", "--redact", "--store", empty_store, stdin=told).stderr


def test_what_a_forgotten_turn_said_is_not_stated_again_after_a_purge_beside_it(run, empty_store):
    """The purge takes the archived statement too, for a word that both have as a tag."""
    said = [line("My landlord is Mr Kettlewell.", 0), line("We have our home in Haarlem.", 1)]
    run("ingest", "--store", empty_store, stdin="".join([*said, line("I have a cat.", 2)]))
    run("extract", "--store", empty_store, *NOW)
    told = "level = 1 and text like '%Kettlewell%'"
    assert rows(empty_store, told)
    run("forget", turn(empty_store, "landlord"), "--store", empty_store)
    run("forget", "--purge", turn(empty_store, "Haarlem"), "--store", empty_store)
    run("extract", "--store", empty_store, *NOW)
    hot = Store.open(empty_store).snapshot().read("memories", ["text"], told)
    assert hot.num_rows == 0
    assert rows(empty_store, "level = 1 and text like '%cat%'")


def test_what_a_purged_note_had_replaced_is_told_again(run, empty_store):
    first = run("add", "the kettle is blue", "--store", empty_store).records[0]["id"]
    note = ("add", "the kettle is red", "--replaces", first, "--store", empty_store)
    second = run(*note).records[0]["id"]
    run("forget", "--purge", second, "--store", empty_store)
    assert run("check", "--store", empty_store).records == []
    (kept,) = run("show", first, "--store", empty_store).records
    assert {"superseded_by", "valid_to", "metadata"}.isdisjoint(kept)
