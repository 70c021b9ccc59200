"""What goes of tables of the user's own into a bundle."""

from __future__ import annotations

import json

from memcli.replication.contents import ReplicaContents
from memcli.replication.parts import OWN_ROWS, OWN_TABLES
from tests.support.replicas import Replica


def test_only_what_is_new_goes_again(stamp, tmp_path):
    one = Replica(tmp_path / "a", stamp)
    one.change_row("row", 0)
    earlier = one.store.snapshot()
    one.change_row("row", 6)
    contents = ReplicaContents(one.store, one.store.snapshot(), earlier)
    (row,) = contents.rows(OWN_ROWS)
    assert json.loads(row["values"])["left"] == 6
    assert [table["name"] for table in contents.rows(OWN_TABLES)] == ["costs"]
    bounded = ReplicaContents(one.store, one.store.snapshot(), None, "default")
    assert list(bounded.rows(OWN_ROWS)) == []
