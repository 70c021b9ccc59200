"""The pager: for a person, for what is longer than the screen, and never in a pipe."""

from __future__ import annotations

import stat

import pytest

from memcli.cli import terminal

LONG = b"".join(b"line %d\n" % n for n in range(100))


@pytest.fixture
def pager(monkeypatch, tmp_path):
    """Return the file into which a pager puts what it is given, with $LESS before it."""
    seen, script = tmp_path / "seen", tmp_path / "pager"
    script.write_text(f'#!/bin/sh\n{{ echo "$LESS"; cat; }} > {seen}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PAGER", str(script))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    return seen


def test_what_is_longer_than_the_screen_goes_to_the_pager(pager, capfdbinary):
    terminal.write([LONG])
    assert pager.read_bytes() == b"FRX\n" + LONG
    assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize("why", ["short", "asked", "dumb", "cat", "none", "pipe", "missing"])
def test_nothing_else_does(why, pager, monkeypatch, capfdbinary):
    text = LONG[:50] if why == "short" else LONG
    settings = {"cat": ("PAGER", "cat"), "none": ("PAGER", ""), "missing": ("PAGER", "no-such")}
    settings["dumb"] = ("TERM", "dumb")
    if why in settings:
        monkeypatch.setenv(*settings[why])
    if why == "pipe":
        monkeypatch.setattr(terminal, "is_terminal", lambda: False)
    terminal.write([text], paged=why != "asked")
    assert not pager.exists()
    assert capfdbinary.readouterr().out == text


def test_a_pipe_is_drawn_for_some_width_and_without_styles():
    console = terminal.drawing_console()
    console.print("[bold]x", style="bold")
    assert terminal.drawn(console) == "[bold]x\n"
    assert console.width == terminal.PIPE_WIDTH
