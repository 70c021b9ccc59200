"""Text of PDF files."""

from __future__ import annotations

import io
import sys

import pytest

from memcli.ingestion.transcripts.pdf import is_pdf, paragraphs, read_pdf, repeated_lines
from tests.support.pdf_files import pdf

pytest.importorskip("pypdf")


LEASE = ["Lease of the shed", "The rent is forty crowns a month, to be paid be-",
         "fore the fifth day.", "Nobody may keep bees in the shed or on its flat roof",
         "1"]  # fmt: skip


def test_a_file_is_paragraphs_with_their_page_and_title(read_with):
    data = pdf(LEASE, ["without the owner.", "2"], title="The lease", created="D:20240305101500Z")
    assert is_pdf(data)
    found = read_with(read_pdf, data)
    assert found.turns("content", "timestamp") == [
        ("Lease of the shed The rent is forty crowns a month, to be paid before the fifth day.",
         "2024-03-05T10:15:00Z"),
        ("Nobody may keep bees in the shed or on its flat roof", "2024-03-05T10:15:00Z"),
        ("without the owner.", "2024-03-05T10:15:00Z"),
    ]  # fmt: skip
    assert found.items[2]["metadata"] == {"page": 2, "heading": "The lease"}
    assert found.left_out == {"heads, feet and numbers of pages": 2}


def test_what_stands_on_most_pages_is_no_text(read_with):
    pages = [["Annual report", f"Part {name} went well.", f"Page {n} of 3"]
             for n, name in enumerate(("one", "two", "three"), 1)]  # fmt: skip
    assert read_with(read_pdf, pdf(*pages)).turns("content") == [
        ("Part one went well.",), ("Part two went well.",), ("Part three went well.",),
    ]  # fmt: skip
    assert repeated_lines(pages[:2]) == frozenset()


def test_items_and_blank_lines_end_a_paragraph():
    assert list(paragraphs(["Bring:", "- a rope", "- tar", "", "Then climb"])) == [
        "Bring:", "- a rope", "- tar", "Then climb",
    ]  # fmt: skip


def test_pictures_are_counted_and_a_file_of_pictures_is_refused(read_with):
    assert read_with(read_pdf, pdf(["Words."], [])).left_out == {
        "pages without text, pictures perhaps": 1
    }
    assert read_with(read_pdf, pdf([], [])).items == ["0: a PDF without text"]


def test_a_password_is_asked_for_and_broken_files_are_refused(read_with):
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["Secret."])))
    writer.encrypt("word", algorithm="RC4-128")
    sink = io.BytesIO()
    writer.write(sink)
    assert read_with(read_pdf, sink.getvalue()).items == ["0: a PDF with a password"]
    whole = pdf(LEASE)
    for end in (9, 200, len(whole) // 2):
        (item,) = read_with(read_pdf, whole[:end]).items[-1:]
        assert isinstance(item, str | dict)


def test_without_the_library_there_is_a_remedy(read_with, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (item,) = read_with(read_pdf, pdf(LEASE)).raw
    assert "memcli[documents]" in item.error.remedy
