"""What was marked in the books of a Kindle."""

from __future__ import annotations

from memcli.ingestion.transcripts.clippings import is_clippings, read_clippings

CLIPPINGS = (
    "\ufeffThe Boat Book (Ann Author)\r\n"
    "- Your Highlight on page 12 | Location 170 | Added on Monday, March 2, 2026 10:00:00 AM\r\n"
    "\r\nRoofs leak.\r\n==========\r\n"
    "\ufeffThe Boat Book (Ann Author)\r\n"
    "- Your Note on page 13 | Added on Monday, 2 March 2026 10:01:00\r\n"
    "\r\nAsk Ben\r\n==========\r\n"
    "The Boat Book (Ann Author)\r\n"
    "- Your Bookmark on page 14 | Added on Monday, March 2, 2026 10:02:00 AM\r\n"
    "\r\n\r\n==========\r\n"
)


def test_a_clipping_has_its_book_and_its_time(read_with):
    found = read_with(read_clippings, CLIPPINGS)
    assert found.turns("content", "timestamp") == [
        ("Roofs leak.", "2026-03-02T10:00:00Z"),
        ("Ask Ben", "2026-03-02T10:01:00Z"),
    ]
    assert found.items[0]["metadata"] == {
        "heading": "The Boat Book (Ann Author)",
        "place": "Your Highlight on page 12 | Location 170",
    }
    assert found.left_out == {"bookmarks without words": 1}


def test_a_time_that_cannot_be_read_is_told(read_with):
    text = CLIPPINGS.replace("Monday, March 2, 2026 10:00:00 AM", "2026年3月2日 上午10:00:00")
    found = read_with(read_clippings, text)
    assert found.turns("content", "timestamp")[0] == ("Roofs leak.", None)
    assert "Added on" in found.intake.unread


def test_clippings_are_known_by_the_first_of_them():
    assert is_clippings(CLIPPINGS.encode())
    assert not is_clippings(b"Ida: Hi\n==========\n")
