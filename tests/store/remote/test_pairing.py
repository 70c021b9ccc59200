"""Pairing: who was outpaced looks at the bucket again."""

from __future__ import annotations

from store.errors import Outpaced
from store.remote.local_copy import LocalCopy
from store.remote.pairing import Pairing
from tests.support.memory_objects import MemoryObjects


def test_who_was_outpaced_looks_at_the_bucket_again(tmp_path, settings) -> None:
    copy = LocalCopy(tmp_path)
    at = Pairing(MemoryObjects("s3://bucket/memory"), copy, "0" * 16, settings())
    at.seen_at = 5.0
    assert isinstance(at.outpaced("it is there"), Outpaced)
    assert at.seen_at < 0
    assert (at.url, at.layout.root) == ("s3://bucket/memory", copy.store)
