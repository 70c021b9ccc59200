"""Small JSON of other programs."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.small_json import (
    read_github,
    read_keep,
    read_llm_logs,
    read_open_webui,
    read_sillytavern,
    read_skype,
)

AT = "2026-03-02T10:00:00Z"
MICROSECONDS = 1772445600000000


def test_a_note_of_keep_has_title_list_and_labels(read_with):
    note = {"isTrashed": False, "title": "Shed", "textContent": "Key under mat",
            "listContent": [{"text": "oar", "isChecked": False}],
            "labels": [{"name": "house"}], "createdTimestampUsec": MICROSECONDS}  # fmt: skip
    found = read_with(read_keep, note)
    assert found.turns("content", "timestamp") == [("Key under mat\n- oar", AT)]
    assert found.items[0]["metadata"] == {"heading": "Shed", "tags": ["house"]}
    assert read_with(read_keep, {**note, "isTrashed": True}).items == []


def test_a_log_of_llm_is_two_turns(read_with):
    log = {"id": "1", "prompt": "Where?", "response": "Here.",
           "datetime_utc": "2026-03-02T10:00:00", "conversation_id": "c"}  # fmt: skip
    assert read_with(read_llm_logs, [log]).turns("role", "content", "session_id", "timestamp") == [
        ("user", "Where?", "c", AT), ("assistant", "Here.", "c", AT),
    ]  # fmt: skip


def test_a_chat_of_open_webui_is_its_branch_shown_last(read_with):
    def node(id_, parent, role, words):
        return {id_: {"id": id_, "parentId": parent, "role": role, "content": words}}

    messages = {**node("a", None, "user", "Where?"), **node("b", "a", "assistant", "Old"),
                **node("c", "a", "assistant", "Here.")}  # fmt: skip
    entry = {"id": "w", "chat": {"history": {"messages": messages, "currentId": "c"}}}
    assert read_with(read_open_webui, [entry]).turns("content", "session_id") == [
        ("Where?", "w"), ("Here.", "w"),
    ]  # fmt: skip


def test_an_issue_of_github_is_a_session(read_with):
    issue = {"number": 3, "title": "Leak", "body": "It leaks.", "author": {"login": "ida"},
             "createdAt": AT, "url": "https://x/3",
             "comments": [{"author": {"login": "ben"}, "body": "I see."}]}  # fmt: skip
    assert read_with(read_github, issue).turns("name", "content", "session_id") == [
        ("ida", "It leaks.", "https://x/3"), ("ben", "I see.", "https://x/3"),
    ]  # fmt: skip
    without = {"number": 4, "title": "Only a title", "body": "", "user": {"login": "ida"}}
    assert read_with(read_github, [without]).turns("content") == [("Only a title",)]


def test_a_chat_of_sillytavern_begins_with_its_head(read_with):
    lines = [
        {"user_name": "Ida", "character_name": "Bot"},
        {"name": "Bot", "is_user": False, "mes": "Ahoy", "send_date": "2026-3-2 @10h 00m 00s 5ms"},
        {"name": "Ida", "is_user": True, "mes": "Hi", "send_date": "March 2, 2026 10:00am"},
        {"name": "x", "is_user": False, "is_system": True, "mes": "saved"},
    ]
    found = read_with(read_sillytavern, "".join(json.dumps(line) + "\n" for line in lines))
    assert found.turns("name", "role", "content", "timestamp") == [
        ("Bot", "assistant", "Ahoy", AT), ("Ida", "user", "Hi", AT),
    ]  # fmt: skip


def test_a_conversation_of_skype_begins_with_its_oldest_turn(read_with):
    def message(id_, words, kind="RichText", **more):
        return {"id": id_, "messagetype": kind, "content": words, "from": "8:live:ida",
                "originalarrivaltime": AT, **more}  # fmt: skip

    messages = [
        message("3", "<b>Now</b> &amp; here", displayName="Ida B"),
        message("2", "x", "ThreadActivity/AddMember"),
        message("1", "Ahoy"),
    ]
    chats = [{"id": "19:x", "displayName": "Boat", "MessageList": messages}]
    found = read_with(read_skype, {"userId": "8:live:ida", "conversations": chats})
    assert found.turns("name", "content", "session_id") == [
        ("live:ida", "Ahoy", "Boat"), ("Ida B", "Now & here", "Boat"),
    ]  # fmt: skip
