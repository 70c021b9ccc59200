"""What `pin`, `unpin`, `hide` and `restore` say of what they did."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.commands._marking import DONE, run_mark
from memcli.retention.marking import Mark
from memcli.retention.pinning import MemoryChanges


def said(monkeypatch, kind, changes, dry_run=False, ids=("a",)):
    """Return what is said on stderr, and what is shown, of a call that changes this."""

    class Step:
        def __init__(self, *arguments):
            self.changes = changes

        def commit(self, arguments):
            return SimpleNamespace(number=7) if changes.records else None

    monkeypatch.setattr("memcli.commands._marking.MarkStep", Step)
    lines, shown = [], []
    call = SimpleNamespace(
        namespace=None,
        store=None,
        now=None,
        dry_run=dry_run,
        say=lines.append,
        show=lambda records, columns: shown.extend(records),
    )
    run_mark(call, kind, list(ids))
    return lines, shown


@pytest.mark.parametrize("kind", Mark)
def test_the_commit_is_named_and_what_changed_is_shown(monkeypatch, kind):
    (line,), shown = said(monkeypatch, kind, MemoryChanges([{"id": "a"}]))
    assert line == f"1 memory {DONE[kind]} as commit 7 (memcli undo takes that back)"
    assert shown == [{"id": "a"}]


def test_what_went_along_and_what_is_still_in_sight_is_said(monkeypatch):
    changes = MemoryChanges([{"id": "a"}, {"id": "b"}], along=1, still_visible=list("tuvwxyz"))
    first, second = said(monkeypatch, Mark.HIDE, changes)[0]
    assert first.startswith("2 memories, 1 of them made of the others, hidden as commit 7")
    assert second == "still in sight where it was said: t, u, v, w, x, ..."


def test_a_dry_run_says_what_would_be_and_no_change_that_it_is_so(monkeypatch):
    (line,), _ = said(monkeypatch, Mark.PIN, MemoryChanges([{"id": "a"}]), dry_run=True)
    assert line == "dry run: 1 memory would be pinned; nothing was changed"
    (line,), shown = said(monkeypatch, Mark.PIN, MemoryChanges())
    assert (line, shown) == ("that is so already; nothing was changed", [])


def test_nothing_that_was_named_is_not_called_so_already(monkeypatch):
    monkeypatch.setattr("memcli.commands._marking.read_names", lambda ids: [])
    lines, _ = said(monkeypatch, Mark.PIN, MemoryChanges([]), ids=())
    assert lines == ["no memory was named; nothing was changed"]
