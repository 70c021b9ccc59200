"""Service texts of agents."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.service_texts import service_texts

AGENTS = ("claude-code", "codex", "gemini", "opencode")


@pytest.mark.parametrize("agent", AGENTS)
def test_words_stay_and_blocks_of_the_program_go(agent):
    texts = service_texts(agent)
    assert texts.said("Where is <b>the oar</b>?") == "Where is <b>the oar</b>?"
    assert texts.said("Ahoy <system-reminder>be brief</system-reminder>") == "Ahoy"
    assert texts.said("<hook_context>\nx\n</hook_context>") == ""
    assert texts.said("<hook_context>x</hook_context>\n\nAhoy") == "Ahoy"


@pytest.mark.parametrize(
    ("agent", "text"),
    [
        ("claude-code", "<command-name>/clear</command-name>"),
        ("claude-code", "[Request interrupted by user for tool use]"),
        ("codex", "<environment_context>\n</environment_context>"),
        ("codex", "# AGENTS.md instructions for /boat"),
        ("gemini", "<session_context>\nx"),
    ],
)
def test_a_turn_that_begins_so_is_none(agent, text):
    assert service_texts(agent).said(text) == ""


def test_a_text_of_tags_that_nothing_closes_is_read_at_once():
    # With `.*?` between the tags this takes minutes.
    text = "</thinking>" + "<thinking>" * 40_000
    assert service_texts("cline").said(text) == text
