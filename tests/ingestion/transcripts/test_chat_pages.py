"""Chats that programs write as pages of HTML."""

from __future__ import annotations

from memcli.ingestion.transcripts.chat_pages import form_of_page, is_chat_page, read_chat_page

TELEGRAM = """<html><body><div class="page_body chat_page"><div class="history">
<div class="message service" id="m-1"><div class="body details">2 March 2026</div></div>
<div class="message default clearfix" id="m1"><div class="body">
<div class="pull_right date details" title="02.03.2026 11:00:00 UTC+01:00">11:00</div>
<div class="from_name">Ida </div>
<div class="text">The roof &amp; the oar<br>leak</div></div></div>
<div class="message default clearfix joined" id="m2"><div class="body">
<div class="pull_right date details" title="02.03.2026 11:00:30 UTC+01:00">11:00</div>
<div class="text">since <a href="x">Friday</a></div></div></div>
<div class="message default clearfix" id="m3"><div class="body">
<div class="pull_right date details" title="02.03.2026 11:01:00 UTC+01:00">11:01</div>
<div class="from_name">Ben</div>
<div class="reply_to details">In reply to <a>this message</a></div>
<div class="text">I mend it</div></div></div>
<div class="message default clearfix" id="m4"><div class="body">
<div class="pull_right date details" title="02.03.2026 11:02:00 UTC+01:00">11:02</div>
<div class="from_name">Ben</div><div class="media_wrap"><div class="text">a.jpg</div></div>
</div></div></div></div></body></html>"""
IMESSAGE = """<html><body>
<div class="message"><div class="sent iMessage"><p><span class="timestamp">
<a href="sms://1">Mar 02, 2026 10:00:00 AM</a> (Read by them after 5 seconds)</span>
<span class="sender">Me</span></p><hr><div class="message_part">
<span class="bubble">The roof leaks</span></div></div></div>
<div class="message"><div class="received"><p><span class="timestamp">
<a href="sms://2">Mar 02, 2026 10:01:00 AM</a></span><span class="sender">Ben</span></p>
<hr><div class="message_part"><span class="bubble">I mend it</span></div></div></div>
</body></html>"""
KEEP = """<html><head><title>Key</title></head><body><div class="note"><div class="heading">
<div class="meta-icons"><span class="archived" title="Note archived">x</span></div>
Mar 2, 2026, 10:00:00 AM</div><div class="title">Key</div>
<div class="content">Under the pot<br>by the door</div></div></body></html>"""


def test_a_page_of_telegram_has_names_times_and_words(read_with):
    found = read_with(read_chat_page, TELEGRAM)
    assert found.turns("name", "timestamp", "content") == [
        ("Ida", "2026-03-02T10:00:00Z", "The roof & the oar\nleak"),
        ("Ida", "2026-03-02T10:00:30Z", "since Friday"),
        ("Ben", "2026-03-02T10:01:00Z", "I mend it"),
    ]
    assert found.left_out == {
        "service lines": 1, "pictures and files without words or names": 1,
    }  # fmt: skip


def test_a_page_of_imessage_exporter_too(read_with):
    assert read_with(read_chat_page, IMESSAGE).turns("name", "timestamp", "content") == [
        ("Me", "2026-03-02T10:00:00Z", "The roof leaks"),
        ("Ben", "2026-03-02T10:01:00Z", "I mend it"),
    ]


def test_a_note_of_keep_has_its_time_and_title(read_with):
    found = read_with(read_chat_page, KEEP)
    assert found.turns("timestamp", "content") == [
        ("2026-03-02T10:00:00Z", "Under the pot\nby the door")
    ]
    assert found.items[0]["metadata"] == {"heading": "Key"}


def test_a_page_in_pieces_is_read_as_a_whole_one(read_with):
    first = "\n".join(TELEGRAM.splitlines()[2:6])
    found = read_with(read_chat_page, TELEGRAM.replace(first, f"{first}\n" * 500))
    assert len(found.items) == 502
    assert set(found.turns("content")) == {
        ("The roof & the oar\nleak",), ("since Friday",), ("I mend it",),
    }  # fmt: skip


def test_pages_are_known_by_a_class():
    pages = (TELEGRAM, IMESSAGE, KEEP)
    assert [form_of_page(p.encode()) for p in pages] == ["telegram", "imessage", "keep"]
    assert not is_chat_page(b"<html><body><p>Hi</p>")


FACEBOOK = """<html><body><div role="main">
<div class="pam _a6-g"><div class="_2pim _a6-h">Ben</div><div class="_3-95 _a6-p"><div><div></div>
<div>I mend it</div><ul class="_a6-q"><li>x Ida</li></ul></div></div>
<div class="_3-94 _a6-o"><div class="_a72d">Mar 2, 2026 10:01:00 am</div></div></div>
<div class="pam _a6-g"><div class="_2pim _a6-h">Ida</div><div class="_3-95 _a6-p"><div>
<div>The roof leaks</div></div></div><div class="_a72d">Mar 2, 2026 10:00:00 am</div></div>
</div></body></html>"""


def test_a_page_of_messenger_begins_with_what_was_said_last(read_with):
    assert form_of_page(FACEBOOK.encode()) == "facebook"
    assert read_with(read_chat_page, FACEBOOK).turns("name", "timestamp", "content") == [
        ("Ida", "2026-03-02T10:00:00Z", "The roof leaks"),
        ("Ben", "2026-03-02T10:01:00Z", "I mend it"),
    ]
    assert read_with(read_chat_page, "<html>").items == ["0: no page of a chat that is known"]


VOICE = """<html><body><div class="hChatLog hfeed">
<div class="message"><abbr class="dt" title="2026-03-02T11:00:00.000+01:00">Mar 2</abbr>:
<cite class="sender vcard"><a class="tel" href="tel:+15"><span class="fn">Ida</span></a></cite>:
<q>The roof<br/>leaks</q></div>
<div class="message"><abbr class="dt" title="2026-03-02T11:01:00.000+01:00">Mar 2</abbr>:
<cite class="vcard"><a href="tel:+16"><abbr class="fn" title="">Me</abbr></a></cite>:
<q>I mend it</q></div></div><div class="tags">Labels: <a rel="tag">Inbox</a></div></body></html>"""


def test_texts_of_google_voice_have_names_and_times(read_with):
    found = read_with(read_chat_page, VOICE)
    assert found.turns("name", "timestamp", "content") == [
        ("Ida", "2026-03-02T10:00:00Z", "The roof\nleaks"),
        ("Me", "2026-03-02T10:01:00Z", "I mend it"),
    ]
