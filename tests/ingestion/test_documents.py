"""What a paragraph is found by."""

from __future__ import annotations

import pytest

from memcli.ingestion.documents import document_context, title_of
from memcli.records import Message


def paragraph(**fields):
    return Message(v=1, content="Every third week.", **fields)


@pytest.mark.parametrize(
    ("metadata", "context"),
    [
        ({"file": "notes/oat_field.md", "heading": "Water", "line": 3}, "oat field / Water"),
        ({"file": "oat-field.md", "heading": "The oat field / Water"}, "The oat field / Water"),
        ({"file": "oat-field.md"}, "oat field"),
        ({"heading": "Water"}, "Water"),
        ({"time": "9:00"}, None),
        (None, None),
    ],
)
def test_a_paragraph_stands_under_its_file_and_headings(metadata, context):
    assert document_context(paragraph(metadata=metadata)) == context


def test_what_somebody_said_is_no_paragraph():
    assert document_context(paragraph(metadata={"file": "a.md"}, name="Ada")) is None
    assert document_context(paragraph(metadata={"file": "a.md"}, role="user")) is None


def test_a_file_name_is_read_as_words():
    assert title_of("/home/x/oat_field-2.notes.md") == "oat field 2 notes"


def test_a_hit_says_file_and_line_and_its_headings_find_it(run, empty_store, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    for plant, often in (("oats", "Twice a month."), ("flax", "Every day at noon.")):
        text = f"# {plant.title()}\n\n## Water\n\n{often}\n\n## Soil\n\nLoose and dark.\n"
        (folder / f"{plant}.md").write_text(text)
    run("ingest", folder, "--store", empty_store)
    (hit,) = run(
        "query", "how often do I water the flax", "-k", "1", "--store", empty_store
    ).records
    assert hit["text"] == "Every day at noon."
    assert (hit["file"], hit["line"]) == (str(folder / "flax.md"), 5)
    run("extract", "--store", empty_store)
    where = "select text, context from memories where level = 2 order by context"
    rows = run("sql", where, "--store", empty_store).records
    assert [row["context"] for row in rows] == [
        "Flax / Soil", "Flax / Water", "Oats / Soil", "Oats / Water",
    ]  # fmt: skip
