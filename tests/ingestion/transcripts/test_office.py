"""Documents of word processors."""

from __future__ import annotations

from memcli.ingestion.transcripts.office import is_office, read_office
from tests.support.office_files import T, archive, docx, paragraph

DOCUMENT = docx(
    paragraph("Boat", "Heading1"),
    "<w:p><w:r><w:t>The roof </w:t></w:r><w:r><w:delText>never </w:delText><w:t>leaks</w:t>"
    "</w:r></w:p>",
    paragraph("Oars", "Heading2"),
    paragraph("Two."),
    paragraph("Mast", "Heading2"),
    paragraph("Order felt", "Heading1"),
)
OPEN = archive(
    mimetype="application/vnd.oasis.opendocument.text",
    content_xml=f'<o:d xmlns:o="o" xmlns:t="{T}"><t:h t:outline-level="1">Boat</t:h>'
    "<t:p>The roof<t:s/>leaks<t:line-break/>again</t:p></o:d>",
)


def heads(found):
    return [(item.get("metadata") or {}).get("heading") for item in found.items]


def test_paragraphs_have_the_headings_above_them(read_with):
    found = read_with(read_office, DOCUMENT)
    assert found.turns("content") == [
        ("The roof leaks",), ("Two.",), ("Mast",), ("Order felt",),
    ]  # fmt: skip
    assert heads(found) == ["Boat", "Boat / Oars", "Boat", None]


def test_a_document_of_opendocument_too(read_with):
    found = read_with(read_office, OPEN)
    assert found.turns("content") == [("The roof leaks\nagain",)]
    assert heads(found) == ["Boat"]


def test_what_swells_or_is_broken_is_refused(read_with):
    swollen = archive(word__document_xml="<w>" + " " * (5 << 20) + "</w>")
    assert read_with(read_office, swollen).items == ["0: the document swells too much"]
    assert "no document" in read_with(read_office, archive(a="b")).items[0]
    assert "broken" in read_with(read_office, archive(word__document_xml="<w>")).items[0]


def test_documents_are_known_by_the_names_in_them():
    assert is_office(DOCUMENT)
    assert is_office(OPEN)
    assert not is_office(archive(xl__workbook_xml="<x/>"))
