"""Exports of Slack."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts import Accepted, Intake, read_source
from memcli.ingestion.transcripts.slack import plain, read_slack

USERS = [{"id": "U1", "name": "ida", "profile": {"display_name": "Ida"}},
         {"id": "U2", "name": "ben", "real_name": "Ben Oak", "profile": {}}]  # fmt: skip
DAY = [
    {"type": "message", "subtype": "channel_join", "user": "U1", "text": "joined",
     "ts": "1772445590.1"},
    {"type": "message", "user": "U1", "text": "<@U2> mend &lt;it&gt;", "ts": "1772445601.0002",
     "thread_ts": "1772445601.0002"},
    {"type": "message", "subtype": "bot_message", "username": "ci", "text": "built",
     "ts": "1772445602.1"},
    {"type": "message", "user": "U9", "text": "who?", "ts": "1772445603.1",
     "user_profile": {"real_name": "Gus"}},
]  # fmt: skip


@pytest.fixture
def export(tmp_path):
    (tmp_path / "quay").mkdir()
    (tmp_path / "users.json").write_text(json.dumps(USERS))
    (tmp_path / "quay" / "2026-03-02.json").write_text(json.dumps(DAY))
    return tmp_path


def test_names_come_from_users_json_and_the_channel_is_the_session(export):
    intake = Intake()
    path = export / "quay" / "2026-03-02.json"
    items = list(read_source(str(path), intake=intake))
    assert all(isinstance(item, Accepted) for item in items)
    records = [item.record for item in items]
    assert [(r.name, r.content, r.session_id, r.id) for r in records] == [
        ("Ida", "@Ben Oak mend <it>", "quay", "1772445601.0002"),
        ("ci", "built", "quay", "1772445602.1"),
        ("Gus", "who?", "quay", "1772445603.1"),
    ]
    assert records[0].metadata == {"thread": "1772445601.0002"}
    assert records[0].timestamp.isoformat() == "2026-03-02T10:00:01.000200+00:00"
    assert intake.left_out == {"service lines": 1}


def test_files_have_a_name_and_words_but_no_address(read_with):
    file = {"id": "F1", "name": "b.jpg", "title": "Boat", "mimetype": "image/jpeg",
            "alt_txt": "A red boat", "url_private": "https://x.example/b.jpg?t=xoxe"}  # fmt: skip
    day = [{**DAY[1], "text": "", "files": [file, {"id": "F2", "mode": "tombstone"}]}]
    assert read_with(read_slack, day, "-").turns("content", "attachments") == [
        ("", [{"name": "Boat", "mimetype": "image/jpeg", "alt": "A red boat"}])
    ]


def test_a_program_speaks_in_what_is_attached_and_older_files_are_one(read_with):
    bot = {"type": "message", "subtype": "bot_message", "bot_id": "B1", "text": "",
           "ts": "1772445601.1", "attachments": [
               {"fallback": "x", "pretext": "1 commit by Ida:", "text": "<https://a.org|b6>: mend"},
               {"fallback": "built"}]}  # fmt: skip
    file = {"type": "message", "subtype": "file_share", "text": "a file", "ts": "1772445602.1",
            "file": {"user": "U1", "title": "Boat"}}  # fmt: skip
    found = read_with(read_slack, [bot, file], "-")
    assert found.turns("name", "content", "attachments") == [
        ("B1", "1 commit by Ida:\nb6: mend\nbuilt", None), ("U1", "a file", [{"name": "Boat"}]),
    ]  # fmt: skip


def test_without_users_an_id_is_a_name(read_with):
    found = read_with(read_slack, DAY, "-")
    assert found.turns("name")[0] == ("U1",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<#C1|quay> and <!here> and <!subteam^S1|@crew>", "#quay and @here and @@crew"),
        ("<https://a.org/x|the page> <https://a.org>", "the page https://a.org"),
        ("a &amp; b <@U7|gus>", "a & b @gus"),
    ],
)
def test_markup_is_words(text, words):
    assert plain(text, {}) == words


def test_words_that_are_in_blocks_alone_are_read(read_with):
    def text(words):
        return {"type": "text", "text": words}

    section = [text("Ask "), {"type": "user", "user_id": "U9"}, {"type": "emoji", "name": "boat"}]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": section}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Now*"}},
    ]
    day = [{"type": "message", "user": "U1", "ts": "1772445600.0", "text": "", "blocks": blocks}]
    assert read_with(read_slack, day).turns("content") == [("Ask @U9:boat:\n*Now*",)]
