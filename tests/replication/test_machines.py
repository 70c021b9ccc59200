"""Addresses of other machines, and the commands that run there."""

from __future__ import annotations

import io

import pytest

from memcli.replication.machines import Machine
from store.errors import BadUsage, RemoteFailed


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Let a script stand in for ssh; return what writes it."""
    path = tmp_path / "ssh"
    monkeypatch.setenv("MEMCLI_SSH", f"'{path}' -q")
    monkeypatch.setenv("MEMCLI_REMOTE", "memcli")

    def write(body):
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    return write


def test_an_address_comes_to_one_command_of_the_shell_there(monkeypatch):
    monkeypatch.delenv("MEMCLI_SSH", raising=False)
    machine = Machine.parse("ssh://ida@host:2222/srv/my%20memory")
    assert machine.argv(["pull", "-", "a'b"]) == [
        "ssh", "-p", "2222", "ida@host", "memcli pull - 'a'\"'\"'b' --store '/srv/my memory'",
    ]  # fmt: skip
    own = Machine.parse("ssh://host/~/a$(b)")
    assert own.argv(["x"])[-1] == "memcli x --store ~/'a$(b)'"
    assert str(machine) == "ssh://ida@host:2222/srv/my memory"


@pytest.mark.parametrize(
    "url",
    [
        "ssh://", "ssh://host", "ssh://host/", "ssh:///path", "ssh://-oProxyCommand=x/p",
        "ssh://-l@host/p", "ssh://host:99999/p", "ssh://u:secret@host/p", "ssh://host/p?x",
    ],
)  # fmt: skip
def test_an_address_that_names_no_machine_or_store_is_refused(url):
    with pytest.raises(BadUsage):
        Machine.parse(url)


def test_what_it_writes_is_read_and_what_it_reads_is_written(script):
    machine = Machine.parse("ssh://host/p")
    script('echo "$2"')
    with machine.reading(["bundle", "create", "-"]) as pipe:
        assert pipe.read() == b"host\n"
    script("wc -c")
    assert int(machine.answer(["pull", "-"], io.BytesIO(b"x" * 200_000))) == 200_000


def test_a_machine_that_fails_is_told_with_its_status(script):
    machine = Machine.parse("ssh://host/p")
    script("exit 66")
    with pytest.raises(RemoteFailed, match="host ended with status 66"), machine.reading(["x"]):
        pass
    with pytest.raises(RemoteFailed, match="status 66"):
        machine.answer(["x"], io.BytesIO(b"x" * 200_000))


def test_a_program_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setenv("MEMCLI_SSH", "/nowhere/ssh")
    with pytest.raises(RemoteFailed, match="cannot run /nowhere/ssh"):
        Machine.parse("ssh://host/p").answer(["x"], io.BytesIO())
