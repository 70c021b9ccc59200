from __future__ import annotations

import pytest

from memcli.agents.prompts import Prompts, instructions
from memcli.agents.protocol import ProtocolError


def words(prompts, name, **arguments):
    (message,) = prompts.get({"name": name, "arguments": arguments})["messages"]
    assert message["role"] == "user"
    return message["content"]["text"]


def test_recall_puts_the_task_under_what_is_known():
    text = words(Prompts(lambda task: f"<known of {task}>"), "recall", task="a trip")
    assert text.startswith("<known of a trip>\n")
    assert "memory holds on this: a trip" in text


def test_recall_says_when_there_is_nothing():
    assert words(Prompts(lambda _: ""), "recall", task="a trip").endswith("nothing on this: a trip")


def test_handover_names_the_focus_if_there_is_one():
    prompts = Prompts(lambda _: "")
    assert words(prompts, "handover").endswith("what you kept.")
    assert words(prompts, "handover", focus="the tests").endswith("Above all: the tests")


def test_listed_prompts_can_be_got():
    prompts = Prompts(lambda _: "")
    for entry in prompts.listed({})["prompts"]:
        given = {argument["name"]: "x" for argument in entry["arguments"]}
        assert words(prompts, entry["name"], **given)


@pytest.mark.parametrize(
    "params", [{"name": "x"}, {"name": "recall"}, {"name": "recall", "arguments": [1]}]
)
def test_what_cannot_be_got_is_an_error(params):
    with pytest.raises(ProtocolError):
        Prompts(lambda _: "").get(params)


def test_instructions_name_the_tools():
    assert "memory_context" in instructions()
    assert "\n" not in instructions()
