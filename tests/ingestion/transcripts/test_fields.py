from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts.fields import ALIASES, record_item, to_record
from memcli.ingestion.transcripts.items import Intake
from memcli.ingestion.transcripts.json_document import read_json
from memcli.records import KINDS, Entity, Link, Memory, Message
from store.errors import BadRecord

MEMORY = {
    "kind": "memory", "id": "m", "namespace": "n", "type": "episodic", "level": 0, "text": "t",
    "recorded_at": "2025-01-11T09:12:00Z",
}  # fmt: skip
LINK = {
    "kind": "link", "source_id": "a", "target_id": "b", "relation": "next", "weight": 1,
    "recorded_at": "2025-01-11T09:12:00Z",
}  # fmt: skip
ENTITY = {
    "kind": "entity", "id": "e", "namespace": "n", "name": "Ana",
    "recorded_at": "2025-01-11T09:12:00Z",
}  # fmt: skip
NINE = datetime(2025, 1, 11, 9, 12, tzinfo=UTC)


def test_an_object_without_a_kind_is_a_message():
    assert to_record({"content": "Hi."}) == Message(v=1, content="Hi.")


def test_memories_and_links_are_input_with_times_of_any_form():
    memory = to_record({**MEMORY, "happened_at": "8 May 2023"})
    assert isinstance(memory, Memory)
    assert memory.happened_at == datetime(2023, 5, 8, tzinfo=UTC)
    link = to_record(LINK)
    assert isinstance(link, Link)
    assert link.recorded_at == NINE
    assert isinstance(to_record(ENTITY), Entity)


@pytest.mark.parametrize(
    "kind",
    sorted(set(KINDS) - {"message", "memory", "link", "entity", "strength", "table", "table_row"}),
)
def test_other_kinds_are_not_input(kind):
    with pytest.raises(BadRecord, match=f"^an? {kind} is not input"):
        to_record({"kind": kind, "v": 1, "content": "x"})


@pytest.mark.parametrize("kind", ["nonsense", 1, None, ["message"]])
def test_an_unknown_kind_is_refused(kind):
    with pytest.raises(BadRecord, match="unknown kind"):
        to_record({"kind": kind, "content": "x"})


def test_a_newer_version_is_refused_as_a_bad_record():
    with pytest.raises(BadRecord, match="version 2"):
        to_record({"v": 2, "content": "x"})


@pytest.mark.parametrize("raw", [{}, {"content": None}, {"content": 5}])
def test_a_message_must_have_content(raw):
    with pytest.raises(BadRecord, match="content"):
        to_record(raw)
    with pytest.raises(BadRecord, match="text"):
        to_record({**MEMORY, "text": raw.get("content")})


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_turn_in_which_nothing_is_said_keeps_its_place(text):
    assert to_record({"content": text}).content == text


def test_an_id_may_be_a_number():
    assert to_record({"content": "x", "id": 7}).id == "7"


def nested(path, value):
    for key in reversed(path):
        value = {key: value}
    return value


@pytest.mark.parametrize(
    ("field", "alias"), [(field, alias) for field, names in ALIASES.items() for alias in names]
)
def test_each_alias_stands_for_an_absent_field_only(field, alias):
    value, other = ("2025-01-11T09:12:00Z", "2023") if field == "timestamp" else ("x", "y")
    base = {} if field == "content" else {"content": "Hi."}
    wanted = NINE if field == "timestamp" else "x"
    top, *path = alias.split(".")
    assert getattr(to_record({**base, top: nested(path, value)}), field) == wanted
    kept = to_record({**base, field: value, top: nested(path, other)})
    assert getattr(kept, field) == wanted
    assert kept.extra == {top: nested(path, other)}


def test_an_alias_whose_value_does_not_fit_stays_in_extra():
    message = to_record({"content": "x", "author": {"role": "user"}, "sender": "Mara", "time": []})
    assert message.name == "Mara"
    assert message.extra == {"author": {"role": "user"}, "time": []}
    assert to_record({"content": "x", "thread_id": 42}).session_id == "42"


def test_naive_and_foreign_times_are_utc():
    assert to_record({"content": "x", "timestamp": "2025-01-11T09:12:00"}).timestamp == NINE
    moved = to_record({"content": "x", "timestamp": "2025-01-11T11:12:00+02:00"}).timestamp
    assert moved == NINE
    assert moved.tzinfo is UTC


def test_a_bad_time_names_its_field():
    with pytest.raises(BadRecord, match=r"^`timestamp`: 'soon' is not a readable time"):
        to_record({"content": "x", "timestamp": "soon"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
NAMES = st.sampled_from([*Message.__struct_fields__, "kind", "text", "speaker", "ts", "mood"])


@settings(deadline=None)
@given(st.dictionaries(NAMES, JSON), st.text(min_size=1))
def test_any_object_is_a_record_that_keeps_all_its_fields_or_a_bad_record(raw, content):
    given = dict(raw)
    try:
        record = to_record(raw)
    except BadRecord:
        assert raw == given
        return
    assert raw == given
    kept = {name for name in record.__struct_fields__ if getattr(record, name) is not None}
    kept |= set(record.extra or ())
    aliases = {alias for names in ALIASES.values() for alias in names}
    lost = {name for name, value in raw.items() if value is not None} - kept - {"kind"}
    assert lost <= aliases


@pytest.fixture
def items_of(source):
    def read(*raws, **about):
        given = source(b"", path="a.jsonl")._replace(intake=Intake(**about))
        return [record_item(raw, given, 1, b"raw") for raw in raws], given.intake

    return read


def test_what_has_no_words_is_told_by_its_keys_and_what_it_looks_like(items_of):
    (bad, *_), _ = items_of({"foo": 1, "rows": [{"a": 1}]})
    assert "its keys: `foo`, `rows`" in bad.error.reason
    assert "if its list `rows` has the messages" in bad.error.remedy
    (bad,), _ = items_of({"said": "Where is the oar?", "n": "x"})
    assert "if `said` has the words" in bad.error.remedy


def test_fields_that_look_like_a_sender_or_a_time_are_told_once(items_of):
    raw = {
        "content": "Ahoy",
        "posted_by": "Ida",
        "sentTime": "x",
        "roomName": "quay",
        "mood": "glad",
    }
    _, intake = items_of(raw, raw)
    assert list(intake.unread) == ["posted_by", "sentTime", "roomName"]
    assert "looks like a sender" in intake.unread["posted_by"]
    _, intake = items_of({"content": "Ahoy", "name": "Ida", "posted_by": "Ben"})
    assert intake.unread == {}


def test_what_is_no_turn_is_left_out(items_of):
    raws = [
        {"role": "system", "content": "Be brief."},
        {"role": "tool", "content": "42"},
        {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"content": " "},
        {"content": [{"type": "image_url"}], "role": "user"},
    ]
    items, intake = items_of(*raws)
    assert items == [None] * 5
    assert sum(intake.left_out.values()) == 5
    items, _ = items_of(*raws, tools=True)
    assert [item.type for item in items if item] == ["resource"]


@pytest.mark.parametrize(
    ("raw", "role", "name"),
    [
        ({"type": "human", "data": {"content": "Ahoy", "type": "human"}}, "user", None),
        ({"type": "constructor", "kwargs": {"content": "Ahoy", "type": "ai"}}, "assistant", None),
        ({"sender": "assistant", "text": "Ahoy"}, "assistant", None),
        ({"is_user": True, "name": "Ida", "mes": "Ahoy"}, "user", "Ida"),
        ({"from": {"user": {"displayName": "Ida"}}, "body": {"content": "Ahoy"}}, None, "Ida"),
        ({"author": {"name": "ida", "nickname": "Ida"}, "content": "Ahoy"}, None, "Ida"),
        ({"role": "model", "parts": [{"text": "Ahoy"}]}, "assistant", None),
        ({"role": "prompter", "text": "Ahoy"}, "user", None),
        (
            {"sender": "@ida:a.org", "content": {"msgtype": "m.text", "body": "Ahoy"}},
            None,
            "@ida:a.org",
        ),
    ],
)
def test_who_speaks_is_found_where_others_have_it(raw, role, name):
    record = to_record(raw)
    assert (record.role, record.name, record.content) == (role, name, "Ahoy")


def test_a_page_is_read_as_text():
    raw = {"body": {"contentType": "html", "content": "<div>It <b>leaks</b></div>"}}
    assert to_record(raw).content == "It leaks"


def test_a_day_and_a_time_of_day_in_two_fields_are_one_time():
    record = to_record({"date": "11.01.2025", "time": "09:12", "text": "Ahoy"})
    assert record.timestamp == NINE
    assert record.extra is None


def test_who_and_when_in_objects_of_mongodb_are_read_and_others_told(read_with):
    post = {"msg": "Ahoy", "u": {"name": "Ida"}, "ts": {"$date": "2026-03-02T10:00:00Z"}}
    found = read_with(read_json, [post])
    assert found.turns("name", "timestamp") == [("Ida", "2026-03-02T10:00:00Z")]
    told = read_with(read_json, [{"msg": "Ahoy", "posted_at": {"epoch": 1}}])
    assert list(told.intake.unread) == ["posted_at"]


def test_what_an_editor_of_rich_text_wrote_is_read_without_its_tags():
    assert to_record({"content": '<p class="x">Ahoy <b>you</b></p><p>Bye</p>'}).content == (
        "Ahoy you\n\nBye"
    )
    code = "<p> is a paragraph </p> in HTML"
    assert to_record({"content": code}).content == code


@pytest.mark.parametrize(
    ("about", "what"),
    [({"isThought": True}, "thoughts of a model"), ({"system": True}, "service lines")],
)
def test_what_says_that_it_is_no_turn_is_none(source, about, what):
    given = source(b"")._replace(intake=Intake())
    assert record_item({"content": "Hm.", **about}, given, 1, b"") is None
    assert given.intake.left_out == {what: 1}
    kept = dict.fromkeys(about, False)
    assert record_item({"content": "Hm.", **kept}, given, 1, b"") is not None
