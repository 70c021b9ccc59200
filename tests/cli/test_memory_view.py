"""Memories as blocks for a person: what a block says, and that no text commands the terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.cli.memory_view import LONGEST_DRAWN, MAX_WIDTH, show_blocks
from memcli.memory.selection import select
from memcli.memory.writing import link_row, write_links
from store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(run, empty_store):
    said = [
        '{"content": "Where is the boat?", "name": "Ida", "id": "a", "session_id": "s"}',
        '{"content": "At \\u001b[31mthe pier.", "name": "Bo", "id": "b", "session_id": "s",'
        ' "timestamp": "2026-03-01T09:30:00Z"}',
        '{"content": "Good.", "name": "Ida", "id": "c", "session_id": "s"}',
    ]
    run("ingest", "--store", empty_store, stdin="\n".join(said))
    return Store.open(empty_store)


def block(store, *names, links=False):
    snapshot = store.snapshot()
    records = select(snapshot, names, None)
    return b"".join(show_blocks(snapshot, records, links, None)).decode()


def test_a_block_says_who_when_and_what_stands_around_it(store, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    text = block(store, "b")
    assert "turn, episodic" in text
    assert "Bo  2026-03-01 09:30 UTC  default s #1" in text
    lines = [" ".join(line.split()[0::2][:1] + line.split()[2:]) for line in text.splitlines()]
    assert "before Ida: Where is the boat?" in lines
    assert "after Ida: Good." in lines
    assert "next" not in text


def test_no_text_commands_the_terminal(store):
    assert "\x1b" not in block(store, "b")
    assert "At \ufffd[31mthe pier." in block(store, "b")


def test_blocks_stand_apart_and_no_wider_than_can_be_read(store):
    text = block(store, "a", "c")
    assert text.count("turn, episodic") == 2
    assert "\n\n" in text
    assert max(map(len, text.splitlines())) <= MAX_WIDTH


def test_links_say_their_direction_and_the_rest_is_counted(store):
    snapshot = store.snapshot()
    (record,) = select(snapshot, ["b"], None)
    rows = [link_row(record["id"], f"x{n:02}", "similar", n / 100, None, NOW)
            for n in range(30)]  # fmt: skip
    with store.transaction("test") as transaction:
        write_links(transaction, rows)
        transaction.publish()
    text = block(store, "b", links=True)
    assert "-> next" in text
    assert "<- next" in text
    assert "x29" in text
    assert "x02" not in text
    assert "and 12 more links" in text


def test_of_a_very_long_text_the_beginning_is_drawn(store):
    snapshot = store.snapshot()
    (record,) = select(snapshot, ["a"], None)
    record["text"] = "words " * LONGEST_DRAWN
    text = b"".join(show_blocks(snapshot, [record], False, None)).decode()
    assert len(text) < 2 * LONGEST_DRAWN
    told = f"[{5 * LONGEST_DRAWN:,} more characters: memcli show {record['id']} -f text]"
    assert told in " ".join(text.split())
