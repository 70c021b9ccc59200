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
        {"header": "Gemini Apps", "title": "Used an Assistant feature", "time": LATER,
         "products": ["Gemini Apps"]},
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
    "openai-response": {"object": "response", "created_at": LATER_MS // 1000, "output": [
        {"type": "reasoning", "summary": []},
        {"type": "message", "id": "m", "role": "assistant",
         "content": [{"type": "output_text", "text": "In the shed."}]}]},
    "librechat": {"conversationId": "c", "title": "Oar", "messages": [
        {"messageId": "a", "text": "Where is the oar?", "isCreatedByUser": True, "createdAt": AT,
         "children": [
             {"messageId": "b", "text": "No idea.", "isCreatedByUser": False, "createdAt": AT},
             {"messageId": "c", "text": "In the shed.", "isCreatedByUser": False,
              "createdAt": LATER, "children": []}]}]},
    "snapchat": {"ben": [
        {"From": "ben", "Media Type": "TEXT", "Created": "2026-03-02 10:01:00 UTC",
         "Content": "In the shed.", "Conversation Title": None, "IsSender": False},
        {"From": "ida", "Media Type": "TEXT", "Created": "2026-03-02 10:00:00 UTC",
         "Content": "Where is the oar?", "Conversation Title": None, "IsSender": True}]},
    "tiktok": {"Direct Message": {"Direct Messages": {"ChatHistory": {
        "Chat History with ben:": [
            {"Date": "2026-03-02 10:00:00", "From": "ida", "Content": "Where is the oar?"},
            {"Date": "2026-03-02 10:01:00", "From": "ben", "Content": "In the shed."}]}}}},
    "mastodon": {"type": "OrderedCollection", "orderedItems": [
        {"type": "Create", "actor": "https://m.example/users/ida", "published": AT,
         "object": {"id": "1", "content": "<p>Where is the <b>oar</b>?</p>"}},
        {"type": "Announce", "actor": "https://m.example/users/ida", "object": "https://x"}]},
    "rocket-chat": [{"msg": "Where is the oar?", "username": "ida", "ts": AT},
                    {"msg": "ben", "username": "ben", "ts": AT, "type": "User joined the channel"},
                    {"msg": "In the shed.", "username": "ben", "ts": LATER}],
    "rocket-chat-messages": [
        {"_id": "a", "rid": "quay", "msg": "Where is the oar?", "u": {"username": "ida"},
         "ts": {"$date": AT}},
        {"_id": "b", "rid": "quay", "msg": "ben", "u": {"username": "ben"}, "t": "uj",
         "ts": {"$date": AT}},
        {"_id": "c", "rid": "quay", "msg": "In the shed.", "ts": {"$date": LATER},
         "u": {"username": "ben", "name": "Ben"}}],
    "rocket-chat-room": {"messages": [
        {"_id": "b", "rid": "quay", "msg": "ida", "u": {"username": "ida"}, "t": "uj", "ts": AT},
        {"_id": "a", "rid": "quay", "msg": "Where is the oar?", "u": {"username": "ida"},
         "ts": AT}]},
    "webex": {"items": [
        {"id": "2", "roomId": "r", "personId": "q", "personEmail": "ben@x.example",
         "text": "In the shed.", "created": LATER},
        {"id": "1", "roomId": "r", "personId": "p", "personEmail": "ida@x.example",
         "text": "Where is the oar?", "created": AT}]},
    "google-chat": {"messages": [
        {"creator": {"name": "ida", "email": "i@x.example"}, "topic_id": "t", "message_id": "1",
         "created_date": "Thursday, January 1, 2026 at 9:00:00\u202fAM UTC",
         "message_state": "DELETED"},
        {"creator": {"name": "ida", "email": "i@x.example"}, "topic_id": "t", "message_id": "2",
         "created_date": AT, "text": "Where is the oar?"}]},
    "twitch": {"streamer": {"name": "ida"}, "comments": [
        {"_id": "1", "content_id": "v", "created_at": AT, "content_offset_seconds": 5,
         "commenter": {"display_name": "ida"}, "message": {"body": "Where is the oar?"}}]},
    "discourse": {"id": 7, "title": "Oar", "post_stream": {"posts": [
        {"id": 1, "name": "", "username": "ida", "created_at": AT,
         "cooked": "<p>Where is the oar?</p>"},
        {"id": 2, "name": "Ben", "username": "ben", "created_at": LATER,
         "cooked": "<aside class=\"quote\"><p>Where?</p></aside><p>In the shed.</p>"}]}},
    "fireflies": [{"sentence": "Where is the oar?", "speaker_name": "ida", "time": 1.5}],
    "deepgram": {"metadata": {}, "results": {
        "channels": [{"alternatives": [{"transcript": "Where is the oar? In the shed."}]}],
        "utterances": [{"speaker": 0, "transcript": "Where is the oar?"},
                       {"speaker": 1, "transcript": "In the shed."}]}},
    "aws-transcribe": {"jobName": "j", "results": {
        "transcripts": [{"transcript": "Where is the oar? In the shed."}],
        "audio_segments": [{"transcript": "Where is the oar?", "speaker_label": "spk_0"},
                           {"transcript": "In the shed.", "speaker_label": "spk_1"}]}},
    "continue": {"sessionId": "c", "title": "Oar", "history": [
        {"message": {"role": "user", "content": [{"type": "text", "text": "Where is the oar?"}]}},
        {"message": {"role": "assistant", "content": "", "toolCalls": [{"id": "t"}]}},
        {"message": {"role": "tool", "content": "12 lines", "toolCallId": "t"}},
        {"message": {"role": "assistant", "content": "In the shed."}}]},
    "standard-notes": {"version": "004", "items": [
        {"uuid": "t", "content_type": "Tag", "content": {"title": "boat"}},
        {"uuid": "a", "content_type": "Note", "created_at": AT,
         "content": {"title": "Care", "text": "The oar"}}]},
}  # fmt: skip
LINES = {
    "goose": [
        {"working_dir": "/boat", "description": "Oars", "message_count": 2},
        {"role": "user", "created": MS // 1000,
         "content": [{"type": "text", "text": "Where is the oar?"}]},
        {"role": "assistant", "created": LATER_MS // 1000,
         "content": [{"type": "text", "text": "In the shed."}, {"type": "toolRequest", "id": "t"}]},
        {"role": "user", "created": LATER_MS // 1000,
         "content": [{"type": "toolResponse", "id": "t", "toolResult": {"value": []}}]},
    ],
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
