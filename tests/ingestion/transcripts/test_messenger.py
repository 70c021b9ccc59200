"""Threads of Messenger and Instagram."""

from __future__ import annotations

from memcli.ingestion.transcripts.messenger import is_reaction, read_messenger


def message(second, name, **more):
    return {"sender_name": name, "timestamp_ms": 1772445600000 + 1000 * second, **more}


def test_a_thread_that_begins_with_its_oldest_turn_is_not_turned_round(read_with):
    said = [message(0, "Ida", content="Ahoy"), message(1, "Ben", content="Hello")]
    for messages in (said, said[::-1]):
        found = read_with(read_messenger, {"participants": [], "messages": messages})
        assert found.turns("content") == [("Ahoy",), ("Hello",)]


def test_the_oldest_comes_first_and_letters_are_put_right(read_with):
    document = {
        "participants": [{"name": "Ida"}],
        "messages": [
            message(3, "Ida", photos=[{}]),
            message(2, "Zo\u00c3\u00ab", content="Caf\u00c3\u00a9 \u00f0\u009f\u009a\u00a4"),
            message(1, "Ida", content="gone", is_unsent=True),
            message(0, "Ida", content="Ahoy"),
        ],
        "thread_path": "inbox/zoe_1",
    }
    found = read_with(read_messenger, document)
    assert found.turns("content", "name", "session_id", "timestamp") == [
        ("Ahoy", "Ida", "inbox/zoe_1", "2026-03-02T10:00:00Z"),
        ("Caf\u00e9 \U0001f6a4", "Zo\u00eb", "inbox/zoe_1", "2026-03-02T10:00:02Z"),
    ]
    assert sum(found.left_out.values()) == 2


def test_what_was_sent_is_attached_with_its_place_in_the_folder_of_the_thread(read_with):
    uri = "your_activity/messages/inbox/zoe_1/photos/Ca\u00c3\u00af.jpg"
    share = {"link": "https://oars.example/a", "share_text": "Caf\u00c3\u00a9 of oars"}
    document = {
        "messages": [
            message(2, "Ida", sticker={"uri": "stickers_used/1.png"}),
            message(1, "Ida", content="Look", share=share, videos=[{"uri": "elsewhere/v.mp4"}]),
            message(0, "Ida", photos=[{"uri": uri, "creation_timestamp": 1}]),
        ],
        "thread_path": "inbox/zoe_1",
    }
    found = read_with(read_messenger, document, "/in/zoe_1/message_1.json")
    assert found.turns("content", "attachments") == [
        ("", [{"path": "photos/Ca\u00ef.jpg"}]),
        (
            "Look",
            [
                {"path": "elsewhere/v.mp4"},
                {
                    "name": "https://oars.example/a",
                    "url": "https://oars.example/a",
                    "text": "Caf\u00e9 of oars",
                },
            ],
        ),
    ]
    assert sum(found.left_out.values()) == 1


def test_a_thread_without_a_name_is_its_folder(source):
    given = source(b'{"messages": [{"sender_name": "Ida", "timestamp_ms": 1772445600000,'
                   b' "content": "Ahoy"}]}')  # fmt: skip
    (item,) = read_messenger(given._replace(session="inbox/ben/message_2"))
    assert item.record.session_id == "inbox/ben"


def test_the_form_of_encrypted_threads_is_read_too(read_with):
    messages = [
        {"senderName": "Ben", "text": "Hi", "timestamp": 1772445601000},
        {"senderName": "Ida", "text": "Ahoy", "timestamp": 1772445600000},
    ]
    document = {"participants": ["Ida", "Ben"], "threadName": "Ben_7", "messages": messages}
    assert read_with(read_messenger, document).turns("name", "content", "session_id") == [
        ("Ida", "Ahoy", "Ben_7"), ("Ben", "Hi", "Ben_7"),
    ]  # fmt: skip


def test_a_reaction_is_no_turn(read_with):
    thread = {
        "messages": [message(1, "Ida", content="Reacted \u00e2\u009d\u00a4 to your message ")]
    }
    found = read_with(read_messenger, thread)
    assert (found.items, found.left_out) == ([], {"reactions": 1})
    assert not is_reaction("He reacted badly to your message")
