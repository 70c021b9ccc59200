import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts.json_document import place_of_turns, read_json


def test_an_array_gives_its_records_with_their_lines(read):
    assert read("array.json") == [
        {"content": "One."},
        {"content": "Three.", "name": "Mara"},
    ]


def test_an_object_gives_the_records_of_its_messages(read):
    assert read("document.json") == [{"content": "One."}, {"content": "Two."}]


def test_what_breaks_off_is_one_rejection_after_the_good_records(read):
    assert read("truncated.json", "json") == [
        {"content": "One."},
        "1: broken JSON: Unterminated string starting at",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"content": "a"}', "1: expected ',', found the end of the file"),
        ('[{"content": "a"} {"content": "b"}]', "1: expected ',', found '{'"),
        ('[{"content": "a"}] x', "1: something follows the end of the document"),
        ('[{"content": "a"},\n 1]', "2: not a JSON object"),
        ('[{"content": "a"},\n', "2: broken JSON: it ends too early"),
        ('[{"content": "a"}, ' + "[" * 100_000, "1: nested too deep"),
        ('[{"content": "a"}, ' + "1" * 5000 + "]", "1: Integer value out of range"),
    ],
    ids=lambda value: value[:24],
)
def test_broken_documents_say_where_and_why(source, shorten, text, reason):
    items = [shorten(item) for item in read_json(source(text.encode()))]
    assert items == [{"content": "a"}, reason]


def test_of_a_number_out_of_range_only_its_record_is_bad(source, shorten):
    huge = "1" * 5000
    bad = f'{{"content": "b", "metadata": {{"x": [{huge}]}}}}'
    text = f'[{{"content": "a"}}, {bad}, {{"content": "c"}}]'
    told = f'{{"thread_id": {huge}, "messages": {text}}}'
    for document, session in ((text, {}), (told, {"session_id": huge})):
        items = [shorten(item) for item in read_json(source(document.encode()))]
        assert items[0] == {"content": "a", **session}
        assert "out of range" in items[1]
        assert items[2] == {"content": "c", **session}


def test_a_document_that_is_neither_array_nor_object_is_rejected(source, shorten):
    assert [shorten(item) for item in read_json(source(b'"x"'))] == [
        "1: neither a JSON array nor an object"
    ]
    assert list(read_json(source(b" \n"))) == []


def test_a_single_object_is_a_single_record(source, shorten):
    data = b'\xef\xbb\xbf{\n "content": "x",\n "metadata": {"messages": [1]}\n}\n'
    assert [shorten(item) for item in read_json(source(data))] == [
        {"content": "x", "metadata": {"messages": [1]}}
    ]


def test_bytes_that_are_not_utf8_end_the_document(source, shorten):
    items = [
        shorten(item) for item in read_json(source(b'[{"content": "a"}, {"content": "\xff"}]'))
    ]
    assert items[-1] == "1: not UTF-8"


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"content": st.text(min_size=1).filter(lambda text: not text.isspace())},
        optional={"metadata": st.dictionaries(st.text(), st.integers() | st.text(), max_size=3)},
    ),
    max_size=5,
)


@settings(deadline=None)
@given(RECORDS, st.integers(1, 40), st.sampled_from([None, 0, 2]), st.booleans(), st.booleans())
def test_any_list_is_read_whatever_the_pieces(
    source, shorten, records, step, indent, ascii_only, wrapped
):
    document = {"a": [1, {}], "messages": records, "z": -1.5} if wrapped else records
    data = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    items = [shorten(item) for item in read_json(source(data, step), chunk_bytes=step)]
    for item, record in zip(items, records, strict=True):
        if isinstance(item, str):
            assert "out of range" in item
        else:
            assert item == record


TURN = {"author": "Ida", "body": "Ahoy", "date": "2026-03-02T10:00:00Z"}


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        ({"items": [TURN], "total": 1}, ("items",)),
        ({"status": "ok", "data": {"thread": {"posts": [TURN]}}}, ("data", "thread", "posts")),
        ({"messages": [], "items": [TURN]}, None),  # the usual name
        ({"items": [{"text": "no speaker, no time"}]}, None),
        ({**TURN, "replies": [TURN]}, None),  # a turn itself
        ({"a": {"b": {"c": {"d": {"e": {"f": [TURN]}}}}}}, None),
        ({}, None),
    ],
)
def test_a_list_of_turns_may_stand_at_any_place(document, keys):
    found = place_of_turns(document)
    assert (found.keys if found else None) == keys


def test_turns_at_any_place_are_of_the_session_beside_them(read_with):
    document = {"data": {"thread": {"conversation_id": "c", "posts": [TURN, TURN]}}, "total": 2}
    found = read_with(read_json, document)
    assert found.turns("name", "content", "session_id") == [("Ida", "Ahoy", "c")] * 2
    assert found.intake.unread == {}


def test_what_has_words_beside_the_list_is_told(read_with):
    document = {"input": {"sent": [TURN]}, "output": {"message": TURN}, "usage": {"tokens": 3}}
    found = read_with(read_json, document)
    assert len(found.items) == 1
    assert list(found.intake.unread) == ["output"]
