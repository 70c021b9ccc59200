"""`memcli serve` as the official SDK's own client finds it, in both eras of the protocol."""

from __future__ import annotations

import anyio
import pytest

from tests.support.program import MEMCLI

TOOLS = ["context", "search", "get", "add", "forget", "profile"]


async def talk_with(store, mode):
    """Return what a session of each kind of request gives, by what was asked."""
    # Here, not above: only the worker that runs this file takes the time of it.
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    command, *rest = MEMCLI
    server = StdioServerParameters(command=command, args=[*rest, "serve", "--store", str(store)])
    async with Client(stdio_client(server), mode=mode) as client:
        note = {"content": "The shed is painted green."}
        tools = (await client.list_tools()).tools
        added = await client.call_tool("memory_add", note)
        found = await client.call_tool("memory_search", {"query": "which color has the shed?"})
        wrong = await client.call_tool("memory_search", {"query": "x", "colour": "green"})
        id_ = added.structured_content["id"]
        resource = await client.read_resource(f"memcli://memory/{id_}")
        prompt = await client.get_prompt("recall", {"task": "paint the shed"})
        return {
            "version": client.protocol_version,
            "tools": [tool.name.removeprefix("memory_") for tool in tools],
            "found": found.structured_content["hits"][0]["text"],
            "wrong": wrong.is_error,
            "resource": resource.contents[0].text,
            "prompt": prompt.messages[0].content.text,
        }


@pytest.mark.parametrize(("mode", "version"), [("legacy", "2025-11-25"), ("auto", "2026-07-28")])
def test_its_client_reads_every_answer(empty_store, mode, version):
    found = anyio.run(talk_with, empty_store, mode)
    assert found["version"] == version
    assert sorted(found["tools"]) == sorted(TOOLS)
    assert found["found"] == "The shed is painted green."
    assert found["wrong"]
    assert "painted green" in found["resource"]
    assert "painted green" in found["prompt"]
