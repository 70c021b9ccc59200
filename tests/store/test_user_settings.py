"""Settings of the user's own: the defaults, what is said, or an error with the page that helps."""

from __future__ import annotations

import msgspec
import pytest

from store.errors import BadUsage
from store.user_settings import read_user_settings, user_settings_path


class Form(msgspec.Struct, forbid_unknown_fields=True):
    """What may be set."""

    size: int = 3


@pytest.fixture
def path(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = user_settings_path("some.toml")
    found.parent.mkdir()
    return found


def read():
    return read_user_settings("some.toml", Form, "some")


def test_without_a_file_they_are_the_defaults(path):
    assert read() == Form()
    path.write_text("size = 5")
    path.chmod(0o600)
    assert read() == Form(5)


def test_what_is_none_names_the_file_and_the_page(path):
    path.write_text("sise = 5")
    path.chmod(0o600)
    with pytest.raises(BadUsage, match=r"some\.toml") as raised:
        read()
    assert raised.value.remedy == "mend it: memcli help some"


def test_a_file_that_others_can_write_to_is_not_read(path):
    path.write_text("size = 5")
    path.chmod(0o622)
    with pytest.raises(BadUsage, match="written to by others"):
        read()
