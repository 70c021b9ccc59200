"""Notes in Markdown."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.markdown import read_markdown
from memcli.ingestion.transcripts.markdown_notes import date_in_name


def notes(read_with, text, path="shed.md", **about):
    return read_with(read_markdown, text, path, **about)


def headed(found):
    return [(item["content"], item.get("metadata", {}).get("heading")) for item in found.items]


def test_paragraphs_bullets_and_rows_are_notes_under_their_headings(read_with):
    text = """# Shed

The roof leaks.
Above the window.

## To do
- [ ] Buy felt #boat
  - two rolls
- [x] Call [[Ben Oak|Ben]]

| what | price |
|---|---|
| felt | 20 |
| nails | 5 |
"""
    found = notes(read_with, text)
    assert headed(found) == [
        ("The roof leaks.\nAbove the window.", "Shed"),
        ("Buy felt #boat\n  - two rolls", "Shed / To do"),
        ("Call [[Ben Oak|Ben]]", "Shed / To do"),
        ("felt | 20", "Shed / To do"),
        ("nails | 5", "Shed / To do"),
    ]
    about = [item["metadata"] for item in found.items]
    place = {"heading": "Shed / To do", "file": "shed.md", "line": 7}
    assert about[1] == {**place, "tags": ["boat"], "done": False}
    assert (about[2]["links"], about[2]["done"]) == (["Ben Oak"], True)
    assert about[3]["columns"] == "what | price"


def test_a_heading_with_nothing_below_it_is_a_note(read_with):
    text = "# Todo\n\n## Call the dentist\n\n## Renew the passport before 12 May 2026\n"
    found = notes(read_with, text)
    assert headed(found) == [
        ("Call the dentist", "Todo"), ("Renew the passport before 12 May 2026", "Todo"),
    ]  # fmt: skip
    assert found.turns("timestamp") == [(None,), (None,)]


def test_a_heading_that_is_a_date_alone_dates_what_is_below(read_with):
    found = notes(read_with, "# Diary\n\n## Monday, 2 March 2026\n\n- 10:30 Rain\n- Wind\n")
    assert found.turns("timestamp", "session_id") == [
        ("2026-03-02T10:30:00Z", "shed/2026-03-02"), ("2026-03-02T00:00:00Z", "shed/2026-03-02"),
    ]  # fmt: skip


@pytest.mark.parametrize("front", ["", "---\ndate: 2026-03-02\n---\n"])
def test_the_name_of_a_file_or_its_front_matter_dates_it(read_with, front):
    path = "shed.md" if front else "2026-03-02.md"
    found = notes(read_with, f"{front}- Wind\n", path)
    assert found.turns("timestamp") == [("2026-03-02T00:00:00Z",)]


def test_a_template_is_read_without_its_date(read_with):
    found = notes(read_with, "---\ndate: {{date}}\n---\n- Wind\n")
    assert found.turns("content", "timestamp") == [("Wind", None)]
    assert "no readable time" in found.intake.summary()[0]


def test_pro_and_con_are_no_speakers(read_with):
    text = "Pro: cheap\n\nCon: slow\n\nPro: blue\n"
    assert notes(read_with, text).turns("content", "name") == [
        ("Pro: cheap", None), ("Con: slow", None), ("Pro: blue", None),
    ]  # fmt: skip


def test_observations_have_their_category_for_a_tag(read_with):
    (item,) = notes(read_with, "- [decision] The roof is new #roof (as agreed)\n").items
    assert item["content"] == "The roof is new #roof (as agreed)"
    assert item["metadata"]["tags"] == ["decision", "roof"]


def test_code_is_one_note(read_with):
    found = notes(read_with, "```\n# no heading\n\n- no bullet\n```\n")
    assert len(found.items) == 1


@pytest.mark.parametrize(
    ("path", "day"),
    [("x/2026-03-02.md", "2026-03-02"), ("2026_03_02 Monday.md", "2026-03-02"),
     ("20260302.md", "2026-03-02"),
     ("notes 2026-03-02.md", None), ("20260302123456.md", None)],
)  # fmt: skip
def test_dates_in_names(path, day):
    assert date_in_name(path) == day


def test_pictures_belong_to_the_note_that_they_stand_in(read_with):
    note = (
        "# Roof\n\nIt leaks. ![torn felt](felt.jpg)\n![[b.png]]\n\n![[shed.png|From the south]]\n\n"
    )
    note += "| a | b |\n|---|---|\n| one | ![cell](c.png) |\nbelow\n"
    found = notes(read_with, note)
    assert found.turns("content", "attachments") == [
        ("It leaks.", [{"path": "felt.jpg", "alt": "torn felt"}, {"path": "b.png"}]),
        ("", [{"path": "shed.png", "alt": "From the south"}]),
        ("one |", [{"path": "c.png", "alt": "cell"}]),
        ("below", None),
    ]
