"""Serving: a store over MCP on a pair of streams, until the client closes its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

from memcli.agents.prompts import Prompts, instructions
from memcli.agents.protocol import McpServer, ProtocolError
from memcli.agents.resources import Resources
from memcli.agents.tools import Toolbox
from memcli.jsonl import Json
from memcli.search.resident import ResidentMemory

CAPABILITIES: Final[Json] = {"tools": {}, "resources": {}, "prompts": {}}
# No message of a client is longer; without a bound, one without an end would fill the memory.
LONGEST_LINE: Final = 8_000_000


def server_of(memory: ResidentMemory, read_only: bool, report: Callable[[str], None]) -> McpServer:
    """McpServer with the tools, resources and prompts over a store."""
    tools, resources = Toolbox(memory, read_only), Resources(memory)

    def recall(task: str) -> str:
        result = tools.call({"name": "memory_context", "arguments": {"task": task}})
        if result["isError"]:
            raise ProtocolError(-32603, result["content"][0]["text"])
        return str(result["structuredContent"]["text"])

    prompts = Prompts(recall)
    methods = {
        "tools/list": lambda _: {"tools": tools.listed()},
        "tools/call": tools.call,
        "resources/list": resources.listed,
        "resources/templates/list": resources.templates,
        "resources/read": resources.read,
        "prompts/list": prompts.listed,
        "prompts/get": prompts.get,
    }
    return McpServer(methods, CAPABILITIES, instructions(), report)


def serve(server: McpServer, memory: ResidentMemory, lines: IO[bytes], out: IO[bytes]) -> None:
    """Answer each line until there are no more, one at a time, in their order."""
    try:
        _answer(server, memory, lines, out)
    finally:
        memory.settle()


def _answer(server: McpServer, memory: ResidentMemory, lines: IO[bytes], out: IO[bytes]) -> None:
    while line := lines.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            line = b"too long"
        if not line.strip():
            continue
        answer = server.answer(line)
        if answer is not None:
            out.write(answer)
            out.flush()
        # The first answer is the client's hello: what the first question needs loads after it.
        memory.warm()
