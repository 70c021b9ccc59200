"""Turns in YAML."""

from __future__ import annotations

import sys

import pytest

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.yaml_turns import is_yaml, read_yaml

TURNS = """\
# a talk
- role: user
  content: "Where is the oar?"
  timestamp: 2026-03-02T10:00:00Z
- role: assistant
  content: |
    In the shed.
    Or not.
"""
NAMED = """\
title: Boat
messages:
  - {speaker: Ida, text: "Where is the oar?"}
  - speaker: Ben
    text: In the shed.
"""


def test_a_list_is_read_as_in_json(read_with):
    assert read_with(read_yaml, TURNS).turns("who", "content", "timestamp") == [
        ("user", "Where is the oar?", "2026-03-02T10:00:00Z"),
        ("assistant", "In the shed.\nOr not.\n", None),
    ]


def test_a_map_may_have_the_list(read_with):
    assert read_with(read_yaml, NAMED).turns("who", "content") == [
        ("Ida", "Where is the oar?"),
        ("Ben", "In the shed."),
    ]


@pytest.mark.parametrize("text", [TURNS, NAMED, TURNS.replace("\n", "\r\n"), f"---\n{TURNS}"])
def test_turns_are_known(text):
    assert is_yaml(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "version: 3\nservices:\n  - name: web\n    image: x\n",
        "- buy nails\n- content: unclear\n",
        "Ida: Where is the oar?\nBen: In the shed.\n",
        "",
    ],
)
def test_other_yaml_and_text_is_none(text):
    assert not is_yaml(text.encode())


def test_references_are_refused(read_with):
    found = read_with(read_yaml, "- &a {role: user, content: Hi}\n- *a\n")
    assert found.items == ["0: a reference in YAML"]


def test_what_is_broken_is_told_with_its_line(read_with):
    found = read_with(read_yaml, "- role: user\n  content: 'x\n")
    assert len(found.items) == 1
    assert "broken YAML" in found.items[0]


def test_without_the_library_its_place_is_told(read_with, monkeypatch):
    from memcli.ingestion.transcripts import yaml_turns

    yaml_turns._loader.cache_clear()
    monkeypatch.setitem(sys.modules, "yaml", None)
    found = read_with(read_yaml, TURNS)
    assert "memcli[documents]" in str(found.raw[0].error)
    yaml_turns._loader.cache_clear()


def test_settings_are_refused_by_name(tmp_path):
    path = tmp_path / "compose.yaml"
    path.write_text("services:\n  web: x\n")
    assert "no list of turns" in str(next(iter(read_source(str(path)))).error)
