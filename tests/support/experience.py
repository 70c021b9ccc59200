"""Sessions of agents as the step that learns from them has them, from steps (agent_sessions)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from memcli.consolidation.experience.agent_sessions import AgentSession
from memcli.ingestion.transcripts.trials import Trials

BEGIN = datetime(2031, 5, 4, 9, tzinfo=UTC)


def session(steps: Sequence[Sequence[Any]], id_: str = "s", day: int = 0) -> AgentSession:
    """Return a session of steps, two minutes apart."""
    trials, made = Trials(), AgentSession(id_)
    for number, (what, *told) in enumerate(steps):
        if what == "e":
            trials.edit()
        elif what == "x":
            command, status, output = told
            trials.ran(command, f"Exit code {status}\n{output}" if status else output, status > 0)
        else:
            made.turns.append(
                {
                    "id": f"{id_}-{number}",
                    "session_id": id_,
                    "seq": number,
                    "text": told[0],
                    "happened_at": BEGIN + timedelta(days=day, minutes=2 * number),
                    "trials": trials.take(),
                    "is_assistant": what == "a",
                }
            )
    return made


def sessions(*talks: Sequence[Sequence[Any]]) -> list[AgentSession]:
    """Return sessions of steps, one a day."""
    return [session(steps, f"s{day}", day) for day, steps in enumerate(talks)]
