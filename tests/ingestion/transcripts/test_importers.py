"""The table of importers: each holds to the contract of plug-ins."""

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from memcli.ingestion.transcripts.contract import check_importer
from memcli.ingestion.transcripts.importers import EXTENSIONS, IMPORTERS
from memcli.ingestion.transcripts.sniff import detect_form
from tests.support.chat_samples import ADIUM, CALL_SAMPLES, HANGOUTS, MATRIX, PIDGIN, TRELLO, ZULIP
from tests.support.layout_samples import SAMPLES as LAYOUT_SAMPLES
from tests.support.office_files import docx, paragraph
from tests.support.paths import ROOT
from tests.support.pdf_files import pdf


def parquet():
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"content": ["Hi", "Ho"]}), sink)
    return sink.getvalue()


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


OPENCODE = """
    CREATE TABLE message (id, session_id, time_created, data);
    CREATE TABLE part (id, message_id, session_id, data);
    INSERT INTO message VALUES
    ('m1', 's1', 1, '{"role": "user", "time": {"created": 1772445600000}}');
    INSERT INTO part VALUES ('p1', 'm1', 's1', '{"type": "text", "text": "Where is the oar?"}');
"""
CURSOR = """
    CREATE TABLE cursorDiskKV (key TEXT UNIQUE, value BLOB);
    INSERT INTO cursorDiskKV VALUES
    ('composerData:s1', '{"fullConversationHeadersOnly": [{"bubbleId": "b1", "type": 1}]}'),
    ('bubbleId:s1:b1', '{"type": 1, "text": "Where is the oar?"}');
"""
ROOT_ID, WORDS_ID = "ff" * 32, "01" * 32
ABOUT = json.dumps({"agentId": "s1", "latestRootBlobId": ROOT_ID}).encode().hex()
CURSOR_STORE = f"""
    CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB);
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
    INSERT INTO meta VALUES ('0', '{ABOUT}');
    INSERT INTO blobs VALUES ('{ROOT_ID}', x'0a20{WORDS_ID}'),
    ('{WORDS_ID}', '{{"role": "user", "content": "Where is the oar?"}}');
"""
LANGGRAPH = """
    CREATE TABLE checkpoints
    (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata);
    CREATE TABLE writes
    (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, value);
    INSERT INTO checkpoints VALUES ('t1', '', '1', NULL, 'json',
    '{"channel_values": {"messages": [{"type": "human", "content": "Where is the oar?"}]}}', '{}');
"""


def database(script):
    path = tempfile.mktemp()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        connection.commit()
    data = Path(path).read_bytes()
    Path(path).unlink()
    return data


def epub():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("one.xhtml", "<html><body><h1>Oars</h1><p>They float.</p></body></html>")
    return sink.getvalue()


AT = "2026-03-02T10:00:00Z"
SAMPLES = {
    "html": b"<!DOCTYPE html>\n<html><title>Oars</title><body><p>They float.</p></body>",
    "epub": epub(),
    "org": b"#+title: Oars\n* Care\nOil them.\n",
    "claude-code": lines(
        {"type": "user", "uuid": "u1", "sessionId": "s", "timestamp": AT,
         "message": {"role": "user", "content": "Where is the oar?"}},
        {"type": "assistant", "uuid": "u2", "sessionId": "s", "timestamp": AT,
         "message": {"role": "assistant", "content": [{"type": "text", "text": "In the shed."}]}},
    ),
    "codex": lines(
        {"timestamp": AT, "type": "session_meta", "payload": {"id": "c"}},
        {"timestamp": AT, "type": "response_item",
         "payload": {"type": "message", "role": "user",
                     "content": [{"type": "input_text", "text": "Where is the oar?"}]}},
    ),
    "gemini": lines(
        {"sessionId": "g", "projectHash": "x", "startTime": AT},
        {"id": "1", "timestamp": AT, "type": "user", "content": "Where is the oar?"},
    ),
    "slack": json.dumps(
        [{"type": "message", "user": "U1", "text": "Where is the oar?", "ts": "1772445601.0002"}]
    ).encode(),
    "telegram": json.dumps(
        {"name": "Ida", "id": 7, "messages": [
            {"id": 1, "type": "message", "date": "2026-03-02T10:00:00", "from": "Ida",
             "from_id": "user7", "text": ["Where is ", {"type": "bold", "text": "it?"}]}]}
    ).encode(),
    "discord": json.dumps(
        {"guild": {"name": "g"}, "channel": {"id": "2", "name": "quay"}, "messages": [
            {"id": "1", "type": "Default", "timestamp": AT, "content": "Where is the oar?",
             "author": {"name": "ida"}}]}
    ).encode(),
    "messenger": json.dumps(
        {"participants": [], "messages": [
            {"sender_name": "Ida", "timestamp_ms": 1772445600000, "content": "Ahoy"}]}
    ).encode(),
    "opencode": json.dumps(
        {"info": {"id": "s"}, "messages": [
            {"info": {"id": "m", "sessionID": "s", "role": "user"},
             "parts": [{"type": "text", "text": "Where is the oar?"}]}]}
    ).encode(),
    "cursor": json.dumps(
        {"role": "user", "message": {"content": "<user_query>Where is the oar?</user_query>"}}
    ).encode() + b"\n",
    "cursor-database": database(CURSOR),
    "langgraph-database": database(LANGGRAPH),
    "opencode-database": database(OPENCODE),
    "open-webui": json.dumps(
        [{"id": "c", "title": "x", "chat": {"messages": [
            {"id": "m", "role": "user", "content": "Where is the oar?", "timestamp": 1772445600}]}}]
    ).encode(),
    "github": json.dumps(
        [{"number": 3, "title": "Leak", "body": "It leaks.", "user": {"login": "ida"}}]
    ).encode(),
    "llm-logs": json.dumps(
        [{"id": "1", "prompt": "Where is the oar?", "response": "In the shed.", "datetime_utc": AT,
          "conversation_id": "c"}]
    ).encode(),
    "keep": json.dumps({"isTrashed": False, "textContent": "The key is under the mat"}).encode(),
    "sillytavern": lines(
        {"user_name": "Ida", "character_name": "Bot", "create_date": "x"},
        {"name": "Ida", "is_user": True, "mes": "Where is the oar?", "send_date": AT},
    ),
    "mcp-memory": lines(
        {"type": "entity", "name": "Ida", "entityType": "person", "observations": ["Rows daily"]}
    ),
    "pdf": pdf(["They float."]),
    "cogx": lines({"kind": "memory", "external_id": "1", "content": "Rows daily"}),
    "langgraph": json.dumps(
        {"thread_id": "t", "values": {"messages": [{"type": "human", "content": "Ahoy"}]}}
    ).encode(),
    "signal": lines(
        {"date": AT, "sender": "Ida", "body": "Ahoy", "quote": "", "sticker": ""}
    ),
    "chatgpt-memory": json.dumps({"memories": [{"id": "1", "content": "Rows daily"}]}).encode(),
    "memory-list": b"[2025-03-02] - Rows daily.\n[unknown] - Lives in Kiel.\n",
    "mem0": json.dumps({"results": [{"id": "1", "memory": "Rows daily"}]}).encode(),
    "letta": json.dumps({"agents": [], "blocks": [{"label": "human", "value": "Rows."}]}).encode(),
    "claude-memory": json.dumps([{"conversations_memory": "Ida rows daily."}]).encode(),
    "skype": json.dumps(
        {"userId": "x", "conversations": [{"id": "c", "MessageList": [
            {"id": "1", "messagetype": "RichText", "content": "Ahoy", "from": "8:ida"}]}]}
    ).encode(),
    "chat-lines": lines({"messages": [{"role": "user", "content": "Where is the oar?"}]}) * 2,
    "subtitles": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ida>Ahoy there.</v>\n",
    "offsets": b"00:00:05 Ahoy there.\n\n00:00:09 Cast off.\n",
    "whatsapp": b"12/01/2026, 09:12 - Ida: Ahoy\n13/01/2026, 09:13 - Ben: Hi\n",
    "discord-text": b"=" * 62 + b"\nGuild: Club\nChannel: quay\n" + b"=" * 62
    + b"\n\n[02-Mar-26 10:00 AM] ida\nWhere is the oar?\n\n",
    "irc": b"2026-03-02 10:00:05\tida\twhere is the oar\n",
    "chat-text": b"Mar 02, 2026 10:00:00 AM\nMe\nWhere is the oar?\n\n",
    "mail": b"From: Ida <ida@example.org>\nTo: b@example.org\n"
    b"Date: Mon, 2 Mar 2026 10:00:00 +0100\nSubject: Oar\n"
    b"Message-ID: <1@example.org>\n\nWhere is it?\n",
    "aider": b"# aider chat started at 2026-03-02 10:00:00\n\n#### where is it  \n\nIn a.py.\n",
    "editor": b"_**User (2026-03-02 10:00:01Z)**_\n\nWhere is it?\n\n---\n",
    "copilot-chat": json.dumps({"requesterUsername": "ida", "requests": [
        {"requestId": "1", "message": {"text": "Where?"}, "response": [{"value": "Here."}]}]}
    ).encode(),
    "cline": json.dumps([{"role": "user", "content": [
        {"type": "text", "text": "<task>Mend it</task>"},
        {"type": "text", "text": "<environment_details>x</environment_details>"}]}]).encode(),
    "lm-studio": json.dumps({"messages": [{"currentlySelected": 0, "versions": [
        {"role": "user", "content": [{"type": "text", "text": "Ahoy"}]}]}]}).encode(),
    "zed": json.dumps({"zed": "context", "text": "Ahoy", "messages": [
        {"start": 0, "metadata": {"role": "user"}}]}).encode(),
    "deepseek": json.dumps([{"title": "Boat", "inserted_at": AT, "mapping": {"a": {
        "id": "a", "message": {"fragments": [{"type": "REQUEST", "content": "Ahoy"}]}}}}]).encode(),
    "cursor-store": database(CURSOR_STORE),
    "clippings": b"Boats\n- Your Note on page 1 | Added on Monday, March 2, 2026 10:00:00 AM\n\n"
    b"They float.\n==========\n",
    "chat-page": b'<html><div class="note"><div class="heading">Mar 2, 2026, 10:00 AM</div>'
    b'<div class="content">The key</div></div></html>',
    "bookmarks": b'<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DT><A HREF="https://x.org">Boats</A>\n',
    "evernote": b"<?xml version='1.0'?><en-export><note><title>a</title><content>"
    b"&lt;p&gt;They float&lt;/p&gt;</content></note></en-export>",
    "sms": b'<smses><sms address="1" date="1772445600000" type="1" body="Ahoy"/></smses>',
    "calendar": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Sail\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n",
    "office": docx(paragraph("They float.")),
    **{name: text.encode() for name, text in LAYOUT_SAMPLES.items()},
    **CALL_SAMPLES,
    "hangouts": HANGOUTS,
    "matrix": MATRIX,
    "zulip": ZULIP,
    "trello": TRELLO,
    "pidgin": PIDGIN,
    "anki": b"#separator:tab\n#html:false\nWhich knot?\tA bowline\n",
    "yaml": b"- role: user\n  content: Where is the oar?\n",
    "twitter": b'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "Ahoy"}}]',
    "chat-xml": ADIUM,
    "table": b"Name,Status\nMend the oar,open\n",
    "jsonl": b'{"content": "Hi"}\n{"content": "Ho"}\n',
    "json": b'[{"content": "Hi"}, {"content": "Ho"}]',
    "csv": b"name,content\nMara,Hi\nJonas,Ho\n",
    "markdown": b"# 2025-03-01\n\n**Mara:** Hi\n\n**Jonas:** Ho\n",
    "text": b"Mara: Hi\nJonas: Ho\nMara: Well\n",
    "parquet": parquet(),
    "chatgpt": json.dumps(
        [
            {
                "title": "Boat",
                "mapping": {"a": {"message": {"author": {"role": "user"},
                                              "content": {"parts": ["Hi"]}}}},
            }
        ]
    ).encode(),
    "claude": json.dumps(
        [{"uuid": "c", "chat_messages": [{"uuid": "m", "sender": "human", "text": "Hi"}]}]
    ).encode(),
}  # fmt: skip


# What no content tells: what stands beside others, and what only the user can say.
BY_NAME = ("companion", "export", "table")


@pytest.mark.parametrize("name", [name for name in IMPORTERS if name not in BY_NAME])
def test_importers_of_ours_hold_to_the_contract(name):
    check_importer(IMPORTERS[name], SAMPLES[name])


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in BY_NAME])
def test_each_format_is_known_by_what_it_is(source, name):
    assert detect_form(source(SAMPLES[name], path="-"))[0] == name
    extension = (*IMPORTERS[name].extensions, "")[0]
    assert detect_form(source(SAMPLES[name], path=f"a{extension}"))[0] == name


def test_the_page_of_formats_has_each_and_no_other():
    page = (ROOT / "memcli" / "docs" / "formats.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `([a-z0-9][a-z0-9-]*)` \|", page)
    assert sorted(rows) == sorted(set(IMPORTERS) - {"companion"})
    assert "`companion`" in page


def test_folders_stand_for_the_extensions_of_the_table():
    assert set(EXTENSIONS) == {
        ".jsonl", ".ndjson", ".json", ".txt", ".log", ".md", ".markdown", ".csv", ".tsv",
        ".parquet", ".vtt", ".srt", ".sbv", ".eml", ".mbox", ".weechatlog", ".af", ".db", ".vscdb",
        ".aider.chat.history.md", ".html", ".htm", ".epub", ".org", ".pdf",
        ".canvas", ".enex", ".ics", ".docx", ".odt", ".chatlog",
    }  # fmt: skip
