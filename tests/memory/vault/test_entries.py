"""Entries of the vault: names, values and what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.vault.entries import (
    LARGEST_BYTES,
    SaidTurn,
    VaultContent,
    VaultEntry,
    as_record,
    find_entry,
    require_name,
    value_of,
)
from store.errors import BadRecord, BadUsage, InputNotFound

NOW = datetime(2031, 6, 1, tzinfo=UTC)
BANK = VaultEntry("a" * 16, "default", "bank", b"", NOW)
ALL = [BANK, BANK._replace(name="Wi-Fi"), BANK._replace(name="door", namespace="work")]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"x\n", "x"),
        (b"x\r\n", "x"),
        (b"x", "x"),
        (b" x \n", " x "),
        (b"a\nb\n", "a\nb\n"),
        ("schlüssel".encode(), "schlüssel"),
    ],
)
def test_a_line_loses_its_end_and_several_keep_theirs(data, value):
    assert value_of(data) == value


@pytest.mark.parametrize("data", [b"", b"\n", b"  ", b"\xff", b"a\0b", b"x" * (LARGEST_BYTES + 1)])
def test_what_is_no_value_is_refused_without_being_told(data):
    with pytest.raises(BadRecord) as failed:
        value_of(data)
    assert "xx" not in str(failed.value)


@pytest.mark.parametrize("name", ["", " x", "a\nb", "x" * 121, "ghp_" + "a1B2" * 9])
def test_a_name_is_one_line_and_no_secret(name):
    with pytest.raises(BadUsage) as failed:
        require_name(name)
    assert "a1B2" not in str(failed.value)
    assert require_name("bank, Ghent") == "bank, Ghent"


@pytest.mark.parametrize(
    ("name", "near"), [("bnak", "'bank'"), ("wi-fi", "'Wi-Fi'"), ("zzzz", "memcli vault list")]
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(name, near):
    assert find_entry(ALL, "bank") is BANK
    with pytest.raises(InputNotFound, match=near):
        find_entry(ALL, name)


def test_a_name_of_two_namespaces_means_neither():
    with pytest.raises(BadUsage, match="--namespace, of default, work"):
        find_entry([BANK, BANK._replace(namespace="work")], "bank")


def test_a_record_has_a_value_only_if_it_was_opened():
    assert "value" not in as_record(BANK)
    content = VaultContent("swordfish", [SaidTurn("It is swordfish.", "Nora", NOW)])
    assert as_record(BANK, content)["value"] == "swordfish"
    assert "said" not in as_record(BANK, content)
    said = as_record(BANK, content, with_words=True)["said"]
    want = {"text": "It is swordfish.", "speaker": "Nora", "happened_at": "2031-06-01T00:00:00Z"}
    assert said == [want]
