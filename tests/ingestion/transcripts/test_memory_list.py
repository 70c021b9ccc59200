"""Memories that an assistant wrote down."""

from __future__ import annotations

from memcli.ingestion.transcripts.memory_list import is_list, read_list

LIST = """```
## Sports
[2025-03-02] - Rows daily.
[unknown] - Once won a cup.

**Home:**
- [2025-04] - Lives in Kiel.
```
"""


def test_a_line_is_a_memory_below_its_category(read_with):
    assert is_list(LIST.encode())
    found = read_with(read_list, LIST)
    assert found.turns("content", "timestamp") == [
        ("Rows daily.", "2025-03-02T00:00:00Z"), ("Once won a cup.", None),
        ("Lives in Kiel.", "2025-04-01T00:00:00Z"),
    ]  # fmt: skip
    assert [item["metadata"]["heading"] for item in found.items] == ["Sports", "Sports", "Home"]
    assert {item.type for item in found.raw} == {"semantic"}


def test_chats_and_notes_are_no_such_lists():
    assert not is_list(b"[2025-03-02, 10:00] Ida: Ahoy\n[2025-03-02, 10:01] Ben: Ahoy\n")
    assert not is_list(b"[2025-03-02] - one\nand then more words\n[2025-03-02] - three\n")
    assert not is_list(b"")
