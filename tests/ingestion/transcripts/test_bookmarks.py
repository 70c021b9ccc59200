"""Bookmarks of a browser."""

from __future__ import annotations

from memcli.ingestion.transcripts.bookmarks import is_bookmarks, read_bookmarks

PAGE = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE>
<DL><p>
<DT><H3 ADD_DATE="1772445600">Boat</H3>
<DL><p>
<DT><A HREF="https://example.org/?a=1&amp;b=2" ADD_DATE="1772445600" TAGS="roof,felt">A &amp; B</A>
<DT><A HREF="javascript:alert(1)">Click</A>
</DL><p>
<DT><A HREF="https://example.org/top" ADD_DATE="1772445660"></A>
</DL><p>
"""


def test_a_bookmark_has_title_address_folders_and_time(read_with):
    found = read_with(read_bookmarks, PAGE)
    assert found.turns("content", "timestamp") == [
        ("A & B", "2026-03-02T10:00:00Z"),
        ("https://example.org/top", "2026-03-02T10:01:00Z"),
    ]
    assert [item["metadata"] for item in found.items] == [
        {"url": "https://example.org/?a=1&b=2", "heading": "Boat", "tags": ["roof", "felt"]},
        {"url": "https://example.org/top"},
    ]
    assert found.left_out == {"bookmarks of no page": 1}


def test_bookmarks_are_known_by_their_first_line():
    assert is_bookmarks(PAGE.encode())
    assert not is_bookmarks(b"<!DOCTYPE html>")
