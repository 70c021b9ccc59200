"""The paragraphs under one path of headings are a section."""

from __future__ import annotations

from memcli.extraction.sections import named_of, place_of, sections


def paragraphs(*paths):
    return [{"context": path, "speaker": None} for path in paths]


def test_a_section_ends_where_its_heading_does():
    assert sections(paragraphs("oats / Soil", "oats / Soil", "oats / Seed")) == [(0, 2), (2, 3)]
    assert sections(paragraphs("oats")) == [(0, 1)]


def test_a_talk_has_no_sections():
    assert sections(paragraphs("oats", None)) == []
    assert sections([]) == []


def test_a_paragraph_says_where_it_stands():
    assert place_of({"metadata": '{"file": "oats.md", "line": 7, "time": "9:00"}'}) == {
        "file": "oats.md",
        "line": 7,
    }
    assert place_of({"metadata": None}) == {}


def test_a_paragraph_is_named_by_its_headings():
    assert named_of({"speaker": "Ada", "context": None}) == "Ada"
    assert named_of({"speaker": None, "context": "oats / Soil"}) == "oats / Soil"
