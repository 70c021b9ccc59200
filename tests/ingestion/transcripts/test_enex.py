"""Notes of Evernote."""

from __future__ import annotations

from memcli.ingestion.transcripts.enex import is_enex, read_enex

NOTES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export application="Evernote">
<note><title>Boat</title><created>20260302T100000Z</created><tag>roof</tag><content><![CDATA[
<!DOCTYPE en-note SYSTEM "x"><en-note><div>It leaks.</div><div>Call Ben.</div></en-note>]]>
</content><resource><data>aGk=</data><resource-attributes><file-name>roof.png</file-name>
</resource-attributes></resource></note>
<note><title>Only a title</title><created>20260302T100100Z</created></note>
</en-export>"""


def test_a_note_has_title_tags_words_and_files(read_with):
    found = read_with(read_enex, NOTES)
    assert found.turns("content", "timestamp") == [
        ("It leaks.\n\nCall Ben.", "2026-03-02T10:00:00Z"),
        ("Only a title", "2026-03-02T10:01:00Z"),
    ]
    assert found.items[0]["metadata"] == {"heading": "Boat", "tags": ["roof"]}
    assert found.items[0]["attachments"] == [{"name": "roof.png"}]


def test_what_breaks_off_is_told_after_what_is_whole(read_with):
    items = read_with(read_enex, NOTES[: NOTES.index("<note><title>Only")]).items
    assert items[0]["content"] == "It leaks.\n\nCall Ben."
    assert "broken XML" in items[1]


def test_an_export_is_known_by_its_first_element():
    assert is_enex(NOTES.encode())
    assert not is_enex(b"<?xml version='1.0'?><root/>")
