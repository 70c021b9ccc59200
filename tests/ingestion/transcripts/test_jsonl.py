import json

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts import Accepted, Rejected
from memcli.ingestion.transcripts.fields import to_record
from memcli.ingestion.transcripts.jsonl import _plain_message, decode_record, read_jsonl
from memcli.records import Message
from store.errors import BadRecord
from tests.support.wire import to_wire


def test_good_and_bad_lines_come_in_their_order(read):
    assert read("mixed.jsonl") == [
        {"content": "One."},
        {"content": "Two.", "name": "Mara", "timestamp": "2025-01-11T09:12:00Z"},
        "4: the JSON ends too early",
        "5: byte 0xff is not UTF-8",
        "6: a hit is not input",
        "8: not a JSON object",
        {"content": "Five."},
    ]


def test_lines_are_counted_and_rejected_lines_kept_verbatim(source):
    items = list(read_jsonl(source(b' \n{"content": "x"}\r\n{"content": }\r\n', path="chat.jsonl")))
    assert (items[0].path, items[0].line) == ("chat.jsonl", 2)
    assert items[1].raw == b'{"content": }'
    assert str(items[1].error).startswith("chat.jsonl:3:13: JSON is malformed")


@pytest.mark.parametrize(
    ("line", "column"),
    [('{"content": "x"', 16), ('{"content": "åå', 16), ('{"åå" 1}', 7), ('{"a":1} x', 9)],
)
def test_the_column_is_counted_in_characters(source, line, column):
    item = decode_record(line.encode(), source(b""), 1)
    assert item.error.column == column


@pytest.mark.parametrize(
    "line",
    [
        *(
            "[" * 100_000,
            '{"a": NaN}',
            '{"a": 1e999}',
            "1",
            '"x"',
            "null",
        ),
        *('{"n": ' + "1" * 5000 + "}", '{"content": "x", "metadata": [1]}', '{"content": "x\0"}'),
    ],
    ids=lambda line: line[:12],
)
def test_odd_json_is_rejected_and_does_not_raise(source, line):
    assert isinstance(decode_record(line.encode(), source(b""), 1), Rejected)


def test_what_is_written_is_read_back_whole(source):
    message = Message(
        v=1, content="Hi.", id="1", role="user", metadata={"a": [1]}, extra={"mood": "glad"}
    )
    line = msgspec.json.encode(message)
    assert [item.record for item in read_jsonl(source(line))] == [message]


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["2025-01-11T09:12:00Z", "2025-01-11", "8 May 2023", "soon", "message"]),
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
    st.lists(st.integers(0, 9), max_size=2),
)  # fmt: skip
OBJECTS = st.dictionaries(
    st.sampled_from([*Message.__struct_fields__, "kind", "text", "speaker", "mood"]), VALUES
)
USUAL = st.fixed_dictionaries(
    {"content": st.text()},
    optional={
        "kind": st.just("message"),
        "v": st.sampled_from([1, 1.0, 2, True]),
        "name": st.text() | st.none(),
        "timestamp": st.datetimes().map(lambda moment: moment.isoformat()) | VALUES,
        "metadata": st.dictionaries(st.text(), VALUES, max_size=2) | st.none(),
        "extra": st.dictionaries(st.text(), VALUES, max_size=2),
        "attachments": st.lists(VALUES, max_size=2),
    },
)


@settings(deadline=None, max_examples=150)
@given(OBJECTS | USUAL)
@example({"content": "x", "timestamp": ""})
@example({"content": "x", "extra": {}})
@example({"content": "x", "v": None})
def test_the_fast_path_gives_what_the_slow_one_does(source, raw):
    data = json.dumps(raw).encode()
    fast = _plain_message(data, source(b""))
    try:
        slow = to_record(msgspec.json.decode(data))
    except (BadRecord, msgspec.DecodeError):
        assert fast is None
        return
    assert fast is None or fast == slow
    if fast:
        assert type(fast) is Message
        assert to_wire(fast) == to_wire(slow)


def test_a_plain_message_does_take_the_fast_path(source):
    line = (
        b'{"kind":"message","v":1,"content":"x","name":"Mara","timestamp":"2025-01-11T09:12:00Z"}'
    )
    assert _plain_message(line, source(b"")) is not None
    for other in (
        b'{"content":"x","mood":"glad"}',
        b'{"content":" "}',
        b'{"content":"x","role":"tool"}',
        b'{"content":"x","timestamp":"1/2/26"}',
    ):
        assert _plain_message(other, source(b"")) is None


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_items_whatever_the_pieces(source, data, step):
    def outcome(item):
        return item if isinstance(item, Accepted) else (str(item.error), item.raw)

    pieces = [outcome(item) for item in read_jsonl(source(data, step))]
    assert pieces == [outcome(item) for item in read_jsonl(source(data))]
