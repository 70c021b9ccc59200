"""Text exports of DiscordChatExporter."""

from __future__ import annotations

from memcli.ingestion.transcripts.discord_text import is_discord_text, read_discord_text

RULE = "=" * 62
EXPORT = f"""{RULE}
Guild: Club
Channel: Chat / quay
{RULE}

[13-Mar-26 10:00 AM] ida
The boat is blue.
It leaks.

{{Attachments}}
https://cdn.example/x.png

{{Reactions}}
:oar: (2)

[13-Mar-26 10:02 AM] ben oak (pinned)
Looks great.


{RULE}
Exported 2 message(s)
{RULE}
"""


def test_names_stand_above_the_words(read_with):
    assert is_discord_text(EXPORT.encode())
    found = read_with(read_discord_text, EXPORT)
    assert found.turns("name", "content", "session_id", "timestamp") == [
        ("ida", "The boat is blue.\nIt leaks.", "Chat / quay", "2026-03-13T10:00:00Z"),
        ("ben oak", "Looks great.", "Chat / quay", "2026-03-13T10:02:00Z"),
    ]
    assert found.turns("attachments") == [(["https://cdn.example/x.png"],), (None,)]


def test_rules_alone_are_no_export():
    assert not is_discord_text(f"{RULE}\nNotes\n{RULE}\n".encode())
