"""memcli task"""

from __future__ import annotations

import json
import shutil

import pytest

from tests.support.program import run_here

NOW = "2026-03-01T09:00:00Z"
LATER = "2026-03-02T09:00:00Z"


@pytest.fixture
def command(run):
    """Return what runs a command."""
    return run


@pytest.fixture
def task(empty_store):
    """Return what runs `memcli task` on a store of its own."""

    def run_task(*arguments, status=0, now=NOW):
        times = ("--now", now) if arguments[0] not in ("list", "show") else ()
        return run_here("task", *arguments, *times, "--store", run_task.store, status=status)

    run_task.store = empty_store
    return run_task


@pytest.fixture(scope="module")
def trip_once(empty_once, tmp_path_factory):
    """A store with a trip to plan: book, of train and hotel, then pack. For copies only."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("trip") / "store")

    def add(*arguments):
        (record,) = run_here("task", "add", *arguments, "--store", store, "--now", NOW).records
        return record["id"]

    ids = {"trip": add("Plan the trip to Ghent", "--due", "2026-04-01")}
    ids["book"] = add("Book everything", "--parent", ids["trip"])
    ids["pack"] = add("Pack the bags", "-p", ids["trip"], "--after", ids["book"][:8])
    ids["train"] = add("Book the train", "-p", ids["book"], "--priority", 1)
    ids["hotel"] = add("Book the hotel", "-p", ids["book"], "--notes", "Near the canal.")
    return store, ids


@pytest.fixture
def trip(task, trip_once, tmp_path):
    """The ids of the tasks of the trip; `task` works on a store of its own that has them."""
    store, ids = trip_once
    task.store = shutil.copytree(store, tmp_path / "trip")
    return ids


def log(store):
    return run_here("log", "--store", store).stdout


def test_add_prints_the_memory_and_a_note(command, task):
    done = task("add", "Call the plumber", "--due", "2026-03-05", "--priority", 2)
    (record,) = done.records
    assert done.stderr == "memcli: kept as commit 2\n"
    assert (record["kind"], record["level"], record["tags"]) == ("memory", 4, ["task"])
    assert (record["text"], record["status"], record["state"]) == (
        "Call the plumber",
        "open",
        "ready",
    )
    assert (record["due"], record["priority"]) == ("2026-03-05T00:00:00Z", 2)
    assert record["valid_from"] == NOW
    (shown,) = command("show", record["id"], "--store", task.store).records
    assert shown["metadata"] == {"due": "2026-03-05T00:00:00Z", "order": 1, "priority": 2}
    assert task("add", "Be quiet", "--quiet").stderr == ""


def test_the_same_task_twice_is_one_until_it_has_ended(command, task):
    (first,) = task("add", "Water the plants").records
    before = log(task.store)
    again = task("add", "  Water the   plants ", now=LATER)
    assert again.records[0]["id"] == first["id"]
    assert "there already" in again.stderr
    assert log(task.store) == before
    task("done", first["id"])
    (second,) = task("add", "Water the plants", now=LATER).records
    assert second["id"] != first["id"]


def test_list_shows_the_open_tasks_as_a_tree(task, trip):
    records = task("list").records
    shown = [(r["text"], r["depth"], r["state"], r["status"]) for r in records]
    assert shown == [
        ("Plan the trip to Ghent", 0, "waiting", "open"),
        ("Book everything", 1, "waiting", "open"),
        ("Book the train", 2, "ready", "open"),
        ("Book the hotel", 2, "ready", "open"),
        ("Pack the bags", 1, "waiting", "open"),
    ]
    assert records[-1]["parent"] == trip["trip"]
    assert records[-1]["depends_on"] == records[-1]["waiting_for"] == [trip["book"]]
    text = task("list", "--format", "text").stdout
    assert (
        text.splitlines()[2]
        == f"    - [ ] Book the train (ready; priority 1; id {trip['train'][:6]})"
    )
    table = task("list", "--format", "table").stdout.splitlines()
    assert table[0].split() == ["id", "text", "state", "about"]
    assert f"{trip['train'][:6]}      [ ] Book the train" in table[4]
    assert 'after "Book everything"' in table[6]


def test_done_puts_what_came_of_it_in_its_place(command, task, trip):
    done = task("done", trip["hotel"][:6], "--summary", "Two nights, paid.", now=LATER)
    (record,) = done.records
    assert (record["state"], record["valid_to"]) == ("done", LATER)
    assert record["summary"] == "Done: Book the hotel. Two nights, paid."
    assert trip["hotel"] not in {r["id"] for r in task("list").records}
    every = {r["id"]: r for r in task("list", "--all").records}
    assert every[trip["hotel"]]["summary"] == record["summary"]
    # A query finds the outcome, which says that it is done, and not what was to be done.
    query = ("query", "hotel", "--store", task.store, "--no-touch")
    texts = [hit["text"] for hit in command(*query).records]
    assert texts[0] == record["summary"]
    assert "Book the hotel" not in texts
    assert "Book the hotel" in [hit["text"] for hit in command(*query, "--all").records]
    early = [hit["text"] for hit in command(*query, "--now", "2026-03-01T12:00:00Z").records]
    assert "Book the hotel" in early
    assert record["summary"] not in early
    assert command("check", "--store", task.store).stdout == ""


def test_done_twice_is_no_new_commit_and_undo_opens_it_again(command, task, trip):
    task("done", trip["hotel"], "--summary", "Paid.")
    before = log(task.store)
    again = task("done", trip["hotel"], "--summary", "Paid in cash.")
    assert "is done already; nothing was changed" in again.stderr
    assert again.records[0]["summary"] == "Done: Book the hotel. Paid."
    assert log(task.store) == before
    command("undo", "--store", task.store)
    states = {r["id"]: r["state"] for r in task("list").records}
    assert states[trip["hotel"]] == "ready"
    (record,) = task("done", trip["hotel"], "--summary", "Paid.").records
    assert record["summary"] == "Done: Book the hotel. Paid."
    assert command("check", "--store", task.store).stdout == ""


def test_a_task_with_open_parts_is_refused_unless_they_end_too(command, task, trip):
    before = log(task.store)
    refused = task("done", trip["book"], status=2)
    assert refused.stdout == ""
    assert f'{trip["train"][:6]} "Book the train"' in refused.stderr
    assert "--all" in refused.stderr
    assert log(task.store) == before
    (record,) = task("done", trip["book"], "--all").records
    told = "Book the train. Book the hotel. Noted: Near the canal."
    assert record["summary"] == f"Done: Book everything. {told}"
    left = {r["id"]: r["state"] for r in task("list").records}
    assert left == {trip["trip"]: "waiting", trip["pack"]: "ready"}
    # A part may be named with what it is a part of, in any order.
    assert len(task("done", trip["trip"], trip["pack"]).records) == 2
    assert task("list").stdout == ""


def test_what_came_of_a_task_is_told_in_the_words_of_a_session(command, task, trip, tmp_path):
    def line(content, at, session="ghent"):
        fields = {"content": content, "timestamp": at, "name": "Ida", "session_id": session}
        return json.dumps(fields) + "\n"

    said = [
        line("Shall we go to Ghent?", "2026-02-01T10:00:00Z"),
        line("I took seats by the window. The password is hunter2-Xk9!q.", "2026-03-01T10:00:00Z"),
        line("They cost 80 euros.", "2026-03-01T10:01:00Z"),
        line("Elsewhere it rains.", "2026-03-01T10:02:00Z", "weather"),
        line("That was long ago.", "2026-03-09T10:00:00Z"),
    ]
    (tmp_path / "said.jsonl").write_text("".join(said))
    turns = command("ingest", tmp_path / "said.jsonl", "--store", task.store).records
    (record,) = task("done", trip["train"], "--session", "ghent", now=LATER).records
    told = "Ida: I took seats by the window. Ida: They cost 80 euros."
    assert record["summary"] == f"Done: Book the train. {told}"
    (outcome,) = command("show", record["superseded_by"], "--store", task.store).records
    cited = [turn["id"] for turn in turns if turn["text"].startswith(("I took", "They"))]
    assert outcome["source_ids"] == [trip["train"], *cited]


def test_a_failed_task_blocks_what_comes_after_it_until_it_is_revised(command, task, trip):
    task("fail", trip["book"], "--all", "--reason", "The bank was closed.")
    states = {r["text"]: r["state"] for r in task("list", "--all").records}
    assert states["Pack the bags"] == "blocked"
    assert states["Book the train"] == "failed"
    assert 'blocked by "Book everything"' in task("list", "-f", "text").stdout
    refused = task("done", trip["book"], status=2)
    assert f"memcli task revise {trip['book'][:6]} opens it again" in refused.stderr
    done = task("revise", trip["book"], "Book at the station", now=LATER)
    assert f'to be reviewed: {trip["pack"][:6]} "Pack the bags"' in done.stderr
    pack = next(r for r in task("list").records if r["id"] == trip["pack"])
    assert (pack["state"], pack["needs_review"]) == ("waiting", [done.records[0]["id"]])
    task("review", trip["pack"])
    assert "needs_review" not in task("show", trip["pack"]).records[0]
    texts = [
        hit["text"] for hit in command("query", "bank", "--no-touch", "--store", task.store).records
    ]
    assert not any("closed" in text and "everything" in text for text in texts)
    assert command("check", "--store", task.store).stdout == ""


def test_a_revised_task_keeps_its_place_and_its_past(command, task, trip):
    (new,) = task("revise", trip["book"][:6], "Reserve everything", now=LATER).records
    assert new["parent"] == trip["trip"]
    (old,) = command("show", trip["book"], "--store", task.store).records
    assert (old["value"], old["valid_to"], old["superseded_by"]) == ("revised", LATER, new["id"])
    records = task("show", trip["book"]).records
    assert [r["text"] for r in records] == [
        "Reserve everything",
        "Book the train",
        "Book the hotel",
    ]
    past = {"id": trip["book"], "text": "Book everything", "valid_from": NOW, "valid_to": LATER}
    assert records[0]["history"] == [past]
    assert records[0]["required_by"] == [trip["pack"]]
    marked = {r["text"] for r in task("list").records if "needs_review" in r}
    assert marked == {"Book the train", "Book the hotel", "Pack the bags"}
    text = task("show", trip["book"], "-f", "text").stdout
    assert "    was: Book everything (until 2026-03-02 09:00)" in text
    assert f'    before: {trip["pack"][:6]} "Pack the bags" (waiting)' in text
    assert "      notes: Near the canal." in text
    before = log(task.store)
    assert "is so already" in task("revise", trip["book"]).stderr
    assert log(task.store) == before
    # Another place is a revision too, and nothing to look at again.
    moved = task("revise", trip["pack"], "--after", "-", "--parent", "-", now=LATER)
    assert "to be reviewed" not in moved.stderr
    assert (moved.records[0]["state"], "parent" in moved.records[0]) == ("ready", False)


def test_what_would_wait_for_itself_is_refused(command, task, trip):
    before = log(task.store)
    for words in (
        ("add", "Count", "-p", trip["train"], "-a", trip["pack"]),
        ("revise", trip["book"], "--after", trip["train"]),
        ("revise", trip["trip"], "--parent", trip["train"]),
    ):
        assert "each would wait for the next" in task(*words, status=2).stderr
    task("done", trip["train"])
    refused = task("add", "Find the tickets", "--parent", trip["train"], status=2)
    assert "is done" in refused.stderr
    command("undo", "--store", task.store)
    assert [line for line in before.splitlines() if line] == log(task.store).splitlines()[-6:]


def test_a_dry_run_says_what_would_be_and_writes_nothing(command, task, trip):
    before = log(task.store)
    done = task("done", trip["book"], "--all", "--dry-run")
    assert done.records[0]["state"] == "done"
    assert "dry run: nothing was written" in done.stderr
    assert task("add", "Anything", "--dry-run").records[0]["text"] == "Anything"
    assert log(task.store) == before


def test_a_namespace_bounds_every_action(task, trip, monkeypatch):
    task("add", "Elsewhere", "-n", "other")
    assert [r["text"] for r in task("list", "-n", "other").records] == ["Elsewhere"]
    assert len(task("list").records) == 6
    for words in (("done",), ("fail",), ("show",), ("review",), ("revise",)):
        refused = task(*words, trip["train"], "-n", "other", status=66)
        assert f"no task '{trip['train']}'" in refused.stderr
    monkeypatch.setenv("MEMCLI_NAMESPACE", "other")
    assert len(task("list").records) == 1


def test_the_past_can_be_listed(task, trip):
    task("done", trip["hotel"])
    assert len(task("list", "--at", "6").records) == 5
    assert len(task("show", trip["trip"], "--at", "4").records) == 3


def test_an_empty_store_has_no_tasks(task):
    listed = task("list", "-f", "table")
    assert listed.stderr == "memcli: no open tasks\n"
    assert task("list").stdout == ""
    assert task("list").stderr == ""


def test_wrong_use_is_refused(command, task, trip, tmp_path):
    before = log(task.store)
    wrong = {
        ("add",): "a task without a text",
        ("add", "two", "texts"): "unexpected extra argument(s) (texts)",
        ("add", "  "): "a task without a text",
        ("add", "x", "--due", "one day"): "--due",
        ("add", "x", "--reason", "y"): "No such option: --reason",
        ("done", trip["train"], trip["hotel"], "--summary", "x"): "--summary is of one task",
        ("list", "words"): "unexpected extra argument(s) (words)",
        ("list", "--after", "x"): "No such option: --after",
        ("show", trip["train"], "--due", "2026-01-01"): "No such option: --due",
        ("revise", trip["train"], ""): "a task without a text",
    }
    for words, message in wrong.items():
        refused = task(*words, status=2)
        assert refused.stdout == ""
        assert message in refused.stderr
    assert "memcli task list --all" in task("done", "nonesuch", status=66).stderr
    command("task", "list", "--store", tmp_path / "nowhere", status=66)
    assert log(task.store) == before


def test_it_works_as_a_program_of_its_own(run_process, empty_store):
    options = ("--store", empty_store)
    done = run_process("task", "add", "Übung macht den Meister", *options)
    (record,) = done.records
    assert done.stderr == "memcli: kept as commit 2\n"
    assert run_process("task", "list", *options).records[0]["text"] == "Übung macht den Meister"
    refused = run_process("task", "add", "x", "--priority", "9", *options, status=2)
    assert (refused.stdout, "priority" in refused.stderr) == ("", True)
    refused = run_process("task", "done", "nonesuch", *options, status=66)
    assert refused.stderr.startswith("memcli: no task 'nonesuch'")
    run_process("task", "done", record["id"][:5], *options)
    assert run_process("task", "list", *options).stdout == ""


def test_secrets_are_taken_out_where_the_settings_say_so(command, task):
    command("config", "set", "ingest.redact", "true", "--store", task.store)
    added = task("add", "My password is hunter2hunter2, change it", "--notes", "PIN is 4711")
    (record,) = added.records
    task("revise", record["id"], "The password is hunter3hunter3")
    (now,) = task("list").records
    task("done", now["id"], "--summary", "The password is hunter4hunter4 now")
    assert "1 secret redacted" in added.stderr
    assert record["text"] == "My password is [secret:password], change it"
    everything = command("export", "--store", task.store).stdout
    assert not any(f"hunter{n}" in everything for n in (2, 3, 4))
    assert "4711" not in everything


def test_due_lists_by_day_what_is_overdue_first_and_writes_a_calendar(command, task, trip):
    (bank,) = task("add", "Pay the bank", "--due", "2026-02-27").records
    task("add", "Pay the rent", "--due", "2026-03-05")
    assert [(record["text"], record.get("overdue")) for record in task("due").records] == [
        ("Pay the bank", 2),
        ("Pay the rent", None),
        ("Plan the trip to Ghent", None),
    ]
    assert [r["id"] for r in task("due", "--within", "3d").records] == [bank["id"]]
    lines = task("due", "--format", "text").stdout.splitlines()
    assert lines[0].startswith("- [ ] Pay the bank (due 2026-02-27, 2 days overdue; id ")
    calendar = task("due", "--format", "ics").stdout
    assert calendar.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert f"UID:{bank['id']}\r\n" in calendar
    assert calendar.count("BEGIN:VTODO") == 3
    task("done", bank["id"])
    assert "nothing is due" in task("due", "--within", "1d", "--format", "text").stderr
