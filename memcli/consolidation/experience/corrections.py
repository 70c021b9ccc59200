"""
Corrections: how a user had something done instead, said in several sessions, in the user's words.

ReasoningBank (Ouyang et al., 2025) keeps what failed attempts taught beside what worked; here it is
the user who says so. The newest words stand for all, and what was said the other way round since is
no lesson any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from memcli.consolidation.experience.agent_sessions import AgentSession
from memcli.extraction.derived import open_text
from memcli.jsonl import Row
from memcli.language.secrets import has_secret
from memcli.language.verdicts import Correction

MIN_SESSIONS: Final = 2
LONGEST: Final = 200


class Corrected(NamedTuple):
    """A correction, the turn that says it, and its session."""

    correction: Correction
    turn: Row
    session: str


@dataclass(frozen=True)
class CorrectionForm:
    """The same correction in several sessions, in order of time."""

    times: tuple[Corrected, ...]

    @property
    def newest(self) -> Correction:
        """How it was said last."""
        return self.times[-1].correction

    @property
    def key(self) -> str:
        """What it is called by."""
        first = self.times[0].correction
        return f"correction\n{first.wanted}\n{first.unwanted}"

    @property
    def text(self) -> str:
        """The lesson: what the user said last of it, word for word."""
        n = len(self.times)
        return f'The user, {n} times: "{open_text(self.newest.sentence)}"'


def correction_forms(sessions: Sequence[AgentSession]) -> list[CorrectionForm]:
    """Return the corrections that were said in several sessions and hold still."""
    said = [
        Corrected(correction, turn, session.id)
        for session in sessions
        for turn, correction in session.corrections()
        if len(correction.sentence) <= LONGEST and not has_secret(turn["text"])
    ]
    groups: list[list[Corrected]] = []
    for each in said:
        group = next((g for g in groups if _is_same(g[0].correction, each.correction)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    kept = (g for g in groups if len({each.session for each in g}) >= MIN_SESSIONS)
    order = {id(each): place for place, each in enumerate(said)}
    forms = [CorrectionForm(tuple(group)) for group in kept]
    return [form for form in forms if not _is_taken_back(form, said, order)]


def _is_same(first: Correction, second: Correction) -> bool:
    """Say whether two corrections want the same, or the same not."""
    wanted = first.wanted is not None and first.wanted == second.wanted
    unwanted = first.unwanted is not None and first.unwanted == second.unwanted
    return (wanted and _agree(first.unwanted, second.unwanted)) or (
        unwanted and _agree(first.wanted, second.wanted)
    )


def _agree(first: str | None, second: str | None) -> bool:
    return first is None or second is None or first == second


def _is_taken_back(form: CorrectionForm, said: Sequence[Corrected], order: dict[int, int]) -> bool:
    """Say whether what was not wanted is wanted since."""
    last = order[id(form.times[-1])]
    own = {each.correction.wanted for each in form.times} - {None}
    unwanted = {each.correction.unwanted for each in form.times} - {None}
    later = [each.correction for each in said if order[id(each)] > last]
    return any(each.wanted in unwanted or each.unwanted in own for each in later)
