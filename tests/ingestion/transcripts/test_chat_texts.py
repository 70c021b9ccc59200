"""Text exports of chats, by the forms of the file of data."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.chat_texts import is_chat_text, read_chat_text

CHATS = {
    "imessage": "Mar 02, 2026 10:00:00 AM\nIda\nThe roof leaks\nbadly\n\n"
    "Mar 02, 2026  3:01:00 PM (Read by them after 5 seconds)\n+31600000000\nI mend it\n\n",
    "kakaotalk": "2026년 3월 2일 월요일\n2026년 3월 2일 오전 10:00, Ida : The roof leaks\nbadly\n"
    "2026년 3월 2일 오후 3:01, +31600000000 : I mend it\n",
    "kakaotalk-desktop": "Ida 님과 카카오톡 대화\n저장한 날짜 : 2026-03-03\n\n"
    "--------------- 2026년 3월 2일 월요일 ---------------\n"
    "[Ida] [오전 10:00] The roof leaks\nbadly\n[+31600000000] [오후 3:01] I mend it\n",
    "line": "[LINE] Chat history\nSaved on: 2026/03/03 10:00\n\n2026/03/02(Mon)\n"
    "10:00\tIda\tThe roof leaks\nbadly\n15:01\t+31600000000\tI mend it\n"
    "15:02\tIda unsent a message.\n",
    "zoom": "10:00:00\t From Ida to Everyone:\n\tThe roof leaks\n\tbadly\n"
    "15:01:00\t From +31600000000 to Everyone:\n\tI mend it\n",
}


@pytest.mark.parametrize("form", CHATS)
def test_each_form_has_the_same_turns(read_with, form):
    assert is_chat_text(CHATS[form].encode())
    found = read_with(read_chat_text, CHATS[form])
    assert found.turns("name", "content") == [
        ("Ida", "The roof leaks\nbadly"), ("+31600000000", "I mend it"),
    ]  # fmt: skip
    if form == "zoom":  # which names no day
        assert [item["metadata"]["time"] for item in found.items] == ["10:00:00", "15:01:00"]
        return
    times = [time[:16] for (time,) in found.turns("timestamp")]
    assert times == ["2026-03-02T10:00", "2026-03-02T15:01"]


def test_what_is_copied_from_the_page_of_an_assistant_has_its_speakers(read_with):
    pasted = "You said:\nWhere?\n\nChatGPT said:\nIn the shed.\n\nBehind you said: the door.\n"
    assert is_chat_text(pasted.encode())
    assert read_with(read_chat_text, pasted).turns("who", "content") == [
        ("user", "Where?"), ("ChatGPT", "In the shed.\n\nBehind you said: the door."),
    ]  # fmt: skip
    assert not is_chat_text(b"You said:\n\nnothing")


def test_what_is_copied_from_slack_has_its_speakers(read_with):
    found = read_with(read_chat_text, "Ida K  10:00 AM\nWhere?\n\nBen L  3:01 PM\nHere.\nSee?\n")
    assert found.turns("name", "content") == [("Ida K", "Where?"), ("Ben L", "Here.\nSee?")]
    assert [item["metadata"]["time"] for item in found.items] == ["10:00 AM", "3:01 PM"]


def test_paths_of_imessage_are_attachments(read_with):
    path = "/Users/ida/Library/Messages/Attachments/b7/07/at_0/My Boat.jpeg"
    head = "Mar 02, 2026 10:00:00 AM\nIda\n"
    chat = f"{head}{path}\n\n{head}attachments/12/34.heic\nThe oar\n\n"
    assert read_with(read_chat_text, chat).turns("content", "attachments") == [
        ("", [path]), ("The oar", ["attachments/12/34.heic"]),
    ]  # fmt: skip


def test_zoom_may_write_the_text_on_the_next_line(read_with):
    chat = "From Ida to Everyone:  02:42 PM\nThe roof leaks\nFrom Ben to Everyone 10:56 AM\nOh\n"
    assert read_with(read_chat_text, chat).turns("name", "content") == [
        ("Ida", "The roof leaks"), ("Ben", "Oh"),
    ]  # fmt: skip


def test_other_text_is_none(read_with):
    assert not is_chat_text(b"Breakfast  8:00\nMeeting  10:30\nLunch  12:00\n")
    assert not is_chat_text(b"Ida: Ahoy\n10:00\tx\n")
    assert read_with(read_chat_text, "Ida: Ahoy\n").items == []


def test_otter_writes_names_with_times_above_the_words(read_with):
    chat = (
        "Ida Bloom  0:03\nThe roof leaks\nbadly.\n\n"
        "Ben Oak  1:02:07\nI mend it.\n\nTranscribed by https://otter.ai\n"
    )
    assert is_chat_text(chat.encode())
    assert read_with(read_chat_text, chat).turns("name", "content") == [
        ("Ida Bloom", "The roof leaks\nbadly."), ("Ben Oak", "I mend it."),
    ]  # fmt: skip


def test_older_chats_of_zoom_have_no_addressee(read_with):
    chat = "10:00:00\t From  Ida Bloom : The oar: here\n10:01:00\t From  Ben : ok\n"
    assert read_with(read_chat_text, chat).turns("name", "content") == [
        ("Ida Bloom", "The oar: here"), ("Ben", "ok"),
    ]  # fmt: skip


def test_what_is_copied_out_of_teams_has_words_below_a_name(read_with):
    chat = "[3/2/2026 10:00 AM] Ida Bloom\nThe oar\n[3/2/2026 10:01 AM] Ben\nok\n"
    assert is_chat_text(chat.encode())
    assert read_with(read_chat_text, chat).turns("name", "content", "timestamp") == [
        ("Ida Bloom", "The oar", "2026-03-02T10:00:00Z"),
        ("Ben", "ok", "2026-03-02T10:01:00Z"),
    ]
    assert not is_chat_text(b"[2026-03-02 10:00:00 AM] A title\nwords\n")


def test_a_transcript_of_meet_has_its_day_in_its_title(read_with):
    chat = (
        "Oars (2026-03-02 10:00 GMT+1) - Transcript\nAttendees\nIda Bloom, Ben Oak\nTranscript\n"
        "Ida Bloom: The roof leaks: badly.\n00:05:00\nBen Oak: I mend it.\n"
        "Meeting ended after 00:10:12\nThis editable transcript was computer generated and more.\n"
    )
    assert is_chat_text(chat.encode())
    assert read_with(read_chat_text, chat).turns("name", "content", "timestamp") == [
        ("Ida Bloom", "The roof leaks: badly.", "2026-03-02T00:00:00Z"),
        ("Ben Oak", "I mend it.", "2026-03-02T00:00:00Z"),
    ]
    assert not is_chat_text(b"Ida Bloom: The roof leaks: badly.\n")


def test_a_chat_of_qq_has_numbers_behind_names_and_words_below(read_with):
    chat = (
        "消息记录\n\n====\n消息对象:Ben\n====\n\n"
        "2026-03-02 10:00:00 Ida(12345678)\n屋顶漏水了\n\n"
        "2026-03-02 下午 10:01:00 Ben<ben@qq.com>\n好的\n周五来\n"
    )
    assert is_chat_text(chat.encode())
    assert read_with(read_chat_text, chat).turns("name", "content", "timestamp") == [
        ("Ida", "屋顶漏水了", "2026-03-02T10:00:00Z"),
        ("Ben", "好的\n周五来", "2026-03-02T22:01:00Z"),
    ]


def test_a_chat_of_twitch_has_its_zone(read_with):
    chat = "[2026-03-02 10:00:05 UTC] ida: The roof: it leaks\n[2026-03-02 10:00:09 UTC] ben: ok\n"
    assert read_with(read_chat_text, chat).turns("name", "content", "timestamp") == [
        ("ida", "The roof: it leaks", "2026-03-02T10:00:05Z"),
        ("ben", "ok", "2026-03-02T10:00:09Z"),
    ]
