"""Objects are brought into a copy as they were written, or not at all."""

from hashlib import blake2b

import pytest

from store.errors import ObjectGone, StoreCorrupt
from store.remote.filling import CopyFilling
from store.remote.local_copy import LocalCopy
from store.sealing import DIGEST_BYTES
from tests.support.memory_objects import MemoryObjects

URL = "s3://bucket/a"


def digest(data: bytes) -> str:
    """Return the digest of some bytes."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


@pytest.fixture
def filling(tmp_path) -> CopyFilling:
    """What fills an empty copy."""
    copy = LocalCopy.of(URL, tmp_path)
    copy.make(URL)
    return CopyFilling(MemoryObjects(URL), copy, 1 << 20)


def test_an_object_is_compared_with_its_digest(filling):
    filling.objects.put("tables/a", b"right")
    filling.fetch("tables/a", digest(b"right"))
    assert filling.copy.path("tables/a").read_bytes() == b"right"
    with pytest.raises(StoreCorrupt, match="not as it was written"):
        filling.fetch("tables/a", digest(b"other"))
    with pytest.raises(ObjectGone):
        filling.fetch("tables/b", digest(b"right"))
    with pytest.raises(StoreCorrupt, match="no commit"):
        filling.fetch("tables/a", None)


def test_what_has_the_name_of_what_was_written_and_is_other_goes(filling):
    for name in ("tables/a", "tables/b"):
        filling.copy.write(name, b"here")
    filling.remove_others(
        {"tables/a": digest(b"here"), "tables/b": digest(b"there"), "tables/c": digest(b"")}
    )
    assert list(filling.copy.walk("tables")) == ["tables/a"]


def test_an_exact_copy_has_what_is_known_and_recalls(filling):
    for name in ("tables/a", "tables/b", "tables/c", "tables/accesses.lance/d"):
        filling.copy.write(name, b"")
    filling.make_exact({"tables/a"}, {"tables/b"})
    assert set(filling.copy.walk("tables")) == {
        "tables/a",
        "tables/b",
        "tables/accesses.lance/d",
    }
