"""Blocks of content."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.blocks import text_of, tool_texts, without_data


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Ahoy", "Ahoy"),
        (
            [{"type": "text", "text": "Ahoy"}, {"type": "image_url", "image_url": {}}, "there"],
            "Ahoy\nthere",
        ),
        ([{"type": "input_text", "text": "a"}, {"type": "output_text", "text": "b"}], "a\nb"),
        ([{"type": "text", "value": "Ahoy"}], "Ahoy"),
        ([{"text": "Ahoy"}, {"text": "thinking", "thought": True}], "Ahoy"),
        ({"parts": [{"text": "Ahoy"}]}, "Ahoy"),
        ([{"type": "thinking", "thinking": "hm"}, {"type": "tool_use", "name": "x"}], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_what_is_said_in_blocks(content, text):
    assert text_of(content) == text


def test_tools_are_called_and_give_back():
    blocks = [
        {"type": "text", "text": "Ahoy"},
        {"type": "tool_use", "name": "Bash", "input": {"command": "ls"}},
        {"type": "tool_result", "content": [{"type": "text", "text": "oar.txt"}]},
        "words",
    ]
    assert list(tool_texts(blocks)) == [("Bash", '{"command":"ls"}'), ("tool", "oar.txt")]
    assert list(tool_texts("words")) == []


def test_files_in_base64_are_taken_out():
    picture = "data:image/png;base64," + "QUJD" * 40
    assert without_data(f"See ![roof]({picture}) here") == "See ![roof](data:) here"
    assert without_data("data:x;base64,short") == "data:x;base64,short"


def test_a_text_may_have_its_words_under_value():
    assert text_of([{"type": "text", "text": {"value": "Ahoy", "annotations": []}}]) == "Ahoy"


def test_calls_of_tools_are_named_in_either_way():
    blocks = [
        {"type": "tool-call", "toolName": "Shell", "args": {"command": "ls"}},
        {"type": "tool-result", "toolName": "Shell", "result": "oar"},
    ]
    assert list(tool_texts(blocks)) == [("Shell", '{"command":"ls"}'), ("tool", "oar")]
