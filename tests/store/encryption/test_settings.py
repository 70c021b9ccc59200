"""Settings of encryption: the user's own, whole or refused."""

from __future__ import annotations

import pytest

from store.encryption.settings import EXAMPLE, read_settings, settings_path
from store.errors import BadUsage


@pytest.fixture
def path(monkeypatch, tmp_path):
    """Where the user's settings are."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = settings_path()
    found.parent.mkdir()
    return found


def write(path, text, mode=0o600):
    """Write the settings."""
    path.write_text(text)
    path.chmod(mode)


def test_without_any_they_are_the_defaults(path):
    settings = read_settings()
    assert (settings.key_file, settings.keep_minutes, settings.on_disk) == (None, 0, False)


def test_a_store_has_a_key_of_its_own(path):
    write(path, EXAMPLE)
    settings = read_settings()
    assert settings.of_store("0123456789abcdef").key_file == "/media/stick/memcli.key"
    assert settings.of_store("other").key_command == "pass show memcli"
    assert settings.keep_minutes == 10


@pytest.mark.parametrize("text", ["keep_minutes = -1", "unknown = 1", "key_file = 3", "x ="])
def test_what_is_none_is_refused_by_name(path, text):
    write(path, text)
    with pytest.raises(BadUsage, match=r"encryption\.toml"):
        read_settings()


def test_what_others_can_write_is_refused(path):
    write(path, "key_command = 'evil'", mode=0o666)
    with pytest.raises(BadUsage, match="written to by others"):
        read_settings()
