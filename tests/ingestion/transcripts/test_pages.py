"""Pages of HTML and books in EPUB."""

from __future__ import annotations

import io
import zipfile

import pytest

from memcli.ingestion.transcripts.pages import is_epub, is_page, read_epub, read_page

PAGE = """<!DOCTYPE html><html><head><title>The shed</title><style>p {}</style></head>
<body><nav>Home</nav><h1>Roof</h1><p>It leaks.</p><p>Badly &amp; often.</p>
<h2>Felt</h2><ul><li>two rolls</li></ul><script>x()</script></body></html>"""


def headed(found):
    return [(item["content"], item.get("metadata", {}).get("heading")) for item in found.items]


def test_paragraphs_stand_under_title_and_headings(read_with):
    assert is_page(PAGE.encode())
    assert headed(read_with(read_page, PAGE)) == [
        ("It leaks.", "The shed / Roof"),
        ("Badly & often.", "The shed / Roof"),
        ("two rolls", "The shed / Roof / Felt"),
    ]


def book(*names, package=""):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        made.writestr("mimetype", "application/epub+zip")
        for name in names:
            made.writestr(f"o/{name}.xhtml", f"<html><body><h1>{name}</h1><p>Of {name}.</p></body>")
        if package:
            made.writestr("o/content.opf", package)
    return sink.getvalue()


def test_a_book_is_read_in_its_order(read_with):
    package = """<manifest>
    <item id="a" href="last.xhtml"/><item id="b" href="first.xhtml"/></manifest>
    <spine><itemref idref="b"/><itemref idref="a"/></spine>"""
    data = book("last", "first", package=package)
    assert is_epub(data)
    assert headed(read_with(read_epub, data)) == [("Of first.", "first"), ("Of last.", "last")]
    assert len(read_with(read_epub, book("x", "y")).items) == 2


@pytest.mark.parametrize("text", [b"<p>only a piece</p>", b"text", b"PK\x03\x04 something", b""])
def test_other_input_is_none(text):
    assert not is_page(text)
    assert not is_epub(text)


def test_a_broken_book_is_told(read_with):
    (item,) = read_with(read_epub, book("x")[:60]).items
    assert "a broken book" in item


def test_pictures_are_attachments_of_their_paragraph(read_with):
    page = '<html><p>It leaks. <img src="a.png" alt="torn felt"></p>'
    page += '<p><img src="data:image/png;base64,A"'
    page += ' alt="a plan"></p></html>'
    assert read_with(read_page, page).turns("content", "attachments") == [
        ("It leaks.", [{"path": "a.png", "alt": "torn felt"}]),
        ("", [{"type": "image/png", "alt": "a plan"}]),
    ]
