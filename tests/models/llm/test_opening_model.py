"""The model that settings open, and its key."""

from __future__ import annotations

import pytest

from memcli.models.llm.command import CommandModel
from memcli.models.llm.http import HttpModel
from memcli.models.llm.opening import open_model
from memcli.models.llm.settings import LlmSettings
from store.errors import BadUsage

SECRET = "sk-very-secret-0815"
SERVICE = {"base_url": "http://localhost:11434/v1", "model": "small"}


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("SOME_KEY", f" {SECRET}\n")
    model = open_model(LlmSettings(**SERVICE, api_key_env="SOME_KEY"))
    assert isinstance(model, HttpModel)
    assert model.key == SECRET
    assert SECRET not in repr(model)
    assert model.name == "http://localhost:11434/v1#small"


@pytest.mark.parametrize(("name", "shown"), [("SOME_KEY", True), ("abcDEF123", False)])
@pytest.mark.parametrize("value", ["", "two\nlines", "schlüssel"])
def test_a_bad_key_is_named_by_its_variable(monkeypatch, name, shown, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadUsage) as caught:
        open_model(LlmSettings(**SERVICE, api_key_env=name))
    assert (name in str(caught.value)) == shown
    assert not value or value not in str(caught.value)


def test_a_command_needs_no_key():
    model = open_model(LlmSettings(command="llm -m x", timeout_s=9, api_key_env="UNSET"))
    assert model == CommandModel("llm -m x", 9)
    assert model.name == "command:llm -m x"
