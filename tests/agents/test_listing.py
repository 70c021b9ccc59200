from __future__ import annotations

import json

from memcli.agents.listing import given_fields, specifications, tool_list
from memcli.memory.encoders import load_encoder
from memcli.models.encoder import DEFAULT_ENCODER
from memcli.records import FIELDS

MOST_TOOLS = 6
MOST_TOKENS = 1_500
WRITING = {"memory_add", "memory_forget"}


def test_the_whole_list_has_few_tools_and_tokens():
    listed = tool_list()
    text = json.dumps({"tools": listed}, separators=(",", ":"))
    assert len(listed) <= MOST_TOOLS
    assert load_encoder(DEFAULT_ENCODER).count_tokens([text])[0] <= MOST_TOKENS


def test_what_only_reads_says_so_and_forgetting_is_destructive():
    hints = {tool["name"]: tool["annotations"] for tool in tool_list()}
    assert {name for name, hint in hints.items() if not hint.get("readOnlyHint")} == WRITING
    assert hints["memory_forget"]["destructiveHint"]
    assert hints["memory_add"] == {"destructiveHint": False}


def test_a_reading_server_lists_no_tool_that_writes():
    assert {tool["name"] for tool in tool_list(read_only=True)}.isdisjoint(WRITING)


def test_every_argument_is_described_once_and_aliases_mean_one_argument():
    for tool in specifications().values():
        names = list(tool["arguments"])
        assert set(tool["required"]) <= set(names)
        aliases = [alias for about in tool["arguments"].values() for alias in about["aliases"]]
        assert len(aliases) == len(set(aliases)), tool["name"]


def test_output_schemas_name_fields_of_the_records():
    for tool in specifications().values():
        fields = given_fields(tool["name"])
        assert set(fields) <= FIELDS[tool["output"]["record"]]
    schema = {tool["name"]: tool for tool in tool_list()}["memory_search"]["outputSchema"]
    assert schema["properties"]["hits"]["items"]["properties"]["score"] == {"type": "number"}
    assert "aliases" not in json.dumps(schema)
