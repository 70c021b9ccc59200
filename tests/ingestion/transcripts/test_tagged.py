"""Blocks between tags."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.tagged import blocks_between, without_blocks

OPENING = re.compile("<([ab])>")


def test_blocks_end_at_the_next_closing_tag_and_what_nothing_closes_is_none():
    text = "<a>1<b>2</a>3</b><b>4</b> <a>5"
    found = blocks_between(text, OPENING)
    assert [(block.words, text[block.end :][:3]) for block in found] == [
        ("1<b>2", "3</"),
        ("4", " <a"),
    ]


@given(st.lists(st.sampled_from(["<a>", "</a>", "<b>", "</b>", "x", " "]), max_size=12))
def test_they_are_those_that_a_pattern_finds(parts):
    text = "".join(parts)
    assert without_blocks(text, OPENING) == re.sub(r"<([ab])>.*?</\1>\s*", "", text)


@pytest.mark.parametrize(
    ("name", "start", "again"),
    [
        ("a.html", "<html><body>", "<h1>"),
        ("a.html", "<html><body>", "<title>"),
        ("a.html", "<html><body>", "<A "),
        ("a.html", "<html><body>", "<!--"),
        ("a.html", "<html><body><pre>", " "),
        ("a.md", "# x\n", " "),
        ("a.txt", "12/31/24, 10:00 AM - Ana: hi\n12/31/24, 10:01 AM - ", " "),
        ("a.eml", "From: a@b.c\nSubject: x\n\nHi\n", "\n"),
    ],
)
def test_a_file_made_to_take_minutes_is_read_at_once(tmp_path, name, start, again):
    path = tmp_path / name
    path.write_text(start + again * (60_000 // len(again)))
    assert len(list(read_source(str(path)))) < 3
