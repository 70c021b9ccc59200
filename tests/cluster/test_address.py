"""Addresses of clusters."""

from __future__ import annotations

import socket
import time

import pytest

from memcli.cluster.address import Address, parse_address, require_answer, require_here
from store.errors import BadUsage, ClusterFailed


def test_ray_is_this_machine_and_an_address_another():
    assert parse_address("ray") is None
    assert parse_address("ray://head") == Address("head", 10_001)
    assert str(parse_address("ray://10.0.0.7:20001/")) == "ray://10.0.0.7:20001"
    assert parse_address("ray://[::1]:7") == Address("[::1]", 7)


@pytest.mark.parametrize(
    "text", ["", "Ray", "dask", "ray:", "ray://", "ray://a:b", "ray://a:70000", "ray://a:0", "a:1"]
)
def test_anything_else_is_refused_with_the_two_forms(text):
    with pytest.raises(BadUsage, match="ray://HOST:10001"):
        parse_address(text)


def test_where_nobody_listens_it_is_said_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", taken.getsockname()[1])
        started = time.perf_counter()
        with pytest.raises(
            ClusterFailed, match=r"no cluster at ray://127.0.0.1:.*ray start --head"
        ):
            require_answer(address)
        assert time.perf_counter() - started < 4


def test_what_only_this_process_does_is_refused():
    require_here(None, "--suite")
    with pytest.raises(BadUsage, match="--on does not go with --suite"):
        require_here("ray", "--suite")
