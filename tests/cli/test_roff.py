"""Man pages as text: escapes, macros, and Markdown as roff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli import roff


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("--top-k", r"\-\-top\-k"),
        (r"a\nb", r"a\enb"),
        ("it's `x` ~ ^", r"it\(aqs \(gax\(ga \(ti \(ha"),
    ],
)
def test_what_is_typed_keeps_its_characters(text, set_as):
    assert roff.literal(text) == set_as


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("near-duplicates of --all", r"near-duplicates of \-\-all"),
        ("`query --all` finds it", r"\fBquery \-\-all\fR finds it"),
        ("from -1 to 1", r"from \-1 to 1"),
        ("it's so", "it's so"),
    ],
)
def test_prose_keeps_only_what_is_typed(text, set_as):
    assert roff.prose(text) == set_as


@given(st.text(st.sampled_from(".'ab \\-\n"), max_size=300))
def test_no_line_of_prose_reads_as_a_macro(text):
    lines = roff.lines_of(roff.prose(text))
    assert not any(line.startswith((".", "'")) for line in lines)
    assert all(len(line) <= roff.MAX_LINE + 2 for line in lines if " " in line)


def test_a_term_stays_on_its_line():
    term = roff.bold("--format <" + "|".join(["jsonl"] * 20) + ">")
    assert roff.entry(term, "How.") == [".TP", term, "How."]


def test_code_is_set_line_by_line():
    lines = roff.code_block("a  b\n\n.x -y\n")
    assert lines == [".PP", ".RS 4", ".nf", "a  b", "", r"\&.x \-y", ".fi", ".RE"]


def test_no_paragraph_begins_right_after_a_heading():
    assert roff.page(['.SH "A"', ".PP", "x", ".PP", "y"]) == '.SH "A"\nx\n.PP\ny\n'


def body(markdown):
    return roff.from_markdown("# Title: left out\n\n" + markdown)


def test_headings_and_paragraphs():
    lines = body(
        'Some **bold** _words_.\nMore `co-de`.\n\n## So "it" is\n\n### And below\n\nEnd.\n'
    )
    assert lines == [
        ".PP",
        r"Some \fBbold\fR \fIwords\fR. More \fBco\-de\fR.",
        ".SH \"SO 'IT' IS\"",
        '.SS "And below"',
        ".PP",
        "End.",
    ]


def test_lists_with_paragraphs_and_lists_in_them():
    lines = body("- one\n\n  still one\n- two\n  1. first\n  2. second\n\nafter\n")
    assert lines == [
        *(r".IP \(bu 2", "one", '.IP "" 2', "still one", r".IP \(bu 2", "two"),
        *(".RS 2", ".IP 1. 4", "first", ".IP 2. 4", "second", ".RE", ".PP", "after"),
    ]


def test_links_images_and_comments():
    text = "[a](b.md) and [w](https://a-b.org)\n\n<!-- x -->\n![A picture](p.svg)\n<!-- end -->\n"
    assert body(text) == [".PP", r"a and w <https://a\-b.org>", ".PP", "A picture"]


def test_a_narrow_table_is_a_table():
    lines = body("| `a` | b |\n|---|---|\n| .1 | 2 |\n")
    head = [".PP", ".TS", "tab(\t);", "lb lb", "l l."]
    assert lines == [*head, "\\fBa\\fR\tb", "\\&.1\t2", ".TE"]


def test_a_wide_table_is_a_list_of_its_rows():
    long = "word " * 20
    lines = body(f"| name | what | from |\n|---|---|---|\n| x | {long}| |\n| | y | z |\n")
    assert lines[:2] == [".TP", "x"]
    assert " ".join(lines[2:4]) == "what: " + long.strip()
    assert lines[4:] == [".TP", "x", "what: y; from: z"]


def test_of_two_wide_columns_the_second_needs_no_name():
    lines = body(f"| status | meaning |\n|---|---|\n| 0 | {'done ' * 20}|\n")
    assert lines[2].startswith("done done")
