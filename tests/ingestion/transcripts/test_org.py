"""Notes in Org."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.org import is_org, read_org

NOTES = """#+title: Shed
#+date: [2026-03-02 Mon]
#+filetags: :home:
Words before.
* Roof                                              :repair:
:PROPERTIES:
:CREATED:  [2026-03-01 Sun 10:30]
:END:
The roof leaks, see [[https://a.org][the page]].
Badly.

- felt
- [X] nails
** DONE Call the carpenter
CLOSED: [2026-03-03 Tue 09:00] SCHEDULED: <2026-03-03 Tue>
:LOGBOOK:
- State "DONE" from "TODO"
:END:
# a comment
#+begin_src sh
* no heading
#+end_src
* Call Ida
"""


def test_notes_stand_under_their_headings(read_with):
    assert is_org(NOTES.encode())
    found = read_with(read_org, NOTES, "shed.org")
    assert [(item["content"], item["metadata"]["heading"]) for item in found.items] == [
        ("Words before.", "Shed"),
        ("The roof leaks, see the page.\nBadly.", "Roof"),
        ("felt", "Roof"),
        ("nails", "Roof"),
        ("* no heading", "Roof / Call the carpenter"),
        ("Call Ida", "Shed"),
    ]
    assert found.turns("timestamp") == [
        ("2026-03-02T00:00:00Z",), ("2026-03-01T10:30:00Z",), ("2026-03-01T10:30:00Z",),
        ("2026-03-01T10:30:00Z",), ("2026-03-02T00:00:00Z",), ("2026-03-02T00:00:00Z",),
    ]  # fmt: skip
    assert found.items[1]["metadata"]["tags"] == ["home", "repair"]


@pytest.mark.parametrize("text", ["# Title\n\n* item\n", "* one\n* two\n", ""])
def test_other_text_is_none(text):
    assert not is_org(text.encode())
