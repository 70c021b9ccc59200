"""`memcli stats`: one summary record, or tables for a person."""

from __future__ import annotations

from store import Store


def test_the_counts_of_a_store(run_process, sample_once):
    (record,) = run_process("stats", "--store", sample_once).records
    assert (record["kind"], record["command"], record["commit"]) == ("summary", "stats", 2)
    counts = record["counts"]
    assert counts["namespaces"] == [
        {
            "namespace": "mara-and-jonas",
            "memories": 290,
            "turns": 290,
            "statements": 0,
            "summaries": 0,
            "sessions": 17,
            "speakers": 2,
            "first_at": "2025-01-11T09:12:00Z",
            "last_at": "2025-09-13T09:53:17Z",
        }
    ]
    assert {name: table["rows"] for name, table in counts["tables"].items()} == {
        "memories": 290,
        "archive": 0,
        "entities": 0,
        "links": 273,
        "strengths": 0,
        "accesses": 0,
    }
    assert counts["bytes"] == sum(table["bytes"] for table in counts["tables"].values()) > 100_000
    assert (counts["commits"], counts["commits_kept"]) == (2, 2)
    assert counts["encoder"]["name"] == "multilingual-256"
    assert counts["compact_helps"] == []


def test_an_empty_store(run, empty_store):
    (record,) = run("stats", "--store", empty_store).records
    assert record["counts"]["namespaces"] == []
    assert "memories" in run("stats", "-f", "table", "--store", empty_store).stdout


def test_an_older_state_and_another_namespace(run, sample_once):
    (older,) = run("stats", "--at", 1, "--store", sample_once).records
    assert (older["commit"], older["counts"]["tables"]["memories"]["rows"]) == (1, 0)
    (other,) = run("stats", "-n", "other", "--store", sample_once).records
    assert other["counts"]["namespaces"] == []


def test_tables_for_a_person(run, sample_once):
    lines = run("stats", "-f", "table", "--store", sample_once).stdout.splitlines()
    assert run("stats", "-f", "text", "--store", sample_once).stdout.splitlines() == lines
    assert lines[1].startswith("commits  2, 2 of them kept; the last is 2 (ingest, 20")
    assert lines[2] == "encoder  multilingual-256, 256 dimensions, without vector index"
    assert any(
        line.split() == "mara-and-jonas 290 290 17 2025-01-11 2025-09-13".split() for line in lines
    )


def test_compact_is_advised_when_it_helps(run, sample):
    opened = Store.open(sample)
    links = opened.snapshot().read("links", limit=1)
    with opened.transaction("test") as transaction:
        for _ in range(11):
            transaction.append("links", links)
        transaction.publish()
    done = run("stats", "--store", sample)
    advice = "links is in 12 small files"
    assert done.stderr == f"memcli: memcli compact would help: {advice}\n"
    assert done.records[0]["counts"]["compact_helps"] == [advice]
    assert run("stats", "--quiet", "--store", sample).stderr == ""
