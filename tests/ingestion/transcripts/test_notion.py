"""Tables in which nobody speaks."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts import Accepted, Intake, read_source
from memcli.ingestion.transcripts.notion import form_of_table

ID = "0123456789abcdef0123456789abcdef"
TABLE = '\ufeffName,Created,Tags\nMend the oar,"March 2, 2026 10:00 AM","boat, oar"\nRest,,\n,,\n'


def test_each_row_is_a_note_under_its_columns(tmp_path):
    path = tmp_path / f"Boat tasks {ID}.csv"
    path.write_text(TABLE, "utf-8")
    intake = Intake()
    items = [*read_source(str(path), intake=intake)]
    assert all(isinstance(item, Accepted) for item in items)
    first, second = (item.record for item in items)
    assert first.content == "Mend the oar | March 2, 2026 10:00 AM | boat, oar"
    assert first.timestamp.isoformat() == "2026-03-02T10:00:00+00:00"
    assert first.metadata == {
        "line": 2,
        "heading": "Boat tasks",
        "columns": "Name | Created | Tags",
    }
    assert (second.content, second.timestamp) == ("Rest", None)
    assert intake.left_out == {"blank turns": 1}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (f"Boat {ID}.csv", "table"),
        (f"Boat {ID}_all.csv", "table"),
        ("Boat.csv", None),
        (f"Boat {ID}.md", None),
    ],
)
def test_a_table_of_notion_is_known_by_its_name(tmp_path, name, form):
    (tmp_path / name).write_text(TABLE)
    assert form_of_table(str(tmp_path / name)) == form


def test_of_the_rows_that_were_shown_and_all_the_last_are_read(tmp_path):
    (tmp_path / f"Boat {ID}.csv").write_text(TABLE)
    (tmp_path / f"Boat {ID}_all.csv").write_text(TABLE)
    assert form_of_table(str(tmp_path / f"Boat {ID}.csv")) == "companion"


def test_any_table_can_be_read_so(tmp_path):
    path = tmp_path / "any.csv"
    path.write_text("a,b\n1,two\n")
    assert [item.record.content for item in read_source(str(path), "table")] == ["1 | two"]
