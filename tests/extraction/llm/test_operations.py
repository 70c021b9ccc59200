"""Statements by a language model: the checks of the answer, the operations."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.extraction.llm.operations import Operation, extract_batch
from memcli.extraction.llm.prompt import SCHEMA
from memcli.models.llm.cache import CachedModel
from memcli.models.llm.command import CommandModel
from memcli.models.llm.http import HttpModel
from memcli.models.llm.settings import LlmSettings
from store.errors import InvalidAnswer, MemcliError
from tests.support.llm_fake import ADD, EXISTING, FRIDAY, TURNS, FakeModel
from tests.support.llm_loopback import LoopbackServer


def extract(*proposals, turns=TURNS, existing=EXISTING):
    """Return the operations of an answer that needs no repair."""
    return extract_batch(FakeModel({"memories": list(proposals)}), turns, existing)


def test_no_turns_make_no_call():
    model = FakeModel()
    assert extract_batch(model, [], EXISTING) == []
    assert model.asked == []


# ---------------------------------------------------------------- what is left out


def test_what_breaks_the_rules_twice_is_left_out_and_the_rest_is_kept():
    answer = {"memories": [{**ADD, "importance": 7}, {**ADD, "text": "Wilma has cats."}]}
    model = FakeModel(answer, answer)
    (kept,) = extract_batch(model, TURNS, EXISTING)
    assert (kept.text, len(model.asked)) == ("Wilma has cats.", 2)


def test_an_answer_that_deletes_all_it_was_shown_deletes_nothing():
    many = [replace(EXISTING[0], id=f"old{number}") for number in range(9)]
    deletes = [{"op": "delete", "target": f"m{n}", "sources": ["t1"]} for n in range(1, 10)]
    assert [each.kind for each in extract(*deletes, ADD, existing=many)] == ["add"]
    assert len(extract(*deletes[:3], existing=many)) == 3


def test_an_answer_that_updates_all_it_was_shown_ends_nothing():
    many = [replace(EXISTING[0], id=f"old{number}") for number in range(9)]
    updates = [{**ADD, "op": "update", "target": f"m{n}"} for n in range(1, 10)]
    assert {each.kind for each in extract(*updates, existing=many)} == {"add"}
    assert {each.target_id for each in extract(*updates, existing=many)} == {None}
    assert [each.kind for each in extract(*updates[:3], existing=many)] == ["supersede"] * 3
    delete = {"op": "delete", "target": "m9", "sources": ["t1"]}
    assert [each.kind for each in extract(*updates[:3], delete, existing=many)] == ["add"] * 3


def test_as_many_memories_may_change_as_a_quarter_of_the_turns():
    turns = [replace(TURNS[0], id=f"turn{number}") for number in range(20)]
    many = [replace(EXISTING[0], id=f"old{number}") for number in range(9)]
    updates = [{**ADD, "op": "update", "target": f"m{n}"} for n in range(1, 7)]
    few = extract(*updates[:5], turns=turns, existing=many)
    assert [each.kind for each in few] == ["supersede"] * 5
    assert {each.kind for each in extract(*updates, turns=turns, existing=many)} == {"add"}


# ---------------------------------------------------------------- operations


def test_an_add_has_all_its_parts():
    (operation,) = extract(
        {
            **ADD,
            "text": " Wilma moved to Lund. ",
            "sources": ["t1", "t3", "t1"],
            "target": None,
            "type": "episodic",
            "subject": "Wilma",
            "attribute": "moved to",
            "value": "Lund",
            "valid_from": "2031-05-01",
            "valid_to": None,
            "keywords": ["Lund", " move ", "", "Lund"],
            "tags": ["home"],
            "importance": 0.8,
            "confidence": 1,
            "reason": "said plainly",
        }
    )
    assert operation == Operation(
        kind="add",
        text="Wilma moved to Lund.",
        source_ids=("turn-a", "turn-c"),
        type="episodic",
        subject="Wilma",
        attribute="moved to",
        value="Lund",
        valid_from=datetime(2031, 5, 1, tzinfo=UTC),
        keywords=("Lund", "move"),
        tags=("home",),
        importance=0.8,
        confidence=1.0,
        reason="said plainly",
    )


@pytest.mark.parametrize(
    ("op", "kind"), [("update", "supersede"), ("delete", "invalidate"), ("noop", "noop")]
)
def test_mem0_s_operations_become_ours_with_target_and_reason(op, kind):
    (operation,) = extract({**ADD, "op": op, "target": "m2", "reason": "it was sold"})
    assert (operation.kind, operation.target_id) == (kind, "id-flat")
    assert operation.reason == "it was sold"


def test_what_is_optional_may_be_absent_or_null():
    assert extract(ADD) == [Operation("add", "Wilma moved to Lund.", ("turn-a",))]
    nothing = dict.fromkeys(SCHEMA["properties"]["memories"]["items"]["properties"])
    assert extract({**nothing, **ADD}) == extract(ADD)
    assert extract({"op": "noop"}) == [Operation("noop", "", ())]
    assert extract({"op": "delete", "text": None, "sources": ["t3"], "target": "m2"}) == [
        Operation("invalidate", "", ("turn-c",), "id-flat")
    ]


def test_nothing_worth_keeping_is_no_operation():
    assert extract() == []


@pytest.mark.parametrize("label", ["t2", "T2", " t2 ", "2", 2])
def test_a_number_is_read_with_and_without_its_letter(label):
    assert extract({**ADD, "sources": [label]})[0].source_ids == ("turn-b",)


@pytest.mark.parametrize("answer", [[ADD], {"memories": [ADD], "thoughts": "none"}])
def test_small_slips_of_form_are_let_pass(answer):
    assert extract_batch(FakeModel(answer), TURNS, EXISTING) == extract(ADD)


@pytest.mark.parametrize(
    "value", ["2031-05-02T17:30:00Z", "2031-05-02T19:30:00+02:00", "2031-05-02 17:30:00"]
)
def test_times_are_read_as_utc(value):
    assert extract({**ADD, "valid_from": value})[0].valid_from == FRIDAY


@pytest.mark.parametrize(
    ("value", "month", "day"), [("2031", 1, 1), ("2031-05", 5, 1), (2031, 1, 1)]
)
def test_a_year_or_month_is_its_beginning(value, month, day):
    expected = datetime(2031, month, day, tzinfo=UTC)
    assert extract({**ADD, "valid_from": value})[0].valid_from == expected


@pytest.mark.parametrize("value", [None, "", "null", "None"])
def test_an_unknown_time_is_none(value):
    assert extract({**ADD, "valid_from": value})[0].valid_from is None


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("2031-05-02", (2031, 5, 3)),
        ("2031-12-31", (2032, 1, 1)),
        ("2031-05", (2031, 6, 1)),
        ("2031-12", (2032, 1, 1)),
        ("2031", (2032, 1, 1)),
    ],
)
def test_what_begins_and_ends_on_a_day_lasts_that_day(value, end):
    (operation,) = extract({**ADD, "valid_from": value, "valid_to": value})
    assert operation.valid_to == datetime(*end, tzinfo=UTC)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("proposal", "complaint"),
    [
        ({**ADD, "sources": ["t4"]}, "there is no 't4' (there are: t1 to t3)"),
        ({**ADD, "sources": ["t0"]}, "there is no 't0'"),
        ({**ADD, "sources": ["m1"]}, "there is no 'm1'"),
        ({**ADD, "sources": ["turn-a"]}, "there is no 'turn-a'"),
        ({**ADD, "sources": [-1]}, "there is no '-1'"),
        ({**ADD, "sources": []}, "add needs the turns"),
        ({**ADD, "sources": "t1"}, "Expected `array"),
        ({**ADD, "text": " "}, "add needs a text"),
        ({**ADD, "text": "x" * 3_000}, "length <= 2000"),
        ({**ADD, "text": 3}, "$.text"),
        ({**ADD, "op": "update", "target": "m3"}, "there is no 'm3' (there are: m1 to m2)"),
        ({**ADD, "op": "update", "target": "t1"}, "there is no 't1'"),
        ({**ADD, "op": "update"}, "update needs a target"),
        ({**ADD, "op": "delete", "target": "none"}, "delete needs a target"),
        ({**ADD, "op": "UPSERT"}, "$.op"),
        ({"text": "x", "sources": ["t1"]}, "`op`"),
        ({**ADD, "type": "rumour"}, "$.type"),
        ({**ADD, "importance": 7}, "$.importance"),
        ({**ADD, "confidence": "high"}, "$.confidence"),
        ({**ADD, "valid_from": "last Friday"}, "valid_from: 'last Friday' is not a time"),
        ({**ADD, "valid_from": "2031-02-30"}, "is not a time"),
        ({**ADD, "valid_from": "2031-13"}, "is not a time"),
        ({**ADD, "valid_to": "0000"}, "valid_to: '0000' is not a time"),
        ({**ADD, "valid_from": "2031", "valid_to": "2030"}, "valid_to is before valid_from"),
        ("Wilma moved.", "Expected `object`"),
        (None, "Expected `object`"),
    ],
)
def test_a_broken_rule_is_shown_to_the_model_which_may_repair_it_once(proposal, complaint):
    model = FakeModel({"memories": [ADD, proposal]}, {"memories": [ADD]})
    assert extract_batch(model, TURNS, EXISTING) == extract(ADD)
    first, second = model.asked
    assert second.startswith(first)
    assert re.search(r"- memories\[1\]: .*" + re.escape(complaint), second)
    assert model.answers[0] in second


def test_all_that_is_wrong_is_said_at_once():
    broken = [{**ADD, "sources": ["t9"]}, ADD, {**ADD, "op": "update", "target": "m9"}]
    model = FakeModel({"memories": broken}, {"memories": []})
    extract_batch(model, TURNS, EXISTING)
    assert re.findall(r"- memories\[(\d)\]", model.asked[1]) == ["0", "2"]


def test_one_memory_is_ended_by_one_operation():
    twice = [{**ADD, "op": "update", "target": "m1"}, {**ADD, "op": "delete", "target": "m1"}]
    model = FakeModel({"memories": twice}, {"memories": [twice[0]]})
    assert len(extract_batch(model, TURNS, EXISTING)) == 1
    assert "- m1 has more than one update or delete" in model.asked[1]


@pytest.mark.parametrize("answer", ["", "I am sorry.", '"hello"', "{}", '{"memories": {}}', "3"])
def test_what_is_no_answer_at_all_can_be_repaired(answer):
    assert extract_batch(FakeModel(answer, {"memories": [ADD]}), TURNS, EXISTING) == extract(ADD)


def test_an_answer_that_was_cut_off_is_asked_for_shorter():
    model = FakeModel('{"memories": [{"op"', "{", truncated=True)
    with pytest.raises(InvalidAnswer, match="cut off"):
        extract_batch(model, TURNS, EXISTING)
    assert "keep only what matters most" in model.asked[1]


def test_a_second_wrong_answer_is_given_up():
    model = FakeModel({"memories": [{**ADD, "sources": ["t8"]}]}, "still not")
    with pytest.raises(InvalidAnswer, match="not usable") as caught:
        extract_batch(model, TURNS, EXISTING)
    assert len(model.asked) == 2
    assert isinstance(caught.value, MemcliError)


def test_with_no_memories_no_target_exists():
    model = FakeModel({"memories": [{**ADD, "op": "update", "target": "m1"}]}, {"memories": []})
    extract_batch(model, TURNS, [])
    assert "there is no 'm1' (there are: none)" in model.asked[1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PROPOSAL = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "update", "delete", "noop"])},
    optional={
        "text": st.text() | JSON,
        "sources": st.lists(st.sampled_from(["t1", "t3", "t4", 2, "m1"]), max_size=3) | JSON,
        "target": st.sampled_from(["m1", "m2", "m3", 1, None]) | JSON,
        "valid_from": st.dates().map(str) | JSON,
        "valid_to": st.dates().map(str) | JSON,
        "importance": st.floats(0, 1) | JSON,
    },
)


@given(st.lists(PROPOSAL | JSON, max_size=4) | JSON)
def test_whatever_is_answered_what_comes_out_keeps_the_rules(memories):
    answer = json.dumps({"memories": memories})
    try:
        operations = extract_batch(FakeModel(answer, answer), TURNS, EXISTING)
    except InvalidAnswer:
        return
    for operation in operations:
        assert set(operation.source_ids) <= {"turn-a", "turn-b", "turn-c"}
        assert operation.target_id in (None, "id-home", "id-flat")
        assert operation.kind == "noop" or operation.source_ids
        assert operation.text or operation.kind in ("noop", "invalidate")
        assert (operation.target_id is not None) >= (operation.kind in ("supersede", "invalidate"))
        if operation.valid_from and operation.valid_to:
            assert operation.valid_from < operation.valid_to


# ---------------------------------------------------------------- with real models' ways


def test_a_service_s_answer_in_a_fence_becomes_operations():
    answer = f"Here you are:\n```json\n{json.dumps({'memories': [ADD]})}\n```"
    with LoopbackServer([{"content": answer}]) as server:
        model = HttpModel(LlmSettings(base_url=server.url, model="m"))
        assert extract_batch(model, TURNS, EXISTING) == extract(ADD)
    assert server.requests[0]["body"]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_service_repairs_its_answer():
    wrong = {"memories": [{**ADD, "sources": ["t9"]}]}
    right = {"content": {"memories": [ADD]}, "match": "IT WAS REFUSED"}
    with LoopbackServer([right, {"content": wrong}]) as server:
        model = HttpModel(LlmSettings(base_url=server.url, model="m"))
        assert extract_batch(model, TURNS, EXISTING) == extract(ADD)
    assert len(server.requests) == 2


def test_a_repeated_run_asks_nothing(tmp_path):
    with LoopbackServer([{"content": {"memories": [ADD]}}]) as server:
        for _ in range(2):
            service = HttpModel(LlmSettings(base_url=server.url, model="m"))
            model = CachedModel(service, tmp_path)
            assert extract_batch(model, TURNS, EXISTING) == extract(ADD)
    assert len(server.requests) == 1
    assert model.purge([TURNS[2].text]) == 1
    assert list(tmp_path.iterdir()) == []


FAKE_COMMAND = """\
import json, sys
lines = sys.stdin.read().splitlines()
turns = [json.loads(line) for line in lines if line.startswith('{"turn"')]
first = {"op": "add", "text": turns[0]["text"], "sources": [turns[0]["turn"]]}
print("Sure:", json.dumps({"memories": [first]}))
"""


def test_a_command_s_answer_becomes_operations(tmp_path):
    script = tmp_path / "fake.py"
    script.write_text(FAKE_COMMAND)
    model = CommandModel(f"{sys.executable} '{script}'")
    (operation,) = extract_batch(model, TURNS, EXISTING)
    assert (operation.text, operation.source_ids) == (TURNS[0].text, ("turn-a",))
