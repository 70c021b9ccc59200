"""
A bucket on the loopback: moto's server, which sees each request and can be told to fail some.

Its environment is what programs need to reach it. A machine of its own is a folder of copies.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

NAME = "memories"


@dataclass(frozen=True)
class Asked:
    """A request: its method, what it is for, and what the program calls itself."""

    method: str
    path: str
    query: str
    agent: str

    @property
    def name(self) -> str:
        """The name of the object below the store, or what is listed."""
        return self.path.removeprefix(f"/{NAME}/").partition("/")[2] or self.query


@dataclass
class Bucket:
    """
    A running server with one bucket.

    asked: the requests since the last look; fault: says of a request whether it fails, by a status,
    after whatever it does; late: the same, but the request is done.
    """

    address: str
    asked: list[Asked] = field(default_factory=list)
    fault: Callable[[Asked], int | None] = lambda asked: None
    late: Callable[[Asked], int | None] = lambda asked: None

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach it."""
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ALLOW_HTTP": "true",
        }

    def new_url(self) -> str:
        """Return where no store is yet."""
        return f"s3://{NAME}/{uuid4().hex[:12]}"

    def requests(self) -> list[str]:
        """Return what was asked since the last look, as `GET commits/00000001.json`."""
        found = [f"{asked.method} {asked.name}" for asked in self.asked]
        self.asked.clear()
        return found

    @contextmanager
    def failing(self, fault: Callable[[Asked], int | None], late: bool = False) -> Iterator[None]:
        """Let requests fail, before or after they are done."""
        kind = "late" if late else "fault"
        try:
            setattr(self, kind, fault)
            yield
        finally:
            setattr(self, kind, lambda asked: None)


@contextmanager
def serving() -> Iterator[Bucket]:
    """Run a server in threads of this process, on a port of its own, with one empty bucket."""
    os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DomainDispatcherApplication(create_backend_app)
    bucket = Bucket("")

    def watched(environment: dict[str, Any], answer: Any) -> Any:
        asked = Asked(
            environment["REQUEST_METHOD"],
            environment["PATH_INFO"],
            environment["QUERY_STRING"],
            environment.get("HTTP_USER_AGENT", ""),
        )
        bucket.asked.append(asked)
        told: list[Any] = []
        done = b""
        status = bucket.fault(asked)
        if status is None:
            done = b"".join(application(environment, lambda *given: told.extend(given)))
            status = bucket.late(asked)
        else:
            environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        if status is not None:
            told, done = [f"{status} Failed", [("Content-Length", "0")]], b""
        answer(*told)
        return [done]

    server = make_server("127.0.0.1", 0, watched, threaded=True)
    bucket.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with urlopen(Request(f"{bucket.address}/{NAME}", method="PUT")) as made:
            assert made.status == 200
        bucket.asked.clear()
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def machine(folder: Path) -> dict[str, str]:
    """Return the environment of a machine of its own: a folder of copies."""
    return {"XDG_CACHE_HOME": str(folder)}
