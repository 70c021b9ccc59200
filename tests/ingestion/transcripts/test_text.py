from datetime import datetime
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memcli.ingestion.conversations import Remembered
from memcli.ingestion.transcripts import Accepted
from memcli.ingestion.transcripts import turns as turns_module
from memcli.ingestion.transcripts.text import read_text
from memcli.jsonl import format_time

NINE = "2025-01-12T09:12:00Z"


def turn(content, name=None, timestamp=None, session_id="chat", **rest):
    fields = {"content": content, "name": name, "timestamp": timestamp, "session_id": session_id}
    return {key: value for key, value in {**fields, **rest}.items() if value}


def test_a_chat_export_gives_turns_with_times_and_marks_what_comes_again(read):
    chat = {"session_id": "whatsapp"}
    assert read("whatsapp.txt") == [
        turn("Morning!\nstill me", "Mara", "2025-01-12T09:12:33Z", **chat),
        turn("ok", "Mara", "2025-01-12T09:14:00Z", **chat),
        turn("ok", "Mara", "2025-01-12T09:14:00Z", **chat, extra={"occurrence": 2}),
    ]


def test_one_date_that_reads_only_month_first_settles_the_whole_file(read):
    chat = {"session_id": "whatsapp-us"}
    assert read("whatsapp-us.txt") == [
        turn("hi", "Mara", "2025-01-12T21:12:00Z", **chat),
        turn(
            "hello\nhttps://example.com: see\nNote: this goes on",
            "Jonas",
            "2025-01-13T21:14:00Z",
            **chat,
        ),
    ]


def test_a_log_of_irc_takes_its_dates_from_its_headings(read):
    items = read("irc.log")
    assert [(item.get("name"), item["timestamp"], item["session_id"]) for item in items] == [
        ("mara", "2025-01-11T09:12:00Z", "irc/2025-01-11"),
        ("jonas", "2025-01-11T09:13:00Z", "irc/2025-01-11"),
        ("jonas", "2025-01-11T23:59:00Z", "irc/2025-01-11"),
        ("mara", "2025-01-12T00:01:00Z", "irc/2025-01-11"),
        ("mara", "2025-01-12T09:00:00Z", "irc/2025-01-12"),
    ]  # fmt: skip


def test_headings_begin_sessions_and_give_their_time_to_turns_without_one(read):
    may8 = {"timestamp": "2023-05-08T13:56:00Z", "session_id": "sessions/2023-05-08"}
    may9 = {"session_id": "sessions/2023-05-09"}
    at_nine = (
        "At 9:30: not before. See https://example.com: the tide table.\nat noon: the tide turns"
    )
    assert read("sessions.txt") == [
        turn("Hi!\n  We sail on Friday.\n\nBring a coat.", "Mara", **may8),
        turn(at_nine, "Jonas", **may8),
        turn("Back home.", "Mara", session_id="sessions/2"),
        turn("Morning.", "Mara", "2023-05-09T09:12:00Z", **may9),
        turn("Good night.", "Jonas", "2023-05-09T23:59:00Z", **may9),
        turn("Good night.", "Mara", "2023-05-10T00:03:00Z", **may9),
    ]


def test_notes_give_a_message_for_each_paragraph(read):
    first = "The boat needs paint. We agreed on blue.\nNote: the harbour closes at 9:30: be early."
    assert [item["content"] for item in read("notes.txt")] == [
        first,
        "Ideas for the summer: sail to Texel.\nSee https://example.com for more.",
        "Paint bought.",
    ]
    assert not any("name" in item for item in read("notes.txt"))
    assert read("notes.txt")[2]["session_id"] == "notes/2023-05-08"


def test_in_a_chat_with_a_model_only_roles_speak(read):
    items = read("assistant.txt")
    assert [item["role"] for item in items] == ["user", "assistant", "user"]
    assert items[1]["content"].startswith("Use sorted.\n\n```python")
    assert items[1]["content"].endswith("Pros: fast\nAnswer: yes")
    assert not any("name" in item for item in items)


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        ("Mara: Hi.", "Mara", "Hi."),
        ("Mara Lindqvist: Hi.", "Mara Lindqvist", "Hi."),
        ("Vincent van Gogh: Hi.", "Vincent van Gogh", "Hi."),
        ("Speaker 1: Hi.", "Speaker 1", "Hi."),
        ("张伟\uff1a你好", "张伟", "你好"),
        ("<mara> Hi.", "mara", "Hi."),
        ("<@mara> Hi: you", "mara", "Hi: you"),
    ],
)
def test_lines_that_begin_a_turn(read_text_of, line, name, text):
    assert read_text_of(read_text, line) == [turn(text, name)]


@pytest.mark.parametrize(
    "line",
    [
        "[12/01/2025, 09:12] Mara: Hi.",
        "[12/01/2025, 09:12:00] Mara: Hi.",
        "[2025-01-12 09:12] <mara> Hi.",
        "2025-01-12 09:12 Mara: Hi.",
        "2025-01-12T09:12:00Z Mara: Hi.",
        "2025-01-12T10:12:00+01:00 Mara: Hi.",
        "12/01/2025, 09:12 - Mara: Hi.",
        "12.01.25, 9:12\u202fam - ~ Mara: Hi.",
    ],
)
def test_times_in_front_of_a_turn(read_text_of, line):
    [item] = read_text_of(read_text, line)
    assert (item["name"].casefold(), item["content"], item["timestamp"]) == ("mara", "Hi.", NINE)


@pytest.mark.parametrize(
    "line",
    [
        "Note: the key is under the mat.",
        "https://example.com: a page",
        "at 9:30: we leave",
        "The answer to this is: 42",
        "A sentence of a great many words that ends so: yes",
        "42: the answer",
        "Subject: the boat",
        "12:30: lunch on the foredeck",
        "x" * 41 + ": too long a name",
    ],
)
def test_lines_that_only_look_like_a_turn(read_text_of, line):
    place = {"file": "chat", "line": 1}
    assert read_text_of(read_text, line) == [turn(line, metadata=place)]
    within = f"Mara: Hi.\nJonas: Yo.\n{line}\nMara: Bye."
    assert read_text_of(read_text, within)[1] == turn(f"Yo.\n{line}", "Jonas")


@pytest.mark.parametrize(
    ("heading", "session", "timestamp"),
    [
        ("=== 8 May 2023 ===", "chat/2023-05-08", "2023-05-08T00:00:00Z"),
        ("--- 2025-01-12 ---", "chat/2025-01-12", "2025-01-12T00:00:00Z"),
        ("# Monday, 8 May 2023", "chat/2023-05-08", "2023-05-08T00:00:00Z"),
        ("8 May 2023", "chat/2023-05-08", "2023-05-08T00:00:00Z"),
        ("DATE: 1:56 pm on 8 May, 2023", "chat/2023-05-08", "2023-05-08T13:56:00Z"),
        ("Session 3 - 1:56 pm on 8 May, 2023", "chat/2023-05-08", "2023-05-08T13:56:00Z"),
        ("Session 3", "chat/3", None),
        ("=== Session 3 ===", "chat/3", None),
    ],
)
def test_lines_that_begin_a_session(read_text_of, heading, session, timestamp):
    text = f"Mara: Hi.\n\n{heading}\nJonas: Yo."
    assert read_text_of(read_text, text) == [
        turn("Hi.", "Mara"),
        turn("Yo.", "Jonas", timestamp, session),
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("We met on 8 May 2023 and sailed.", "Session 3 was long.", "=====", "--- cut here ---"),
        "** on 8 May 2023 we sailed around the whole big island **",
    ],
)
def test_lines_that_begin_no_session(read_text_of, line):
    text = f"Mara: Hi.\n\n{line}\nJonas: Yo."
    assert [item["session_id"] for item in read_text_of(read_text, text)] == ["chat", "chat"]


def test_a_second_session_of_a_day_is_another_session(read_text_of):
    text = "".join(f"=== 8 May 2023 ===\nMara: {n}\nMara: ok\n" for n in range(3))
    sessions = [item["session_id"] for item in read_text_of(read_text, text)][::2]
    assert sessions == ["chat/2023-05-08", "chat/2023-05-08.2", "chat/2023-05-08.3"]
    assert not any("extra" in item for item in read_text_of(read_text, text))


def test_a_file_that_grows_keeps_what_it_gave(read_text_of):
    text = "=== 8 May 2023 ===\nMara: Hi.\nJonas: Yo.\n"
    grown = text + "=== 9 May 2023 ===\nMara: Hi.\n"
    assert read_text_of(read_text, grown)[:2] == read_text_of(read_text, text)


def test_a_time_of_day_without_a_day_is_kept_and_not_made_up(read_text_of):
    [item] = read_text_of(read_text, "[09:12] Mara: Hi.")
    assert item == turn("Hi.", "Mara", metadata={"time": "09:12"})


def test_an_unreadable_time_rejects_its_whole_turn(source):
    text = b"[12/01/2025, 09:12] Mara: Hi.\n[99/99/2025, 09:12] Jonas: Yo.\nmore\n"
    good, bad = read_text(source(text))
    assert isinstance(good, Accepted)
    assert bad.error.line == 2
    assert bad.raw == b"[99/99/2025, 09:12] Jonas: Yo.\nmore"


def test_tables_and_debris_are_rejected_as_a_whole(read_text_of, source):
    [error] = read_text(source(b"1;2;3\n4;5;6\n", path="t.txt"))
    assert str(error.error).startswith("t.txt: neither turns nor prose (a turn is a line")
    assert read_text_of(read_text, "\n \n") == []


def test_bad_bytes_reject_their_line_only(read):
    assert read("latin1.txt") == [
        "1: byte 0xf6 is not UTF-8",
        turn("fine", "Mara", session_id="latin1"),
        turn("fine", "Jonas", session_id="latin1"),
    ]


def test_a_turn_without_end_is_rejected_and_memory_stays_flat(source, monkeypatch):
    monkeypatch.setattr(turns_module, "MAX_LINE_BYTES", 100)
    text = "Mara: a\n" + "b\n" * 80 + "Mara: c\n"
    rejected, kept = read_text(source(text.encode()))
    assert rejected.error.line == 1
    assert kept.record.content == "c"


def test_repetitions_are_told_apart_and_old_ones_forgotten(read_text_of, monkeypatch):
    monkeypatch.setattr(turns_module, "Remembered", {int: partial(Remembered, 2)})
    text = "Mara: ok\nJonas: ok\nMara: ok\nMara: a\nMara: b\nMara: ok\n"
    counts = [item.get("extra", {}).get("occurrence", 1) for item in read_text_of(read_text, text)]
    assert counts == [1, 1, 2, 1, 1, 1]


NAMES = st.sampled_from(["Mara", "Jonas", "Mara Lindqvist", "Jan van Dijk", "Speaker 1", "李娜"])
WORDS = st.text(st.characters(categories=["Ll", "Nd"], include_characters=" .!?'"), min_size=1)
PLAIN = WORDS.map(lambda text: "so " + text.strip()).map(str.strip)
CONTENT = st.lists(PLAIN, min_size=1, max_size=3).map("\n\n".join)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, CONTENT), min_size=2, max_size=8), st.integers(1, 60))
@example([("Mara", "so"), ("Mara", "so")], 1)
def test_rendered_turns_are_read_back_whatever_the_pieces(source, shorten, said, step):
    text = "\n".join(f"{name}: {content}" for name, content in said)
    items = [shorten(item) for item in read_text(source(text.encode(), step))]
    assert [(item["name"], item["content"]) for item in items] == said
    identities = {str(item) for item in items}
    assert len(identities) == len(items)


STAMPS = st.sampled_from(
    ["[{0:%d/%m/%Y, %H:%M:%S}] ", "{0:%d/%m/%Y, %H:%M} - ", "{0:%Y-%m-%d %H:%M} "]
)


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1))


@settings(deadline=None)
@given(st.lists(st.tuples(MOMENTS, NAMES, CONTENT), min_size=1), STAMPS, st.integers(1, 60))
def test_rendered_chats_are_read_back_with_their_times(source, shorten, said, stamp, step):
    text = "\n".join(f"{stamp.format(moment)}{name}: {content}" for moment, name, content in said)
    items = [shorten(item) for item in read_text(source(text.encode(), step))]
    cut = {"microsecond": 0} if "%S" in stamp else {"microsecond": 0, "second": 0}
    assert [(item["timestamp"], item["name"], item["content"]) for item in items] == [
        (format_time(moment.replace(**cut)), name, content) for moment, name, content in said
    ]


@settings(deadline=None)
@given(st.text(st.sampled_from(list("MJ:[]<>-=# \n91/2025,a`")), max_size=80), st.integers(1, 50))
def test_any_text_is_items_whatever_the_pieces(source, shorten, text, step):
    data = text.encode()
    pieces = [shorten(item) for item in read_text(source(data, step))]
    assert pieces == [shorten(item) for item in read_text(source(data))]


def test_slashes_with_am_or_pm_are_american_where_nothing_else_tells(read_text_of):
    given = "3/4/24, 6:02 PM - Mara: Hi.\n3/4/24, 6:03 PM - Jonas: Hi.\n"
    assert {item["timestamp"][:10] for item in read_text_of(read_text, given)} == {"2024-03-04"}
