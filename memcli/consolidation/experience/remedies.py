"""
Remedies: commands that failed in several sessions, and what was done each time before it worked.

STE (Wang et al., 2024) and JARVIS-1 keep which calls of tools failed and which passed, and learn
from both. Here a remedy is the same change of a command, or the same step before it, that let it
pass in at least two sessions; and the failing form has not passed since. What failed because the
work was not done yet (a test that fails) teaches nothing about how to run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final

from memcli.consolidation.experience.agent_sessions import AgentSession, Edits, Trial
from memcli.language.commands import Run
from memcli.language.data import any_of, read_data

INSTEAD: Final = "instead"
BEFORE: Final = "before"
MIN_SESSIONS: Final = 2
# What comes later in a session than so many trials has nothing to do with a failure any more.
FURTHEST: Final = 12
# A form that passes more often than this does not fail.
MOST_PASSED: Final = 0.25
FEWEST_SHARED: Final = 2
_ELSE: Final = "..."
_PATH: Final = re.compile(r"[./~]|\d{3,}|::")
# A file that is named, and not just where one is.
_PLACE: Final = re.compile(r"(?!-)\S*\w\.\w\S*")


@dataclass(frozen=True)
class Remedy:
    """One time that a command failed, and what passed after: instead of it, or before it again."""

    kind: str
    failed: Trial
    worked: Trial
    session: str


@dataclass(frozen=True)
class RemedyForm:
    """
    The same remedy of several sessions: what failed and what worked, as far as they all share it.

    said: how it failed, by the newest; passed: how often what worked did.
    """

    kind: str
    failed: tuple[str, ...]
    worked: str
    said: str
    times: tuple[Remedy, ...]
    passed: int

    @property
    def key(self) -> str:
        """What it is called by, the same as long as it is of the same commands."""
        return f"{self.kind}\n{self.worked}\n{self.failed[0]}"

    @property
    def text(self) -> str:
        """The lesson in a sentence."""
        failed = " and ".join(f"`{form}`" for form in self.failed)
        why = f" ({self.said})" if self.said else ""
        n = len(self.times)
        count = "once" if n == 1 else f"{n} times"
        if self.kind == BEFORE:
            return f"{failed} failed {count}{why} until `{self.worked}` was run."
        return f"{failed} failed {count}{why}; `{self.worked}` worked instead."


def find_remedies(session: AgentSession) -> list[Remedy]:
    """Return what a session tells of commands that failed and what passed after."""
    trials, edits = _numbered(session)
    found = []
    for at, failed in enumerate(trials):
        if failed.ok or not failed.words or is_of_work(failed.said):
            continue
        later = list(zip(trials, edits, strict=True))[at + 1 : at + 1 + FURTHEST]
        remedy = _instead(failed, later, edits[at]) or _before(failed, later, edits[at])
        if remedy:
            found.append(Remedy(*remedy, session.id))
    return found


def _numbered(session: AgentSession) -> tuple[list[Trial], list[int]]:
    """Return the trials of a session, and how many edits came before each."""
    trials, edits, n = [], [], 0
    for each in session.events:
        if isinstance(each, Edits):
            n += each.n
        elif isinstance(each, Trial):
            trials.append(each)
            edits.append(n)
    return trials, edits


def _instead(
    failed: Trial, later: Sequence[tuple[Trial, int]], edits: int
) -> tuple[str, Trial, Trial] | None:
    """Return what passed in the place of a command: first tried before anything was changed."""
    for at, (trial, n) in enumerate(later):
        if trial.words == failed.words or n > edits:
            return None
        if is_alike(failed.words, trial.words):
            passes = (t for t, _ in later[at:] if t.ok and _goes_on(trial.run, t.run))
            worked = next(passes, None)
            # Failing in the same way, it is no other way of doing it.
            same = not trial.ok and trial.said == failed.said
            return (INSTEAD, failed, worked) if worked and not same else None
    return None


def _before(
    failed: Trial, later: Sequence[tuple[Trial, int]], edits: int
) -> tuple[str, Trial, Trial] | None:
    """Return the step after which the same command passed, where nothing else was changed."""
    step: Trial | None = None
    for trial, n in later:
        if n > edits:
            return None
        if trial.words == failed.words:
            return (BEFORE, failed, step) if trial.ok and step else None
        step = trial if trial.ok and trial.words else step
    return None


def _goes_on(first: Run, later: Run) -> bool:
    """Say whether a command is one from before, or the same with other arguments or variables."""
    if not later.words:
        return False
    return (
        first.plain == later.plain or len(common_start([first.plain, later.plain])) > FEWEST_SHARED
    )


def is_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether two commands, of different words, are for the same thing."""
    if not first or not second or first == second:
        return False
    shared = _telling(first) & _telling(second)
    if first[0] == second[0]:
        return first[:2] == second[:2] or len(shared - {first[0]}) >= FEWEST_SHARED
    places = {word for word in first if _PLACE.fullmatch(word)} & set(second)
    return bool(shared or places)


def _telling(words: Sequence[str]) -> set[str]:
    """Return the words of a command that say what it is for: no options, no places."""
    return {w for w in words if len(w) > 1 and not w.startswith("-") and not _PATH.search(w)}


def is_of_work(said: str) -> bool:
    """Say whether a command failed because of what it judges, and not of how it was run."""
    is_cause = bool(_pattern("commands", "causes").search(said))
    return not is_cause and bool(_pattern("experience", "of_work").search(said))


# ---------------------------------------------------------------- of several sessions


def remedy_forms(sessions: Sequence[AgentSession]) -> list[RemedyForm]:
    """Return the remedies that several sessions have in common, and that still hold."""
    groups: list[list[Remedy]] = []
    for remedy in (each for session in sessions for each in find_remedies(session)):
        group = next((group for group in groups if _fits(remedy, group)), None)
        if group is None:
            groups.append([remedy])
        else:
            group.append(remedy)
    trials = [trial for session in sessions for trial in session.trials]
    forms = (_form(group, trials) for group in groups)
    return [form for form in forms if form is not None]


def _fits(remedy: Remedy, group: Sequence[Remedy]) -> bool:
    first = group[0]
    if remedy.kind != first.kind:
        return False
    prefix = common_start([first.worked.words, remedy.worked.words])
    least = min(2, len(first.worked.words), len(remedy.worked.words))
    shared = _telling(first.failed.words) & _telling(remedy.failed.words)
    return len(prefix) >= least and bool(shared)


def _form(group: Sequence[Remedy], trials: Sequence[Trial]) -> RemedyForm | None:
    """Return what a group has in common; None where that is too little, or holds no more."""
    if len({remedy.session for remedy in group}) < MIN_SESSIONS:
        return None
    failing = [remedy.failed.words for remedy in group]
    worked = [remedy.worked.words for remedy in group]
    start = common_start(worked)
    added = _added(worked, failing) if group[0].kind == INSTEAD else ()
    starts = _starts(failing)
    if not start:
        return None
    if start in starts and not added:
        return _example(group, start)
    if _passes(trials, starts, start, added, group[-1]):
        return None
    passed = sum(trial.ok and _is_of(trial.words, start, added) for trial in trials)
    shown = (told_form(start, added, worked), *(told_form(s, (), failing) for s in starts))
    said = group[-1].failed.said
    return RemedyForm(group[0].kind, shown[1:], shown[0], said, tuple(group), passed)


def _example(group: Sequence[Remedy], start: tuple[str, ...]) -> RemedyForm | None:
    """
    Return a remedy that differs each time, by its newest; None but where it failed the same way.

    The commands have nothing in common that others lack, so what they failed of has to say it.
    """
    newest = group[-1]
    same = [remedy for remedy in group if remedy.failed.said == newest.failed.said]
    is_told = bool(newest.failed.said) and len({each.session for each in same}) >= MIN_SESSIONS
    if newest.kind != INSTEAD or not is_told or len(start) < FEWEST_SHARED:
        return None
    failed, worked, said = newest.failed.did, newest.worked.did, newest.failed.said
    return RemedyForm(INSTEAD, (failed,), worked, said, tuple(same), len(same))


def _passes(
    trials: Sequence[Trial],
    starts: Sequence[tuple[str, ...]],
    worked: tuple[str, ...],
    added: tuple[str, ...],
    last: Remedy,
) -> bool:
    """Say whether what is told to fail passes too often, or has passed since."""
    if last.kind == BEFORE:
        return False
    of_form = [
        trial
        for trial in trials
        if any(_is_of(trial.words, start, ()) for start in starts)
        and not _is_of(trial.words, worked, added)
    ]
    passed = [trial for trial in of_form if trial.ok]
    after = of_form.index(last.failed) if last.failed in of_form else len(of_form)
    since = any(trial.ok for trial in of_form[after:])
    return since or len(passed) > MOST_PASSED * max(len(of_form), 1)


def _is_of(words: tuple[str, ...], start: tuple[str, ...], added: Iterable[str]) -> bool:
    return words[: len(start)] == start and all(word in words for word in added)


def _starts(commands: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return what the commands of each program begin with, the most frequent program first."""
    by_program: dict[str, list[tuple[str, ...]]] = {}
    for words in commands:
        by_program.setdefault(words[0], []).append(words)
    groups = sorted(by_program.values(), key=len, reverse=True)
    return [common_start(group) for group in groups]


def _added(worked: Sequence[tuple[str, ...]], failed: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the options that all that worked have behind their start, and nothing that failed."""
    start = len(common_start(worked))
    options = [word for word in worked[0][start:] if word.startswith("-")]
    return tuple(
        word
        for word in options
        if all(word in words for words in worked) and not any(word in words for words in failed)
    )


def common_start(commands: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the words with which all commands begin."""
    pairs = takewhile(lambda words: len(set(words)) == 1, zip(*commands, strict=False))
    return tuple(words[0] for words in pairs)


def told_form(
    start: tuple[str, ...], added: tuple[str, ...], commands: Sequence[tuple[str, ...]]
) -> str:
    """Return a form of a command as it is told, with `...` for what differs."""
    some = [words for words in commands if words[: len(start)] == start]
    is_more = any(len(words) > len(start) + len(added) for words in some)
    return " ".join([*start, *([_ELSE] if is_more else ()), *added])


@cache
def _pattern(name: str, key: str) -> re.Pattern[str]:
    return any_of(read_data(name)[key])


def remedies_in(forms: Iterable[RemedyForm]) -> Iterator[Remedy]:
    """Yield all single times of some forms."""
    for form in forms:
        yield from form.times
