from __future__ import annotations

from memcli.ingestion.sync.projects import by_project
from memcli.ingestion.transcripts import Accepted
from memcli.records import Message


def said(session, folder=None, namespace=None):
    about = {"cwd": folder} if folder else None
    message = Message(v=1, content="x", session_id=session, metadata=about, namespace=namespace)
    return Accepted(message, "log.jsonl", 1)


def test_a_session_is_of_the_project_in_which_it_began():
    items = [said("a", "/one"), said("a", "/two"), said("b"), said("b", "/two"), said("c")]
    spaces = [item.record.namespace for item in by_project(items, lambda folder: folder[1:])]
    assert spaces == ["one", "one", None, "two", None]


def test_what_names_its_namespace_keeps_it():
    [item] = by_project([said("a", "/one", "mine")], lambda folder: folder[1:])
    assert item.record.namespace == "mine"
