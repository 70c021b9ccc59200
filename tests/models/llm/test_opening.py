"""Which model a command uses, and what of it may be told."""

from __future__ import annotations

import pytest

from memcli.models.llm.opening import chosen_settings, model_label
from memcli.models.llm.settings import LlmSettings
from store.errors import BadUsage

TABLE = {"base_url": "http://localhost:9/v1", "model": "small", "api_key_env": "KEY"}


def chosen(table, given=None, max_tokens=None, own=True):
    notes = []
    return chosen_settings(table, given, max_tokens, own, notes.append), notes


def test_the_table_of_an_own_store_counts():
    settings, notes = chosen(TABLE)
    assert (settings.model, settings.api_key_env, notes) == ("small", "KEY", [])


@pytest.mark.parametrize("given", ["none", " none "])
def test_none_is_no_model_whatever_the_table_says(given):
    assert chosen(TABLE, given, max_tokens=9) == (None, [])
    assert chosen({"nonsense": 1}, given) == (None, [])


def test_the_table_of_a_store_found_upward_is_passed_over_with_a_note():
    settings, notes = chosen(TABLE, own=False)
    assert settings is None
    assert "--llm config" in notes[0]


@pytest.mark.parametrize(("given", "model"), [("config", "small"), ("large", "large")])
def test_it_counts_when_it_is_asked_for(given, model):
    settings, notes = chosen(TABLE, given, own=False)
    assert (settings.model, settings.api_key_env, notes) == (model, "KEY", [])


@pytest.mark.parametrize("given", ["http://other:9/v1#m", "command:llm -m x"])
def test_a_model_named_whole_takes_nothing_from_such_a_store(given):
    settings, _ = chosen({"api_key_env": "KEY", "timeout_s": 1.0}, given, own=False)
    assert (settings.api_key_env, settings.timeout_s) == (None, LlmSettings().timeout_s)


def test_the_option_goes_before_the_budget_of_the_table():
    assert chosen(TABLE | {"max_tokens": 5})[0].max_tokens == 5
    assert chosen(TABLE | {"max_tokens": 5}, max_tokens=0)[0].max_tokens == 0


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(BadUsage, match="no table"):
        chosen({}, "config")
    with pytest.raises(BadUsage, match="without a model"):
        chosen({}, max_tokens=5)
    with pytest.raises(BadUsage, match="no setting"):
        chosen(TABLE | {"modle": "x"})


def test_of_a_command_only_the_program_is_told():
    assert model_label(LlmSettings(command="/opt/llm -m x --key abc")) == "command:llm"
    assert model_label(LlmSettings(base_url="http://localhost/v1?k=abc", model="m")) == "m"
