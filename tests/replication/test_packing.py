"""Writing of bundles: the same bytes for the same content, whoever writes them and when."""

from __future__ import annotations

import io
import tarfile

from memcli.replication.contents import ReplicaContents
from memcli.replication.packing import write_bundle
from memcli.replication.parts import PARTS
from store import Store


def packed(path):
    store, out = Store.open(path, mode="read"), io.BytesIO()
    made = write_bundle(ReplicaContents(store, store.snapshot()), out, store.layout.root)
    return made, out.getvalue()


def test_the_same_content_gives_the_same_bytes(sample_once):
    assert packed(sample_once) == packed(sample_once)


def test_any_tar_reads_it_and_nothing_in_it_tells_of_the_machine(sample_once):
    made, data = packed(sample_once)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = archive.getmembers()
    assert [m.name for m in members] == ["manifest.json", *(f"{p.name}.jsonl.zst" for p in PARTS)]
    assert {(m.mtime, m.uid, m.uname, m.mode) for m in members} == {(0, 0, "", 0o600)}
    assert [m.size for m in members[1:]] == [part.bytes for part in made.parts]
    assert len(data) % 512 == 0
