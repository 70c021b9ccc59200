"""Outcomes and lessons of made-up sessions, by agent: figures of the page experience."""

from __future__ import annotations

import pytest

from memcli.consolidation.experience.agent_sessions import AgentSession
from memcli.consolidation.experience.lessons import find_lessons
from memcli.ingestion.transcripts import read_source
from tests.support.agent_sessions import projects, write_session

pytestmark = pytest.mark.bench

CLIENTS = ("claude-code", "codex", "gemini", "opencode", "specstory", "aider")


def read(path, id_):
    session = AgentSession(id_)
    for number, item in enumerate(read_source(str(path))):
        said = item.record
        session.turns.append(
            {
                "id": f"{id_}-{number}",
                "session_id": id_,
                "seq": number,
                "text": said.content,
                "happened_at": said.timestamp,
                "trials": (said.metadata or {}).get("trials"),
                "is_assistant": said.role == "assistant",
            }
        )
    return session


@pytest.mark.parametrize("half", ["dev", "held", "later"])
@pytest.mark.parametrize("client", CLIENTS)
def test_outcomes_and_lessons_of_each_client(tmp_path, half, client):
    outcomes, wanted, found, right = [], 0, 0, 0
    for name, project in projects(half).items():
        sessions = []
        for day, one in enumerate(project["sessions"]):
            path = write_session(tmp_path, client, name, day, one["steps"])
            sessions.append(read(path, f"{name}-{day}"))
            outcomes.append((sessions[-1].outcome() or "open") == one["outcome"])
        texts = [lesson.text for lesson in find_lessons(sessions)]
        told = [
            [all(word in text for word in some) for text in texts] for some in project["lessons"]
        ]
        wanted, found = wanted + len(told), found + len(texts)
        right += sum(map(any, told))
    print(
        f"{half} {client}: {sum(outcomes)} of {len(outcomes)} outcomes right;"
        f" {right} of {wanted} lessons found, {found} in all"
    )
    assert sum(outcomes) >= 0.9 * len(outcomes)
    assert found <= wanted
    assert right >= (0.25 if client == "aider" else 0.75) * wanted
