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
        assert wait_for(screen, "compact 0 s").startswith("\rcompact 0 s\x1b[K")


def test_work_that_counts_shows_how_far_it_is_and_the_line_is_taken_away(screen):
    with progress.progress("reembed", total=10) as counter:
        counter.advance(5)
        assert "reembed 5/10  [##########..........]" in wait_for(screen, "5/10")
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


def counted(done, total=None, share=0.0, what="extract"):
    counter = progress.Progress(what, total, quiet=True)
    counter.done, counter._share, counter._share_at_s = done, share, 10.0
    return counter


@pytest.mark.parametrize(
    ("counter", "line"),
    [
        (counted(50, 200), "extract 50/200  [#####...............]  5/s  30 s left"),
        (counted(1, 200), "extract 1/200  [....................]  0/s"),
        (counted(200, 200), "extract 200/200  [####################]  finishing"),
        (counted(300), "extract 300  30/s"),
        (counted(300, share=0.25), "extract 300  [#####...............]  30/s  30 s left"),
    ],
)
def test_a_line_tells_the_rate_and_the_time_left(counter, line):
    assert counter.line(10.0, 79) == line


@pytest.mark.parametrize("width", [10, 39, 60])
def test_a_line_is_no_wider_than_the_terminal(width):
    shown = counted(50, 200, what="consolidate 3/7 summarize").line(10.0, width)
    assert len(shown) <= width
    assert shown.startswith("consolidat")


def test_times_to_wait_are_told_in_words():
    told = [progress.duration(s) for s in (3.2, 99, 130, 5990, 7500)]
    assert told == ["3 s", "99 s", "2 min", "1 h 40 min", "2 h 5 min"]


def test_what_is_said_stands_above_the_line(screen):
    with progress.progress("ingest") as counter:
        counter.advance(1)
        wait_for(screen, "ingest 1")
        progress.note("a file is bad")
        assert "\r\x1b[Kmemcli: a file is bad\n" in wait_for(screen, "bad")
    progress.note("done")
    assert screen.getvalue().endswith("\nmemcli: done\n")


def test_a_share_that_was_reached_before_tells_less_the_longer_that_is_ago():
    counter = counted(300, share=0.5)
    assert "5 s left" in counter.line(15.0, 79)
    assert "left" not in counter.line(25.0, 79)
