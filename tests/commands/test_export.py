"""`memcli export`: every format, whole or not at all, and the circle back through ingest."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import duckdb
import pytest

from store import Store

TEXTS = [
    'two\nlines, "quoted"',
    "carriage\r\nreturn\rand\ttab",
    "記憶は大切です。",
    "👩‍👩‍👧 and 🇳🇱 é e\u0301",
    "NULL",
    "  spaces around  ",
    "comma,semicolon;pipe|",
    "'single' \\ backslash \\n",
    "=SUM(A1)",
    "3.14",
    "nul \u0000 and \u2028",
]
MESSAGES = [
    {
        "content": text,
        "id": f"odd:{i}",
        "name": 'Zoë "Z" O\'Neil, jr.',
        "session_id": "odd/session",
        "timestamp": f"2025-01-01T00:00:0{i % 10}.{i:06}Z",
        "metadata": {"n": i, "nested": {"list": [1, None, "x"], "é": True}, "empty": ""},
    }
    for i, text in enumerate(TEXTS)
] + [
    {"content": "unknown fields", "zebra": 1, "apple": {"b": [], "a": None}, "nothing": None},
    {
        "content": "fields named as ours",
        "role": "user",
        "level": 9,
        "archived": True,
        "extra": {"importance": 1},
    },
    {"content": "empty id", "id": "", "timestamp": "2025-01-02T00:00:00Z"},
]
MEMORY = {
    "kind": "memory",
    "v": 1,
    "namespace": "odd 'ns'",
    "type": "semantic",
    "level": 1,
    "recorded_at": "2025-02-01T10:00:00.000001Z",
}
RECORDS = [
    {
        **MEMORY,
        "id": "aaaabbbbccccdd22",
        "text": "A statement with everything.",
        "context": "",
        "keywords": ["a", "", "b,c", 'd"e'],
        "tags": [],
        "entities": ["Zoë"],
        "subject": "Zoë",
        "attribute": "",
        "value": "3",
        "speaker": "",
        "session_id": "",
        "happened_at": "2025-02-01T10:00:00.123456Z",
        "valid_from": "1950-01-01T00:00:00Z",
        "valid_to": "2100-01-01T00:00:00Z",
        "superseded_by": "aaaabbbbccccdd33",
        "importance": 0.1,
        "confidence": 0.33333334,
        "pinned": True,
        "source_ids": ["aaaabbbbccccdd33"],
        "ref": "",
        "metadata": {"a": 1},
        "mine": "kept",
    },
    {**MEMORY, "id": "aaaabbbbccccdd33", "text": "Archived.", "archived": True, "pinned": False},
    {
        "kind": "link",
        "v": 1,
        "source_id": "aaaabbbbccccdd22",
        "target_id": "aaaabbbbccccdd33",
        "relation": "derived_from",
        "weight": 0.7,
        "reason": 'because,\n"so"',
        "recorded_at": "2025-02-01T10:00:00Z",
        "unknown": [1],
    },
    {
        "kind": "strength",
        "v": 1,
        "id": "aaaabbbbccccdd22",
        "state": "hidden",
        "n_accesses": 3,
        "last_access_at": "2025-03-01T10:00:00.5Z",
        "recorded_at": "2025-03-02T10:00:00Z",
    },
    {
        "kind": "strength",
        "v": 1,
        "id": "aaaabbbbccccdd33",
        "state": "archived",
        "retention": 0.001,
        "stability_days": 5.0,
        "n_accesses": 0,
        "recorded_at": "2025-03-02T10:00:00Z",
    },
]


@pytest.fixture(scope="module")
def odd_store(run, tmp_path_factory):
    """A store of texts and fields that are hard to write down."""
    path = tmp_path_factory.mktemp("odd") / "store"
    run("init", "--store", path)
    lines = "\n".join(json.dumps(record) for record in [*MESSAGES, *RECORDS])
    run("ingest", "--from", "export", "--store", path, "--now", "2026-01-01T00:00:00Z", stdin=lines)
    return path


@pytest.fixture(scope="module")
def odd_jsonl(run, odd_store):
    return run("export", "--store", odd_store).stdout


ORDER = [("memory", False), ("memory", True), ("link", False), ("strength", False)]


def test_jsonl_holds_memories_then_the_archive_then_links_then_strengths(odd_jsonl):
    records = [json.loads(line) for line in odd_jsonl.split("\n") if line]
    kinds = [(record["kind"], record.get("archived", False)) for record in records]
    assert kinds == sorted(kinds, key=ORDER.index)
    texts = [record["text"] for record in records if record["kind"] == "memory"]
    assert texts[: len(TEXTS)] == TEXTS
    statement = next(r for r in records if r.get("id") == RECORDS[0]["id"])
    assert statement == {**RECORDS[0], "encoder": "multilingual-256"}
    assert {**records[-1]} == RECORDS[-1]


def test_fields_with_a_name_of_ours_stay_apart(odd_jsonl):
    records = [json.loads(line) for line in odd_jsonl.split("\n") if line]
    record = next(r for r in records if r.get("text") == "fields named as ours")
    assert record["level"] == 0
    assert record["role"] == "user"
    assert record["extra"] == {"importance": 1, "level": 9, "archived": True}
    assert "archived" not in record
    unknown = next(r for r in records if r.get("text") == "unknown fields")
    assert (unknown["zebra"], unknown["apple"]) == (1, {"b": [], "a": None})


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_the_circle_through_ingest_gives_an_equal_store(
    run, odd_store, odd_jsonl, empty_store, tmp_path, suffix
):
    file = tmp_path / f"all.{suffix}"
    done = run("export", "-o", file, "--store", odd_store)
    memories = len(MESSAGES) + 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"memcli: wrote {memories} memories (1 of them archived) and ")
    run("ingest", "--from", "export", file, "--store", empty_store)
    assert run("export", "--store", empty_store).stdout == odd_jsonl
    assert Store.open(empty_store).snapshot().count("archive") == 1
    assert Store.open(empty_store).snapshot().count("strengths") == 2
    if suffix == "jsonl":
        again = run("ingest", "--from", "export", file, "--store", empty_store)
        assert again.stderr.startswith("memcli: nothing new")


def test_a_strength_that_fits_no_memory_is_left_out(run, empty_store):
    lines = "\n".join(
        json.dumps(record)
        for record in [
            {**MEMORY, "id": "aaaabbbbccccdd44", "text": "Here."},
            {**RECORDS[3], "id": "aaaabbbbccccdd44", "state": "archived"},
            {**RECORDS[3], "id": "aaaabbbbccccdd55"},
        ]
    )
    run("ingest", "--from", "export", "--store", empty_store, stdin=lines)
    assert Store.open(empty_store).snapshot().count("strengths") == 0
    assert run("check", "--store", empty_store).records == []


def test_csv_can_be_piped_into_ingest(run, run_process, odd_store, odd_jsonl, empty_store):
    piped = run_process("export", "--format", "csv", "--store", odd_store).stdout
    run("ingest", "--from", "export", "--store", empty_store, stdin=piped)
    assert run_process("export", "--store", empty_store).stdout == odd_jsonl


def test_parquet_opens_with_duckdb_alone(run, sample_once, tmp_path):
    file = tmp_path / "all.parquet"
    run("export", "-o", file, "--store", sample_once)
    found = duckdb.sql(
        "SELECT kind, count(*), min(happened_at) < max(happened_at) "
        f"FROM '{file}' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert found == [("link", 273, None), ("memory", 290, True)]


def test_a_database_opens_with_duckdb_alone(run, odd_store, tmp_path):
    file = tmp_path / "all.duckdb"
    run("export", "-o", file, "--store", odd_store)
    assert os.listdir(tmp_path) == ["all.duckdb"]
    with duckdb.connect(str(file), read_only=True) as connection:
        texts = connection.sql("SELECT text FROM turns WHERE ref LIKE 'odd:%'").fetchall()
        metadata = connection.sql("SELECT metadata->>'n' FROM turns WHERE ref = 'odd:3'").fetchall()
        columns = {row[0] for row in connection.sql("DESCRIBE memories").fetchall()}
        archived = connection.sql("SELECT text FROM archive").fetchall()
    assert sorted(text for (text,) in texts) == sorted(TEXTS)
    assert metadata == [("3",)]
    assert not columns & {"vector", "keys", "n_words"}
    assert archived == [("Archived.",)]


def test_a_namespace_takes_its_own_links_along(run, sample):
    made = run("ingest", "-n", "other", "--store", sample, stdin='{"content":"a"}\n{"content":"b"}')
    mine = "ikp5z47sbbz4vyua"
    across = {
        "kind": "link",
        "v": 1,
        "source_id": made.records[0]["id"],
        "target_id": mine,
        "relation": "similar",
        "weight": 1,
        "recorded_at": "2025-01-01T00:00:00Z",
    }
    run("ingest", "--from", "export", "--store", sample, stdin=json.dumps(across))
    for extra, environment in ((["-n", "other"], {}), ([], {"MEMCLI_NAMESPACE": "other"})):
        records = run("export", *extra, "--store", sample, env=environment).records
        assert [record["kind"] for record in records] == ["memory", "memory", "link"]
        assert {record.get("namespace", "other") for record in records} == {"other"}
        assert records[-1]["relation"] == "next"


def test_an_older_state_can_be_exported(run, sample_once):
    assert run("export", "--at", 1, "-o", "/dev/stdout", "--store", sample_once).stdout == ""


def test_an_existing_file_is_kept_unless_forced(run, sample_once, tmp_path):
    file = tmp_path / "out.jsonl"
    file.write_text("precious")
    done = run("export", "-o", file, "--store", sample_once, status=73)
    assert done.stderr == f"memcli: {file} exists already (choose another name, or add --force)\n"
    assert file.read_text() == "precious"
    run("export", "-o", file, "--force", "--quiet", "--store", sample_once)
    assert len(file.read_text().splitlines()) == 563
    assert os.listdir(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "status", "stderr"),
    [
        (["--format", "parquet"], 2, "parquet needs a place to go to (add -o FILE)"),
        (["-o", "{here}"], 73, "{here} is a folder (name a file)"),
        (["-o", "{here}/no/x.csv"], 74, "there is no folder {here}/no (make it first)"),
        (
            ["-f", "markdown", "-o", "{here}"],
            73,
            "{here} is not empty (choose a new or empty folder)",
        ),
        (
            ["-f", "duckdb", "-o", "/dev/null"],
            2,
            "duckdb cannot be written to /dev/null (name a file with -o)",
        ),
    ],
)
def test_a_wrong_place_is_one_line_and_a_status(
    run, sample_once, tmp_path, arguments, status, stderr
):
    (tmp_path / "something").touch()
    given = [argument.format(here=tmp_path) for argument in arguments]
    done = run("export", *given, "--store", sample_once, status=status)
    assert (done.stdout, done.stderr) == ("", f"memcli: {stderr.format(here=tmp_path)}\n")
    assert os.listdir(tmp_path) == ["something"]


def test_a_device_is_written_as_it_is(run, sample_once):
    run("export", "-o", "/dev/null", "--force", "--store", sample_once)
    assert not os.path.isfile("/dev/null")


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "duckdb"])
def test_a_full_disk_is_74_and_leaves_nothing(sample_once, tmp_path, suffix):
    command = f"ulimit -f 10; {sys.executable} -m memcli export -o all.{suffix}"
    done = subprocess.run(
        ["bash", "-c", f"{command} --store '{sample_once}'"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 74, done.stderr
    assert done.stderr.startswith("memcli: ")
    assert done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_a_closed_pipe_is_success(sample_once):
    command = f"{sys.executable} -m memcli export --store '{sample_once}' | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def test_markdown_has_a_page_for_each_session(run, sample_once, tmp_path):
    folder = tmp_path / "notes"
    done = run("export", "-f", "markdown", "-o", folder, "--store", sample_once)
    assert done.stderr == f"memcli: wrote 290 memories of 17 sessions to {folder}\n"
    page = (folder / "mara-and-jonas" / "mj-1.md").read_text()
    assert page.startswith(
        "# mj/1\n\n- Namespace: mara-and-jonas\n- Date (UTC): 2025-01-11 09:12 to 09:25\n"
        "- Speakers: Jonas, Mara\n- Turns: 16\n\n## Conversation\n\n"
        "**Mara** (2025-01-11 09:12): Morning! Happy new year, eleven days late."
    )
    assert len(list((folder / "mara-and-jonas").iterdir())) == 17
    index = (folder / "README.md").read_text()
    assert (
        "| [mj/1](mara-and-jonas/mj-1.md) | 2025-01-11 09:12 to 09:25 | Jonas, Mara | 16 |" in index
    )


def test_markdown_of_odd_texts(run, odd_store, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    run("export", "-f", "markdown", "-o", folder, "--store", odd_store)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.md"))
    assert names == [
        "README.md",
        "default/2025-01-02.md",
        "default/odd-session.md",
        "default/stdin.md",
        "odd-ns/no-session-2.md",
        "odd-ns/no-session.md",
    ]
    page = (folder / "default" / "odd-session.md").read_text()
    assert '**Zoë "Z" O\'Neil, jr.** (2025-01-01 00:00):\n\n> two\n> lines, "quoted"\n' in page
    assert "記憶は大切です。" in page
    learned = (folder / "odd-ns" / "no-session-2.md").read_text()
    learned += (folder / "odd-ns" / "no-session.md").read_text()
    assert (
        "## What was learned\n\n- A statement with everything. "
        "(from 1950-01-01 00:00, until 2100-01-01 00:00, superseded)\n"
    ) in learned
    assert "- Archived. (archived)\n" in learned
