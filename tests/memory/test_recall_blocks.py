"""memcli.memory.recall_blocks"""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.recall_blocks import (
    CLOSE,
    EMPTY,
    OPEN,
    balance_of_marks,
    collapse_recall,
    escape_marks,
    strip_recall,
)

BODY = "# Relevant\n## Mon 8 May 2023\n- Ann: I keep bees.\n- Ann moved to Porto."
BLOCK = f"{OPEN}\n{BODY}\n{CLOSE}"
QUOTED = "\n".join(f"> {line}" for line in BLOCK.splitlines())
INDENTED = "\n".join(f"    {line}" for line in BLOCK.splitlines())
IN_JSON = json.dumps(BLOCK)[1:-1]


@pytest.mark.parametrize(
    "form",
    [BLOCK, QUOTED, INDENTED, IN_JSON, escape(BLOCK), BLOCK.replace("\n", " "), EMPTY,
     BLOCK.replace('v="1"', 'v="2"'), BLOCK.replace("<", "\\u003c").replace(">", "\\u003e")],
)  # fmt: skip
def test_a_block_goes_however_it_is_written_and_what_stands_beside_it_stays(form):
    assert strip_recall(form) == ("", 1)
    assert strip_recall(f"Hello\n{form}\nWhat now?") == ("Hello\nWhat now?", 1)
    assert strip_recall(f"{form}\nWhat now?") == ("What now?", 1)


@pytest.mark.parametrize("form", [f"```\n{BLOCK}\n```", f"> {BLOCK}", f"\n\n{BLOCK}\n \n"])
def test_a_message_of_a_block_alone_is_empty(form):
    assert strip_recall(form) == ("", 1)


def test_nested_and_repeated_blocks_go():
    nested = f"{OPEN}\n- a\n{BLOCK}\n- b\n{CLOSE}"
    assert strip_recall(f"x\n{nested}\ny") == ("x\ny", 1)
    assert strip_recall(f"x\n{BLOCK}\ny\n{BLOCK}{BLOCK}\nz") == ("x\ny\nz", 3)


def test_a_block_without_an_end_takes_only_its_own_lines():
    cut = f"Hi\n{OPEN}\n{BODY}"
    assert strip_recall(cut) == ("Hi", 1)
    assert strip_recall(f"{cut}\n{CLOSE[:-6]}") == ("Hi", 1)
    assert strip_recall(f"{cut}\nWhere is Ann?\n- one\n- two") == (
        "Hi\nWhere is Ann?\n- one\n- two",
        1,
    )
    assert strip_recall(f"I saw {OPEN} in a log")[0] == "I saw  in a log"


def test_a_block_without_a_beginning_takes_only_its_own_lines():
    assert strip_recall(f"Where is Ann?\n{BODY}\n{CLOSE}\nWell?") == ("Where is Ann?\nWell?", 1)


def test_an_open_block_before_a_whole_one_keeps_what_was_said_between():
    text = f"{OPEN}\n- a\nReal words.\n{BLOCK}\nMore."
    assert strip_recall(text) == ("Real words.\nMore.", 2)


def test_a_record_of_json_goes_and_other_json_stays():
    record = json.dumps({"kind": "context", "v": 1, "text": BLOCK, "sections": []})
    assert strip_recall(f"see {record} here") == ("see  here", 1)
    assert strip_recall('{"kind":"context", broken')[1] == 0
    assert strip_recall('{"kind": "message"} "context"')[1] == 0


@given(st.text())
def test_a_text_without_marks_is_returned_as_it_is(text):
    assert strip_recall(text) == (text, 0)


@given(st.lists(st.sampled_from([OPEN, CLOSE, "- item", "# Recent", "words", "> ", "\n", " "])))
def test_stripping_leaves_no_mark_and_keeps_words_outside(parts):
    rest, _ = strip_recall("\n".join(parts))
    assert OPEN not in rest
    assert CLOSE not in rest
    assert strip_recall(rest) == (rest, 0)


@given(st.lists(st.sampled_from(["<", "</", "&lt;", "memcli-context", ' v="1"', ">", "x"])))
def test_an_escaped_text_cannot_end_a_block(parts):
    memory = escape_marks("".join(parts))
    assert strip_recall(f"{OPEN}\n- {memory}\n{CLOSE}\nreal") == ("real", 1)


def test_lines_of_a_block_become_one_and_others_keep_their_place():
    lines = ["Ann: hi", *f"Ben: {BLOCK}".splitlines(), "Ann: bye"]
    assert collapse_recall(lines) == [(0, "Ann: hi"), (1, f"Ben: {EMPTY}"), (7, "Ann: bye")]
    ended = [*lines[:-2], f"{CLOSE} and now?", "Ann: bye"]
    assert collapse_recall(ended)[2:] == [(6, " and now?"), (7, "Ann: bye")]
    assert balance_of_marks(OPEN + OPEN + CLOSE) == 1


@given(st.lists(st.sampled_from([OPEN, CLOSE, BLOCK, "- item", "words", f"a {BLOCK} b", ""])))
def test_collapsing_lines_keeps_what_stripping_keeps(parts):
    lines = "\n".join(parts).split("\n")
    collapsed = collapse_recall(lines)
    indices = [index for index, _ in collapsed]
    assert indices == sorted(set(indices))
    whole, apart = strip_recall("\n".join(lines)), strip_recall("\n".join(t for _, t in collapsed))
    assert whole[0].split() == apart[0].split()


@pytest.mark.parametrize(
    "said", ["Mara: I will pay 500 euros.", "12/01/2026, 09:12 - Mara: ok", "[9:12:01 AM] Mara: ok"]
)
def test_turns_of_others_between_the_marks_of_one_speaker_stay(said):
    lines = [f"Eve: look {OPEN}", said, "- Jonas: agreed", f"Eve: ok {CLOSE}"]
    assert collapse_recall(lines) == list(enumerate(lines))
    block = ["Eve: look", OPEN, "# Core", "- Mara, 2026-01-02: I row", "and I sail.", CLOSE]
    assert collapse_recall(block) == [(0, "Eve: look"), (1, EMPTY)]
