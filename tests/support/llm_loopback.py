"""
A small OpenAI-compatible service on the loopback, which answers what a script says.

In a test: `with LoopbackServer([answer, ...], api_key=...) as server:` has `server.url` and
`server.requests`. As a program, for memcli in processes of its own:

    python tests/support/llm_loopback.py PORTFILE SCRIPT.json [LOGFILE]

PORTFILE gets the port once it listens, LOGFILE a JSON line for each request. It ends on SIGTERM
and when its parent is gone. SCRIPT.json is a list of answers or {"answers": [...], "api_key": s}.

An answer is an object; every field is optional:

    content        what the model says: a string, or an object that is sent as JSON text
    match          answer only requests whose body holds this text
    times          how often it may be used, 0 for ever; 1, but 0 with `match` or as the last one
    usage          token counts; {"prompt_tokens": 11, "completion_tokens": 7}; null for none
    finish_reason  "stop"
    status         200; others are sent with {"error": {"message": error, ...}}
    error          message of an error, or an object in its place
    headers        more headers, such as {"Retry-After": "1"}
    delay_s        wait before the answer
    raw            this body, as it is, instead of one made of `content`
    cut            send half the body and cut the connection
    cut_at_once    send nothing and cut the connection
    refuses        status 400 to requests that have this parameter (others pass on)

The first answer that may be used and fits is taken; where none is, the status is 501.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

USAGE = {"prompt_tokens": 11, "completion_tokens": 7}


class Script:
    """The answers that are left; safe among threads."""

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        self._lock = threading.Lock()
        self._answers = []
        for index, answer in enumerate(answers):
            endless = "match" in answer or index == len(answers) - 1
            times = answer.get("times", 0 if endless else 1)
            self._answers.append([answer, times or float("inf")])

    def next(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request."""
        with self._lock:
            for entry in self._answers:
                answer, left = entry
                if left > 0 and self._fits(answer, text, body):
                    entry[1] -= 1
                    return answer
        return {"status": 501, "error": "the script has no answer to this"}

    @staticmethod
    def _fits(answer: dict[str, Any], text: str, body: dict[str, Any]) -> bool:
        if "refuses" in answer and answer["refuses"] not in body:
            return False
        return answer.get("match", "") in text


class Handler(BaseHTTPRequestHandler):
    server: LoopbackServer

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(raw)
        self.server.record(
            {"path": self.path, "headers": dict(self.headers), "body": body, "at": time.time()}
        )
        self.answer(self.chosen(json.dumps(body, ensure_ascii=False), body))

    def chosen(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
        key = self.server.api_key
        if not self.path.partition("?")[0].endswith("/chat/completions"):
            return {"status": 404, "error": "there is nothing here"}
        if key and self.headers.get("Authorization") != f"Bearer {key}":
            given = self.headers.get("Authorization")
            return {"status": 401, "error": f"Incorrect API key provided: {given}"}
        return self.server.script.next(text, body)

    def answer(self, answer: dict[str, Any]) -> None:
        time.sleep(answer.get("delay_s", 0))
        if answer.get("cut_at_once"):
            self.close_connection = True
            return
        status = answer.get("status", 400 if "refuses" in answer else 200)
        body = self.body(status, answer).encode()
        self.send_response(status)
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer.get("cut") else body)
        self.close_connection = True

    def body(self, status: int, answer: dict[str, Any]) -> str:
        if "raw" in answer:
            return answer["raw"]
        if status != 200:
            error = answer.get("error", f"Unsupported parameter: {answer.get('refuses', '')}")
            return json.dumps({"error": {"message": error} if isinstance(error, str) else error})
        content = answer.get("content", "")
        text = content if isinstance(content, str) else json.dumps(content)
        message = {"role": "assistant", "content": text}
        reason = answer.get("finish_reason", "stop")
        choice = {"index": 0, "message": message, "finish_reason": reason}
        usage = answer.get("usage", USAGE)
        return json.dumps({"choices": [choice], **({"usage": usage} if usage else {})})

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on stderr."""


class ScriptedServer(ThreadingHTTPServer):
    """A server on a free port of 127.0.0.1, in threads that do not outlive the process."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], path: str = "") -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}{path}"
        # A short poll, or every test would wait half a second for the end.
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the tests."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class LoopbackServer(ScriptedServer):
    """The service, which answers by a script."""

    def __init__(
        self, answers: list[dict[str, Any]], api_key: str | None = None, log: Path | None = None
    ) -> None:
        super().__init__(Handler, "/v1")
        self.script, self.api_key, self.log = Script(answers), api_key, log

    def record(self, request: dict[str, Any]) -> None:
        with self.lock:
            self.requests.append(request)
            if self.log:
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(request) + "\n")


def main(port_file: str, script_file: str, log_file: str = "") -> None:
    """Serve until the parent is gone."""
    parent = os.getppid()
    script = json.loads(Path(script_file).read_text("utf-8"))
    script = script if isinstance(script, dict) else {"answers": script}
    log = Path(log_file) if log_file else None
    with LoopbackServer(script["answers"], script.get("api_key"), log) as server:
        temporary = Path(f"{port_file}.tmp")
        temporary.write_text(str(server.server_port))
        temporary.replace(port_file)
        while os.getppid() == parent:
            time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
