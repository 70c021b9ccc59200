"""Tasks of Cline."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.cline import is_cline, read_cline
from memcli.ingestion.transcripts.outline import outline

ENVIRONMENT = {
    "type": "text",
    "text": "<environment_details>\n# Files\na.py\n</environment_details>",
}


def message(role, *texts):
    return {"role": role, "content": [{"type": "text", "text": text} for text in texts]}


TASK = message("user", "<task>\nMend the roof\n</task>")
TASK["content"].append(ENVIRONMENT)
HISTORY = [
    TASK,
    message("assistant", "<thinking>hm</thinking>\nI look.\n<read_file><path>a</path></read_file>"),
    message("user", "[read_file for 'a'] Result:", "print(1)", "<feedback>\nuse felt\n</feedback>"),
    message("assistant", "<attempt_completion>\n<result>\nDone.\n</result>\n</attempt_completion>"),
    {"role": "user", "content": [{"type": "tool_result", "content": "ok"}]},
]  # fmt: skip


def test_words_are_read_without_what_the_program_adds(read_with):
    found = read_with(read_cline, HISTORY)
    assert found.turns("role", "content") == [
        ("user", "Mend the roof"),
        ("assistant", "I look."),
        ("user", "use felt"),
        ("assistant", "Done."),
    ]
    assert found.left_out == {"outputs of tools": 1}


def test_tools_are_kept_where_they_are_wanted(read_with):
    found = read_with(read_cline, HISTORY, tools=True)
    assert found.turns("role", "content")[-1] == ("tool", "ok")


def test_what_is_shown_of_a_task_is_refused(read_with):
    shown = [{"ts": 1772445600000, "type": "say", "say": "text", "text": "Mend the roof"}]
    assert is_cline(outline(json.dumps(shown).encode()))
    assert read_with(read_cline, shown).items == [
        "0: what Cline shows of a task, not what was said in it"
    ]


def test_a_task_is_known_by_what_is_added_to_it():
    assert is_cline(outline(json.dumps(HISTORY).encode()))
    assert not is_cline(outline(json.dumps([message("user", "Hi")]).encode()))
