"""Samples of JSON of other programs, of each layout that json_layouts.toml has."""

from __future__ import annotations

import json

AT, LATER = "2026-03-02T10:00:00Z", "2026-03-02T10:01:00Z"
MS, LATER_MS = 1772445600000, 1772445660000


def grok_turn(sender, words, moment):
    date = {"$date": {"$numberLong": str(moment)}}
    return {"response": {"_id": words, "sender": sender, "message": words, "create_time": date}}


def completion(words, moment):
    said = {"role": "assistant", "content": words}
    return {
        "object": "chat.completion",
        "created": moment // 1000,
        "choices": [{"message": said}],
    }


DOCUMENTS = {
    "grok": {"conversations": [{"conversation": {"id": "g", "title": "Oar"}, "responses": [
        grok_turn("human", "Where is the oar?", MS),
        grok_turn("ASSISTANT", "In the shed.", LATER_MS),
    ]}]},
    "typingmind": {"data": {"chats": [{"id": "t", "chatTitle": "Oar", "messages": [
        {"role": "user", "content": "Where is the oar?", "createdAt": AT},
        {"role": "assistant", "content": [{"type": "text", "text": "In the shed."}],
         "createdAt": LATER},
    ]}]}},
    "gemini-activity": [
        {"header": "Search", "title": "Searched for oars", "time": LATER, "products": ["Search"]},
        {"header": "Gemini Apps", "title": "Prompted Where is the oar?", "time": AT,
         "products": ["Gemini Apps"], "safeHtmlItem": [{"html": "<p>In the <b>shed</b>.</p>"}]},
    ][::-1],
    "openai-log": completion("In the shed.", LATER_MS),
    "discord-package": [{"ID": 1, "Timestamp": "2026-03-02 10:00:00",
                         "Contents": "Where is the oar?", "Attachments": ""}],
    "dayone": {"metadata": {"version": "1.0"}, "entries": [
        {"uuid": "A", "creationDate": AT, "text": "The oar is in the shed.", "tags": ["boat"]},
    ]},
    "simplenote": {"activeNotes": [{"id": "a", "content": "The oar", "creationDate": AT}],
                   "trashedNotes": [{"id": "b", "content": "old", "creationDate": AT}]},
    "roam": [{"title": "Boat", "children": [
        {"string": "The oar", "uid": "a", "create-time": MS,
         "children": [{"string": "is in the shed", "uid": "b", "create-time": LATER_MS}]},
        {"string": "It leaks", "uid": "c", "create-time": LATER_MS},
    ]}],
    "canvas": {"nodes": [{"id": "1", "type": "text", "text": "The oar"},
                         {"id": "2", "type": "file", "file": "a.md"}], "edges": []},
    "anythingllm": [{"id": 1, "workspace": "Boat", "username": "ida", "prompt": "Where is the oar?",
                     "response": "In the shed.", "sent_at": AT}],
}  # fmt: skip
LINES = {
    "openai-batch": [
        {"custom_id": name, "body": {"messages": [
            {"role": "system", "content": "Be kind."}, {"role": "user", "content": words}]}}
        for name, words in (("q1", "Where is the oar?"), ("q2", "Who rows?"))
    ],
    "openai-batch-output": [
        {"custom_id": name, "response": {"status_code": 200, "body": completion(words, LATER_MS)}}
        for name, words in (("q1", "In the shed."), ("q2", "Ida."))
    ],
    "mattermost": [
        {"type": "version", "version": 1},
        {"type": "channel", "channel": {"name": "quay"}},
        {"type": "post", "post": {
            "channel": "quay", "user": "ida", "message": "Where is the oar?", "create_at": MS,
            "replies": [{"user": "ben", "message": "In the shed.", "create_at": LATER_MS}]}},
    ],
}  # fmt: skip
SAMPLES = {name: json.dumps(raw) for name, raw in DOCUMENTS.items()} | {
    name: "".join(f"{json.dumps(line)}\n" for line in lines) for name, lines in LINES.items()
}
