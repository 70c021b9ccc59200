"""Source of the key: named, found, or printed by a command; never asked for."""

from __future__ import annotations

import json
import shlex
import stat
import sys

import pytest

from store.encryption.key_source import (
    Secret,
    find_secret,
    is_open_to_others,
    make_key_file,
    read_secret,
    require_strength,
)
from store.encryption.settings import settings_path
from store.errors import BadUsage, InputNotFound, KeyRefused, StoreExists


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """A folder of settings without any."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("MEMCLI_KEY_FILE", raising=False)
    settings_path().parent.mkdir()
    return tmp_path


def settings(text):
    """Write settings."""
    settings_path().write_text(text)
    settings_path().chmod(0o600)


def command(code):
    """Return settings with a command that runs Python."""
    return f"key_command = {json.dumps(shlex.join([sys.executable, '-c', code]))}\n"


def test_a_made_key_is_random_and_closed_and_never_replaced(tmp_path):
    path = tmp_path / "deep" / "key"
    secret = make_key_file(path)
    assert secret == read_secret(path)
    assert (secret.is_random, len(secret.value)) == (True, 32)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not is_open_to_others(path)
    with pytest.raises(StoreExists):
        make_key_file(path)
    assert read_secret(path) == secret
    assert make_key_file(tmp_path / "other").value != secret.value


def test_a_passphrase_is_what_is_in_the_file_but_for_the_end_of_its_line(tmp_path):
    for text in (
        b"correct horse battery",
        b"correct horse battery\n",
        b"correct horse battery\r\n",
    ):
        (tmp_path / "key").write_bytes(text)
        assert read_secret(tmp_path / "key")[:2] == (b"correct horse battery", False)


@pytest.mark.parametrize("content", [b"", b"\n", b"MEMCLI-KEY-1-MZXW6", b"x" * 70_000])
def test_what_is_no_key_is_told(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyRefused):
        read_secret(tmp_path / "key")


def test_the_environment_goes_before_settings_and_a_stores_own_before_the_others(
    tmp_path, monkeypatch
):
    for name in ("env", "all", "own"):
        (tmp_path / name).write_text(f"the passphrase of {name}")
    settings(f'key_file = "{tmp_path}/all"\n[stores.abc]\nkey_file = "{tmp_path}/own"\n')
    assert find_secret("other", tmp_path).value == b"the passphrase of all"
    assert find_secret("abc", tmp_path).value == b"the passphrase of own"
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(tmp_path / "env"))
    assert find_secret("abc", tmp_path).value == b"the passphrase of env"
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(InputNotFound):
        find_secret("abc", tmp_path)


def test_a_command_prints_it(tmp_path):
    settings(command("print('a phrase from an agent')"))
    secret = find_secret("abc", tmp_path)
    assert secret.value == b"a phrase from an agent"


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "pass"])
def test_a_command_that_gives_none_is_told(tmp_path, code):
    settings(command(code))
    with pytest.raises(KeyRefused):
        find_secret("abc", tmp_path)
    settings('key_command = "/nowhere/agent"')
    with pytest.raises(KeyRefused):
        find_secret("abc", tmp_path)


def test_without_one_it_says_how_to_give_it(tmp_path):
    with pytest.raises(KeyRefused, match="--key-file") as caught:
        find_secret("abc", tmp_path)
    assert caught.value.status == 65


def test_a_short_passphrase_is_too_weak():
    require_strength(Secret(b"a" * 12, is_random=False, told="it"))
    require_strength(Secret(b"a", is_random=True, told="it"))
    with pytest.raises(BadUsage):
        require_strength(Secret(b"a" * 11, is_random=False, told="it"))
