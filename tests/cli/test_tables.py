"""Tables fit, whatever is in them and however narrow the terminal is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from memcli.cli import tables, terminal
from memcli.cli.tables import as_table, column_widths, for_person, short_ids

HIT = {
    "rank": "1", "score": "0.2435", "happened_at": "2023-10-13T10:32:00Z", "speaker": "Ida",
    "text": "The boat that we repaired leaks again, and the repairs will cost more than last time,"
    " when it lay in the yard for most of the summer and nobody could find the cause of it all.",
    "session_id": "harbour/17", "id": "o452nras45ad7mhl",
}  # fmt: skip
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def screen(monkeypatch):
    """Return what draws a table on a terminal of some columns."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for module in (tables, terminal):
        monkeypatch.setattr(module, "is_terminal", lambda: True)

    def draw(columns, names, rows, question=""):
        monkeypatch.setenv("COLUMNS", str(columns))
        return as_table(names, rows, question)

    return draw


def plain(shown):
    return STYLE.sub("", shown)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_hit_is_whole_at_every_width(columns, screen):
    shown = plain(screen(columns, [*HIT], [[*HIT.values()]]))
    assert max(map(cell_len, shown.splitlines())) <= columns
    words = shown.split()
    assert not {"…", "2023-…"} & set(words)
    if columns < 200:
        assert " ".join(HIT["text"].split()) in " ".join(words)
    for told in ("harbour/17", "0.2435", "o452nras", "2023-10-13 10:32", "times in UTC"):
        assert told in shown
    assert "o452nras45" not in shown


def test_what_is_long_stands_beneath_the_rest_where_there_is_no_room(screen):
    head, _, lead, text, *_ = plain(screen(80, [*HIT], [[*HIT.values()]])).splitlines()
    assert "text" not in head
    assert lead.split()[:2] == ["1", "0.2435"]
    assert text.startswith("  The boat that we repaired")


def test_the_words_of_a_question_are_marked_in_every_form_of_theirs(screen, monkeypatch):
    rows = [[*HIT.values()]]
    shown = screen(80, [*HIT], rows, "what did the repair of a boat cost?")
    marked = re.findall(r"\x1b\[1;35m(.+?)\x1b", shown)
    assert marked == ["boat", "repaired", "repairs", "cost"]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "35m" not in screen(80, [*HIT], rows, "boat")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in screen(80, [*HIT], rows, "boat")


def test_a_pipe_gets_times_and_ids_as_they_are():
    shown = as_table([*HIT], [[*HIT.values()]], "boat")
    assert "2023-10-13T10:32:00Z" in shown
    assert "o452nras45ad7mhl" in shown
    assert "\x1b" not in shown


def test_columns_with_nothing_in_them_are_left_out(screen):
    assert "ref" not in screen(80, ["id", "ref"], [["aaaabbbbcccc2222", ""]])
    assert "ref" in screen(80, ["id", "ref"], [])


def test_numbers_stand_below_one_another(screen):
    shown = plain(screen(80, ["name", "rows"], [["a", "1,200"], ["b", "7"]])).splitlines()
    assert [line.rindex(end) for line, end in zip(shown[2:], ("0", "7"), strict=True)] == [10, 10]


def test_no_text_commands_the_terminal(screen):
    shown = plain(screen(80, ["text"], [["\x1b[31mred"], ["z" * 300]]))
    assert "\x1b" not in shown
    assert shown.count("z") == 300


def test_short_ids_tell_from_one_another():
    ids = ["aaaabbbbcccc2222", "aaaabbbbcccd2222", "ddddeeeeffff2222"]
    assert len({*short_ids(ids)}) == 3
    assert short_ids(ids[1:]) == ["aaaabbbb", "ddddeeee"]
    assert len({*short_ids([ids[0], ids[0]])}) == 1


def test_a_day_is_the_same_everywhere(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    _, rows, footer = for_person(["since"], [["2026-03-01T00:00:00Z"]])
    assert (rows, footer) == ([["2026-03-01"]], "")


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=8),
    st.integers(1, 200),
)
def test_widths_fit_or_there_are_none(sizes, room):
    wanted = [max(size) for size in sizes]
    least = [min(size) for size in sizes]
    widths = column_widths(wanted, least, room)
    if widths is None:
        assert sum(least) > room
    else:
        assert sum(widths) <= room
        assert all(a <= w <= b for a, w, b in zip(least, widths, wanted, strict=True))
        assert sum(widths) == min(room, sum(wanted)) or sum(wanted) - sum(widths) >= 0


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=4), st.integers(20, 120))
def test_every_table_fits(rows, columns):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal, "PIPE_WIDTH", columns)
        shown = as_table(["id", "text", "reason", "n"], rows)
    assert max(map(cell_len, shown.splitlines()), default=0) <= columns


def test_a_name_of_a_column_may_be_anything(screen):
    names = ["x" * 50, "\x1b[2J", "一列"]
    for columns in (20, 80):
        shown = plain(screen(columns, names, [["1", "b", "c"]]))
        assert "\x1b" not in shown
        assert max(map(cell_len, shown.splitlines())) <= columns


def test_a_time_is_not_broken():
    names = ["rank", "score", "happened_at", "speaker", "text", "session_id", "ref", "id"]
    row = ["1", "0.8733", "2025-08-05T10:10:05Z", "Jonas", "News from me. " * 13, "mj/15"]
    assert "2025-08-05T10:10:05Z" in as_table(names, [[*row, "mj/15:10", "7elmyfjfsn2c5q44"]])
