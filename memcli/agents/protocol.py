"""
MCP server: JSON-RPC 2.0, one message a line, in both eras of the Model Context Protocol.

Until 2025-11-25 a client begins with `initialize`; from 2026-07-28 there is no session: every
request says its version, and `server/discover` says what there is. A server that keeps nothing of
a client answers both alike. It never sends a request of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from memcli.jsonl import Json
from schemas.version import VERSION

# The newest first: what a client of another version is answered with.
LEGACY: Final = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
MODERN: Final = ("2026-07-28",)
ASKED_VERSION: Final = "io.modelcontextprotocol/protocolVersion"
SERVER_INFO: Final = {"name": "memcli", "version": VERSION}
# What these give changes with the program only, or with the store: how long it may be kept.
LASTING_MS: Final = 3_600_000
CACHEABLE: Final = {
    "server/discover": LASTING_MS,
    "tools/list": LASTING_MS,
    "prompts/list": LASTING_MS,
    "resources/templates/list": LASTING_MS,
    "resources/list": 0,
    "resources/read": 0,
}
PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
UNSUPPORTED_VERSION: Final = -32022

Method = Callable[[Json], Json]


class ProtocolError(Exception):
    """A request that is answered with an error of JSON-RPC."""

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data

    def as_json(self) -> Json:
        """Error object of a response."""
        error: Json = {"code": self.code, "message": self.message}
        return error if self.data is None else {**error, "data": self.data}


class McpServer:
    """
    What answers the messages of one client.

    methods: what there is beyond the protocol's own, by the name of the method; capabilities and
    instructions: as `initialize` and `server/discover` give them; report: is told of a failure that
    is a bug, in one line.
    """

    def __init__(
        self,
        methods: Mapping[str, Method],
        capabilities: Json,
        instructions: str,
        report: Callable[[str], None],
    ) -> None:
        self._own = {"capabilities": capabilities, "instructions": instructions}
        self._report = report
        self._methods: dict[str, Method] = {
            "initialize": self._initialize,
            "server/discover": self._discover,
            "ping": lambda _: {},
            **methods,
        }

    def answer(self, line: bytes) -> bytes | None:
        """Line that answers a line; None for notifications and for answers to nothing."""
        try:
            message = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            failure = ProtocolError(PARSE_ERROR, f"not JSON: {error}")
            return _encode({"jsonrpc": "2.0", "id": None, "error": failure.as_json()})
        if isinstance(message, list) and message:  # a batch, as 2025-03-26 has it
            answers = [answer for one in message if (answer := self._respond(one)) is not None]
            return _encode(answers) if answers else None
        response = self._respond(message)
        return None if response is None else _encode(response)

    def _respond(self, message: Any) -> Json | None:
        """Response to one message, if it wants one."""
        try:
            method, id_, params = _request(message)
        except ProtocolError as error:
            return {"jsonrpc": "2.0", "id": None, "error": error.as_json()}
        if method is None or id_ is None:
            return None
        try:
            return {"jsonrpc": "2.0", "id": id_, "result": self._result(method, params)}
        except ProtocolError as error:
            return {"jsonrpc": "2.0", "id": id_, "error": error.as_json()}
        except Exception as error:  # a server outlives a bug in one answer
            self._report(f"{method}: {type(error).__name__}: {error}")
            failure = ProtocolError(INTERNAL_ERROR, f"{type(error).__name__}: {error}")
            return {"jsonrpc": "2.0", "id": id_, "error": failure.as_json()}

    def _result(self, method: str, params: Json) -> Json:
        """Result of a request, in the form of its era."""
        version = _version_asked(params)
        if version is not None and version not in MODERN:
            data = {"supported": [*MODERN, *LEGACY], "requested": version}
            raise ProtocolError(UNSUPPORTED_VERSION, "Unsupported protocol version", data)
        run = self._methods.get(method)
        if run is None:
            raise ProtocolError(METHOD_NOT_FOUND, f"Method not found: {method}")
        result = run(params)
        if version is None and method != "server/discover":
            return result
        lasting = CACHEABLE.get(method)
        kept = {} if lasting is None else {"ttlMs": lasting, "cacheScope": "private"}
        return {**result, "resultType": "complete", **kept}

    def _initialize(self, params: Json) -> Json:
        """Result of the handshake of 2025: the client's version if it is known, else the newest."""
        asked = params.get("protocolVersion")
        version = asked if asked in LEGACY else LEGACY[0]
        return {"protocolVersion": version, "serverInfo": SERVER_INFO, **self._own}

    def _discover(self, _: Json) -> Json:
        """Result of `server/discover`."""
        info = {"io.modelcontextprotocol/serverInfo": SERVER_INFO, "serverInfo": SERVER_INFO}
        return {"supportedVersions": [*MODERN, *LEGACY], **self._own, "_meta": info}


def _request(message: Any) -> tuple[str | None, Any, Json]:
    """Method, id and parameters of a message; no method for an answer to a request of ours."""
    if not isinstance(message, dict):
        raise ProtocolError(INVALID_REQUEST, "a message is an object")
    if "method" not in message and ("result" in message or "error" in message):
        return None, None, {}
    method, params = message.get("method"), message.get("params")
    if not isinstance(method, str) or not isinstance(params, dict | None):
        raise ProtocolError(INVALID_REQUEST, "a request has a method, and parameters by name")
    return method, message.get("id"), params or {}


def _version_asked(params: Json) -> str | None:
    """Version that a request of the modern era names."""
    meta = params.get("_meta")
    asked = meta.get(ASKED_VERSION) if isinstance(meta, dict) else None
    return None if asked is None else str(asked)


def _encode(message: Any) -> bytes:
    """Message as one line."""
    return msgspec.json.encode(message) + b"\n"
