"""Hidden parts of notes."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.hidden_parts import Comments, is_placeholder
from memcli.ingestion.transcripts.markdown import read_markdown


@pytest.mark.parametrize(
    ("hidden", "what"),
    [
        ("%% nobody sees this %%", "comments in notes"),
        ("%%\nnor\n\n```json\n{}\n```\nthis\n%%", "comments in notes"),
        ("%% kanban:settings\n{}\n%%", "comments in notes"),
        ("```dataview\nTABLE x\n\nFROM y\n```", "queries and drawings in notes"),
        ("~~~~ tasks\nnot done\n~~~~", "queries and drawings in notes"),
        ("{{date}} <% tp.file.title %>", "placeholders of templates"),
    ],
)
def test_what_only_programs_read_is_left_out(read_with, hidden, what):
    found = read_with(read_markdown, f"# Shed\n\nIt leaks.\n\n{hidden}\n\n- Buy tar\n", "shed.md")
    assert found.turns("content") == [("It leaks.",), ("Buy tar",)]
    assert found.left_out == {what: 1}


@pytest.mark.parametrize(
    "shown",
    [
        "100 %% sure",
        "```python\nx = 1\n%% cell\n```",
        "```dataviewer\nx\n```",
        "Dear {{name}}, it leaks.",
        "```\n```dataview\n```",
    ],
)
def test_what_people_see_stays(read_with, shown):
    found = read_with(read_markdown, f"# Shed\n\n{shown}\n", "shed.md")
    assert "".join(content for (content,) in found.turns("content")).startswith(shown[:9])
    assert found.left_out == {}


def test_a_template_of_a_heading_alone_is_no_note(read_with):
    found = read_with(read_markdown, "# {{title}}\n\n## Log\n", "daily.md")
    assert found.turns("content") == [("Log",)]
    assert is_placeholder("{{title}}")
    assert not is_placeholder("x {{title}}")


def test_comments_of_html_may_span_lines():
    comments = Comments()
    lines = ["a <!-- b --> c", "<!-- d", "e", "f --> g", "<!-- h -->"]
    assert [comments.strip(line) for line in lines] == ["a  c", None, None, " g", None]


def test_what_logseq_keeps_for_itself_is_left_out(read_with):
    note = (
        "- ## Boat\n- TODO Mend the roof\n  collapsed:: true\n  :LOGBOOK:\n  CLOCK: [x]\n  :END:\n"
    )
    note += "  by:: Ben\n"
    found = read_with(read_markdown, note, "2026_03_02.md")
    assert found.turns("content") == [("Boat",), ("TODO Mend the roof\n  by:: Ben",)]
    assert found.left_out == {"settings in notes": 2}
