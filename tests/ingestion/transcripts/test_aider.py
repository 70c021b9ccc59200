"""Histories of aider."""

from __future__ import annotations

from memcli.ingestion.transcripts.aider import is_aider, read_aider

HISTORY = """
# aider chat started at 2026-03-02 10:00:00

> Main model: x with diff format
> Repo-map: using 1024 tokens

#### mend the roof  
#### before winter  

I will change `roof.py`:

```python
# a comment
```

> Applied edit to roof.py

#### thanks  

# aider chat started at 2026-03-03 09:00:00

#### and the oar?  

It is fine.
"""


def test_who_says_a_line_is_told_by_how_it_begins(read_with):
    assert is_aider(HISTORY.encode())
    found = read_with(read_aider, HISTORY, ".aider.chat.history.md")
    first, second = (f".aider.chat.history/2026-03-0{day}" for day in ("2T10:00:00", "3T09:00:00"))
    assert found.turns("role", "content", "session_id") == [
        ("user", "mend the roof\nbefore winter", first),
        ("assistant", "I will change `roof.py`:\n\n```python\n# a comment\n```", first),
        ("user", "thanks", first),
        ("user", "and the oar?", second),
        ("assistant", "It is fine.", second),
    ]
    assert found.turns("timestamp")[0] == ("2026-03-02T10:00:00Z",)
    assert found.left_out == {"service lines": 3}


def test_other_markdown_is_none():
    assert not is_aider(b"# Notes\n\n#### deep\n")
