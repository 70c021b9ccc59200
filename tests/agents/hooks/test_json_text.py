from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.agents.hooks.json_text import parse, with_item, with_member, without
from store.errors import BadRecord

KEYS = st.sampled_from(["hooks", "Stop", "other", "mcpServers", "a b"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
OURS = {"command": "memcli"}


def is_ours(value):
    return value == OURS


def takes(value, path):
    """Say whether there are only objects on a path."""
    for key in path:
        value = value.get(key, {})
        if not isinstance(value, dict):
            return False
    return True


@given(OBJECTS, st.sampled_from([None, 1, 4, "\t"]))
def test_what_is_put_in_is_there_and_taken_out_again(value, indent):
    text = json.dumps(value, indent=indent)
    value.pop("ours", None)
    for path in (["ours"], ["mcpServers", "ours"]):
        if not takes(value, path[:-1]):
            continue
        added = with_member(text, path, OURS)
        expected = json.loads(text)
        place = expected
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = OURS
        assert json.loads(added) == expected
        left = without(added, path, is_ours)
        was_empty = len(path) > 1 and value.get(path[0]) == {}
        assert json.loads(left) == (
            {k: v for k, v in value.items() if k != path[0]} if was_empty else value
        )
        if value.get(path[0], 1) and text != "{}":
            assert left == text


@given(OBJECTS, st.sampled_from([None, 2]))
def test_items_go_to_the_end_of_a_list_and_only_ours_are_taken_out(value, indent):
    value["hooks"] = {"Stop": [1, {"command": "theirs"}]}
    text = json.dumps(value, indent=indent)
    added = with_item(text, ["hooks", "Stop"], OURS)
    assert json.loads(added)["hooks"]["Stop"] == [1, {"command": "theirs"}, OURS]
    assert without(added, ["hooks", "Stop"], is_ours) == text


def test_comments_and_commas_at_the_end_stay():
    text = '{\n\t// mine\n\t"a": 1, /* of "b" */\n\t"b": {"c": [1, 2,],},\n}\n'
    added = with_member(text, ["servers", "memcli"], OURS)
    assert "// mine" in added
    assert parse(added).value == {
        "a": 1,
        "b": {"c": [1, 2]},
        "servers": {"memcli": OURS},
    }
    assert parse(without(added, ["servers", "memcli"], is_ours)).value == parse(text).value


def test_what_is_empty_is_an_object_and_a_new_value_takes_the_place_of_the_old():
    text = with_member("", ["a"], 1)
    assert text == '{\n  "a": 1\n}\n'
    assert json.loads(with_member(text, ["a"], [2])) == {"a": [2]}
    assert with_item("", ["a", "b"], 1) == '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}\n'


@pytest.mark.parametrize("text", ["{", '{"a" 1}', "[1 2]", '{"a": 1} x', '{"a": nope}', '{"a'])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(BadRecord, match="no JSON"):
        parse(text)


@pytest.mark.parametrize("text", ['{"hooks": null}', '{"hooks": {"Stop": {}}}', "[]"])
def test_nothing_is_put_into_what_is_of_another_kind(text):
    with pytest.raises(BadRecord, match="is not"):
        with_item(text, ["hooks", "Stop"], OURS)
