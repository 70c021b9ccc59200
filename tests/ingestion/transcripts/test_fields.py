from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts.fields import ALIASES, to_record
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
    "kind", sorted(set(KINDS) - {"message", "memory", "link", "entity", "strength"})
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


@pytest.mark.parametrize(
    ("field", "alias"), [(field, alias) for field, names in ALIASES.items() for alias in names]
)
def test_each_alias_stands_for_an_absent_field_only(field, alias):
    value, other = ("2025-01-11T09:12:00Z", "2023") if field == "timestamp" else ("x", "y")
    base = {} if field == "content" else {"content": "Hi."}
    wanted = NINE if field == "timestamp" else "x"
    assert getattr(to_record({**base, alias: value}), field) == wanted
    kept = to_record({**base, field: value, alias: other})
    assert getattr(kept, field) == wanted
    assert kept.extra == {alias: other}


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
