"""Namespaces that a reader sees"""

from __future__ import annotations

import pytest

from memcli.memory.spaces import namespaces, readable, unknown_names
from store import Store
from store.errors import BadUsage
from tests.support.fact_lines import statement


def tell(run, path, *names):
    run(
        "ingest",
        "--from",
        "export",
        "--store",
        path,
        stdin="".join(statement(n, "I sail.", namespace=n) for n in names),
    )
    return Store.open(path).snapshot()


def test_one_and_the_shared_one_are_seen(run, empty_store):
    assert readable(Store.open(empty_store).snapshot(), None) == []
    assert readable(tell(run, empty_store, "east"), None) == ["east"]
    assert readable(tell(run, empty_store, "shared"), None) == ["east", "shared"]
    snapshot = tell(run, empty_store, "west")
    assert namespaces(snapshot) == ["east", "shared", "west"]
    assert readable(snapshot, "west") == ["west", "shared"]
    with pytest.raises(BadUsage, match="2 namespaces"):
        readable(snapshot, None)
    assert readable(tell(run, empty_store, "default"), None) == ["default", "shared"]


def test_names_that_nothing_is_of_are_told_with_the_nearest(sample_once):
    snapshot = Store.open(sample_once).snapshot()
    assert list(unknown_names(snapshot, "mara-and-jonas", "mara")) == []
    lines = list(unknown_names(snapshot, "work", "Jona"))
    assert lines == [
        "there is no namespace 'work' (there is mara-and-jonas)",
        "nobody is called 'Jona' (there is Jonas)",
    ]
