"""Past of a store: which commits are kept, what a step came after, and what a time means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from store.commits import Commit, read_commit
from store.errors import BadUsage, InputNotFound


def kept_numbers(commits: Sequence[Commit], since: int = 1) -> set[int]:
    """
    Numbers, from one on, of those commits whose table versions are still there.

    commits: all from that number on that can be read, newest first.
    """
    oldest = max((c.keeps_from for c in commits if c.keeps_from is not None), default=1)
    purge = max((c.number for c in commits if c.is_purge), default=1)
    undone = {number for number in undone_commits(commits) if number >= purge}
    lost = {number for commit in commits for number in commit.lost}
    kept = ({c.number for c in commits if c.number >= oldest} | undone) - lost
    return {number for number in kept if number >= since}


def undone_commits(commits: Sequence[Commit]) -> list[int]:
    """Return the commits that an undo left: their rows may be in no other state."""
    by_number = {commit.number: commit for commit in commits}
    left = (
        by_number[c.parent] for c in commits if c.restores is not None and c.parent in by_number
    )
    return [commit.restores or commit.number for commit in left]


def number_before(folder: Path, commit: Commit) -> int:
    """Return the commit before the step that made the state of one; InputNotFound for the first."""
    step = _step(folder, commit)
    if step.parent is None:
        raise InputNotFound("there is nothing to undo", "see: memcli log")
    parent = read_commit(folder, step.parent)
    return parent.restores or parent.number


def _step(folder: Path, commit: Commit) -> Commit:
    """Return the commit that gave a state its content: compacting and undoing do not."""
    earlier = commit.restores or (commit.parent if commit.command == "compact" else None)
    return _step(folder, read_commit(folder, earlier)) if earlier else commit


def parse_moment(text: str) -> datetime:
    """Return a time, in UTC where it names no zone; BadUsage when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is neither the number of a commit nor a time"
        raise BadUsage(what, "see: memcli log") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
