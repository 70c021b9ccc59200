"""Settings of language models: the table [llm] and --llm."""

from __future__ import annotations

import pytest

from memcli.models.llm.settings import LlmSettings, settings_from
from store.errors import BadUsage

SECRET = "sk-very-secret-0815"
SERVICE = {"base_url": "http://localhost:11434/v1", "model": "small"}


def test_nothing_said_is_no_model():
    assert settings_from({}, None) is None
    assert settings_from({"timeout_s": 10}, None) is None


def test_the_table_names_a_service():
    settings = settings_from({**SERVICE, "timeout_s": 10, "temperature": 1}, None)
    assert settings == LlmSettings(**SERVICE, timeout_s=10, temperature=1)


def test_a_name_is_a_model_of_the_table_s_service():
    assert settings_from(SERVICE, "meta/large:7b").model == "meta/large:7b"
    assert settings_from({"command": "old"} | {"base_url": "http://x/v1"}, "m").command is None


def test_none_switches_the_model_off():
    assert settings_from(SERVICE, "none") is None


def test_a_command_takes_the_place_of_the_service():
    settings = settings_from({**SERVICE, "timeout_s": 7}, "command:llm -m 'x y'")
    assert settings == LlmSettings(command="llm -m 'x y'", timeout_s=7)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("https://host.example/v1/", "https://host.example/v1"),
        ("https://host.example/v1/chat/completions", "https://host.example/v1"),
        ("https://host.example/openai?api-version=3", "https://host.example/openai?api-version=3"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_a_url_with_a_model_is_brought_into_one_form(url, expected):
    settings = settings_from({}, f"{url}#meta/large:7b")
    assert (settings.base_url, settings.model) == (expected, "meta/large:7b")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://localhost:11434/v2#other", "KEY"),
        ("http://localhost:11435/v1#other", None),
        ("https://localhost:11434/v1#other", None),
        ("http://elsewhere.example/v1#other", None),
        ("other", "KEY"),
    ],
)
def test_a_key_goes_only_to_the_host_that_it_stands_beside(given, kept):
    assert settings_from({**SERVICE, "api_key_env": "KEY"}, given).api_key_env == kept


def test_a_key_without_a_host_is_for_the_one_on_the_command_line():
    settings = settings_from({"api_key_env": "KEY"}, "https://host.example/v1#m")
    assert settings.api_key_env == "KEY"


@pytest.mark.parametrize(
    ("table", "given"),
    [
        ({"modle": "x"}, None),
        ({"model": "x"}, None),
        ({"model": ""}, None),
        ({"model": 3}, None),
        ({"base_url": "http://x/v1"}, None),
        ({"timeout_s": 0}, None),
        ({"timeout_s": float("nan")}, None),
        ({"temperature": 9}, None),
        ({"max_tokens": -1}, None),
        ({"command": "llm", **SERVICE}, None),
        ({"command": " "}, None),
        ({}, "command:llm 'unbalanced"),
        ({}, "command:"),
        ({}, ""),
        ({}, "just-a-name"),
        ({}, "http://localhost/v1"),
        ({}, "ftp://localhost/v1#m"),
        ({}, "http:///v1#m"),
        ({}, "http://host:port/v1#m"),
        ({}, "http://ho st/v1#m"),
        ({}, "http://[half/v1#m"),
        (SERVICE, "http://[half/v1#m"),
    ],
)
def test_wrong_settings_are_a_usage_error_with_a_remedy(table, given):
    with pytest.raises(BadUsage) as caught:
        settings_from(table, given)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("table", "given"),
    [
        ({**SERVICE, "api_key_env": SECRET}, None),
        ({**SERVICE, "api_key": SECRET}, None),
        ({}, f"https://user:{SECRET}@host.example/v1#m"),
        ({}, f"https://{SECRET}:{SECRET}/v1#m"),
    ],
)
def test_a_key_in_the_wrong_place_is_not_quoted(table, given):
    with pytest.raises(BadUsage) as caught:
        settings_from(table, given)
    assert SECRET not in str(caught.value)
