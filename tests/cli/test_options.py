"""Options that commands share: which store is meant, and what a time is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.cli.options import (
    create_store,
    namespace_filter,
    open_or_create,
    open_store,
    parse_moment,
    require_utf8,
    snapshot_moment,
)
from store.errors import BadUsage, StoreNotFound


def test_a_store_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(StoreNotFound) as caught:
        open_store(tmp_path / "none")
    assert caught.value.remedy == f"make one: memcli init --store {tmp_path / 'none'}"


def test_a_store_is_made_where_that_is_asked_for_once(tmp_path):
    said = []
    with pytest.raises(StoreNotFound):
        open_or_create(tmp_path / "new", False, said.append)
    made = open_or_create(tmp_path / "new", True, said.append)
    assert said == [f"made a new store at {tmp_path / 'new'}"]
    assert open_or_create(tmp_path / "new", True, said.append).id == made.id
    assert len(said) == 1


def test_the_users_own_store_is_made_at_its_first_use(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    said = []
    assert (tmp_path / "home") in open_or_create(None, False, said.append).layout.root.parents
    assert len(said) == 1


def test_no_store_is_made_for_an_encoder_that_does_not_load(tmp_path):
    with pytest.raises(Exception, match="no encoder"):
        create_store(tmp_path / "new", str(tmp_path / "nothing"))
    assert not (tmp_path / "new").exists()


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
