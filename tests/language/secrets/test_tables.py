"""Cells of tables under the head that tells what they are."""

import pytest

from memcli.language.secrets import find_secrets, redact
from memcli.language.secrets.tables import cells_of_tables


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("| host | password |\n|---|---|\n| NAS | `silver-moon-3` |", "silver-moon-3"),
        ("Name | PIN\n--- | ---\nNora | 4471", "4471"),
        ("site,user,password\nacme,nora,Teapot55", "Teapot55"),
        ("name;pin\nNora;8830", "8830"),
    ],
)
def test_a_cell_is_what_the_head_of_its_column_says(text, value):
    plain = redact(text, find_secrets(text))
    assert value not in plain
    assert plain.startswith(text.split("\n")[0])


@pytest.mark.parametrize(
    "text",
    [
        "| test | Pass |\n|---|---|\n| colour | Green |",
        "| key | meaning |\n|---|---|\n| 4471 | nothing |",
        "one line | and no more",
    ],
)
def test_a_table_of_something_else_has_none(text):
    assert find_secrets(text) == []


def test_cells_come_without_their_mark_up_and_at_their_place():
    text = "a\n| x | y |\n|---|:-:|\n| 1 | **2** |\n"
    assert [(c.heading, text[c.start : c.end]) for c in cells_of_tables(text)] == [
        ("x", "1"),
        ("y", "2"),
    ]
