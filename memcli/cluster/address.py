"""Addresses of clusters: what `--on` takes, and whether anybody answers there."""

from __future__ import annotations

import re
import socket
from typing import Final, NamedTuple

from store.errors import BadUsage, ClusterFailed

HERE: Final = "ray"
SCHEME: Final = "ray://"
# Of the server of Ray's clients on the head of a cluster.
DEFAULT_PORT: Final = 10_001
# A name that does not resolve, or a host that is off, is told after so long.
ANSWER_WITHIN_S: Final = 5.0
FORM: Final = re.compile(r"ray://(?P<host>\[[0-9a-fA-F:]+\]|[^/:@\s]+)(?::(?P<port>\d{1,5}))?/?")


class Address(NamedTuple):
    """Where a cluster is: the host and port of its head."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as Ray takes it."""
        return f"{SCHEME}{self.host}:{self.port}"


def parse_address(text: str) -> Address | None:
    """Return where a cluster is, None for Ray on this machine; BadUsage for what is neither."""
    if text == HERE:
        return None
    found = FORM.fullmatch(text)
    port = int(found["port"] or DEFAULT_PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise BadUsage(f"--on {text}: no cluster", "ray is this machine, ray://HOST:10001 another")
    return Address(found["host"], port)


def require_here(on: str | None, what: str) -> None:
    """Raise BadUsage where a cluster is to do what only this process does."""
    if on:
        raise BadUsage(f"--on does not go with {what}", "leave out one of them")


def require_answer(address: Address, within_s: float = ANSWER_WITHIN_S) -> None:
    """Raise ClusterFailed where nobody takes a connection: Ray itself would ask for long."""
    try:
        socket.create_connection((address.host.strip("[]"), address.port), within_s).close()
    except OSError as error:
        raise unreachable(address, error.strerror or str(error)) from error


def unreachable(address: Address, why: str) -> ClusterFailed:
    """Return the error for a cluster that does not answer."""
    remedy = "is `ray start --head` running there, and its port open?"
    return ClusterFailed(f"no cluster at {address}: {why}", remedy)
