"""Debris: what killed processes left goes with the next writer, what may be in use stays."""

from __future__ import annotations

import os
import time

from store.debris import SURELY_LEFT_S, debris, remove_debris


def left(store, name, age_s):
    path = store.layout.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_the_next_writer_removes_what_is_surely_left(store, save):
    old = SURELY_LEFT_S + 60
    gone = [left(store, "commits/.00000009.json.1-1.tmp", 0)]
    gone += [left(store, name, old) for name in ("tmpabcd1234", "cache/.a.json.1-1.tmp")][:1]
    gone += [left(store, "hooks/.seen.json.1-1.tmp", old)]
    stays = [left(store, "tmpefgh5678", 0), left(store, "hooks/spool.jsonl", old)]
    assert list(debris(store.layout)) == [gone[0], gone[1], gone[2]]
    save(store, "a")
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in stays)


def test_nothing_left_is_nothing_to_do(store):
    remove_debris(store.layout)
    assert list(debris(store.layout)) == []
