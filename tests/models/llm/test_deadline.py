"""A service that drips its answer is cut when the time is up."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from contextlib import suppress

import pytest

from memcli.models.llm.deadline import Deadline
from memcli.models.llm.http import HttpModel
from memcli.models.llm.settings import LlmSettings
from store.errors import ServiceUnavailable

HEADER = b"HTTP/1.1 200 OK\r\n"


def drip(server, first):
    with suppress(OSError):
        there, _ = server.accept()
        with there:
            there.sendall(first)
            for number in itertools.count():
                there.sendall(b"x" if first != HEADER else b"a%d: b\r\n" % number)
                time.sleep(0.02)


@pytest.mark.parametrize("first", [b"", HEADER, HEADER + b"a: "])
def test_a_status_line_and_headers_that_never_end_are_cut(first):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server, first), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        model = HttpModel(LlmSettings(base_url=url, model="m", timeout_s=0.5))
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="did not answer within"):
            model.complete("", "", {})
    assert time.monotonic() - began < 5


def test_nothing_is_cut_before_that():
    class Connection:
        sock = None

    with Deadline(30.0) as limit:
        assert isinstance(limit.watched(Connection)(), Connection)
    assert not limit.is_over
