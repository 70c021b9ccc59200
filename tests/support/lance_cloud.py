"""A server on loopback that speaks of LanceDB's remote table API what its client calls here."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa


class Cloud:
    """What was sent: tables by name, headers, and the columns that were to be indexed."""

    def __init__(self):
        self.tables, self.headers, self.indexed, self.modes = {}, [], [], []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    """Answers one client; `cloud` is set on a class of each server."""

    protocol_version = "HTTP/1.1"
    cloud: Cloud

    def log_message(self, *told):
        pass

    def body(self):
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline().strip(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def do_POST(self):
        sent = self.body()
        self.cloud.headers.append(dict(self.headers))
        url = urlsplit(self.path)
        _, _, _, name, action, *_ = url.path.split("/")
        told = {}
        if action == "create":
            self.cloud.tables[name] = pa.ipc.open_stream(sent).read_all()
            self.cloud.modes += parse_qs(url.query).get("mode", [])
        elif action == "describe":
            told = {"table": name, "version": 1, "schema": described(self.cloud.tables[name])}
        elif action == "create_index":
            asked = json.loads(sent)
            self.cloud.indexed.append((name, asked["column"], asked["index_type"]))
        self.answer(told)

    def answer(self, told):
        status = self.cloud.status
        data = json.dumps(told if status == 200 else {"error": "no"}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def described(table):
    """Return a schema as JSON; the client looks for names only."""
    fields = [{"name": n, "type": {"type": "string"}, "nullable": True} for n in table.column_names]
    return {"fields": fields}


@contextmanager
def lance_cloud():
    """Serve, and yield the cloud with its `url`."""
    cloud = Cloud()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Of", (Handler,), {"cloud": cloud}))
    cloud.url = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
