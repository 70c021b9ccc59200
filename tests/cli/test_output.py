"""Output formats: what a pipe gets, and what a person does."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli.output import (
    Format,
    as_csv,
    as_markdown,
    cell,
    exact,
    in_words,
    is_tabular,
    show,
)

RECORDS = [
    {"kind": "row", "v": 1, "a": 0.1 + 0.2, "text": "one\ntwo", "gone": None},
    {"kind": "row", "v": 1, "a": True, "text": "\x1b[31mred", "b": [1, "é"]},
]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("jsonl", '{"kind":"row","v":1,"a":0.30000000000000004,"text":"one\\ntwo"}\n'),
        ("text", "one\ntwo\n"),
        ("csv", 'a,text,gone,b\n0.30000000000000004,"one\ntwo",,\n'),
        ("md", "| a | text | gone | b |\n| --- | --- | --- | --- |\n| 0.3 | one two |  |  |\n"),
    ],
)
def test_each_form(form, shown, capfdbinary):
    show(iter(RECORDS), Format(form))
    assert capfdbinary.readouterr().out.decode().startswith(shown)


def test_a_record_without_a_text_is_no_line_of_it(capfdbinary):
    show([{"kind": "summary", "v": 1}, {"kind": "row", "v": 1, "text": None}], Format.text)
    assert capfdbinary.readouterr().out == b"\n"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_json_is_one_array_of_any_length(n, capfdbinary):
    show(RECORDS[:n], Format.json)
    read = json.loads(capfdbinary.readouterr().out)
    assert [record["text"] for record in read] == [r["text"] for r in RECORDS[:n]]


def test_without_a_form_a_pipe_gets_lines_of_json(capfdbinary):
    show(RECORDS[:1], None)
    assert capfdbinary.readouterr().out.startswith(b'{"kind":"row"')
    assert not is_tabular(None)
    assert is_tabular(Format.md)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_csv_comes_back_as_it_was(rows):
    read = list(csv.reader(io.StringIO(as_csv(["a", "b"], rows), newline="")))
    assert read == [["a", "b"], *rows]


@given(st.lists(st.lists(st.text(alphabet="a|\n\\"), min_size=2, max_size=2), min_size=1))
def test_a_table_of_markdown_has_a_line_a_row(rows):
    assert as_markdown(["a", "b"], rows).count("\n") == len(rows) + 2


def test_a_person_gets_short_numbers_and_a_program_whole_ones():
    assert (cell(1 / 3), exact(1 / 3)) == ("0.3333", "0.3333333333333333")
    assert (cell(True), exact(True)) == ("True", "true")
    assert cell({"é": 1}) == '{"é": 1}'


def test_a_table_on_a_screen_has_words_where_programs_have_brackets():
    assert in_words({"dense": 0.12345, "none": 0.0}) == "dense 0.1235"
    assert in_words(["Ida", "Bo"]) == "Ida, Bo"
    assert [in_words(True), in_words(False), in_words(None)] == ["yes", "no", ""]
