"""
A bucket of Google's XML API on the loopback, as far as its documentation says it for a store.

Each write makes a new generation; a condition on the generation is 0 for what is not there yet.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "memories"


@dataclass
class Kept:
    """An object: its bytes, which write it is of, and its tag."""

    data: bytes
    generation: int

    @property
    def tag(self) -> str:
        """Its tag, with quotes."""
        return f'"{md5(self.data, usedforsecurity=False).hexdigest()}"'


class GoogleBucket(ThreadingHTTPServer):
    """A running server with one bucket."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.kept: dict[str, Kept] = {}
        self.numbers = count(1)
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def options(self) -> dict[str, str]:
        """What a program needs to reach it, by Lance's names."""
        account = {
            "gcs_base_url": self.address,
            "disable_oauth": True,
            "client_email": "",
            "private_key": "",
            "private_key_id": "",
        }
        return {"google_service_account_key": json.dumps(account), "allow_http": "true"}


class _Requests(BaseHTTPRequestHandler):
    server: GoogleBucket
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    @property
    def name(self) -> str:
        """The name of the object that is asked for, empty for the bucket."""
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").lstrip("/")

    def _answer(self, status: int, data: bytes = b"", kept: Kept | None = None) -> None:
        self.send_response(status)
        if kept is not None:
            self.send_header("ETag", kept.tag)
            self.send_header("x-goog-generation", str(kept.generation))
            self.send_header("Last-Modified", formatdate(usegmt=True))
        self.send_header("Content-Length", str(len(kept.data) if kept and not data else len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_PUT(self) -> None:
        """Write an object where the condition on its generation holds."""
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            there = self.server.kept.get(self.name)
            wanted = self.headers.get("x-goog-if-generation-match")
            if wanted is not None and int(wanted) != (there.generation if there else 0):
                return self._answer(412)
            kept = self.server.kept[self.name] = Kept(data, next(self.server.numbers))
        self.send_response(200)
        self.send_header("ETag", kept.tag)
        self.send_header("x-goog-generation", str(kept.generation))
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def do_GET(self) -> None:
        """Read an object, or list the bucket."""
        if not self.name:
            return self._list()
        kept = self.server.kept.get(self.name)
        if kept is None:
            return self._answer(404)
        if self.headers.get("If-None-Match") == kept.tag:
            return self._answer(304)
        return self._answer(200, kept.data, kept)

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        """Delete an object."""
        self._answer(204 if self.server.kept.pop(self.name, None) else 404)

    def _list(self) -> None:
        asked = {n: v[0] for n, v in parse_qs(urlsplit(self.path).query).items()}
        prefix, after = asked.get("prefix", ""), asked.get("start-after", "")
        rows, folders = [], set()
        for name, kept in sorted(self.server.kept.items()):
            if not name.startswith(prefix) or name <= after:
                continue
            if "delimiter" in asked and "/" in name[len(prefix) :]:
                folders.add(prefix + name[len(prefix) :].partition("/")[0] + "/")
                continue
            rows.append(
                f"<Contents><Key>{escape(name)}</Key><Size>{len(kept.data)}</Size>"
                f"<LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                f"<ETag>{escape(kept.tag)}</ETag></Contents>"
            )
        rows += [f"<CommonPrefixes><Prefix>{f}</Prefix></CommonPrefixes>" for f in sorted(folders)]
        self._answer(200, f"<ListBucketResult>{''.join(rows)}</ListBucketResult>".encode())


@contextmanager
def serving() -> Iterator[GoogleBucket]:
    """Run a server in threads of this process, on a port of its own."""
    server = GoogleBucket()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
