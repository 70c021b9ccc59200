from __future__ import annotations

import json
from io import BytesIO

import pytest

from memcli.agents.serving import LONGEST_LINE, serve, server_of
from memcli.search.resident import ResidentMemory
from store import Store


def request(method, id_=1, **params):
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params}) + "\n"


def answers(store, *lines, read_only=False):
    memory = ResidentMemory(Store.open(store))
    out = BytesIO()
    server = server_of(memory, read_only, pytest.fail)
    serve(server, memory, BytesIO("".join(lines).encode()), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_lines_are_answered_in_order_until_they_end(sample):
    found = answers(
        sample,
        request("initialize", protocolVersion="2025-06-18"),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\n",
        "\n",
        request("tools/list", 2),
        request("prompts/list", 3),
        request("resources/templates/list", 4),
        request("tools/call", 5, name="memory_search", arguments={"query": "hazelnuts"}),
        request("prompts/get", 6, name="recall", arguments={"task": "dinner"}),
    )
    assert [answer["id"] for answer in found] == [1, 2, 3, 4, 5, 6]
    assert all("result" in answer for answer in found)
    assert "hazelnuts" in found[4]["result"]["content"][0]["text"]


def test_a_line_without_an_end_is_refused_and_the_next_one_answered(sample):
    endless = "x" * (LONGEST_LINE + 10) + "\n"
    refused, answered = answers(sample, endless, request("ping", 2))
    assert refused["error"]["code"] == -32700
    assert answered["id"] == 2


def test_what_was_recalled_is_counted_when_the_client_has_gone(sample):
    ask = request("tools/call", 1, name="memory_search", arguments={"query": "hazelnuts"})
    before = Store.open(sample).snapshot().count("accesses")
    answers(sample, ask, ask)
    assert Store.open(sample).snapshot().count("accesses") > before + 1
