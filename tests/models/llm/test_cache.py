"""The cache of a model's answers and the budget of its tokens."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.models.llm.base import Reply
from memcli.models.llm.cache import Budget, CachedModel, MeteredModel, purge
from memcli.models.llm.text import estimated_tokens
from store.errors import BudgetExhausted, StoreCorrupt, StoreIOError

SCHEMA = {"type": "object"}


class FakeModel:
    """A model that counts its calls and answers as it is told."""

    name = "fake"

    def __init__(self, reply=None):
        self.calls = 0
        self.reply = reply or Reply('{"n": 1}', 10, 5)

    def complete(self, system, user, schema):
        self.calls += 1
        return self.reply


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "llm"


@pytest.fixture
def cached(model, folder):
    return CachedModel(model, folder)


def files_of(folder: Path):
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- the cache


def test_what_was_answered_once_is_not_asked_again(cached, model):
    first = cached.complete("s", "u", SCHEMA)
    again = cached.complete("s", "u", SCHEMA)
    assert (model.calls, first) == (1, model.reply)
    assert again == replace(first, is_cached=True)


def test_another_run_finds_the_answers(cached, model, folder):
    cached.complete("s", "u", SCHEMA)
    assert CachedModel(model, folder).complete("s", "u", SCHEMA).is_cached


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("other", ("s", "u", SCHEMA)),
        ("fake", ("s2", "u", SCHEMA)),
        ("fake", ("s", "u2", SCHEMA)),
        ("fake", ("su", "", SCHEMA)),
        ("fake", ("s", "u", {"type": "array"})),
    ],
)
def test_another_request_or_model_is_asked(cached, model, name, request_):
    cached.complete("s", "u", SCHEMA)
    model.name = name
    assert not cached.complete(*request_).is_cached


def test_the_order_of_a_schema_s_keys_does_not_count(cached, model):
    cached.complete("s", "u", {"a": 1, "b": 2})
    assert cached.complete("s", "u", {"b": 2, "a": 1}).is_cached


@pytest.mark.parametrize(
    "reply",
    [Reply("sorry", 1, 1), Reply("", 1, 1), Reply('{"n": 1}', 1, 1, is_truncated=True)],
)
def test_an_answer_that_is_of_no_use_is_not_kept(folder, reply):
    cached = CachedModel(FakeModel(reply), folder)
    assert cached.complete("s", "u", SCHEMA) == reply
    assert files_of(folder) == []


def test_only_the_owner_can_read_the_cache(cached, folder):
    cached.complete("s", "u", SCHEMA)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'{"text": 3}', b"[" * 100_000, None]
)
def test_a_damaged_entry_is_asked_and_written_anew(cached, model, folder, content):
    cached.complete("s", "u", SCHEMA)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-9] if content is None else content)
    assert not cached.complete("s", "u", SCHEMA).is_cached
    assert cached.complete("s", "u", SCHEMA).is_cached
    assert model.calls == 2


def test_an_entry_under_a_wrong_name_is_not_believed(cached, folder):
    cached.complete("s", "u", SCHEMA)
    cached.complete("s", "u2", SCHEMA)
    first, second = folder.iterdir()
    first.write_bytes(second.read_bytes())
    cached_ones = [cached.complete("s", user, SCHEMA).is_cached for user in ("u", "u2")]
    assert sorted(cached_ones) == [False, True]


@pytest.mark.parametrize("text", ["naïve 你好 🌙", "half a pair \ud83d", "nul \x00"])
def test_any_text_can_be_kept(model, folder, text):
    model.reply = Reply(json.dumps({"text": text}), 1, 1)
    cached = CachedModel(model, folder)
    cached.complete(text, text, SCHEMA)
    assert cached.complete(text, text, SCHEMA) == replace(model.reply, is_cached=True)


def test_a_write_that_fails_leaves_nothing_behind(cached, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StoreIOError, match="No space left") as caught:
        cached.complete("s", "u", SCHEMA)
    assert caught.value.status == 74
    assert files_of(folder) == []


def test_a_folder_that_cannot_be_made_is_known_before_anything_is_asked(tmp_path, model):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreIOError, match="cannot keep the model's answers"):
        CachedModel(model, tmp_path / "file" / "cache")


# ---------------------------------------------------------------- purging it


def prompt_with(text):
    return "TURNS\n" + json.dumps({"turn": "t1", "text": text}, ensure_ascii=False)


TURN = 'She said "the code\nis under C:\\new", naïve 你好 🌙'


@pytest.mark.parametrize(
    "user",
    [TURN, prompt_with(TURN), json.dumps({"text": TURN}), prompt_with(f"before {TURN} after")],
)
def test_a_text_in_a_request_is_found_however_it_is_quoted(cached, folder, user):
    cached.complete("s", user, SCHEMA)
    cached.complete("s", prompt_with("another"), SCHEMA)
    assert cached.purge(["nowhere", f" {TURN}\n"]) == 1
    assert not cached.complete("s", user, SCHEMA).is_cached
    assert cached.complete("s", prompt_with("another"), SCHEMA).is_cached


@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_text_in_an_answer_is_found(folder, is_ascii):
    cached = CachedModel(
        FakeModel(Reply(json.dumps({"text": TURN}, ensure_ascii=is_ascii), 1, 1)), folder
    )
    cached.complete("s", "u", SCHEMA)
    assert cached.purge([TURN]) == 1
    assert files_of(folder) == []


def test_a_long_text_is_found_by_its_beginning(cached, folder):
    text = "a document " * 5_000
    cached.complete("s", prompt_with(text[:8_000] + " [...]"), SCHEMA)
    assert purge(folder, [text]) == 1


def test_nothing_to_purge_leaves_everything(cached, folder):
    cached.complete("s", "u", SCHEMA)
    assert cached.purge([]) == cached.purge(["", " \n"]) == 0
    assert len(files_of(folder)) == 1


def test_what_cannot_be_read_or_was_never_finished_is_purged_too(cached, folder):
    entry = "0123456789" * 4 + ".json"
    (folder / entry).write_bytes(b"{damaged")
    (folder / f".{entry}.12-34.tmp").write_bytes(b'{"user": "half')
    others = ("0123.json", ".abc.tmp", "README", "package.json")
    for name in others:
        (folder / name).write_text("not ours")
    assert cached.purge(["anything"]) == 2
    assert files_of(folder) == sorted(others)


def test_what_says_it_in_other_words_goes_but_the_system_prompt_is_no_sign(cached, folder):
    cached.complete("word", "user", SCHEMA)
    cached.complete("s", "a word", SCHEMA)
    assert purge(folder, ["nowhere"], lambda text: "word" in text) == 1
    assert cached.complete("word", "user", SCHEMA).is_cached


@pytest.mark.parametrize("name", ["cache", "cache/llm"])
def test_a_link_in_place_of_the_cache_is_not_followed(tmp_path, name):
    victim = tmp_path / "victim"
    CachedModel(FakeModel(), victim / "llm").complete("s", TURN, SCHEMA)
    store = tmp_path / "store"
    (store / name).parent.mkdir(parents=True)
    (store / name).symlink_to(victim if name == "cache" else victim / "llm")
    with pytest.raises(StoreCorrupt, match="symbolic link"):
        purge(store / "cache" / "llm", [TURN])
    assert len(files_of(victim / "llm")) == 1


def test_no_folder_is_an_empty_cache(tmp_path):
    assert purge(tmp_path / "none", ["text"]) == 0


@given(st.text(max_size=700), st.text(max_size=20), st.text(max_size=20))
def test_no_text_survives_its_purge(tmp_path_factory, text, before, after):
    folder = tmp_path_factory.mktemp("cache")
    CachedModel(FakeModel(), folder).complete("s", prompt_with(before + text + after), SCHEMA)
    assert purge(folder, [text]) == bool(text.encode("utf-8", "replace").decode().strip())


# ---------------------------------------------------------------- the budget


def test_tokens_are_counted():
    budget = Budget()
    metered = MeteredModel(FakeModel(), budget)
    for _ in range(3):
        metered.complete("s", "u", SCHEMA)
    assert (budget.calls, budget.prompt_tokens, budget.completion_tokens) == (3, 30, 15)
    assert budget.used == 45
    assert not budget.is_estimated
    assert metered.name == "fake"


def test_one_estimate_makes_the_count_an_estimate():
    budget, model = Budget(), FakeModel()
    metered = MeteredModel(model, budget)
    for is_estimated in (False, True, False):
        model.reply = replace(model.reply, is_estimated=is_estimated)
        metered.complete("s", "u", SCHEMA)
    assert budget.is_estimated


def test_a_used_up_budget_stops_further_calls():
    model = FakeModel()
    metered = MeteredModel(model, Budget(40))
    for _ in range(2):
        metered.complete("s" * 8, "u" * 8, SCHEMA)
    metered.complete("s" * 8, "u" * 8, SCHEMA)
    with pytest.raises(BudgetExhausted, match="45 of 40 tokens") as caught:
        metered.complete("s", "u", SCHEMA)
    assert "--max-tokens" in caught.value.remedy
    assert model.calls == 3


def test_a_prompt_that_does_not_fit_is_not_sent():
    model = FakeModel()
    with pytest.raises(BudgetExhausted):
        MeteredModel(model, Budget(100)).complete("s", "u" * 1000, SCHEMA)
    assert model.calls == 0


def test_no_tokens_mean_no_call():
    model = FakeModel()
    with pytest.raises(BudgetExhausted):
        MeteredModel(model, Budget(0)).complete("s", "u", SCHEMA)
    assert model.calls == 0


def test_cached_answers_cost_nothing_and_outlast_the_budget(folder):
    model, budget = FakeModel(), Budget(16)
    cached = CachedModel(MeteredModel(model, budget), folder)
    cached.complete("s", "u", SCHEMA)
    for _ in range(3):
        assert cached.complete("s", "u", SCHEMA).is_cached
    assert (budget.used, model.calls) == (15, 1)
    with pytest.raises(BudgetExhausted):
        cached.complete("s", "new", SCHEMA)


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(0, 300))
def test_no_call_starts_beyond_the_limit(costs, limit):
    budget, model = Budget(limit), FakeModel()
    metered = MeteredModel(model, budget)
    for cost in costs:
        model.reply = Reply("{}", cost, cost)
        before, calls = budget.used, model.calls
        needed = estimated_tokens("system") + estimated_tokens("user")
        try:
            metered.complete("system", "user", SCHEMA)
        except BudgetExhausted:
            assert before + needed > limit
        assert (model.calls > calls) == (before + needed <= limit)
