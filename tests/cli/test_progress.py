"""What a person sees on stderr while something is slow."""

import io
import time
from types import SimpleNamespace

import pytest

from memcli.cli import progress


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setattr(progress, "SHOW_AFTER_S", 0.01)
    monkeypatch.setattr(progress, "REDRAW_EVERY_S", 0.01)
    screen = Screen()
    # Not sys.stderr itself: pytest sets that anew between a fixture and its test.
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=screen))
    return screen


def wait_for(screen, text):
    deadline = time.monotonic() + 20
    while text not in screen.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    return screen.getvalue()


def test_work_that_cannot_count_shows_that_it_goes_on(screen):
    with progress.progress("compact"):
        assert wait_for(screen, "compact 0 s").startswith("\r\x1b[Kcompact 0 s")


def test_work_that_counts_shows_how_far_it_is_and_the_line_is_taken_away(screen):
    with progress.progress("reembed", total=10) as counter:
        counter.advance(5)
        assert "reembed 5/10 [##########..........]" in wait_for(screen, "5/10")
    assert screen.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_is_drawn_when_quiet_or_into_a_file(quiet, monkeypatch, screen):
    if not quiet:
        monkeypatch.setattr(Screen, "isatty", lambda self: False)
    with progress.progress("check", quiet=quiet):
        time.sleep(0.05)
    assert screen.getvalue() == ""


def test_quick_work_draws_nothing(monkeypatch, screen):
    monkeypatch.setattr(progress, "SHOW_AFTER_S", 60.0)
    with progress.progress("check") as counter:
        counter.advance(1)
    assert screen.getvalue() == ""


def test_a_message_cannot_command_the_terminal(capsys):
    progress.note("a\x1b[2Jb\nc")
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert shown.count("\n") == 1
