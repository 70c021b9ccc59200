"""Profiles as records, with the callers' own ids of what they rest on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.context.profiles.people import Directory
from memcli.context.profiles.reading import read_profiles
from memcli.context.profiles.records import profile_records, refs_of
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


@pytest.fixture(scope="module")
def profiles(snapshot):
    return read_profiles(snapshot, Directory(snapshot, None).main(), NOW)


def test_each_entry_is_a_record_with_refs_of_its_sources(snapshot, profiles):
    records = profile_records(snapshot, profiles)
    assert len(records) == sum(len(profile.entries) for profile in profiles) > 0
    for record in records:
        assert (record["kind"], record["v"], record["namespace"]) == (
            "profile",
            1,
            "mara-and-jonas",
        )
        assert len(record["refs"]) == len(record["source_ids"]) == record["support"]
        assert all(ref.startswith("mj/") for ref in record["refs"])
        assert None not in record.values()
    assert {record["name"] for record in records} == {"Mara", "Jonas"}


def test_refs_are_found_in_the_archive_too(linked_store, profiles, run):
    source = profiles[0].entries[0].source_ids[0]
    refs = refs_of(linked_store.snapshot(), profiles)
    run("forget", source, "--store", linked_store.layout.root)
    assert refs_of(linked_store.snapshot(), profiles) == refs
    assert source in refs
    assert refs_of(linked_store.snapshot(), []) == {}
