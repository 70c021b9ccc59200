"""Which model a command uses, and what of it may be told."""

from __future__ import annotations

import pytest

from memcli.models.llm.opening import chosen_settings, model_label
from memcli.models.llm.settings import LlmSettings
from store.errors import BadUsage, Untrusted

TABLE = {"base_url": "http://localhost:9/v1", "model": "small", "api_key_env": "KEY"}


def refuse():
    raise Untrusted("llm.base_url is not allowed", "memcli trust /s")


def chosen(table, given=None, max_tokens=None, require_allowed=lambda: None):
    notes = []
    return chosen_settings(table, given, max_tokens, require_allowed, notes.append), notes


def test_a_table_that_is_allowed_counts():
    settings, notes = chosen(TABLE)
    assert (settings.model, settings.api_key_env, notes) == ("small", "KEY", [])


@pytest.mark.parametrize("given", ["none", " none "])
def test_none_is_no_model_whatever_the_table_says(given):
    assert chosen(TABLE, given, max_tokens=9, require_allowed=refuse) == (None, [])
    assert chosen({"nonsense": 1}, given) == (None, [])


def test_a_table_that_is_not_allowed_is_passed_over_with_a_note():
    settings, notes = chosen(TABLE, require_allowed=refuse)
    assert settings is None
    assert notes == ["[llm] is not used: llm.base_url is not allowed (memcli trust /s)"]


@pytest.mark.parametrize("given", ["config", "large"])
def test_to_ask_for_it_is_not_to_allow_it(given):
    with pytest.raises(Untrusted):
        chosen(TABLE, given, require_allowed=refuse)


@pytest.mark.parametrize("given", ["http://other:9/v1#m", "command:llm -m x"])
def test_a_model_named_whole_takes_nothing_from_a_table_that_is_not_allowed(given):
    table = {"api_key_env": "KEY", "timeout_s": 1.0}
    settings, notes = chosen(table, given, require_allowed=refuse)
    assert (settings.api_key_env, settings.timeout_s) == (None, LlmSettings().timeout_s)
    assert notes == []


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
