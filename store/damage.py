"""Damage of files as check reports it: which file, what is lost with it, what still stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from store.integrity import Damage, Survey
from store.problems import Problem, problem

MEND_COMMITS: Final = "run memcli repair, or restore it from a backup"
MEND_TABLES: Final = "run memcli repair"
PAST_INDEX: Final = "only query --at an earlier commit needs it; compact --keep lets it go"


def file_problems(found: Survey) -> Iterator[Problem]:
    """Yield the problems with files, and a warning where some have no digest."""
    head = max((commit.number for commit in found.commits), default=0)
    for damage in found.damages:
        yield _of_damage(damage, found.whole, head)
    if found.undigested:
        what = f"{len(found.undigested):,} files have no digests, as an earlier memcli wrote them"
        remedy = "memcli compact takes their digests; until then, a flipped bit may go unseen"
        yield problem("warning", what, remedy)


def _of_damage(damage: Damage, whole: Sequence[int], head: int) -> Problem:
    is_past_index = damage.kind == "index" and head not in damage.commits
    file = f"tables/{damage.path}"
    of = f", for {numbers_in_words(damage.commits)}" if damage.is_fatal and damage.commits else ""
    return problem(
        "warning" if is_past_index else "error",
        f"{file} {damage.fault}: it held {damage.loses}{of}",
        PAST_INDEX if is_past_index else _remedy(damage, whole),
        damage.table,
        file=file,
        commits=damage.commits if damage.is_fatal else (),
    )


def _remedy(damage: Damage, whole: Sequence[int]) -> str:
    """Return what to do, and which commits can still be read."""
    if damage.kind == "index":
        return f"{MEND_TABLES} or compact: either builds it anew, no memory is lost"
    if not damage.is_fatal or not damage.commits:
        return f"{MEND_TABLES}: no memory is lost"
    stands = f"{numbers_in_words(whole)} can be read" if whole else "no kept commit is whole"
    return f"{MEND_TABLES}; {stands}"


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Return numbers of commits as words: "commits 1 to 3, 5"."""
    runs: list[str] = []
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        span = len(members) > 2
        runs += [f"{members[0]} to {members[-1]}"] if span else map(str, members)
    return f"commit{'s' if len(numbers) > 1 else ''} {', '.join(runs)}"
