"""Accounts at ChatGPT and claude.ai."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts.accounts import read_chatgpt, read_claude, read_deepseek
from memcli.ingestion.transcripts.sniff import detect_form


def node(key, parent, role, *parts, **more):
    """A node of the tree of a conversation of ChatGPT; kind, hidden, recipient and time differ."""
    metadata = {"is_visually_hidden_from_conversation": True} if more.pop("hidden", False) else {}
    message = {
        "id": f"{key}-message",
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": more.pop("time", None),
        "content": {"content_type": more.pop("kind", "text"), "parts": list(parts)},
        "recipient": more.pop("recipient", "all"),
        "metadata": metadata,
    }
    return {key: {"id": key, "parent": parent, "children": [], "message": message}}


ROOT = {"root": {"id": "root", "parent": None, "children": ["s"], "message": None}}
TREE = {
    **ROOT,
    **node("s", "root", "system", "", hidden=True),
    **node("q", "s", "user", "Where is the boat?", time=1772445601.5),
    **node("old", "q", "assistant", "In the shed, I was told at first."),
    **node("think", "q", "assistant", "Hm.", kind="thoughts"),
    **node("code", "think", "assistant", "find()", recipient="python"),
    **node("tool", "code", "tool", "found"),
    **node("new", "tool", "assistant", "At the quay.", time=1772445603.25),
    **node("pic", "new", "user", {"content_type": "image_asset_pointer", "asset_pointer": "x"},
           "Is it this one?", kind="multimodal_text", time=1772445700),
    **node("later", "pic", "assistant", "  "),
}  # fmt: skip


def chat(mapping, **more):
    return {"title": "Boat", "conversation_id": "c-1", "mapping": mapping} | more


@pytest.fixture
def chatgpt(source, shorten):
    def read(document):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return [shorten(item) for item in read_chatgpt(source(data))]

    return read


@pytest.fixture
def claude(source, shorten):
    return lambda document: [
        shorten(item) for item in read_claude(source(json.dumps(document).encode()))
    ]


def test_the_branch_that_was_shown_last_is_read_without_thoughts_tools_and_the_hidden(chatgpt):
    assert chatgpt([chat(TREE, current_node="later")]) == [
        {"content": "Where is the boat?", "role": "user", "id": "q-message",
         "session_id": "c-1", "timestamp": "2026-03-02T10:00:01.500000Z"},
        {"content": "At the quay.", "role": "assistant", "id": "new-message",
         "session_id": "c-1", "timestamp": "2026-03-02T10:00:03.250000Z"},
        {"content": "Is it this one?", "role": "user", "id": "pic-message",
         "session_id": "c-1", "timestamp": "2026-03-02T10:01:40Z"},
    ]  # fmt: skip


def test_another_current_node_is_another_branch(chatgpt):
    texts = [turn["content"] for turn in chatgpt([chat(TREE, current_node="old")])]
    assert texts == ["Where is the boat?", "In the shed, I was told at first."]


@pytest.mark.parametrize("current", [{}, {"current_node": "nowhere"}, {"current_node": None}])
def test_without_a_current_node_the_deepest_leaf_is_read(chatgpt, current):
    texts = [turn["content"] for turn in chatgpt([chat(TREE, **current)])]
    assert texts == ["Where is the boat?", "At the quay.", "Is it this one?"]


def test_a_circle_of_parents_has_an_end(chatgpt):
    mapping = {**node("a", "b", "user", "Hi"), **node("b", "a", "assistant", "Ho")}
    assert len(chatgpt([chat(mapping, current_node="a")])) == 2


def test_one_conversation_may_be_a_file(chatgpt):
    assert len(chatgpt(chat(TREE, current_node="later"))) == 3


def test_a_bad_conversation_does_not_stop_the_others(chatgpt):
    good = chat(TREE, current_node="old")
    assert [
        turn if isinstance(turn, str) else turn["content"]
        for turn in chatgpt([{"title": "x"}, good, 7])
    ] == [
        "1: no conversation: it has no 'mapping'",
        "Where is the boat?",
        "In the shed, I was told at first.",
        "1: not a JSON object",
    ]
    broken = json.dumps([good]).encode()[:-1]
    assert chatgpt(broken)[-1].endswith("expected ',', found the end of the file")


CONVERSATION = {
    "uuid": "c-2",
    "name": "Boat",
    "created_at": "2026-03-02T10:00:00.000000Z",
    "account": {"uuid": "a"},
    "chat_messages": [
        {"uuid": "m1", "sender": "human", "text": "old",
         "created_at": "2026-03-02T10:00:01.000000Z",
         "content": [{"type": "text", "text": "Where is the boat?"}]},
        {"uuid": "m2", "sender": "assistant", "text": "x", "created_at": "2026-03-02T10:00:03Z",
         "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "At the"},
                     {"type": "tool_use", "name": "look", "input": {}},
                     {"type": "text", "text": "quay."}]},
        {"uuid": "m3", "sender": "human", "text": "Thanks!", "content": []},
        {"uuid": "m4", "sender": "assistant", "text": "", "content": []},
        {"uuid": "m5", "sender": "system", "text": "no turn"},
    ],
}  # fmt: skip


def test_texts_of_claude_are_its_text_blocks_else_its_text(claude):
    assert claude([CONVERSATION]) == [
        {"content": "Where is the boat?", "role": "user", "id": "m1", "session_id": "c-2",
         "timestamp": "2026-03-02T10:00:01Z"},
        {"content": "At the\nquay.", "role": "assistant", "id": "m2", "session_id": "c-2",
         "timestamp": "2026-03-02T10:00:03Z"},
        {"content": "Thanks!", "role": "user", "id": "m3", "session_id": "c-2"},
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["conversations.json", "-", "export"])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("step", [1 << 20, 50])
@pytest.mark.parametrize(
    ("document", "form"),
    [
        ([chat(TREE, current_node="old")], "chatgpt"),
        (chat(TREE), "chatgpt"),
        ([CONVERSATION], "claude"),
        ([{"content": "a record with a mapping", "mapping": {}}], "json"),
    ],
)
def test_they_are_known_by_what_they_are(source, path, indent, step, document, form):
    data = json.dumps(document, indent=indent).encode()
    found, whole = detect_form(source(data, step, path))
    assert found == form
    assert whole.stream.read() == data


def test_files_that_were_sent_are_kept_with_what_claude_read_in_them(read_with):
    message = {"uuid": "m", "sender": "human", "text": "Read this.",
               "attachments": [{"file_name": "lease.txt", "extracted_content": "Forty a month."}],
               "files": [{"file_name": "lease.txt"}, {"file_name": "shed.png"}]}  # fmt: skip
    found = read_with(read_claude, [{"uuid": "c", "chat_messages": [message]}])
    assert [each["file_name"] for each in found.items[0]["attachments"]] == [
        "lease.txt", "lease.txt", "shed.png",
    ]  # fmt: skip


def test_of_deepseek_the_longest_branch_is_read_the_newest_of_equals(read_with):
    def part(key, parent, *fragments):
        parts = [{"type": kind, "content": words} for kind, words in fragments]
        message = {"inserted_at": "2026-03-02T10:00:00Z", "fragments": parts}
        return {key: {"id": key, "parent": parent, "message": message if parts else None}}

    tree = {
        **part("root", None),
        **part("1", "root", ("REQUEST", "Where?")),
        **part("2", "1", ("THINK", "hm"), ("RESPONSE", "Old.")),
        **part("3", "1", ("SEARCH", "oar"), ("RESPONSE", "Here.")),
    }
    found = read_with(
        read_deepseek, [{"id": "d", "title": "Oar", "inserted_at": "x", "mapping": tree}]
    )
    assert found.turns("role", "content", "session_id", "timestamp") == [
        ("user", "Where?", "d", "2026-03-02T10:00:00Z"),
        ("assistant", "Here.", "d", "2026-03-02T10:00:00Z"),
    ]
