"""Filters as they are given to a command that changes what they let through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.cli.choosing import choice_of, that_meet
from memcli.cli.with_store import Call
from memcli.memory.filters import Filters
from store.errors import BadUsage

OPTIONS = "session name since until where level everything".split()
NOTHING = {**dict.fromkeys(OPTIONS), "everything": False}


def call(namespace=None, **given):
    fields = {"store": None, "namespace": namespace, "now": "2026-01-02T00:00:00Z"}
    return Call("forget", "write", {**fields, **given})


def test_nothing_given_is_no_choice():
    choice = choice_of(call(), **NOTHING)
    assert (choice.is_any, choice.by) == (False, ())
    records = [{"id": "a"}]
    assert that_meet(call(), records, choice) == records


def test_a_namespace_alone_is_a_bound_and_no_choice():
    choice = choice_of(call("n"), **NOTHING)
    assert not choice.is_any
    assert choice.filters.namespace == "n"


def test_filters_choose_turns_unless_a_level_is_given():
    choice = choice_of(call(), **{**NOTHING, "session": "s", "until": "2025-01-01"})
    assert choice.by == ("session", "until")
    assert choice.alone.level == 0
    assert choice.filters.level is None
    assert choice.filters.superseded
    assert choice.filters.until > datetime(2025, 1, 1, 12, tzinfo=UTC)
    for level in (0, 1):
        chosen = choice_of(call(), **{**NOTHING, "level": level})
        assert (chosen.by, chosen.alone.level) == (("level",), level)


def test_everything_is_of_all_levels_of_a_namespace_that_is_named():
    with pytest.raises(BadUsage, match="one namespace"):
        choice_of(call(), **{**NOTHING, "everything": True})
    choice = choice_of(call("n"), **{**NOTHING, "everything": True})
    assert choice.alone == Filters(namespace="n", superseded=True)


def test_a_bad_time_is_refused():
    with pytest.raises(BadUsage, match="--since"):
        choice_of(call(), **{**NOTHING, "since": "whenever"})
