"""Files beside the conversations of an export."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts.companions import read_companion
from memcli.ingestion.transcripts.sniff import detect_form

FILES = {
    "integration_logs": [
        {"user_id": "U1", "user_name": "ida", "date": "1772445600", "change_type": "added"}
    ],
    "users": [{"id": "U1", "name": "ida", "profile": {}}],
    "channels": [{"id": "C1", "name": "quay", "members": []}],
    "account": [{"uuid": "1", "full_name": "Ida", "email_address": "i@example.org"}],
    "projects": [{"uuid": "1", "name": "x", "is_private": True, "docs": []}],
    "group_info": {"members": [{"name": "Ida", "user_type": "Human"}]},
    "session": {"id": "s1", "projectID": "p", "directory": "/", "time": {"created": 1}},
}


@pytest.mark.parametrize("name", FILES)
def test_they_are_known_and_counted(source, read_with, name):
    assert (
        detect_form(source(json.dumps(FILES[name]).encode(), path=f"{name}.json"))[0] == "companion"
    )
    found = read_with(read_companion, FILES[name])
    assert found.items == []
    assert sum(found.left_out.values()) == 1
