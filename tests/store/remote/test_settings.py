"""The user's settings of object storage."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from store.errors import BadUsage
from store.remote.settings import EXAMPLE, StorageSettings, read_settings, settings_path


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings_path().parent.mkdir(parents=True)


def test_without_a_file_all_is_by_default(tmp_path):
    assert read_settings() == StorageSettings()
    assert read_settings().cache == tmp_path / "cache" / "memcli" / "stores"


def test_the_example_is_right():
    found = msgspec.convert(tomllib.loads(EXAMPLE), StorageSettings)
    assert found.cache == Path("~/.cache/memcli/stores").expanduser()
    assert found.options_of("s3://bucket/other") == {"aws_region": "eu-central-1"}


def test_options_of_one_store_go_before_those_of_all():
    settings_path().write_text(
        '[storage_options]\naws_region = "a"\nallow_http = true\n'
        '[stores."s3://b/p".storage_options]\nAWS_REGION = "b"\nclient_max_retries = 2\n'
    )
    settings_path().chmod(0o600)
    assert read_settings().options_of("s3://b/p") == {
        "aws_region": "b",
        "allow_http": "true",
        "client_max_retries": "2",
    }


@pytest.mark.parametrize("text", ["cache_mb = 0\n", "other = 1\n", "= 1\n", "cache_mb = 'x'\n"])
def test_what_is_wrong_is_said(text):
    settings_path().write_text(text)
    settings_path().chmod(0o600)
    with pytest.raises(BadUsage, match="object-storage"):
        read_settings()


def test_settings_that_others_can_write_are_not_used():
    settings_path().write_text("cache_mb = 5\n")
    settings_path().chmod(0o666)
    with pytest.raises(BadUsage, match="written to by others"):
        read_settings()
