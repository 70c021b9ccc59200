"""
Deadline of a request over HTTP, that holds for its status line and headers too.

The time limit of a socket starts anew with every byte, so a service that drips one now and then
would be waited for without end.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Timer
from typing import Any
from urllib import request


class Deadline:
    """Cuts the connections that were opened under it when its time is up."""

    def __init__(self, left_s: float) -> None:
        self.is_over = False
        self._connections: list[Any] = []
        self._timer = Timer(left_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        """Begin to count."""
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop counting."""
        self._timer.cancel()

    def watched(self, connection: Callable[..., Any]) -> Callable[..., Any]:
        """Return what makes connections of a class that are cut."""

        def make(*given: Any, **named: Any) -> Any:
            self._connections.append(connection(*given, **named))
            return self._connections[-1]

        return make

    def _cut(self) -> None:
        self.is_over = True
        for connection in self._connections:
            with suppress(OSError, AttributeError):  # it may be closed, or not be open yet
                connection.sock.shutdown(socket.SHUT_RDWR)


class _Watched(request.AbstractHTTPHandler):
    """Opens connections under a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def do_open(self, http_class: Any, req: Any, **named: Any) -> Any:
        """Open a connection of a class for a request."""
        return super().do_open(self._deadline.watched(http_class), req, **named)


class _HttpHandler(_Watched, request.HTTPHandler):
    """For http."""


class _HttpsHandler(_Watched, request.HTTPSHandler):
    """For https."""


def opener(deadline: Deadline, proxies: dict[str, str] | None) -> request.OpenerDirector:
    """
    Return what opens http and https under a deadline; proxies: None is those of the environment.

    It has no handler that follows redirects: urllib's would send the key along.
    """
    director = request.OpenerDirector()
    director.add_handler(request.ProxyHandler(proxies))
    director.add_handler(_HttpHandler(deadline))
    director.add_handler(_HttpsHandler(deadline))
    director.add_handler(request.HTTPDefaultErrorHandler())
    director.add_handler(request.HTTPErrorProcessor())
    return director
