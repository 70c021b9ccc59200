"""Samples of chats of other programs and of logs of calls, by what their files look like."""

from __future__ import annotations

import json

AT, LATER, LAST = "2026-03-02T10:00:00Z", "2026-03-02T10:01:00Z", "2026-03-02T10:02:00Z"
US, LATER_US = "1772445600000000", "1772445660000000"


def dump(raw):
    return json.dumps(raw).encode()


def dump_lines(*records):
    return b"".join(dump(record) + b"\n" for record in records)


def converse(role, text):
    return {"role": role, "content": [{"text": text}]}


def bedrock(moment, asked, answered, **about):
    return {
        "schemaType": "ModelInvocationLog",
        "modelId": "m",
        "timestamp": moment,
        "requestId": moment,
        "input": {"inputBodyJson": asked},
        "output": {"outputBodyJson": answered},
        **about,
    }


def langchain(kind, text):
    name = {"human": "HumanMessage", "ai": "AIMessage", "system": "SystemMessage"}[kind]
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "messages", name],
        "kwargs": {"content": text, "type": kind},
    }


def run(moment, until, messages, answer, **about):
    said = [[{"text": answer, "message": langchain("ai", answer)}]]
    return {
        "id": moment,
        "run_type": "llm",
        "start_time": moment,
        "end_time": until,
        "inputs": {"messages": [messages]},
        "outputs": {"generations": said},
        **about,
    }


ASKED, ANSWERED = converse("user", "Where is the oar?"), converse("assistant", "In the shed.")
AGAIN = converse("user", "Which shed?")
BEDROCK = [
    bedrock(AT, {"messages": [ASKED], "system": [{}]}, {"output": {"message": ANSWERED}}),
    bedrock(
        LATER,
        {"messages": [ASKED, ANSWERED, AGAIN]},
        {"output": {"message": converse("assistant", "The blue one.")}},
    ),
]  # fmt: skip
LANGSMITH = [
    run(LATER, LAST, [langchain("system", "Be kind."), langchain("human", "Where is the oar?"),
                      langchain("ai", "In the shed."), langchain("human", "Which shed?")],
        "The blue one."),
    {"id": "c", "run_type": "chain", "start_time": AT, "inputs": {}, "outputs": {}},
    run(AT, AT, [langchain("system", "Be kind."), langchain("human", "Where is the oar?")],
        "In the shed."),
]  # fmt: skip
EVENTS = (
    'event: message_start\ndata: {"type": "message_start"}\n\n'
    'event: content_block_delta\ndata: {"delta": {"type": "text_delta", "text": "In the "}}\n\n'
    'event: content_block_delta\ndata: {"delta": {"type": "text_delta", "text": "shed."}}\n\n'
)
TRACE = {
    "request": {
        "timestamp": 1772445600,
        "body": {"messages": [{"role": "user", "content": "Where is the oar?"}]},
    },
    "response": {"timestamp": 1772445660, "status_code": 200, "body_raw": EVENTS},
}
CALL_SAMPLES = {
    "bedrock": dump_lines(*BEDROCK),
    "langsmith": dump_lines(*LANGSMITH),
    "anthropic-trace": dump_lines(TRACE),
    "anthropic-log": dump_lines(
        {"timestamp": AT, "request": {"messages": [{"role": "user", "content": "Ahoy"}]},
         "response": {"id": "m", "role": "assistant", "content": [{"type": "text", "text": "Hi"}]}}
    ),
    "anthropic-batch": dump_lines(
        {"custom_id": "q1", "params": {"messages": [{"role": "user", "content": "Ahoy"}]}}
    ),
    "anthropic-batch-output": dump_lines(
        {"custom_id": "q1", "result": {"type": "succeeded", "message": {
            "role": "assistant", "content": [{"type": "text", "text": "Hi"}]}}},
        {"custom_id": "q2", "result": {"type": "errored", "error": {}}},
    ),
    "litellm": dump_lines(
        {"id": "1", "startTime": AT, "endTime": LATER,
         "messages": [{"role": "user", "content": "Ahoy"}],
         "response": {"choices": [{"message": {"role": "assistant", "content": "Hi"}}]}}
    ),
}  # fmt: skip
HANGOUTS = dump({"conversations": [{
    "conversation": {"conversation": {"participant_data": [
        {"id": {"gaia_id": "1"}, "fallback_name": "Ida"}, {"id": {"gaia_id": "2"}}]}},
    "events": [
        {"conversation_id": {"id": "c"}, "sender_id": {"gaia_id": "2"}, "timestamp": LATER_US,
         "event_id": "e2",
         "chat_message": {"message_content": {"segment": [
             {"type": "TEXT", "text": "In the shed."}]}}},
        {"conversation_id": {"id": "c"}, "sender_id": {"gaia_id": "1"}, "timestamp": US,
         "event_id": "e1",
         "chat_message": {"message_content": {"segment": [
             {"type": "TEXT", "text": "Where is"}, {"type": "LINE_BREAK", "text": "\n"},
             {"type": "TEXT", "text": "the oar?"}]}}},
        {"conversation_id": {"id": "c"}, "sender_id": {"gaia_id": "1"}, "timestamp": LATER_US,
         "event_id": "e3", "hangout_event": {"event_type": "START_HANGOUT"}}]}]})  # fmt: skip


def event(id_, sender, kind, content, at=1772445600000):
    return {
        "event_id": id_,
        "sender": sender,
        "type": kind,
        "content": content,
        "origin_server_ts": at,
        "room_id": "!r:m.example",
    }


MATRIX = dump({"room_name": "Boat", "exported_by": "@ida:m.example", "messages": [
    event("$1", "@ben:m.example", "m.room.member", {"membership": "join", "displayname": "Ben"}),
    event("$2", "@ida:m.example", "m.room.message", {"msgtype": "m.text", "body": "Where is it?"}),
    event("$3", "@ben:m.example", "m.room.message",
          {"msgtype": "m.text", "body": "> <@ida:m.example> Where is it?\n\nIn the shed."}),
    event("$4", "@ben:m.example", "m.room.message", {"msgtype": "m.image", "body": "oar.jpg"}),
]})  # fmt: skip
ZULIP = dump({"zerver_message": [
    {"id": 1, "sender": 10, "recipient": 5, "subject": "oars", "content": "Where is the oar?",
     "date_sent": 1772445600.0}]})  # fmt: skip
REALM = dump({"zerver_realm": [{"id": 1}], "zerver_userprofile": [{"id": 10, "full_name": "Ida"}],
              "zerver_stream": [{"id": 3, "name": "boat"}],
              "zerver_recipient": [{"id": 5, "type": 2, "type_id": 3}]})  # fmt: skip
TRELLO = dump({"id": "b", "name": "Boat", "idOrganization": None, "shortUrl": "https://t.example/b",
    "actions": [
        {"id": "a2", "idMemberCreator": "m", "type": "commentCard", "date": LATER,
         "memberCreator": {"fullName": "Ben"},
         "data": {"text": "On Friday.", "card": {"name": "Mend the oar"}}},
        {"id": "a1", "idMemberCreator": "m", "type": "createCard", "date": AT, "data": {}}],
    "cards": [{"id": "69a55fa00000000000000001", "name": "Mend the oar", "desc": "It is split.",
               "idList": "l", "labels": [{"name": "urgent"}]}],
    "lists": [{"id": "l", "name": "To do"}]})  # fmt: skip
PIDGIN = (
    b"Conversation with ben@x.example at 2026-03-02 23:50:00 on ida@x.example (jabber)\n"
    b"(23:58:00) ida: Where is the oar?\n(00:01:00) Ben Vos: In the shed.\nOr not.\n"
    b"(00:02:00) The privacy status of the current conversation is now: Private\n"
    b"(00:03:00) ***Ben Vos looks\n"
)
PIDGIN_HEAD = (
    "Conversation with ben@x.example at Mon 02 Mar 2026 11:50:00 PM CET on ida@x.example (jabber)"
)
PIDGIN_PAGE = (
    f"<html><head><title>{PIDGIN_HEAD}</title></head><body><h3>{PIDGIN_HEAD}</h3>\n"
    '<font color="#16569E"><font size="2">(11:58:00 PM)</font> <b>ida:</b></font> '
    "Where &amp; when?<br/>\n"
    '<font color="#A82F2F"><font size="2">(12:01:00 AM)</font> <b>Ben Vos:</b></font> '
    "<html xmlns='x'><body xmlns='y'><p>In the <b>shed</b>.</p></body></html><br/>\n"
    '<font size="2">(12:02:00 AM)</font><b> Ben Vos has signed off.</b><br/>\n'
    '<font color="#062585"><font size="2">(12:03:00 AM)</font> <b>***Ben looks</b></font><br/>\n'
    "</body></html>\n"
).encode()
ADIUM = (
    b'<?xml version="1.0"?>\n<chat xmlns="http://purl.org/net/ulf/ns/0.4-02" account="ida">'
    b'<event type="windowOpened" time="2026-03-02T11:00:00+01:00"/>\n'
    b'<message sender="ida@x" time="2026-03-02T11:00:00+01:00" alias="Ida"><div>Where is'
    b"<br/>the <span>oar</span>?</div></message>\n"
    b'<message sender="ben@x" time="2026-03-02T11:01:00+01:00"><div>In the shed.</div></message>\n'
    b"</chat>\n"
)
MSN = (
    b'<?xml version="1.0"?>\n<Log FirstSessionID="1"><Message DateTime="2026-03-02T10:00:00Z" '
    b'SessionID="1"><From><User FriendlyName="Ida"/></From><To><User FriendlyName="Ben"/></To>'
    b'<Text Style="x">Where is the oar?</Text></Message><Join DateTime="x"><Text>Eva</Text></Join>'
    b"</Log>"
)
