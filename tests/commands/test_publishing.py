"""What `table` and `vault` say of a change: tried, published, without history, or none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.commands._publishing import publish


class Change:
    """A transaction that changes something, or nothing; `published` says whether it is the head."""

    def __init__(self, changed=True):
        self.changed, self.published = changed, False

    def publish(self, now):
        self.published = True
        return SimpleNamespace(number=7)


def said(change, dry_run=False, purge=False):
    lines = []
    call = SimpleNamespace(dry_run=dry_run, store=None, now=None, say=lines.append)
    publish(call, change, ("kept", "keep"), "1 row", purge)
    return lines


@pytest.mark.parametrize(
    ("change", "dry_run", "line"),
    [
        (Change(), False, "kept 1 row; commit 7 (undo takes it back)"),
        (Change(False), False, "kept 1 row; nothing was written"),
        (Change(), True, "dry run: would keep 1 row; nothing was written"),
    ],
)
def test_it_is_published_where_it_changes_anything_and_is_no_trial(change, dry_run, line):
    assert said(change, dry_run) == [line]
    assert change.published == (line.endswith("back)"))


def test_a_purge_begins_history_anew(monkeypatch):
    at = "memcli.retention.purge.table_history.publish_purge"
    monkeypatch.setattr(at, lambda store, change, now: SimpleNamespace(number=9))
    assert said(Change(), purge=True) == ["kept 1 row; history begins with commit 9"]
