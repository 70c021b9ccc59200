"""Topic pages: where they are found, what they are about, how a terminal shows them."""

from __future__ import annotations

import pytest

from memcli.cli.app import COMMANDS
from memcli.cli.topics import rendered, subject, topic_pages
from tests.support.documents import PAGES


def test_each_page_is_a_topic():
    assert list(topic_pages()) == [page.stem for page in PAGES]


def test_no_topic_hides_the_help_of_a_command():
    assert not topic_pages().keys() & COMMANDS.keys()


def test_the_first_line_says_what_a_page_is_about():
    assert subject("# Search: how it works\n\nText.\n") == "how it works"


@pytest.mark.parametrize("page", ["", "Text\n", "# Search\n", "## Search: how\n"])
def test_a_page_without_a_title_is_refused(page):
    with pytest.raises(ValueError, match="a topic page begins with"):
        subject(page)


def test_a_terminal_shows_neither_marks_nor_paths_of_links(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    page = "# T: x\n\n<!-- year -->\n- **See** [the page](../a.md), <https://a.org>\n<!-- end -->\n"
    shown = rendered(page)
    assert "See the page, https://a.org" in shown
    assert not any(mark in shown for mark in ("**", "a.md", "<!--", "# T"))


def test_a_wide_terminal_shows_lines_that_can_be_read(monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("NO_COLOR", "1")
    assert max(map(len, rendered("# T: x\n\n" + "word " * 200).splitlines())) <= 110
