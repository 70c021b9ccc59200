"""Pictures among the words of notes."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.pictures import numbered, picture_of, without_pictures


@pytest.mark.parametrize(
    ("line", "text", "pictures"),
    [
        ("![torn felt](felt.jpg)", "", [{"path": "felt.jpg", "alt": "torn felt"}]),
        ('So ![](a%20b.jpg "In May") it is', "So it is",
         [{"path": "a b.jpg", "caption": "In May"}]),
        ("![x](<a b (1).png>)", "", [{"path": "a b (1).png", "alt": "x"}]),
        ("![x](a_(1).png)", "", [{"path": "a_(1).png", "alt": "x"}]),
        ("![[shed.png|From the south]]", "", [{"path": "shed.png", "alt": "From the south"}]),
        ("![[shed.png|300x200]]", "", [{"path": "shed.png"}]),
        ("![felt|300](a.png)", "", [{"path": "a.png", "alt": "felt"}]),
        ("![roof](https://x.org/a.png)", "", [{"url": "https://x.org/a.png", "alt": "roof"}]),
        ("![roof](data:image/png;base64,AAAA)", "", [{"type": "image/png", "alt": "roof"}]),
        ("<img src='a.png' alt=\"A &amp; B\">", "", [{"path": "a.png", "alt": "A & B"}]),
        ("![[Another note]] and ![[Note#part]]", "![[Another note]] and ![[Note#part]]", []),
        ("write `![x](a.png)` so", "write `![x](a.png)` so", []),
        ("no picture! [x](a.png)", "no picture! [x](a.png)", []),
    ],
)  # fmt: skip
def test_pictures_are_taken_out_of_a_line(line, text, pictures):
    assert without_pictures(line) == (text, pictures)


def test_the_places_of_pictures_in_a_page_are_numbers():
    first, second = picture_of("a.png", "A"), picture_of("b.png", "B")
    text = "one \ufffc1\ufffc two"
    assert numbered(text, [first, second]) == ("one two", [second])
