"""Exports of Zulip."""

from __future__ import annotations

from memcli.ingestion.transcripts.zulip import read_zulip
from tests.support.chat_samples import REALM, ZULIP


def test_names_and_channels_lie_beside(read_with, tmp_path):
    (tmp_path / "realm.json").write_bytes(REALM)
    path = tmp_path / "messages-000001.json"
    path.write_bytes(ZULIP)
    found = read_with(read_zulip, ZULIP, str(path))
    assert found.turns("who", "content", "timestamp", "session_id") == [
        ("Ida", "Where is the oar?", "2026-03-02T10:00:00Z", "boat > oars")
    ]


def test_without_them_there_are_numbers(read_with, tmp_path):
    found = read_with(read_zulip, ZULIP, str(tmp_path / "messages-000001.json"))
    assert found.turns("who", "session_id") == [("10", "5 > oars")]


def test_the_realm_is_a_companion(read_with):
    found = read_with(read_zulip, REALM)
    assert found.items == []
    assert found.left_out == {"files of people, channels and settings": 1}
