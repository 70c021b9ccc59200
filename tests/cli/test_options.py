"""Options that commands share: what a namespace and a time are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.cli.options import (
    namespace_filter,
    parse_moment,
    require_utf8,
    snapshot_moment,
)
from store.errors import BadUsage


def test_the_namespace_is_the_one_given_or_that_of_the_environment(monkeypatch):
    assert namespace_filter(None) is None
    monkeypatch.setenv("MEMCLI_NAMESPACE", "work")
    assert (namespace_filter(None), namespace_filter("home")) == ("work", "home")
    monkeypatch.setenv("MEMCLI_NAMESPACE", "")
    assert namespace_filter(None) is None


def test_text_that_is_not_utf8_is_named():
    require_utf8(query="é", where=None)
    with pytest.raises(BadUsage, match="where is not UTF-8"):
        require_utf8(query="é", where=b"\xff".decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (None, None),
        ("3", "3"),
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_state_is_named_by_a_commit_or_a_time(at, moment):
    assert snapshot_moment(at) == moment


def test_what_is_no_time_is_said_with_its_option():
    with pytest.raises(BadUsage, match="--since: "):
        parse_moment("soon", "--since")
