import io
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from memcli.ingestion.transcripts import Accepted, Intake, read_source
from memcli.records import Link, Memory


def test_rows_of_csv_are_records_or_rejections(read):
    assert read("messages.csv") == [
        {
            "content": 'Hello, "you"\nall', "name": "Mara", "timestamp": "2025-01-12T09:12:00Z",
            "metadata": {"a": 1}, "extra": {"mood": "glad"},
        },
        {"content": "Bye", "name": "Jonas"},
        "4: no `content`, no words of a message; its keys: `name`",
        "5: expected 5 columns, found 6",
    ]  # fmt: skip


def test_a_rejected_row_is_kept(data):
    rejected = [item for item in read_source(str(data / "messages.csv")) if len(item) == 2]
    assert [item.raw for item in rejected] == [b'{"Name":"Nobody"}', b"too,many,,,,cells"]


def test_memories_and_links_can_be_in_csv(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        "kind,id,namespace,type,level,text,recorded_at,keywords,pinned,importance,"
        "source_id,target_id,relation,weight\n"
        'memory,m,n,semantic,1,t,2025-01-11,"[""a"", ""b""]",True,0.5,,,,\n'
        "link,,,,,,2025-01-11,,,,a,b,next,1\n"
    )
    memory, link = (item.record for item in read_source(str(path)))
    assert isinstance(memory, Memory)
    assert (memory.level, memory.pinned, memory.importance) == (1, True, 0.5)
    assert memory.keywords == ["a", "b"]
    assert isinstance(link, Link)
    assert link.weight == 1.0


def test_the_guard_of_an_export_against_spreadsheets_comes_off_and_of_what_was_said_does_not(
    tmp_path,
):
    path = tmp_path / "in.csv"
    path.write_text(
        "kind,v,id,namespace,type,level,text,recorded_at,content\n"
        "memory,1,m,n,semantic,1,'=1+1,2025-01-11,\nmessage,1,,,,,,,'=1+1\n"
    )
    memory, message = (item.record for item in read_source(str(path)))
    assert (memory.text, message.content) == ("=1+1", "'=1+1")


@pytest.mark.parametrize("column", ["metadata", "level"])
def test_a_cell_that_is_not_what_its_column_needs_is_rejected(tmp_path, column):
    path = tmp_path / "in.csv"
    path.write_text(f"content,{column}\nx,{{oops\n")
    [item] = read_source(str(path))
    assert str(item.error).startswith(f"{path}:2: column `{column}`: '{{oops' is not")


def test_quoted_empty_cells_are_absent_from_messages(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('"content","timestamp","metadata","name"\n"x","","",""\n')
    [item] = read_source(str(path))
    assert item.record.timestamp is item.record.metadata is item.record.name is None


def test_other_tools_columns_are_taken_by_the_same_names_as_in_json_lines(tmp_path):
    path = tmp_path / "in.tsv"
    path.write_text("Text\tAuthor\tcreated_at\nHi\tMara\t1736586720\n")
    [item] = read_source(str(path))
    assert (item.record.content, item.record.name) == ("Hi", "Mara")
    assert item.record.timestamp == datetime(2025, 1, 11, 9, 12, tzinfo=UTC)


def test_parquet_keeps_nested_values_and_drops_derived_ones(tmp_path):
    path = tmp_path / "in.parquet"
    moment = datetime(2025, 1, 11, 9, 12)
    columns = {
        "content": ["x", "y"],
        "timestamp": [moment, None],
        "metadata": ['{"a": 1}', None],
        "attachments": [["a.png"], None],
        "score": [0.5, float("nan")],
        "vector": [[0.0, 1.0]] * 2,
    }
    pq.write_table(pa.table(columns), path)
    first, second = read_source(str(path))
    assert first.record.timestamp == moment.replace(tzinfo=UTC)
    assert first.record.metadata == {"a": 1}
    assert first.record.attachments == ["a.png"]
    assert first.record.extra == {"score": 0.5}
    assert second.record.extra is None
    assert (first.line, second.line) == (1, 2)


def test_a_file_that_is_not_parquet_is_one_rejection(tmp_path):
    path = tmp_path / "in.parquet"
    path.write_bytes(b"nothing of the kind")
    [item] = read_source(str(path))
    assert item.error.path == str(path)
    assert "parquet" in str(item.error)


@pytest.mark.parametrize("form", ["auto", "csv"])
def test_stdin_can_be_csv(monkeypatch, form):
    read = io.TextIOWrapper(io.BytesIO(b"content,name\nHi,Mara\na,b,c\n"))
    monkeypatch.setattr(sys, "stdin", read)
    good, bad = read_source("-", form)
    assert good.path == bad.error.path == "-"
    assert bad.error.line == 3


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc here")
def test_the_copy_of_a_pipe_has_no_name_wherever_it_is(tmp_path, monkeypatch):
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    for folder in (place, None):
        # More rows than are looked at for their order.
        read = io.TextIOWrapper(io.BytesIO(b"content\nHi\n" + b"Bye\n" * 60))
        monkeypatch.setattr(sys, "stdin", read)
        items = read_source("-", "csv", folder)
        assert next(items).record.content == "Hi"
        copies = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists()]
        held = [each for each in copies if each.startswith(str(folder or elsewhere))]
        assert held
        assert [*place.iterdir(), *elsewhere.iterdir()] == []
        assert [item.record.content for item in items] == ["Bye"] * 60


def test_a_named_pipe_can_be_csv(tmp_path):
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("content\nHi\n",))
    writer.start()
    items = list(read_source(str(path)))
    writer.join()
    assert [isinstance(item, Accepted) for item in items] == [True]


def test_columns_are_named_in_any_case_and_with_blanks(tmp_path, shorten):
    path = tmp_path / "chat.csv"
    path.write_text("Sender;Message;Sent At;Conversation-ID\nIda;Ahoy;2026-03-02 10:00;c\n")
    (item,) = read_source(str(path))
    assert shorten(item) == {
        "name": "Ida", "content": "Ahoy", "timestamp": "2026-03-02T10:00:00Z", "session_id": "c",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"), [("2026-03-02,Ida,Ahoy\n", ["1: a header and no rows"]), ("name,text\n", [])]
)
def test_one_row_without_a_header_is_told(tmp_path, shorten, row, told):
    path = tmp_path / "chat.csv"
    path.write_text(row)
    assert [shorten(item) for item in read_source(str(path))] == told


def test_a_line_that_says_the_separator_stands_above_the_header(tmp_path, shorten):
    path = tmp_path / "chat.csv"
    path.write_text("sep=;\nname;content\nIda;Ahoy, there\n")
    assert [shorten(item)["content"] for item in read_source(str(path))] == ["Ahoy, there"]


def test_tags_may_be_words_with_commas_between(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('content,tags\nHi,"roof, felt"\nHo,"[""a"", ""b""]"\n,\n')
    intake = Intake()
    records = [item.record for item in read_source(str(path), intake=intake)]
    assert [record.extra["tags"] for record in records] == [["roof", "felt"], ["a", "b"]]
    assert intake.left_out == {"blank turns": 1}


def test_a_highlight_of_readwise_has_its_book_above_it_and_its_note_below(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Highlight,Book Title,Book Author,Note,Tags,Highlighted at\n"
        "The sea holds one.,The Sea,Ida Berg,remember,water,2025-03-01 10:00:00+00:00\n"
    )
    (item,) = read_source(str(path))
    assert item.record.content == "The sea holds one.\n\nremember"
    assert item.record.metadata == {"heading": "The Sea / Ida Berg", "tags": ["water"]}
    assert item.record.timestamp.isoformat() == "2025-03-01T10:00:00+00:00"
