"""Exports of DiscordChatExporter in JSON."""

from __future__ import annotations

from memcli.ingestion.transcripts.discord import read_discord


def message(id_, content, type_="Default", **author):
    return {"id": id_, "type": type_, "timestamp": "2026-03-02T11:00:00+01:00", "content": content,
            "author": {"id": "1", "name": "ida", **author}, "attachments": []}  # fmt: skip


def test_a_channel_is_a_session_and_nicknames_come_first(read_with):
    document = {
        "guild": {"id": "1", "name": "Club"},
        "channel": {"id": "2", "name": "quay"},
        "messages": [
            message("1", "Ahoy", nickname="Ida B"),
            message("2", "Hi", "Reply"),
            message("3", "", "GuildMemberJoin"),
            message("4", ""),
            {**message("5", ""), "attachments": [{"url": "f/b.png", "fileName": "b.png"}]},
        ],
    }
    found = read_with(read_discord, document)
    assert found.turns("content", "name", "session_id", "timestamp", "utc_offset") == [
        ("Ahoy", "Ida B", "2", "2026-03-02T10:00:00Z", 60),
        ("Hi", "ida", "2", "2026-03-02T10:00:00Z", 60),
        ("", "ida", "2", "2026-03-02T10:00:00Z", 60),
    ]
    assert found.items[2]["attachments"] == [{"url": "f/b.png", "fileName": "b.png"}]
    assert found.items[0]["metadata"] == {"guild": "Club", "channel": "quay"}
    assert found.left_out == {"service lines": 1, "pictures and files without words or names": 1}
