"""Settings: which there are, what they are set to, and which values they take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memcli.cli.settings import below, checked, find, in_use, known_settings, read_value, record
from memcli.language.data import read_toml
from memcli.records import from_wire
from store.errors import BadUsage


def test_every_setting_says_what_it_is():
    for setting in known_settings().values():
        assert setting.about.endswith("."), setting.key


def test_every_line_of_the_data_is_of_a_setting():
    def names(table, above=""):
        for name, value in table.items():
            yield from (
                names(value, f"{above}{name}.") if isinstance(value, dict) else [above + name]
            )

    assert set(names(read_toml("cli/settings.toml"))) <= set(known_settings())


@pytest.mark.parametrize(
    ("key", "type_", "default", "choices"),
    [
        ("query.top_k", "integer", 10, ()),
        ("decay.clock", "text", "activity", ("activity", "days")),
        ("decay.dormant_below", "number", 0.1, ()),
        ("caption.command", "text", None, ()),
        ("llm.max_tokens", "integer", None, ()),
        ("decay.policy.name", "text", "ebbinghaus", ()),
        ("decay.types.core.rate", "number", 0.01, ()),
    ],
)
def test_a_setting_has_its_type_default_and_choices(key, type_, default, choices):
    assert find(key)[1:] == (type_, default, choices)


def test_each_default_is_what_a_file_may_say():
    path = Path("config.toml")
    for setting in known_settings().values():
        if setting.default is not None and setting.key != "llm.max_tokens":
            *tables, name = setting.path
            value = json.dumps(setting.default)  # as TOML writes it, too
            checked(f"[{'.'.join(tables)}]\n{name} = {value}\n", path)


def test_a_setting_that_is_not_there_is_told_with_those_that_are_near():
    with pytest.raises(BadUsage, match=r"'query.topk' \(did you mean query.top_k\?\)"):
        find("query.topk")
    with pytest.raises(BadUsage, match=r"did you mean compact\.keep_commits"):
        find("keep_commits")
    with pytest.raises(BadUsage, match=r"see: memcli config list"):
        find("zzz")
    with pytest.raises(BadUsage, match="set MEMCLI_STORE, or give --store"):
        find("store")


def test_a_table_means_all_in_it():
    assert [setting.key for setting in below("caption")] == ["caption.command", "caption.timeout_s"]
    assert [setting.key for setting in below("query.top_k")] == ["query.top_k"]
    with pytest.raises(BadUsage):
        below("captions")


def test_parameters_of_a_policy_are_listed_while_it_is_chosen_or_they_are_set():
    def keys(settings):
        return {setting.key for setting in in_use(settings)}

    assert "decay.policy.initial_days" in keys({})
    assert "decay.policy.rate" not in keys({})
    aging = {"decay": {"policy": {"name": "age"}, "types": {"core": {"rate": 0.0}}}}
    assert {"decay.policy.rate", "decay.types.core.rate"} <= keys(aging)
    assert not keys(aging) & {"decay.policy.initial_days", "decay.types.core.name"}
    foreign = {"decay": {"policy": {"name": "lunar", "phase": 3}}}
    assert "decay.policy.phase" in keys(foreign)


def test_a_record_says_where_the_value_is_from():
    setting = find("query.top_k")
    assert record(setting, {})["source"] == "default"
    told = record(setting, {"query": {"top_k": 3}})
    assert (told["value"], told["default"], told["source"]) == (3, 10, "file")
    assert from_wire({k: v for k, v in told.items() if v is not None}).key == "query.top_k"


def test_a_type_fades_by_default_as_all_do():
    settings = {"decay": {"policy": {"rate": 0.5}}}
    assert record(find("decay.types.core.rate"), settings)["value"] == 0.5
    settings["decay"]["types"] = {"core": {"rate": 0.1}}
    told = record(find("decay.types.core.rate"), settings)
    assert (told["value"], told["default"]) == (0.1, 0.5)


def test_texts_are_taken_as_they_stand_and_numbers_as_json_has_them():
    assert read_value(find("llm.model"), "5") == "5"
    assert read_value(find("query.top_k"), "5") == 5
    assert read_value(find("query.top_k"), "five") == "five"
    assert read_value(find("decay.policy.phase"), "[1]") == [1]
    with pytest.raises(BadUsage, match=r"config unset query\.top_k"):
        read_value(find("query.top_k"), "null")
    with pytest.raises(BadUsage, match=r"one of activity, days"):
        read_value(find("decay.clock"), "moon")


@pytest.mark.parametrize(
    "text",
    [
        "[query]\ntop_k = 0\n",
        "[decay.policy]\nname = 'nonesuch'\n",
        "[decay.types.people]\nname = 'age'\n",
        "[llm]\napi_key = 'x'\n",
        "[llm]\ntemperature = 3\n",
        "[",
    ],
)
def test_a_text_is_refused_as_commands_refuse_it(text):
    with pytest.raises(BadUsage):
        checked(text, Path("config.toml"))
