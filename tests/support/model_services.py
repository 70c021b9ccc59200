"""
The model services that agents speak with, as a small mock on the loopback that streams answers.

`/v1/messages` (Claude Code), `/v1/responses` (Codex), `:streamGenerateContent` (Gemini CLI) and
`/v1/chat/completions` (opencode). It records each request. A request that lists tools of memcli is
answered by the next step of the script: {"tool": "memory_search", "arguments": {...}} calls a tool
under the name that the client gave it, {"text": "..."} says something; all others, titles and the
like, are answered "Yes.".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

from tests.support.llm_loopback import ScriptedServer

Json = dict[str, Any]
Event = tuple[str, Json]
PREFIX = "memory_"
_NUMBERS = count(1)


def listed_tools(body: Json) -> dict[str, Json]:
    """Return the tools of memcli that a request lists, by their last names, as it names them."""
    return {tool["name"][tool["name"].index(PREFIX) :]: tool for tool in _tools(body["tools"])}


def _tools(given: Any, namespace: str | None = None) -> Iterator[Json]:
    """Yield the tools of memcli in any of the four forms; groups of them have a namespace."""
    for each in given or ():
        inner = each.get("tools") or each.get("functionDeclarations")
        each = each.get("function", each)
        name = str(each.get("name", ""))
        if inner:
            yield from _tools(inner, name or None)
        elif PREFIX in name:
            yield {**each, "namespace": namespace}


def of_messages(step: Json, tool: Json | None) -> Iterator[Event]:
    """Yield the events of an answer of `/v1/messages`."""
    usage = {"input_tokens": 10, "output_tokens": 5}
    # Two answers under one id are one to Claude Code, when it counts what there is to compact.
    id_ = f"msg_{next(_NUMBERS)}"
    message = {"id": id_, "type": "message", "role": "assistant", "model": "mock"}
    start = {**message, "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    block: Json = {"type": "text", "text": ""}
    delta: Json = {"type": "text_delta", "text": step.get("text", "")}
    if tool:
        block = {"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(step["arguments"])}
    reason = {"stop_reason": "tool_use" if tool else "end_turn", "stop_sequence": None}
    for event in (
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": reason, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ):
        yield str(event["type"]), event


def of_responses(step: Json, tool: Json | None) -> Iterator[Event]:
    """Yield the events of an answer of `/v1/responses`."""
    text = {"type": "output_text", "text": step.get("text", ""), "annotations": []}
    item: Json = {"type": "message", "role": "assistant", "id": "msg_1", "content": [text]}
    if tool:
        arguments = json.dumps(step["arguments"])
        item = {"type": "function_call", "call_id": "call_1", "name": tool["name"]}
        item |= {"arguments": arguments}
        item |= {"namespace": tool["namespace"]} if tool["namespace"] else {}
    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    response = {"id": "resp_1", "output": [], "usage": usage}
    for event in (
        {"type": "response.created", "response": {"id": "resp_1"}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response},
    ):
        yield str(event["type"]), event


def of_chat(step: Json, tool: Json | None) -> Iterator[Event]:
    """Yield the chunks of an answer of `/v1/chat/completions`."""
    delta: Json = {"role": "assistant", "content": step.get("text", "")}
    if tool:
        call = {"name": tool["name"], "arguments": json.dumps(step["arguments"])}
        delta = {"role": "assistant", "tool_calls": [{"index": 0, "id": "call_1"}]}
        delta["tool_calls"][0] |= {"type": "function", "function": call}
    reason = "tool_calls" if tool else "stop"
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "mock"}
    yield "", {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    last = {"index": 0, "delta": {}, "finish_reason": reason}
    yield "", {**head, "choices": [last], "usage": usage}


def of_generation(step: Json, tool: Json | None) -> Iterator[Event]:
    """Yield the one chunk of an answer of `:streamGenerateContent`."""
    part: Json = {"text": step.get("text", "")}
    if tool:
        part = {"functionCall": {"name": tool["name"], "args": step["arguments"]}}
    content = {"role": "model", "parts": [part]}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    candidate = {"content": content, "finishReason": "STOP", "index": 0}
    yield "", {"candidates": [candidate], "usageMetadata": usage}


# How the paths end, and what answers there.
SERVICES = {
    "/messages": of_messages,
    "/responses": of_responses,
    "/chat/completions": of_chat,
    ":streamGenerateContent": of_generation,
    ":generateContent": of_generation,
}


class AgentRequests(BaseHTTPRequestHandler):
    server: ModelServices

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(raw) if raw.startswith(b"{") else {}
        path = self.path.partition("?")[0]
        service = next((s for end, s in SERVICES.items() if path.endswith(end)), None)
        if service is None:
            self.send_error(404)
            return
        step = self.server.next_step(body)
        tool = listed_tools(body)[step["tool"]] if "tool" in step else None
        events = list(service(step, tool))
        if path.endswith(":generateContent"):
            self._send("application/json", json.dumps(events[0][1]))
            return
        lines = [_event_lines(*event) for event in events]
        lines += ["data: [DONE]\n\n"] if service is of_chat else []
        self._send("text/event-stream", "".join(lines))

    def do_GET(self) -> None:
        self._send("application/json", '{"data": [], "models": []}')

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def _send(self, type_: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on stderr."""


def _event_lines(name: str, data: Json) -> str:
    """Return an event as it is streamed."""
    return (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"


class ModelServices(ScriptedServer):
    """The services, what they were asked, and what they answer next."""

    def __init__(self) -> None:
        super().__init__(AgentRequests)
        self.script: list[Json] = []

    def next_step(self, body: Json) -> Json:
        """Record a request, and return the step that answers it."""
        with self.lock:
            if not body.get("tools") or not listed_tools(body):
                return {"text": "Yes."}
            self.requests.append(body)
            return self.script.pop(0) if self.script else {"text": "Yes."}
